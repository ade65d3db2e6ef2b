"""`cognito-drop verify`: the users of a run's file beside those of the pool."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cognito_drop.aws.kept_state import END, START, take_pages
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.files import new_file, refuse_saving
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.pool_comparison import PoolComparison
from cognito_drop.cli.pool_users import paced_searches
from cognito_drop.cli.rendering import facts, table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_file import check_run_file, is_read, keep_read, own_state, source_of_run
from cognito_drop.cli.run_results import refuse_unless_over
from cognito_drop.cli.undo_text import say_undone
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.spreadsheet import PeoplesTable
from cognito_drop.core.undo.undo_report import undo_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.pool_comparison import Compared
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.cli.run_json import VerifyJson
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.undo.undo_record import UndoRecord

_PLACE: Final = "place"


@operator_command("verify")
@run_argument
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the names of these users, and which attributes are different, to this new CSV file.",
)
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Keep the state in this file, and continue from it after an interruption. It holds names of users.",
)  # fmt: skip
def verify(context: Context, *, run_id: str, save: Path | None, state: Path | None) -> Result:
    """Compare the file of a run with the user pool.

    The rows that could be imported are compared with all users of the pool: who is missing, and whose attributes are
    different. Users are listed with ListUsers, within a rate and without making them active: 500,000 users take about
    twelve minutes. The exit code is 0 if all of them are there as in the file, otherwise 1.

    \b
    Examples:
      cognito-drop verify 3f9a5c1e
      cognito-drop verify 3f9a5c1e --save differences.csv --state verify.sqlite
    """
    run = context.ledger.run(run_id)
    refuse_unless_over(run)
    if save is not None:
        refuse_saving(save)
    source = source_of_run(context, run)
    with own_state(state) as file, PoolComparison(file, source.rules()) as comparison:
        _take_file(context, run, source, comparison)
        _take_pool(context, source, comparison)
        found = comparison.result()
        if save is not None:
            _write(save, comparison)
            context.messages.say(f"Wrote {counted(found.missing + found.different, 'user')} to {save}.")
    undos = context.undos_of([run.run_id])
    say_undone(context, undos)
    is_same = not (found.missing or found.different)
    data = _json(run, source, found, undos)
    return Result(data, _text(source, found), ExitCode.CLEAN if is_same else ExitCode.INCOMPLETE)


def _take_file(context: Context, run: RunRecord, source: PoolSource, comparison: PoolComparison) -> None:
    """Read the run's file, unless an earlier call has done so. Raises CommandError."""
    if is_read(comparison, run, source):
        return
    comparison.forget_rows()
    check_run_file(context, run, source, comparison)
    comparison.keep_note(_PLACE, START)
    keep_read(comparison, run, source)


def _take_pool(context: Context, source: PoolSource, comparison: PoolComparison) -> None:
    """Compare all users of the pool, from where an earlier call has stopped."""
    searches, users = paced_searches(context), 0
    if comparison.note(_PLACE) == END:
        context.messages.say("This comparison ended earlier. Delete the state file to compare again.")
    with context.messages.working("Listing the users of the pool") as working:
        for listed in take_pages(
            comparison,
            _PLACE,
            lambda token: searches.users(source.live_pool, token, math.inf),
            comparison.take_users,
            comparison.forget_users,
        ):
            users += listed
            working(f"Listed {users:,} of about {source.users:,} users of the pool")


def _write(save: Path, comparison: PoolComparison) -> None:
    with new_file(save) as target:
        written = PeoplesTable(target)
        written.add("user", "finding", "attributes")
        for name, attributes in comparison.findings():
            written.add(name, "different" if attributes else "missing", " ".join(attributes))


def _json(run: RunRecord, source: PoolSource, found: Compared, undos: Sequence[UndoRecord]) -> VerifyJson:
    return {
        "run_id": run.run_id,
        "pool": {"alias": run.drop.alias, "id": source.live_pool},
        "users": found.users,
        "missing": found.missing,
        "different": found.different,
        "attributes": found.attributes,
        "undos": [undo_json(undo) for undo in undos],
    }


def _text(source: PoolSource, found: Compared) -> list[RenderableType]:
    same = found.users - found.missing - found.different
    shown: list[RenderableType] = [
        facts(
            ("pool", source.live_pool),
            ("users", f"{found.users:,} in the file"),
            ("same", f"{same:,}"),
            ("different", f"{found.different:,}"),
            ("missing", f"{found.missing:,}"),
        )
    ]
    if found.attributes:
        rows = [(name, f"{count:,}") for name, count in found.attributes.items()]
        shown.append(table("attribute", "different", rows=rows, right=("different",)))
    return shown
