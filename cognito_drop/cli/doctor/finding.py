"""A finding: what is wrong or would go wrong, and how to fix it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.cli.deployment_json import FindingJson


class Severity(enum.StrEnum):
    """Whether drops suffer already."""

    ERROR = "error"
    """Drops are not imported, or notifications are not delivered."""
    WARNING = "warning"
    """That will happen, or something was lost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The message is a sentence, `fix` says what to do, `command` does it."""

    severity: Severity
    code: str
    message: str
    fix: str
    command: str = ""
    """Ready to copy; empty where no single command fixes it."""
    resource: str = ""
    """The physical id of what is wrong, if it is a resource: it is reported once."""
    properties: tuple[str, ...] = ()
    """Of the resource, the properties that are wrong, by their names in a template; empty if it may be all of it."""
    check: str = ""
    """The check that reports it, if it is another one than the one that found it: it is not passed either."""

    def is_said_by(self, others: Iterable[Finding]) -> bool:
        """Whether findings of other checks say all of it."""
        same = [one for one in others if self.resource and one.resource == self.resource]
        said = {name for one in same for name in one.properties}
        return any(not one.properties for one in same) or (bool(self.properties) and said.issuperset(self.properties))

    def to_json(self, fixed_by: str = "") -> FindingJson:
        """An entry of `findings` in docs/schemas/command-1.json. `fixed_by` is the check with its command."""
        found: FindingJson = {
            "severity": self.severity.value,
            "code": self.code,
            "message": self.message,
            "fix": self.fix,
        }
        if fixed_by:
            fix = f"The command of an earlier finding, of the check {fixed_by}, fixes this too."
            return {**found, "fix": fix, "fixed_by": fixed_by}
        return {**found, "command": self.command} if self.command else found


def error(
    code: str, message: str, fix: str, *, command: str = "", resource: str = "", properties: tuple[str, ...] = ()
) -> Finding:
    """Something is wrong."""
    return Finding(Severity.ERROR, code, message, fix, command, resource, properties)


def warning(
    code: str, message: str, fix: str, *, command: str = "", resource: str = "", properties: tuple[str, ...] = ()
) -> Finding:
    """Something will be wrong."""
    return Finding(Severity.WARNING, code, message, fix, command, resource, properties)
