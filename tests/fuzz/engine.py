"""Runs the row engine on broken files and holds what must be true of every file against what it says."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unittest import mock

from cognito_drop.core.presets import Source
from cognito_drop.core.rows import NoSink, Options, PoolRules, Undocumented, UnknownColumns, preflight
from tests.fuzz.mutation import mutated, seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.rows import PreflightReport, Rejection

HEADER: Final = (
    "cognito:username,email,email_verified,name,birthdate,phone_number,phone_number_verified,updated_at,custom:team,"
    "cognito:mfa_enabled"
).split(",")
_POOLS: Final = tuple(
    PoolRules.of({"AutoVerifiedAttributes": ["email"], **more}, HEADER)
    for more in (
        {},
        {"UsernameConfiguration": {"CaseSensitive": False}, "MfaConfiguration": "OPTIONAL"},
        {"UsernameAttributes": ["email", "phone_number"]},
        {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email", "phone_number"]},
    )
)
_OPTIONS: Final = tuple(
    Options(
        unknown_columns=unknown, undocumented=undocumented, max_part_rows=rows, block_bytes=block, first_lines=block % 7
    )
    for unknown in UnknownColumns
    for undocumented in Undocumented
    for rows, block in ((2, 64), (500_000, 1 << 20))
)
SLOWEST: Final = 5.0
"""Seconds of CPU after which a file of a few kilobytes counts as a hang, however busy the machine is."""
_COMPARE_EVERY: Final = 4


class BrokenPromiseError(Exception):
    """A file for which the engine does not do what it promises."""


@dataclass
class _Lines(NoSink):
    """Keeps the lines of rejected rows."""

    lines: list[int]
    written: int = 0

    def part_bytes(self, number: int, block: bytes) -> None:  # noqa: ARG002  (the sink's signature)
        """Count the bytes."""
        self.written += len(block)

    def rejected(self, row: Rejection) -> None:
        """Keep its line, once for all its faults."""
        if self.lines[-1:] != [row.line]:
            self.lines.append(row.line)


def run(seed: int, inputs: int) -> Iterator[int]:
    """Check that many broken files and give the number checked after each. Raises BrokenPromiseError, and whatever the
    engine raises, with the file in a note."""
    chance = random.Random(seed)  # noqa: S311  (repeatable, no secret)
    corpus = seeds()
    with mock.patch("cognito_drop.core.rows.duplicates._SMALLEST", 8):
        for number in range(1, inputs + 1):
            content = mutated(chance, corpus)
            try:
                _check(content, chance, compare=number % _COMPARE_EVERY == 0)
            except Exception as error:
                error.add_note(f"Input {number} of seed {seed}: {content!r}")
                raise
            yield number


def _check(content: bytes, chance: random.Random, *, compare: bool) -> None:
    rules, options = chance.choice(_POOLS), chance.choice(_OPTIONS)
    start = time.thread_time()
    report, sink = _preflight(content, rules, options, chance.choice((7, 100, 1 << 20)))
    _accounts(content, report, sink)
    if compare:
        again, other = _preflight(content, rules, options, chance.randint(1, 40))
        _promise(again == report and other.lines == sink.lines, "The answer hangs on how the file arrives.")
    _promise(time.thread_time() - start < SLOWEST, "The file takes too long.")


def _preflight(content: bytes, rules: PoolRules, options: Options, size: int) -> tuple[PreflightReport, _Lines]:
    sink = _Lines([])
    return preflight(_cut(content, size), rules, options, sink), sink


def _accounts(content: bytes, report: PreflightReport, sink: _Lines) -> None:
    """Every row is in exactly one place, and can be read again."""
    if report.problem:
        _promise(report.rows == 0, "A file with a problem has no rows.")
        return
    _promise(report.dialect is not None, "A file without a problem has a dialect.")
    parts = [segment for part in report.parts for segment in part.segments]
    accepted = [line for _, first, count in parts for line in range(first, first + count)]
    _promise(report.rejected == len(sink.lines) <= sum(reason.count for reason in report.reasons), "Rejected rows.")
    _promise(report.accepted == len(accepted) == sum(part.rows for part in report.parts), "Accepted rows.")
    _promise(sum(part.bytes for part in report.parts) == sink.written, "Bytes of the parts.")
    _promise(sink.lines == sorted(sink.lines) and accepted == sorted(accepted), "The order of the file.")
    assert report.dialect
    _, read = Source.of_users(report.dialect, report.width).records(_cut(content, 999))
    lines = [record.line for record in read]
    _promise(lines == sorted([*accepted, *sink.lines]), "The rows that are read again.")


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise BrokenPromiseError(what)


def _cut(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
