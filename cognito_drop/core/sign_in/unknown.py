"""What is said where it is not known how users sign in: a warning, or why a file is refused that requires it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import WarningJson


@dataclass(frozen=True, slots=True)
class SignInUnknown:
    """The reason: an operation and the error's code."""

    reason: str

    @property
    def _sentence(self) -> str:
        return f"How users sign in for the first time is not known ({self.reason})."

    @property
    def warning(self) -> WarningJson:
        """For a file that is imported all the same."""
        return {"code": ProblemCode.WAYS_IN_UNKNOWN.value, "message": self._sentence}

    @property
    def hint(self) -> str:
        """What to do about it."""
        return "Allow GetUserPoolMfaConfig, ListUserPoolClients, and DescribeUserPoolClient on the pool."

    @property
    def problem(self) -> Problem:
        """For a pool that requires a way in."""
        return Problem(
            ProblemCode.WAYS_IN_UNKNOWN,
            f"{self._sentence} The pool's setting `require_way_in` needs it.",
            f"{self.hint} Then drop the file, or set `require_way_in` to no.",
        )
