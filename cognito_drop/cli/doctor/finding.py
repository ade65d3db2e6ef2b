"""A finding: what is wrong or would go wrong, and how it is mended."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """Whether drops suffer already."""

    ERROR = "error"
    """Drops are not imported, or nobody is told."""
    WARNING = "warning"
    """It will come to that, or something has been lost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The message is a sentence, the mend says what to do."""

    severity: Severity
    code: str
    message: str
    mend: str

    def to_json(self) -> dict[str, str]:
        """An entry of `findings` in docs/schemas/command-1.json."""
        return {"severity": self.severity.value, "code": self.code, "message": self.message, "mend": self.mend}


def error(code: str, message: str, mend: str) -> Finding:
    """Something is wrong."""
    return Finding(Severity.ERROR, code, message, mend)


def warning(code: str, message: str, mend: str) -> Finding:
    """Something will be wrong."""
    return Finding(Severity.WARNING, code, message, mend)
