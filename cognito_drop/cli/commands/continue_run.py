"""`cognito-drop continue`: imports the rest of a file although too many rows of its first part failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.options import run_argument, yes_option
from cognito_drop.cli.rendering import sentence
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import phase
from cognito_drop.cli.run_view import recorded
from cognito_drop.cli.sweep_request import ask_sweep
from cognito_drop.contract.event_names import CONTINUE
from cognito_drop.contract.statuses import HoldReason
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import ContinueJson
    from cognito_drop.core.runs.run_record import RunRecord


@operator_command("continue")
@run_argument
@yes_option
def continue_run(context: Context, *, run_id: str, yes: bool) -> Result:
    """Continue a run that waits for a decision after its first part.

    Too many rows of the file's first part failed, so the rest was not imported. The rest is imported as soon as the run
    gets the import lock again. To end the run instead, use `stop`.

    \b
    Examples:
      cognito-drop continue 3f9a5c1e
      cognito-drop continue 3f9a5c1e --yes && cognito-drop watch 3f9a5c1e
    """
    with context.messages.working("Reading the run"):
        run = context.ledger.run(run_id)
    found = to_decide(run)
    if found is None or not run.hold or run.hold.reason is not HoldReason.FIRST_PART or run.is_closing:
        raise _not_waiting(run)
    file_name = printable(run.drop.file_name)
    rest = counted(found.rest, "other row")
    context.messages.confirm(f"Import the {rest} of {file_name}, although {found.sentence}?", is_given=yes)
    with context.messages.working("Continuing the run"):
        answer = ask_sweep(context, CONTINUE, "continued", run_id=run.run_id)
    if not answer["continued"]:
        raise _not_waiting(context.ledger.run(run.run_id))
    context.messages.say(f"Follow it with `cognito-drop watch {run.short_id}`.")
    data: ContinueJson = {"run_id": run.run_id, "rows": found.rest}
    return Result(data, [sentence(f"Continuing {run.run_id} with {counted(found.rest, 'row')}.")])


def _not_waiting(run: RunRecord) -> CommandError:
    return CommandError(
        ErrorCode.RUN_NOT_WAITING,
        f"The run {run.short_id} does not wait for a decision ({phase(recorded(run))}).",
        "`cognito-drop runs --state waiting` lists the runs that wait." if not run.is_over else "",
    )
