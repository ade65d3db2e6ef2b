"""What Cognito's log says of the rows of a part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows.row_outcome import IN_POOL, NOT_LOGGED, NOT_REACHED, RowOutcome, RowVerdict

NOT_VERIFIED = (
    "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."
)
EXISTS = "The user already exists."
SUCCEEDED = "The import succeeded."


def _outcomes(rows: int, *lines: str) -> PartOutcomes:
    outcomes = PartOutcomes(rows)
    for line in lines:
        outcomes.take(line)
    return outcomes


def _line(word: str, number: int, text: str) -> str:
    return f"[{word}] Line Number {number} - {text}"


@pytest.mark.parametrize(
    ("word", "text", "outcome", "code"),
    [
        ("SUCCEEDED", SUCCEEDED, RowOutcome.IMPORTED, "imported"),
        ("SKIPPED", EXISTS, RowOutcome.SKIPPED, "already_exists"),
        ("SKIPPED", "For an unknown reason.", RowOutcome.SKIPPED, "skipped"),
        ("FAILED", NOT_VERIFIED, RowOutcome.FAILED, "not_verified"),
        ("FAILED", NOT_VERIFIED.replace(").", " to true."), RowOutcome.FAILED, "not_verified"),
        ("FAILED", "Invalid email address format", RowOutcome.FAILED, "invalid_email"),
        ("FAILED", "An account with the given email already exists.", RowOutcome.FAILED, "alias_exists"),
        ("FAILED", "Invalid phone number format.", RowOutcome.FAILED, "invalid_phone_number"),
        ("FAILED", "Something else.", RowOutcome.FAILED, "refused_by_cognito"),
        ("FAILED", "", RowOutcome.FAILED, "refused_by_cognito"),
    ],
)
def test_each_line_is_a_verdict(word: str, text: str, outcome: RowOutcome, code: str) -> None:
    """A stable code of ours, and Cognito's own words beside it."""
    assert list(_outcomes(1, _line(word, 2, text))) == [RowVerdict(outcome, code, text)]


def test_the_header_is_line_one() -> None:
    """The first user is in line 2; what the log does not speak of has no outcome."""
    outcomes = _outcomes(4, _line("SUCCEEDED", 3, SUCCEEDED), _line("SKIPPED", 5, EXISTS))
    assert [verdict.outcome for verdict in outcomes] == [
        RowOutcome.UNKNOWN, RowOutcome.IMPORTED, RowOutcome.UNKNOWN, RowOutcome.SKIPPED,
    ]  # fmt: skip
    assert next(iter(outcomes)) == NOT_LOGGED
    assert outcomes.shown == 2


@pytest.mark.parametrize(
    "line",
    [
        "Cognito User Pools Import - Test Log",
        "",
        _line("SUCCEEDED", 1, SUCCEEDED),
        _line("SUCCEEDED", 0, SUCCEEDED),
        _line("SUCCEEDED", 4, SUCCEEDED),
        _line("SUCCEEDED", 10**30, SUCCEEDED),
        f"[SUCCEEDED] Line Number {'2' * 5_000} - {SUCCEEDED}",
        "[SUCCEEDED] Line Number ٢ - The import succeeded.",
        _line("STARTED", 2, SUCCEEDED),
        "[SUCCEEDED] Line Number two - The import succeeded.",
        "[SUCCEEDED] Line Number -2 - The import succeeded.",
        f"x {_line('SUCCEEDED', 2, SUCCEEDED)}",
    ],
)
def test_a_line_that_speaks_of_no_row_changes_nothing(line: str) -> None:
    """The log's title, other words, and lines that the part does not have."""
    assert _outcomes(2, line).shown == 0


def test_a_line_that_comes_twice_counts_once() -> None:
    """The log is read again from its start when it was not complete; the newest word stands."""
    outcomes = _outcomes(1, _line("FAILED", 2, "x"), _line("FAILED", 2, "x"), _line("SUCCEEDED", 2, SUCCEEDED))
    assert (outcomes.shown, next(iter(outcomes)).outcome) == (1, RowOutcome.IMPORTED)


