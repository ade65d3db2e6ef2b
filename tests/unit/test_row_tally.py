"""Counts of rows by outcome and reason."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.rows.row_outcome import FIRST_LINES, IN_POOL, NEVER_SENT, NOT_LOGGED, RowOutcome, RowVerdict

CODES = [
    "already_exists",
    "alias_exists",
    "not_verified",
    "invalid_email",
    "invalid_phone_number",
    "refused_by_cognito",
    "skipped",
]
verdicts = st.builds(RowVerdict, st.sampled_from(RowOutcome), st.sampled_from(CODES), st.text(max_size=3))


def _tally(*shown: RowVerdict) -> RowTally:
    tally = RowTally()
    for line, verdict in enumerate(shown, 2):
        tally.add(line, verdict)
    return tally


@given(st.lists(verdicts, max_size=60))
def test_every_row_is_counted_once(shown: list[RowVerdict]) -> None:
    """Under its outcome and code; the text makes no difference."""
    tally = _tally(*shown)
    expected = Counter(verdict.outcome for verdict in shown)
    assert {outcome: tally.count(outcome) for outcome in RowOutcome} == {
        outcome: expected[outcome] for outcome in RowOutcome
    }
    assert {key: group.count for key, group in tally.groups.items()} == Counter(
        (verdict.outcome, verdict.code) for verdict in shown
    )


@given(st.lists(verdicts, max_size=60))
def test_a_group_names_its_first_lines(shown: list[RowVerdict]) -> None:
    """In the order of the file, ten at most."""
    for (outcome, code), group in _tally(*shown).groups.items():
        lines = [line for line, each in enumerate(shown, 2) if (each.outcome, each.code) == (outcome, code)]
        assert group.first_lines == lines[:FIRST_LINES]


def test_cognitos_groups_come_with_the_largest_first() -> None:
    """Failed and skipped rows; the others are said elsewhere."""
    shown = _tally(
        RowVerdict(RowOutcome.FAILED, "invalid_email", "x"),
        RowVerdict(RowOutcome.SKIPPED, "already_exists", "x"),
        RowVerdict(RowOutcome.SKIPPED, "already_exists", "y"),
        RowVerdict(RowOutcome.IMPORTED, "imported", "x"),
        RowVerdict(RowOutcome.REJECTED, "email_invalid", "x"),
        NEVER_SENT,
        NOT_LOGGED,
    ).logged_by_cognito()
    assert [(group.code, group.count, group.first_lines) for group in shown] == [
        ("already_exists", 2, [3, 4]),
        ("invalid_email", 1, [2]),
    ]


@given(verdicts)
def test_a_group_speaks_in_our_own_words(verdict: RowVerdict) -> None:
    """Cognito's text could quote a value; a group has none of it, and always a sentence and a hint."""
    canary = RowVerdict(verdict.outcome, verdict.code, "canary@example.com")
    (group,) = _tally(canary).groups.values()
    sentence, hint = group.words
    assert sentence.endswith(".")
    assert hint.endswith(".")
    assert "canary" not in repr(group)


def test_a_skipped_row_is_not_called_rejected() -> None:
    """Whatever reason Cognito's log gives for skipping it, and where it gives none."""
    (group,) = _tally(RowVerdict(RowOutcome.SKIPPED, "skipped", "x")).groups.values()
    assert group.words[0] == "Cognito skipped the row."


def test_only_what_did_not_come_through_can_be_retried() -> None:
    """Skipped users are in the pool; the others are worth another try."""
    verdicts_of_all = [RowVerdict(outcome, "code", "A sentence.") for outcome in RowOutcome]
    assert {verdict.outcome for verdict in verdicts_of_all if verdict.can_be_retried} == {
        RowOutcome.FAILED, RowOutcome.REJECTED, RowOutcome.UNPROCESSED, RowOutcome.UNKNOWN,
    }  # fmt: skip
    assert not IN_POOL.can_be_retried, "one of two outcomes, and the user is in the pool with both"
