"""`cognito-drop doctor`: what is wrong, or would go wrong, and how to fix it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from cognito_drop.aws.errors import is_denied
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.doctor.executions import execution_findings
from cognito_drop.cli.doctor.finding import Finding, Severity, warning
from cognito_drop.cli.doctor.logs_role import logs_role_findings
from cognito_drop.cli.doctor.plumbing import (
    bucket_findings,
    key_findings,
    queue_findings,
    rule_findings,
    stack_findings,
    subscription_findings,
)
from cognito_drop.cli.doctor.pools import job_findings, pool_findings
from cognito_drop.cli.errors import AWS_ERRORS, command_error
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.result import Result
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.cli.base_command import Surroundings
    from cognito_drop.cli.command_json import DoctorJson

CHECKS: dict[str, tuple[str, Callable[[Surroundings], list[Finding]]]] = {
    "stack": ("the stack is deployed", stack_findings),
    "bucket": ("the bucket tells of uploads", bucket_findings),
    "rules": ("the event rules are on", rule_findings),
    "key": ("the key is enabled", key_findings),
    "logs_role": ("Cognito may write the logs of imports", logs_role_findings),
    "pools": ("the pools can be imported into", pool_findings),
    "jobs": ("the pools have import jobs left", job_findings),
    "dead_letters": ("every event was accepted, every notification delivered", queue_findings),
    "executions": ("no execution failed lately", execution_findings),
    "subscriptions": ("every subscription is confirmed", subscription_findings),
}
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@operator_command("doctor")
def doctor(around: Surroundings) -> Result:
    """Say what is wrong with the deployment.

    Looks at the stack and its pools, and says what would go wrong and how to fix it. Nothing is changed.
    Exit code 0: nothing is wrong. 1: something was found.

    \b
    Examples:
      cognito-drop doctor
      cognito-drop doctor --output json | jq '.data.checks[] | select(.ok | not)'
    """
    name = around.deployment.stack  # without a stack there is nothing to look at
    found: dict[str, list[Finding]] = {}
    with around.messages.working(f"Looking at {name}") as say:
        for check, (promise, look) in CHECKS.items():
            say(f"Looking whether {promise}")
            found[check] = _findings(around, look)
    count = sum(map(len, found.values()))
    data: DoctorJson = {
        "stack": name,
        "region": around.deployment.region,
        "checks": [
            {"check": check, "ok": not findings, "findings": [finding.to_json() for finding in findings]}
            for check, findings in found.items()
        ],
    }
    text = [line for check, findings in found.items() for line in _lines(CHECKS[check][0], findings)]
    text.append(Text(f"\n{counted(count, 'finding')} in {name}." if count else f"\nNothing is wrong with {name}."))
    return Result(data, text, ExitCode.INCOMPLETE if count else ExitCode.CLEAN)


def _findings(around: Surroundings, look: Callable[[Surroundings], list[Finding]]) -> list[Finding]:
    try:
        return look(around)
    except AWS_ERRORS as problem:
        told = command_error(problem)
        code = "not_allowed" if is_denied(problem) else "not_answered"
        return [warning(code, f"This could not be checked. {told.message}", told.hint)]


def _lines(promise: str, findings: list[Finding]) -> list[Text]:
    if not findings:
        return [Text.assemble(("✓ ", "green"), promise)]
    worst = Severity.ERROR if any(one.severity is Severity.ERROR for one in findings) else Severity.WARNING
    lines = [Text.assemble(("✗ " if worst is Severity.ERROR else "! ", _STYLES[worst]), (promise, "strike dim"))]
    for finding in findings:
        lines += [Text(f"  {finding.message}", style=_STYLES[finding.severity]), Text(f"  → {finding.fix}")]
    return lines
