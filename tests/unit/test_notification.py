"""What is published for a run: a subject that SNS takes, a body for each protocol, attributes for filter policies."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification import headline, notification_of
from cognito_drop.core.notification.json_body import body
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import COMPLETED, STARTED, checked, drop, job, summary

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

SNS_LIMIT = 256 * 1024

counts = st.integers(0, 500_000)
accounts = st.builds(RowAccount, counts, counts, counts, counts, counts, counts)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), max_size=300)
summaries = st.builds(
    lambda name, alias, outcome, rows: summary(drop=drop(f"inbox/{alias}/{name}"), outcome=outcome, rows=rows),
    names, names, st.sampled_from(Outcome), accounts,
)  # fmt: skip


@given(summaries)
@example(summary(drop=drop("inbox/people/\u202egpj.\u200fusers\r\nBcc: x\x00\U0001f600.csv")))
@example(summary(drop=drop(f"inbox/people/{'é' * 1000}.csv")))
def test_sns_takes_the_subject(made: Summary) -> None:
    """Less than 100 printable ASCII characters that start with a letter, whatever the file is called."""
    subject = notification_of(made).subject
    assert re.fullmatch(r"[A-Za-z][ -~]{0,98}", subject)


@pytest.mark.parametrize("surplus", [0, 1, 50])
def test_a_long_name_is_cut_where_the_subject_is_full(surplus: int) -> None:
    """Three dots stand for the rest; a name that just fits is whole."""
    start = "Imported all 2 users: "
    name = "x" * (99 - len(start) + surplus)
    subject = notification_of(summary(drop=drop(f"inbox/people/{name}"))).subject
    assert subject == start + (name[: 99 - len(start) - 3] + "..." if surplus else name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kundë-ñame.csv", "Kunde-name.csv"),
        ("Отчёт.csv", "Otchet.csv"),
        ("顧客.csv", "??.csv (run {run})"),
        ("what?.csv", "what?.csv"),
        ("顧" * 100, "?" * 59 + "... (run {run})"),
    ],
)
def test_a_name_in_another_script_stays_recognizable(name: str, shown: str) -> None:
    """In Latin letters where there are some; where there are none, the run's short id tells two files apart."""
    made = summary(drop=drop(f"inbox/people/{name}"))
    subject = notification_of(made).subject
    assert subject == f"Imported all 2 users: {shown.format(run=made.drop.run_id[:8])}"


@given(summaries)
def test_sns_takes_the_message_and_its_attributes(made: Summary) -> None:
    """A JSON object of texts with a default, within 256 KiB, and no empty or unprintable attribute."""
    notification = notification_of(made)
    bodies = json.loads(notification.message)
    assert bodies.keys() == {"default", "email", "sms"}
    assert all(isinstance(body, str) and body for body in bodies.values())
    assert len(notification.message.encode()) < SNS_LIMIT
    for attribute in (notification.outcome, notification.pool, notification.has_failures):
        assert attribute
        assert attribute.isprintable()


def test_the_longest_key_fits_into_one_message() -> None:
    """1,024 bytes of the characters that take the most room in JSON, beside a long header in the hint."""
    made = summary(
        drop=drop("inbox/people/" + "\x01" * 1_011),
        file=CheckedFile(problem=Problem(ProblemCode.WRONG_HEADER, "A sentence.", "custom:column_name," * 70)),
    )
    assert len(notification_of(made).message.encode()) < SNS_LIMIT


@given(summaries)
def test_each_protocol_gets_a_body_of_its_own(made: Summary) -> None:
    """JSON for all that are not people, a text for email, and for telephones what fits into one message."""
    notification = notification_of(made)
    bodies = json.loads(notification.message)
    assert json.loads(bodies["default"]) == body(made)
    assert bodies["email"].startswith(headline(made))
    assert bodies["sms"] == notification.subject


