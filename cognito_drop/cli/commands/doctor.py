"""`cognito-drop doctor`: what is wrong, or would go wrong, and how to fix it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from cognito_drop.aws.errors import is_denied
from cognito_drop.cli.aws_errors import AWS_ERRORS, command_error
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.doctor.alarms import alarm_findings
from cognito_drop.cli.doctor.executions import execution_findings
from cognito_drop.cli.doctor.finding import Finding, Severity, warning
from cognito_drop.cli.doctor.functions import function_findings
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
from cognito_drop.cli.doctor.resources import resource_findings
from cognito_drop.cli.doctor.sign_in import sign_in_findings, sign_in_notes
from cognito_drop.cli.doctor.waiting import waiting_findings
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.rendering import indented, sentence
from cognito_drop.cli.result import Result
from cognito_drop.core.pools.open_to_files import open_to_files
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment_json import DoctorJson, HealthCheckJson

CHECKS: dict[str, tuple[str, Callable[[Context], list[Finding]]]] = {
    "stack": ("the stack is deployed", stack_findings),
    "key": ("the key is enabled", key_findings),
    "resources": ("everything in the stack is as it was deployed", resource_findings),
    "bucket": ("the bucket is versioned and sends upload events", bucket_findings),
    "rules": ("the event rules are enabled", rule_findings),
    "functions": ("Lambda runs the functions with the code that was deployed", function_findings),
    "alarms": ("the alarms notify", alarm_findings),
    "logs_role": ("Cognito can write import logs", logs_role_findings),
    "pools": ("the pools can be imported into", pool_findings),
    "first_sign_in": ("no setting of a pool keeps imported users out", sign_in_findings),
    "jobs": ("the pools have import jobs left", job_findings),
    "waiting": ("no run is held or waits for another import job", waiting_findings),
    "dead_letters": ("all events were accepted and all notifications delivered", queue_findings),
    "executions": ("no failed execution left its run unfinished", execution_findings),
    "subscriptions": ("all subscriptions are confirmed", subscription_findings),
}
_UNDO = "Imports can be undone: `cognito-drop undo` deletes the users that a run has imported."
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@operator_command("doctor")
def doctor(context: Context) -> Result:
    """Check the health of the deployment.

    Checks the stack and its pools, and reports problems and how to fix them. Changes nothing.
    Exit code 0: no problems. 1: problems were found.

    \b
    Examples:
      cognito-drop doctor
      cognito-drop doctor --output json | jq '.data.checks[] | select(.ok | not)'
    """
    name = context.deployment.stack  # without a stack there is nothing to look at
    found: dict[str, list[Finding]] = {}
    with context.messages.working(f"Checking {name}") as say:
        for check, (promise, look) in CHECKS.items():
            say(f"Checking that {promise}")
            found[check] = [
                replace(one, command=context.from_any_shell(one.command)) for one in _findings(context, look)
            ]
    is_all = _report_once(found)
    count = sum(map(len, found.values()))
    data: DoctorJson = {
        "stack": name,
        "region": context.deployment.region,
        "checks": _checks(found),
        "first_sign_in": sign_in_notes(context),
        "open_to_files": {alias: open_to_files(pool.settings) for alias, pool in context.deployment.pools.items()},
        "undo": [alias for alias, pool in context.deployment.pools.items() if pool.settings.undo],
    }
    promises = {check: promise for check, (promise, _) in CHECKS.items()}
    if not is_all and not found["resources"]:
        promises["resources"] = "everything else in the stack is as it was deployed"
    if found.get("subscriptions") == [] and not context.subscriptions:
        promises["subscriptions"] = "no subscription is unconfirmed: there is none, so no one receives notifications"
    said: set[str] = set()
    text = [line for check, findings in found.items() for line in _lines(promises[check], findings, said)]
    undone = {alias: [_UNDO] for alias in data["undo"]}
    for notes in (data["open_to_files"], undone, data["first_sign_in"]):
        text += [indented(sentence(f"{alias}: {said}")) for alias, listed in notes.items() for said in listed]
    text.append(Text(f"\n{counted(count, 'finding')} in {name}." if count else f"\nNo problems found in {name}."))
    return Result(data, text, ExitCode.INCOMPLETE if count else ExitCode.CLEAN)


def _checks(found: Mapping[str, list[Finding]]) -> list[HealthCheckJson]:
    """Each command once: a program may execute all of them, and some fail the second time."""
    checks: list[HealthCheckJson] = []
    holders: dict[str, str] = {}
    for check, findings in found.items():
        shown = []
        for finding in findings:
            shown.append(finding.to_json(holders.get(finding.command, "")))
            if finding.command:
                holders.setdefault(finding.command, check)
        checks.append({"check": check, "ok": not findings, "findings": shown})
    return checks


def _report_once(found: dict[str, list[Finding]]) -> bool:
    """Leave each resource to the check that is about it, as far as it is: another property of a bucket, or its policy,
    which has the same physical id, is a finding too. False if one was left to another check than `resources`."""
    others = [one for check, findings in found.items() if check != "resources" for one in findings]
    listed, found["resources"] = found["resources"], []
    for one in listed:
        if not one.is_said_by(others):
            found[one.check or "resources"].append(one)
    return len(found["resources"]) == len(listed)


def _findings(context: Context, look: Callable[[Context], list[Finding]]) -> list[Finding]:
    try:
        return look(context)
    except AWS_ERRORS as problem:
        shown = command_error(problem)
        code = "not_allowed" if is_denied(problem) else "not_answered"
        return [warning(code, f"The check could not run. {shown.message}", shown.hint)]


def _lines(promise: str, findings: list[Finding], said: set[str]) -> list[RenderableType]:
    """The lines of a check. `said` has the commands that are shown already."""
    if not findings:
        return [Text.assemble(("✓ ", "green"), promise)]
    worst = Severity.ERROR if any(one.severity is Severity.ERROR for one in findings) else Severity.WARNING
    lines: list[RenderableType] = [
        Text.assemble(("✗ " if worst is Severity.ERROR else "! ", _STYLES[worst]), (promise, "strike dim"))
    ]
    commands = [finding.command for finding in findings]
    for finding, following in zip(findings, [*commands[1:], ""], strict=True):
        lines.append(indented(sentence(finding.message, _STYLES[finding.severity])))
        if finding.command in said:
            lines.append(indented(sentence("→ The same command as above restores it.")))
        elif not finding.command or finding.command != following:  # said once for all that it fixes
            lines += [indented(sentence(f"→ {finding.fix}"))] if finding.fix else []
            lines += [finding.command] if finding.command else []
            said |= {finding.command} - {""}
    return lines
