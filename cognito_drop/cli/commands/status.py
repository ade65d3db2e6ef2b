"""`cognito-drop status`: one look at runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import description, next_step
from cognito_drop.cli.undo_text import undo_text
from cognito_drop.core.undo.undo_report import undo_json

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import StatusJson


@operator_command("status")
@click.argument("run_ids", metavar="RUN...", nargs=-1, required=True)
def status(context: Context, *, run_ids: tuple[str, ...]) -> Result:
    """Show the state or the result of runs.

    RUN is a run ID, or its first digits (at least 4) if they are unique.

    \b
    Examples:
      cognito-drop status 3f9a5c1e
      cognito-drop status 3f9a --output json
    """
    viewer = context.viewer
    with context.messages.working("Reading the run"):
        has_undos = bool(context.deployment.undo_machine)
        undos = [undo for given in run_ids if has_undos and (undo := viewer.ledger.undo(given))]
        ids = [undo.plan.undo_id for undo in undos]
        views = [
            viewer.view(viewer.ledger.run(given))
            for given in run_ids
            if not any(undo_id.startswith(given.strip().lower()) for undo_id in ids)
        ]
        undone = context.undos_of(view.run.run_id for view in views)
    for step in dict.fromkeys(filter(None, map(next_step, views))):
        context.messages.say(step)
    found = [view.to_json() for view in views]
    data: StatusJson = {
        "run": found[0] if found else None,
        "runs": found,
        "undos": [undo_json(undo) for undo in {undo.plan.undo_id: undo for undo in (*undos, *undone)}.values()],
    }
    of_run = [[undo for undo in undone if undo.plan.run_id == view.run.run_id] for view in views]
    described = [*map(description, views, of_run), *map(undo_text, undos)]
    return Result(data, [part for each in described for part in (each, Text(""))][:-1])
