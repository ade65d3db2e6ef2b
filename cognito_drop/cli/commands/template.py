"""`cognito-drop template`: the file that a pool takes, to be filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.live_pool import served_pool
from cognito_drop.cli.options import pool_option
from cognito_drop.cli.rendering import table
from cognito_drop.cli.result import Result
from cognito_drop.core.rows.sample_row import sample_row

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.file_json import TemplateJson


@operator_command("template")
@pool_option
@click.option("--sample", is_flag=True, help="Add a sample row below the header.")
def template(context: Context, *, pool: str | None, sample: bool) -> Result:
    """Write the header of a pool's CSV file.

    Describes each column, with a sample, on stderr; stdout has only the file. Columns that are not required can be left
    blank or left out. Custom attributes are columns if the pool's setting attributes allows them.

    \b
    Examples:
      cognito-drop template --pool people > users.csv
      cognito-drop template --pool people --sample > users.csv
    """
    target = context.deployment.pool(pool)
    source = served_pool(context, target)
    columns = [column for column in sample_row(source.rules()) if not source.options.is_closed(column.name)]
    header = ",".join(column.name for column in columns)
    row = ",".join(_escaped(column.value) for column in columns)
    explained = table(
        "column", "", "sample", "what it asks for", wrapped=("sample", "what it asks for"), spared=("sample",),
        rows=[
            (column.name, Text("required", style="yellow") if column.is_required else "", column.value, column.note)
            for column in columns
        ],
    )  # fmt: skip
    context.messages.console.print(explained)
    data: TemplateJson = {
        "pool": target.to_json(),
        "header": header,
        "sample": row,
        "columns": [
            {"name": column.name, "required": column.is_required, "sample": column.value, "note": column.note}
            for column in columns
        ],
    }
    return Result(data, [header, row] if sample else [header])


def _escaped(value: str) -> str:
    """In Cognito's dialect."""
    return re.sub(r",", r"\\,", value)
