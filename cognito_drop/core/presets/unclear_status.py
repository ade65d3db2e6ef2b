"""What a whole file leaves unclear about who is shut out: rows that were given on already cannot be taken back, so such
a file is refused.
"""

from __future__ import annotations

from typing import Final

from cognito_drop.core.text.problem import Problem, ProblemCode

_SHOWN: Final = 5


class UnclearStatuses:
    """Users who were let in by one record before another shut them out, by the places of both."""

    def __init__(self, *, is_json: bool) -> None:
        self._places = "records" if is_json else "lines"
        self._first: list[str] = []
        self._count = 0

    def add(self, accepted: int, refused: int) -> None:
        """Remember the two records of a user."""
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(f"{accepted:,} and {refused:,}")

    def problem(self) -> Problem | None:
        """The problem of a file with such users."""
        if not self._count:
            return None
        more = f"; {self._count - _SHOWN:,} more" if self._count > _SHOWN else ""
        return Problem(
            ProblemCode.STATUS_UNCLEAR,
            f"The file lets a user in and shuts the same user out in a later record ({self._places} "
            f"{'; '.join(self._first)}{more}).",
            "Export the users again into an empty file; or keep the newer of the two records of each user.",
        )
