"""The notification of a run: a subject that SNS takes, a text for people, JSON for machines."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdas.core.notification import headline, notification_of
from lambdas.core.outcome import Outcome, RowAccount
from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.results.row_outcome import RowOutcome, RowVerdict
from lambdas.core.results.tally import Tally
from lambdas.core.run_state import CheckedFile
from tests.unit.samples import COMPLETED, POOL_ID, STARTED, checked, drop, job, summary

if TYPE_CHECKING:
    from lambdas.core.summary import Summary

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
    """At most 100 printable ASCII characters that start with a letter, whatever the file is called."""
    subject = notification_of(made).subject
    assert re.fullmatch(r"[A-Za-z][ -~]{0,99}", subject)


@pytest.mark.parametrize("surplus", [0, 1, 50])
def test_a_long_name_is_cut_where_the_subject_is_full(surplus: int) -> None:
    """Three dots stand for the rest; a name that just fits is whole."""
    start = "Imported all 2 users: "
    name = "x" * (100 - len(start) + surplus)
    subject = notification_of(summary(drop=drop(f"inbox/people/{name}"))).subject
    assert subject == start + (name[: 100 - len(start) - 3] + "..." if surplus else name)


def test_a_long_name_is_cut_in_the_text() -> None:
    """After 200 characters; machines get all of it."""
    bodies = json.loads(notification_of(summary(drop=drop(f"inbox/people/{'é' * 300}"))).message)
    assert f"File:  {'é' * 200}\n" in bodies["email"]
    assert json.loads(bodies["default"])["file"]["name"] == "é" * 300


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
def test_machines_get_the_summary(made: Summary) -> None:
    """What every protocol gets that is not for people is the summary's own JSON."""
    bodies = json.loads(notification_of(made).message)
    assert json.loads(bodies["default"]) == made.to_json()
    assert bodies["sms"] == headline(made)