texts = st.sampled_from([SUCCEEDED, EXISTS, NOT_VERIFIED, "é\u2028ü", "canary \x00"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)
lines = st.builds(_line, st.sampled_from(["SUCCEEDED", "SKIPPED", "FAILED"]), st.integers(0, 22), texts)


@given(st.integers(0, 20), st.lists(lines, max_size=60))
def test_what_is_kept_comes_back_as_it_was(rows: int, shown: list[str]) -> None:
    """Between two functions it lies in the staging."""
    outcomes = _outcomes(rows, *shown)
    back = PartOutcomes.from_bytes(outcomes.to_bytes(), rows)
    assert list(back) == list(outcomes)
    assert len(list(back)) == rows
    assert back.shown == outcomes.shown


@given(st.lists(st.text(max_size=60)))
def test_no_line_of_a_log_is_an_error(shown: list[str]) -> None:
    """Whatever Cognito may write."""
    assert _outcomes(5, *shown, *(f"[FAILED] Line Number {text}" for text in shown)).shown == 0


def test_texts_that_are_all_different_cost_no_more_than_a_byte_a_row() -> None:
    """Should Cognito quote something of every row: outcomes and codes stay right, the text is left to the log."""
    rows = 10_000
    outcomes = _outcomes(
        rows,
        *(_line("FAILED", number + 2, f"Invalid email {number}") for number in range(rows - 2)),
        _line("SKIPPED", rows, EXISTS),
        _line("SUCCEEDED", rows + 1, SUCCEEDED),
    )
    verdicts = list(outcomes)
    assert outcomes.shown == rows
    assert verdicts[0].message == "Invalid email 0"
    assert verdicts[-3].message == "See Cognito's log."
    assert [verdict.outcome for verdict in verdicts] == [
        *[RowOutcome.FAILED] * (rows - 2), RowOutcome.SKIPPED, RowOutcome.IMPORTED,
    ]  # fmt: skip
    assert len(outcomes.to_bytes()) < rows + 30_000
    assert list(PartOutcomes.from_bytes(outcomes.to_bytes(), rows)) == verdicts


def test_an_import_keeps_its_code_after_many_different_texts() -> None:
    """The code of a row does not hang on how many texts came before it."""
    outcomes = _outcomes(
        400,
        *(_line("FAILED", number + 2, f"Something {number}") for number in range(300)),
        _line("FAILED", 302, NOT_VERIFIED),
        _line("SKIPPED", 303, EXISTS),
        _line("SUCCEEDED", 304, SUCCEEDED),
    )
    assert [verdict.code for verdict in list(outcomes)[300:303]] == ["not_verified", "already_exists", "imported"]


def test_the_first_line_may_come_twice() -> None:
    """Seen in real logs; it speaks of no row."""
    first = "Cognito User Pools Import - Test Log"
    outcomes = _outcomes(2, first, first, _line("SUCCEEDED", 2, SUCCEEDED), first, _line("SKIPPED", 3, EXISTS))
    assert [verdict.outcome.value for verdict in outcomes] == ["imported", "skipped"]


@pytest.mark.parametrize(
    ("words", "counts", "is_over", "expected"),
    [
        ("???", (3, 0, 0), True, ["imported"] * 3),
        ("???", (0, 3, 0), True, ["skipped"] * 3),
        ("???", (0, 0, 3), True, ["failed"] * 3),
        ("???", (0, 0, 0), True, ["unprocessed"] * 3),
        ("???", (0, 0, 0), False, ["unknown"] * 3),
        ("???", (3, 0, 0), False, ["imported"] * 3),
        ("???", (2, 0, 1), True, ["unknown"] * 3),
        ("???", (2, 0, 0), True, ["unknown"] * 3),
        ("S??", (1, 0, 2), True, ["imported", "failed", "failed"]),
        ("S??", (1, 0, 0), True, ["imported", "unprocessed", "unprocessed"]),
        ("F??", (2, 0, 0), True, ["failed", "unknown", "unknown"]),
        ("???", (3, 2, 0), True, ["unknown"] * 3),
        ("???", (7, 0, 0), True, ["unknown"] * 3),
    ],
)
def test_rows_without_a_line_get_the_one_outcome_that_the_counts_leave(
    words: str, counts: tuple[int, int, int], *, is_over: bool, expected: list[str]
) -> None:
    """And none where there are two, where the job may go on, and where log and counts contradict each other."""
    spelled = {"S": "SUCCEEDED", "F": "FAILED", "?": "?"}
    outcomes = _outcomes(3, *(_line(spelled[word], line, "The text.") for line, word in enumerate(words, 2)))
    outcomes.conclude(JobCounts(*counts), is_over=is_over)
    assert [verdict.outcome.value for verdict in PartOutcomes.from_bytes(outcomes.to_bytes(), 3)] == expected


def test_users_who_were_imported_or_skipped_are_in_the_pool() -> None:
    """Which of them is not known, and no one has to drop them again."""
    outcomes = _outcomes(3, _line("FAILED", 2, "The text."))
    outcomes.conclude(JobCounts(1, 1, 1), is_over=True)
    assert [*outcomes][1:] == [IN_POOL, IN_POOL]
    assert not any(verdict.can_be_retried for verdict in [*outcomes][1:])


def test_rows_that_were_not_reached_can_be_dropped_again() -> None:
    """Their user is not in the pool by this job."""
    outcomes = _outcomes(1)
    outcomes.conclude(JobCounts(), is_over=True)
    assert [*outcomes] == [NOT_REACHED]
    assert NOT_REACHED.can_be_retried


@given(st.text(alphabet="SKF?", max_size=8), st.tuples(*[st.integers(0, 8)] * 3), st.booleans())
def test_what_is_concluded_never_contradicts_the_log(words: str, counts: tuple[int, int, int], is_over: bool) -> None:
    """Each row with a line keeps its outcome, and no outcome gets more rows than the job counts."""
    spelled = {"S": "SUCCEEDED", "K": "SKIPPED", "F": "FAILED", "?": "?"}
    lines = [_line(spelled[word], line, "The text.") for line, word in enumerate(words, 2)]
    before, outcomes = _outcomes(len(words), *lines), _outcomes(len(words), *lines)
    outcomes.conclude(JobCounts(*counts), is_over=is_over)
    for shown, concluded in zip(before, outcomes, strict=True):
        assert shown in (NOT_LOGGED, concluded)
        if shown == NOT_LOGGED and concluded.outcome in (RowOutcome.IMPORTED, RowOutcome.SKIPPED, RowOutcome.FAILED):
            assert outcomes.count(concluded.outcome) == dict(zip(_COUNTED, counts, strict=True))[concluded.outcome]


_COUNTED = (RowOutcome.IMPORTED, RowOutcome.SKIPPED, RowOutcome.FAILED)
