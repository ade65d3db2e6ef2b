"""Joins the rows of the dropped file with their outcomes.

Accepted rows went into the parts in the order of the file, so the verdicts of the parts, one after the other, belong to
the rows that were not rejected, one after the other. Where hashes of several algorithms went into lanes of parts of
their own, this holds in each lane, and a byte for each accepted row has its lane.
"""

from __future__ import annotations

from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from cognito_drop.core.rows.row_outcome import KNOWN_USER, NEVER_SENT, NOT_LOGGED, RowOutcome, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cognito_drop.core.results.part_outcomes import PartOutcomes


class HasLine(Protocol):
    """A row of the file."""

    @property
    def line(self) -> int:
        """The line of the file on which it starts."""
        ...


R = TypeVar("R", bound=HasLine)
A = TypeVar("A")


def verdicts_of_parts(part_rows: Sequence[int], outcomes: Sequence[PartOutcomes | None]) -> Iterator[RowVerdict]:
    """The verdicts of all accepted rows in order; a part without outcomes was not given to Cognito."""
    return chain.from_iterable(_of_each_part(part_rows, outcomes))


def _of_each_part(part_rows: Sequence[int], outcomes: Sequence[PartOutcomes | None]) -> list[Iterable[RowVerdict]]:
    return [
        repeat(NEVER_SENT, rows) if shown is None else shown for rows, shown in zip(part_rows, outcomes, strict=True)
    ]


class KeptRejection(NamedTuple):
    """One reason why a row was rejected, as it is kept for the report."""

    line: int
    code: str
    message: str
    column: str = ""
    hint: str = ""


def verdicts_of_lanes(
    part_rows: Sequence[int],
    outcomes: Sequence[PartOutcomes | None],
    algorithms: Sequence[str],
    marks: Iterable[bytes] | None,
) -> Iterator[RowVerdict]:
    """The verdicts of all accepted rows in order, of a file with a lane of parts for each of its algorithms.

    `algorithms` has that of each part; nothing where no hashes were sent. `marks` has the number of the lane of every
    row, a byte each, where there is more than one lane. Without them it is not known which verdict is whose.
    """
    is_sent = any(shown is not None for shown in outcomes)
    return in_order(
        _of_each_part(part_rows, outcomes), algorithms, marks, NEVER_SENT, NOT_LOGGED if is_sent else NEVER_SENT
    )


def in_order(
    parts: Sequence[Iterable[A]], algorithms: Sequence[str], marks: Iterable[bytes] | None, nothing: A, unknown: A
) -> Iterator[A]:
    """What is said of the rows of each part, in the order of the accepted rows: see `verdicts_of_lanes`.

    `nothing` stands for a row that no part has, `unknown` for every row where it is not known which is whose.
    """
    lanes = [[at for at, name in enumerate(algorithms) if name == lane] for lane in dict.fromkeys(algorithms)]
    if len(lanes) <= 1:
        return chain.from_iterable(parts)
    if marks is None:
        return repeat(unknown)
    each = [chain.from_iterable(parts[at] for at in lane) for lane in lanes]
    return (next(each[mark], nothing) for mark in chain.from_iterable(marks))


def join(
    rows: Iterable[R], rejections: Iterable[KeptRejection], accepted: Iterator[RowVerdict]
) -> Iterator[tuple[R, RowVerdict]]:
    """Every row with its verdict. `rejections` are in the order of the file; those of known users among them are
    skipped rows."""
    return joined(rows, rejections, accepted, of_rejected=_verdict, nothing=NEVER_SENT)


def joined(
    rows: Iterable[R],
    rejections: Iterable[KeptRejection],
    accepted: Iterator[A],
    *,
    of_rejected: Callable[[Iterable[KeptRejection]], A],
    nothing: A,
) -> Iterator[tuple[R, A]]:
    """Every row with what is said of it: of accepted rows in their order, of others by their rejections; `nothing`
    of a row after the last accepted one."""
    waiting = groupby(rejections, key=attrgetter("line"))
    line, found = next(waiting, (0, _NO_MORE))
    for row in rows:
        if line == row.line:
            yield row, of_rejected(found)
            line, found = next(waiting, (0, _NO_MORE))
        else:
            yield row, next(accepted, nothing)


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