@pytest.mark.parametrize("what", ["reasons", "parts", "columns"])
def test_the_workflow_can_carry_the_message_of_the_messiest_file(what: str) -> None:
    """The answer of the report, in which the message is escaped once more, fits into the 256 KiB of a state."""
    reason = {**PREFLIGHT["reasons"][0], "setting": "SchemaAttributes: the limits of custom:a_long_name"}
    many = {
        "reasons": {"reasons": [reason] * 600},
        "parts": {"parts": [{"bytes": 99_999_999}] * 500},
        "columns": {"columns": {"renamed": {}, "added": [], "left_out": ["x"] * 60_000}},
    }
    ended = job(imported=1, started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully.")
    made = summary(file=checked(*[500_000] * 500), jobs=[ended] * 500, preflight=many[what])
    notification = notification_of(made)
    assert len(json.dumps(asdict(notification))) < SNS_LIMIT - 32_000
    data = json.loads(json.loads(notification.message)["default"])
    assert {name: data[name] for name in ("run_id", "rows", "results")} == {
        name: made.to_json()[name] for name in ("run_id", "rows", "results")
    }


@given(summaries)
def test_no_line_of_the_text_comes_from_a_file_name(made: Summary) -> None:
    """Line breaks and marks of direction in a name cannot forge a line of the email."""
    text = json.loads(notification_of(made).message)["email"]
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("outcome", "rows", "words"),
    [
        (Outcome.IMPORTED, RowAccount(1_000, 1_000), "Imported all 1,000 users"),
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
    made = summary(file=file, outcome=Outcome.CHECKED, rows=rows, preflight=PREFLIGHT)
    assert headline(made) == "Checked, 946 of 1,000 users can be imported"
    text = json.loads(notification_of(made).message)["email"]
    assert "      946 can be imported\n" in text
    assert "not processed" not in text


LINES = [4, 41, 78, 115, 152, 189]
PREFLIGHT: dict[str, Any] = {
    "reasons": [
        {
            "code": "email_invalid", "message": "email is not an email address.", "hint": "Write it as in a@b.example.",
            "count": 54, "first_lines": LINES, "setting": None,
        }
    ],
    "warnings": [{"code": "mostly_known", "message": "15 of 20 users are in the pool already."}],
}  # fmt: skip
CANARY = "canary@example.com"


def _tally(*outcomes: RowOutcome, code: str = "invalid_email") -> Tally:
    tally = Tally()
    for line, outcome in enumerate(outcomes, 2):
        tally.add(line, RowVerdict(outcome, code, f"Invalid email address format: {CANARY}"))
    return tally


def test_the_text_of_an_import_with_failed_rows() -> None:
    """What a subscriber reads, word for word."""
    message = "Import Job Completed Successfully."
    made = summary(
        outcome=Outcome.PARTLY_IMPORTED,
        rows=RowAccount(1_061, 999, 1, 7, 54),
        jobs=[job(started=STARTED, completed=COMPLETED, message=message)],
        preflight=PREFLIGHT,
        tally=_tally(*[RowOutcome.FAILED] * 7),
    )
    assert json.loads(notification_of(made).message)["email"] == (
        "Imported 999 of 1,061 users, 1 skipped, 7 failed, 54 rejected.\n"
        "\n"
        "File:  users.csv\n"
        f"Pool:  people ({POOL_ID})\n"
        "\n"
        "      999 imported\n"
        "        1 skipped (the user was in the pool already, or comes twice in the file)\n"
        "        7 failed\n"
        "       54 rejected before the import\n"
        "    1,061 rows in the file\n"
        "\n"
        "54 rejected: email is not an email address.\n"
        "    Write it as in a@b.example.\n"
        "    Lines 4, 41, 78, 115, 152, ...\n"
        "7 failed: Cognito does not take the email address.\n"
        "    Mend the address.\n"
        "    Lines 2, 3, 4, 5, 6, ...\n"
        "\n"
        f"Cognito says: {message}\n"
        "The import took 1 h 1 min 1 s.\n"
        "Cognito's log does not tell the outcome of every row; the counts are Cognito's own.\n"
        "15 of 20 users are in the pool already.\n"
        "\n"
        f"Results:  s3://drops/results/{made.drop.run_id}/\n"
        f"Run:      {made.drop.run_id}\n"
    )


@given(st.lists(st.sampled_from(RowOutcome), min_size=1, max_size=20), st.sampled_from(["invalid_email", "new_code"]))
def test_reasons_never_quote_cognitos_own_text(outcomes: list[RowOutcome], code: str) -> None:
    """It could quote a value of a row, and a notification goes to many."""
    made = summary(tally=_tally(*outcomes, code=code), preflight=PREFLIGHT)
    notification = notification_of(made)
    assert CANARY not in f"{notification}"


def test_only_the_most_frequent_reasons_are_told() -> None:
    """Five of them, the most frequent first; the page has all."""
    reasons = [{**PREFLIGHT["reasons"][0], "message": f"Reason {n}.", "count": n} for n in range(1, 9)]
    text = json.loads(notification_of(summary(preflight={"reasons": reasons})).message)["email"]
    assert re.findall(r"Reason (\d)\.", text) == ["8", "7", "6", "5", "4"]


def test_the_jobs_of_parts_are_told_together() -> None:
    """Times are added up, and the same message comes once."""
    ended = [
        job(started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully."),
        job(started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully."),
        job("Stopped", started=STARTED, completed=COMPLETED, message="The Import Job was stopped by the developer."),
        None,
    ]
    text = json.loads(notification_of(summary(jobs=ended)).message)["email"]
    assert text.count("Cognito says: Import Job Completed Successfully.\n") == 1
    assert text.count("Cognito says: The Import Job was stopped by the developer.\n") == 1
    assert "The import took 3 h 3 min 3 s.\n" in text


def test_the_text_of_a_rejected_file_says_why_and_what_to_do() -> None:
    """Sentence and hint of the problem stand in the text."""
    problem = Problem(ProblemCode.NO_ROWS, "The file has a header and no users.", "Add a row for each user.")
    text = json.loads(notification_of(summary(outcome=Outcome.REJECTED, file=CheckedFile(problem=problem))).message)[
        "email"
    ]
    assert "The file has a header and no users.\nAdd a row for each user.\n" in text


def test_the_text_says_when_a_run_ended_early_or_counts_differ() -> None:
    """Errors and odd counts are not hidden."""
    made = summary(outcome=Outcome.FAILED, error="RefusedError: X", rows=RowAccount(total=2, imported=3))
    text = json.loads(notification_of(made).message)["email"]
    assert "The run ended early: RefusedError: X.\n" in text
    assert "Cognito's log does not tell the outcome of every row" in text


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
    """SNS refuses an empty attribute, and then nobody would be told."""
    assert notification_of(summary(drop=drop("inbox//users.csv"))).pool == "unknown"


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "less than a second"), (60, "1 min"), (7205, "2 h 5 s")])
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    """Units that are zero are left out."""
    started = STARTED
    made = summary(
        jobs=[job(started=started, completed=started.fromtimestamp(started.timestamp() + seconds, started.tzinfo))]
    )
    assert f"The import took {words}.\n" in json.loads(notification_of(made).message)["email"]