@pytest.mark.parametrize("what", ["reasons", "parts", "columns", "warnings"])
def test_the_workflow_can_carry_the_message_of_the_messiest_file(what: str) -> None:
    """The answer of the report, in which the message is escaped once more, fits into the 256 KiB of a state."""
    reason = {
        "code": "value_too_large", "message": "x" * 500, "hint": "é" * 500, "count": 54,
        "first_lines": [500_000] * 10, "setting": "SchemaAttributes: the limits of custom:a_long_name",
    }  # fmt: skip
    many = {
        "reasons": {"reasons": [reason] * 600},
        "parts": {"parts": [{"bytes": 99_999_999}] * 500},
        "columns": {"columns": {"renamed": {}, "added": [], "left_out": ["x"] * 60_000}},
        "warnings": {"warnings": [{"code": "mostly_known", "message": "é" * 500}] * 100},
    }
    ended = job(imported=1, started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully.")
    made = summary(file=checked(*[500_000] * 500), jobs=[ended] * 500, preflight=many[what])
    notification = notification_of(made)
    assert len(json.dumps(asdict(notification))) < SNS_LIMIT - 32_000
    data = json.loads(json.loads(notification.message)["default"])
    assert {name: data[name] for name in ("run_id", "rows", "results")} == {
        name: made.to_json()[name] for name in ("run_id", "rows", "results")
    }


@pytest.mark.parametrize(
    ("outcome", "rows", "words"),
    [
        (Outcome.IMPORTED, RowAccount(1_000, 1_000), "Imported all 1,000 users"),
        (Outcome.IMPORTED, RowAccount(1, 1), "Imported 1 user"),
        (Outcome.FAILED, RowAccount(1, failed=1), "Failed, 0 of 1 user imported"),
        (
            Outcome.PARTLY_IMPORTED,
            RowAccount(1_000, 988, 5, 7),
            "Imported 988 of 1,000 users, 5 skipped, 7 failed",
        ),
        (
            Outcome.PARTLY_IMPORTED,
            RowAccount(1_234_567, 1_234_000, rejected=567),
            "Imported 1,234,000 of 1,234,567 users, 567 rejected",
        ),
        (Outcome.REJECTED, RowAccount(10, rejected=10), "Rejected, nothing was imported"),
        (Outcome.FAILED, RowAccount(10, 2, 0, 3, 0, 5), "Failed, 2 of 10 users imported"),
        (Outcome.STOPPED, RowAccount(10, 4, 0, 0, 0, 6), "Stopped, 4 of 10 users imported"),
        (Outcome.STOPPED, RowAccount(0, 0, 0, 0, 0, 0), "Stopped before the file was read"),
        (Outcome.EXPIRED, RowAccount(10, unprocessed=10), "Expired, 0 of 10 users imported"),
    ],
)
def test_the_headline_says_outcome_and_counts(outcome: Outcome, rows: RowAccount, words: str) -> None:
    """The subject of an email begins with what one wants to know first, and ends with the file."""
    made = summary(outcome=outcome, rows=rows)
    assert headline(made) == words
    assert notification_of(made).subject == f"{words}: users.csv"


def test_the_headline_of_a_dry_run_says_what_could_be() -> None:
    """Nothing was imported, and nothing failed."""
    file = checked(946, rows=1_000, rejected=54, is_dry_run=True)
    rows = RowAccount(total=1_000, rejected=54, unprocessed=946)
    made = summary(file=file, outcome=Outcome.CHECKED, rows=rows)
    assert headline(made) == "Checked, 946 of 1,000 users can be imported"


@pytest.mark.parametrize(
    ("changes", "has_failures"),
    [
        ({}, "false"),
        ({"rows": RowAccount(2, 1, skipped=1)}, "false"),
        ({"rows": RowAccount(2, 1, failed=1)}, "true"),
        ({"rows": RowAccount(2, rejected=2)}, "true"),
        ({"rows": RowAccount(2, 1, unprocessed=1)}, "true"),
        ({"error": "RefusedError: X"}, "true"),
        (
            {"outcome": Outcome.CHECKED, "file": checked(2, is_dry_run=True), "rows": RowAccount(2, unprocessed=2)},
            "false",
        ),
        ({"outcome": Outcome.CHECKED, "rows": RowAccount(2, rejected=1, unprocessed=1)}, "true"),
        ({"outcome": Outcome.REJECTED, "rows": RowAccount()}, "true"),
        ({"outcome": Outcome.FAILED, "rows": RowAccount(2, 2)}, "true"),
    ],
)
def test_subscribers_can_filter_for_failures(changes: dict[str, Any], has_failures: str) -> None:
    """A subscription that wants trouble only gets all of it; users who were there already are no trouble."""
    assert notification_of(summary(**changes)).has_failures == has_failures


def test_a_drop_without_an_alias_has_a_word_for_its_pool() -> None:
    """SNS refuses an empty attribute, and then no one would be told."""
    assert notification_of(summary(drop=drop("inbox//users.csv"))).pool == "unknown"
