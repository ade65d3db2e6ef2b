"""`cognito-drop stop`: ends a run early."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code, is_denied
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.options import run_argument, yes_option
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import phase
from cognito_drop.cli.run_view import recorded
from cognito_drop.cli.sweep_request import ask_sweep
from cognito_drop.contract.event_names import STOP
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import StopJson
    from cognito_drop.core.runs.run_record import RunRecord

_REASON = "StoppedByOperator"


@operator_command("stop")
@run_argument
@yes_option
def stop(context: Context, *, run_id: str, yes: bool) -> Result:
    """Stop a run.

    Users who are already imported stay imported. Within a few minutes the import job is stopped, the results are
    written, and the notification is sent.

    \b
    Examples:
      cognito-drop stop 3f9a5c1e
      cognito-drop stop 3f9a5c1e --yes && cognito-drop watch 3f9a5c1e
    """
    ledger = context.ledger
    with context.messages.working("Reading the run"):
        run = ledger.run(run_id)
    _refuse_ended(run)
    file_name = printable(run.drop.file_name)
    context.messages.confirm(f"Stop the run {run.short_id} of {file_name} ({phase(recorded(run))})?", is_given=yes)
    if run.scan_until is None or not ask_sweep(context, STOP, "stopped", run_id=run.run_id)["stopped"]:
        _stop_execution(context, run)
    context.messages.say(f"Follow how it ends with `cognito-drop watch {run.short_id}`.")
    data: StopJson = {
        "run_id": run.run_id,
        "execution": context.deployment.execution_arn(run.execution_name),
    }
    return Result(data, [f"Stopping {run.run_id}."])


def _refuse_ended(run: RunRecord) -> None:
    if not run.state.is_before_report and not run.has_members_to_add:
        became = f"it was {run.outcome.words}" if run.outcome else phase(recorded(run))
        raise CommandError(ErrorCode.RUN_ENDED, f"The import of the run {run.short_id} is over: {became}.")


def _stop_execution(context: Context, run: RunRecord) -> None:
    """Stop the newest execution. Raises CommandError if none is under way."""
    arn = context.deployment.execution_arn(run.execution_name)
    try:
        context.aws.stepfunctions.stop_execution(
            executionArn=arn,
            error=_REASON,
            cause="Stopped with cognito-drop stop.",
        )
    except ClientError as error:
        if error_code(error) != "ExecutionDoesNotExist":
            raise
        raise CommandError(
            ErrorCode.RUN_NOT_ACCEPTED,
            f"The run {run.short_id} has no execution yet that could be stopped.",
            "Try again in a minute.",
        ) from None
    if _is_resumed(context, arn):
        _refuse_ended(context.ledger.run(run.run_id))  # it may have ended meanwhile
        raise CommandError(
            ErrorCode.RUN_NOT_ACCEPTED,
            f"The run {run.short_id} was not stopped: its execution has failed, and the sweep starts another one.",
            f"Start it now with `cognito-drop repair {run.short_id}`, and stop the run then.",
        )


def _is_resumed(context: Context, arn: str) -> bool:
    """Whether the sweep takes the end of an execution for a failure, after which the import continues.

    StopExecution changes nothing of an execution that has ended, and has no error for it. Who may not ask is not told.
    """
    try:
        status = context.aws.stepfunctions.describe_execution(executionArn=arn)["status"]
    except ClientError as error:
        if not is_denied(error):
            raise
        return False
    match ended := ExecutionStatus(status):
        case ExecutionStatus.FAILED | ExecutionStatus.SUCCEEDED:
            return True
        case ExecutionStatus.RUNNING | ExecutionStatus.PENDING_REDRIVE | ExecutionStatus.MISSING:
            return False
        case ExecutionStatus.ABORTED | ExecutionStatus.TIMED_OUT:
            return False
        case _:
            assert_never(ended)
