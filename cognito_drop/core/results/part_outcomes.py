"""What Cognito's log says of the rows of one part, a byte a row.

The log names lines of the part: the header is line 1, the first user line 2. Seen in real logs:
`[FAILED] Line Number 5956 - The User Record does not set any of the auto verified attributes to verified. (…)`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.rows.row_outcome import BY_COUNTS, IN_POOL, NOT_LOGGED, NOT_REACHED, RowOutcome, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = re.compile(r"\[(SUCCEEDED|SKIPPED|FAILED)\] Line Number ([0-9]{1,9}) - (.*)")
_FIRST_USER_LINE: Final = 2
_UNKNOWN: Final = 0
_MOST_REASONS: Final = 240
"""Different texts that are kept; with one more for every code they fit into a byte."""
_MANY_TEXTS: Final = "See Cognito's log."
"""Stands for the texts after those: so many different ones quote something of the rows."""
_OUTCOMES: Final = {
    "SUCCEEDED": RowOutcome.IMPORTED,
    "SKIPPED": RowOutcome.SKIPPED,
    "FAILED": RowOutcome.FAILED,
}
_CODES: Final = {
    RowOutcome.IMPORTED: (("imported", re.compile(r"")),),
    RowOutcome.SKIPPED: (
        ("already_exists", re.compile(r"already exists", re.IGNORECASE)),
        ("skipped", re.compile(r"")),
    ),
    RowOutcome.FAILED: (
        ("not_verified", re.compile(r"auto verified attributes", re.IGNORECASE)),
        ("alias_exists", re.compile(r"already exists", re.IGNORECASE)),
        ("invalid_email", re.compile(r"email", re.IGNORECASE)),
        ("invalid_phone_number", re.compile(r"phone", re.IGNORECASE)),
        ("refused_by_cognito", re.compile(r"")),
    ),
}


class PartOutcomes:
    """The rows of one part, each with the verdict that the log gives, or none."""

    def __init__(self, rows: int) -> None:
        self._marks = bytearray(rows)
        self._reasons: list[RowVerdict] = []
        self._marks_of: dict[tuple[str, str], int] = {}

    def take(self, message: str) -> None:
        """Read one line of the log; a line that speaks of no row of the part changes nothing."""
        found = _LINE.match(message)
        if found is None:
            return
        word, line, text = found[1], int(found[2]), found[3].strip()
        row = line - _FIRST_USER_LINE
        if 0 <= row < len(self._marks):
            self._marks[row] = self._mark(word, text)

    @property
    def shown(self) -> int:
        """Rows that the log has a line of."""
        return len(self._marks) - self._marks.count(_UNKNOWN)

    def conclude(self, counts: JobCounts, *, is_over: bool) -> None:
        """Give the rows without a line their outcome, if the job's counts leave the same one for all of them.

        `is_over`: the job has ended, so what it has not counted was not reached. Where the log and the counts
        contradict each other, nothing is concluded.
        """
        unknown = self._marks.count(_UNKNOWN)
        left = {
            RowOutcome.IMPORTED: counts.imported - self.count(RowOutcome.IMPORTED),
            RowOutcome.SKIPPED: counts.skipped - self.count(RowOutcome.SKIPPED),
            RowOutcome.FAILED: counts.failed - self.count(RowOutcome.FAILED),
        }
        if not unknown or min(left.values()) < 0:
            return
        reached = sum(left.values())
        verdict = NOT_REACHED if is_over and not reached else None
        if reached == unknown:
            verdict = next((BY_COUNTS[outcome] for outcome, rows in left.items() if rows == unknown), None)
            if verdict is None and not left[RowOutcome.FAILED]:
                verdict = IN_POOL
        if verdict is not None:
            mark = self._mark_of(verdict, (verdict.code, verdict.message))
            self._marks = self._marks.replace(bytes([_UNKNOWN]), bytes([mark]))

    def count(self, outcome: RowOutcome) -> int:
        """Rows that are known to have this outcome."""
        return sum(
            self._marks.count(mark) for mark, verdict in enumerate(self._reasons, 1) if verdict.outcome is outcome
        )

    def at_least(self, counts: JobCounts) -> JobCounts:
        """The job's counts, or the log's where it has more: a stopped job's may be 0, as AWS does not document them."""
        return JobCounts(
            max(counts.imported, self.count(RowOutcome.IMPORTED)),
            max(counts.skipped, self.count(RowOutcome.SKIPPED)),
            max(counts.failed, self.count(RowOutcome.FAILED)),
        )

    def __iter__(self) -> Iterator[RowVerdict]:
        """The verdict of each row, in order."""
        verdicts = [NOT_LOGGED, *self._reasons]
        return (verdicts[mark] for mark in self._marks)

    def to_bytes(self) -> bytes:
        """For keeping: a line of JSON with the reasons, then a byte a row."""
        reasons = [[verdict.outcome.value, verdict.code, verdict.message] for verdict in self._reasons]
        return json.dumps(reasons).encode() + b"\n" + bytes(self._marks)

    @classmethod
    def from_bytes(cls, data: bytes, rows: int) -> PartOutcomes:
        """What `to_bytes` has kept of so many rows. Raises ValueError or TypeError for something else."""
        head, _, marks = data.partition(b"\n")
        outcomes = cls(0)
        outcomes._marks = bytearray(marks)
        outcomes._reasons = [RowVerdict(RowOutcome(word), code, text) for word, code, text in json.loads(head)]
        if len(marks) != rows or max(marks, default=0) > len(outcomes._reasons):
            raise ValueError
        return outcomes

    def _mark(self, word: str, text: str) -> int:
        mark = self._marks_of.get((word, text))
        return self._new_mark(word, text) if mark is None else mark

    def _new_mark(self, word: str, text: str) -> int:
        verdict, key = _verdict(_OUTCOMES[word], text), (word, text)
        if len(self._reasons) >= _MOST_REASONS:
            verdict, key = replace(verdict, message=_MANY_TEXTS), (verdict.code, _MANY_TEXTS)
        return self._mark_of(verdict, key)

    def _mark_of(self, verdict: RowVerdict, key: tuple[str, str]) -> int:
        if key not in self._marks_of:
            self._reasons.append(verdict)
            self._marks_of[key] = len(self._reasons)
        return self._marks_of[key]


def _verdict(outcome: RowOutcome, text: str) -> RowVerdict:
    code = next(code for code, pattern in _CODES[outcome] if pattern.search(text))
    return RowVerdict(outcome, code, text)
