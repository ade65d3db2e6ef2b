"""A second header within a file, as it is left between files that were joined: the columns below it are other ones, or
stand in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST: Final = 2
_SHARE: Final = 2


class OtherHeaderError(Exception):
    """The record that starts in this line is another header."""

    def __init__(self, line: int) -> None:
        super().__init__("The file has another header.")
        self.line = line


def is_other_header(values: Sequence[str], names: frozenset[str]) -> bool:
    """Whether a row that is not the header itself has names of its columns as values, one in two at least: those of no
    user. `names` has no blank one."""
    if names.isdisjoint(values):
        return False
    found = sum(value.strip() in names for value in values)
    return found >= _FEWEST and found * _SHARE >= len(values)


def other_header(error: OtherHeaderError) -> Problem:
    """The problem of such a file."""
    return Problem(
        ProblemCode.WRONG_HEADER,
        f"Line {error.line:,} is another header, with other columns than the first one or in another order.",
        "The file was joined from several files. Drop them one by one.",
    )
