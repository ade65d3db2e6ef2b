"""Rows of the file, joined with the outcome of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.results.join import KeptRejection, join, verdicts_of_lanes, verdicts_of_parts
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows.row_outcome import NEVER_SENT, NOT_LOGGED, RowOutcome, RowVerdict


@dataclass(frozen=True)
class Row:
    """A row of the file, and whether preflight has rejected it."""

    line: int
    is_rejected: bool


def _shown(*words: str) -> PartOutcomes:
    outcomes = PartOutcomes(len(words))
    for number, word in enumerate(words, 2):
        outcomes.take(f"[{word}] Line Number {number} - The text.")
    return outcomes


def test_verdicts_of_parts_follow_each_other() -> None:
    """A part that was never started in between leaves its rows unprocessed."""
    shown = [_shown("SUCCEEDED", "FAILED"), None, _shown("SKIPPED", "?")]
    assert [verdict.outcome.value for verdict in verdicts_of_parts((2, 1, 2), shown)] == [
        "imported", "failed", "unprocessed", "skipped", "unknown",
    ]  # fmt: skip
    found = list(verdicts_of_parts((2, 1, 2), shown))
    assert (found[2], found[4]) == (NEVER_SENT, NOT_LOGGED)


def test_verdicts_of_lanes_follow_the_marks_of_the_rows() -> None:
    """Two lanes, the first of two parts; a mark a row, in blocks of any length."""
    shown = [_shown("SUCCEEDED", "FAILED"), _shown("SKIPPED", "SKIPPED"), _shown("FAILED")]
    lanes = (2, 2, 1), shown, ("BCRYPT", "SCRYPT", "BCRYPT")
    found = verdicts_of_lanes(*lanes, iter([b"\0\1", b"", b"\0\0\1"]))
    assert [verdict.outcome.value for verdict in found] == ["imported", "skipped", "failed", "failed", "skipped"]


def test_without_marks_no_row_gets_the_verdict_of_another() -> None:
    """The users may be in the pool; where no part was sent, none is."""
    given = (1, 1), (_shown("SUCCEEDED"), None), ("BCRYPT", "SCRYPT")
    assert list(islice(verdicts_of_lanes(*given, None), 2)) == [NOT_LOGGED, NOT_LOGGED]
    assert next(verdicts_of_lanes((1, 1), (None, None), ("BCRYPT", "SCRYPT"), None)) == NEVER_SENT


def test_rows_get_the_verdicts_of_their_lines() -> None:
    """Rejected rows in the middle, with lines that rows with line breaks have taken; the file's order is kept."""
    rows = [Row(2, False), Row(3, True), Row(7, False), Row(8, True), Row(9, False)]
    rejections = [
        KeptRejection(3, "email_invalid", "email is not a valid email address.", "email", "Correct it."),
        KeptRejection(3, "phone_invalid", "phone_number is not a phone number.", "phone_number"),
        KeptRejection(8, "row_blank", "The row is blank."),
    ]
    joined = list(join(rows, rejections, iter(_shown("SUCCEEDED", "FAILED", "SKIPPED"))))
    assert [row for row, _ in joined] == rows
    assert [verdict.outcome.value for _, verdict in joined] == [
        "imported", "rejected", "failed", "rejected", "skipped",
    ]  # fmt: skip
    assert joined[1][1] == RowVerdict(
        RowOutcome.REJECTED, *rejections[0][1:], (RowVerdict(RowOutcome.REJECTED, *rejections[1][1:]),)
    )


files = st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=40)


@given(files, st.lists(st.integers(1, 5), max_size=10), st.data())
def test_every_row_is_in_exactly_one_outcome(
    heights: list[tuple[int, bool]], sizes: list[int], data: st.DataObject
) -> None:
    """Each accepted row gets the verdict of its own place in its own part, whatever was rejected around it."""
    rows, line = [], 2
    for height, is_rejected in heights:
        rows.append(Row(line, is_rejected))
        line += height
    accepted = [row for row in rows if not row.is_rejected]
    part_rows = _cut(len(accepted), sizes)
    words = [
        data.draw(
            st.none() | st.lists(st.sampled_from(["SUCCEEDED", "FAILED", "SKIPPED", "?"]), min_size=n, max_size=n)
        )
        for n in part_rows
    ]
    shown = [_shown(*each) if each is not None else None for each in words]
    rejections = [KeptRejection(row.line, "code", "A sentence.") for row in rows if row.is_rejected]
    joined = list(join(rows, rejections, verdicts_of_parts(part_rows, shown)))
    assert [row for row, _ in joined] == rows
    spelled = {"SUCCEEDED": "imported", "FAILED": "failed", "SKIPPED": "skipped", "?": "unknown"}
    expected = iter(
        [
            spelled.get(word, "unprocessed")
            for n, each in zip(part_rows, words, strict=True)
            for word in (each or ["never sent"] * n)
        ]
    )
    for row, verdict in joined:
        assert verdict.outcome.value == ("rejected" if row.is_rejected else next(expected))


def _cut(rows: int, sizes: list[int]) -> list[int]:
    """Sizes of parts that together have so many rows."""
    parts = []
    for size in sizes:
        if rows:
            parts.append(min(size, rows))
            rows -= parts[-1]
    return [*parts, rows] if rows else parts


def test_rows_that_no_part_has_are_unprocessed() -> None:
    """A file that was refused as a whole has no parts, and its good rows were never sent."""
    joined = join([Row(2, False), Row(3, True)], [KeptRejection(3, "code", "A sentence.")], iter(()))
    assert [verdict.outcome.value for _, verdict in joined] == ["unprocessed", "rejected"]
