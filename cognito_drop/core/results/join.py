"""Joins the rows of the dropped file with their outcomes.

Accepted rows went into the parts in the order of the file, so the verdicts of the parts, one after the other, belong to
the rows that were not rejected, one after the other.
"""

from __future__ import annotations

from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from cognito_drop.core.rows.row_outcome import KNOWN_USER, NEVER_SENT, RowOutcome, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cognito_drop.core.results.part_outcomes import PartOutcomes


class HasLine(Protocol):
    """A row of the file."""

    @property
    def line(self) -> int:
        """The line of the file on which it starts."""
        ...


R = TypeVar("R", bound=HasLine)


def verdicts_of_parts(part_rows: Sequence[int], outcomes: Sequence[PartOutcomes | None]) -> Iterator[RowVerdict]:
    """The verdicts of all accepted rows in order; a part without outcomes was not given to Cognito."""
    return chain.from_iterable(
        repeat(NEVER_SENT, rows) if shown is None else iter(shown)
        for rows, shown in zip(part_rows, outcomes, strict=True)
    )


class KeptRejection(NamedTuple):
    """One reason why a row was rejected, as it is kept for the report."""

    line: int
    code: str
    message: str
    column: str = ""
    hint: str = ""


def join(
    rows: Iterable[R], rejections: Iterable[KeptRejection], accepted: Iterator[RowVerdict]
) -> Iterator[tuple[R, RowVerdict]]:
    """Every row with its verdict. `rejections` are in the order of the file; those of known users among them are
    skipped rows."""
    waiting = groupby(rejections, key=attrgetter("line"))
    line, found = next(waiting, (0, _NO_MORE))
    for row in rows:
        if line == row.line:
            yield row, _verdict(found)
            line, found = next(waiting, (0, _NO_MORE))
        else:
            yield row, next(accepted, NEVER_SENT)


_NO_MORE: Final[Iterator[KeptRejection]] = iter(())


def _verdict(rejections: Iterable[KeptRejection]) -> RowVerdict:
    first, *others = rejections
    if first.code == KNOWN_USER.code:
        return KNOWN_USER
    rest = tuple(RowVerdict(RowOutcome.REJECTED, *each[1:]) for each in others)
    return RowVerdict(RowOutcome.REJECTED, *first[1:], rest)


def rejected_only(rows: Iterable[tuple[R, RowVerdict]]) -> Iterator[tuple[R, RowVerdict]]:
    """The rows of a check alone: only what was rejected has an outcome."""
    return ((row, verdict) for row, verdict in rows if verdict.outcome is RowOutcome.REJECTED)
