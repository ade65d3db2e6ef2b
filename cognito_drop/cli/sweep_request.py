"""Requests to the function sweep, which changes a run with the checks that it always makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract.stack_outputs import StackOutput

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context


def ask_sweep(context: Context, request: str, wanted: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    """Call the function with a request, and return its answer, which has the member `wanted`. A stack of another
    version may not know the request: its sweep does what it does every five minutes."""
    stack, function = context.deployment.stack, context.deployment.sweep
    if not function:
        raise _older(f"The stack {stack!r} has no output {StackOutput.SWEEP_FUNCTION}.")
    answer = context.aws.functions_once.invoke(FunctionName=function, Payload=json.dumps({request: members}).encode())
    said = json.load(answer["Payload"])
    if answer.get("FunctionError"):
        raise CommandError(
            ErrorCode.AWS_ERROR,
            f"The sweep could not do it: {said.get('errorType')}: {said.get('errorMessage')}.",
            "The log of the function sweep says more; docs/runbook.md has what to do.",
        )
    if not isinstance(said, dict) or wanted not in said:
        raise _older(f"The sweep of the stack {stack!r} does not know the request {request!r}.")
    return said


def _older(message: str) -> CommandError:
    return CommandError(ErrorCode.STACK_UNUSABLE, message, "Deploy it again with this version.")
