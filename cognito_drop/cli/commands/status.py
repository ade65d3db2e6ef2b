"""`cognito-drop status`: one look at a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import description, next_step

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Surroundings
    from cognito_drop.cli.command_json import StatusJson


@operator_command("status")
@run_argument
def status(around: Surroundings, *, run_id: str) -> Result:
    """Say where a run is, or what became of it.

    RUN is a run's id, or its first digits (4 at least) if no other run starts so.

    \b
    Examples:
      cognito-drop status 3f9a5c1e
      cognito-drop status 3f9a --output json
    """
    viewer = around.viewer
    with around.messages.working("Looking at the run"):
        view = viewer.view(viewer.ledger.run(run_id))
    if step := next_step(view):
        around.messages.say(step)
    data: StatusJson = {"run": view.to_json()}
    return Result(data, [description(view)])
