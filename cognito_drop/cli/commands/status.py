"""`cognito-drop status`: one look at a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import description, next_step

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import StatusJson


@operator_command("status")
@run_argument
def status(context: Context, *, run_id: str) -> Result:
    """Show the state or the result of a run.

    RUN is a run ID, or its first digits (at least 4) if they are unique.

    \b
    Examples:
      cognito-drop status 3f9a5c1e
      cognito-drop status 3f9a --output json
    """
    viewer = context.viewer
    with context.messages.working("Reading the run"):
        view = viewer.view(viewer.ledger.run(run_id))
    if step := next_step(view):
        context.messages.say(step)
    data: StatusJson = {"run": view.to_json()}
    return Result(data, [description(view)])
