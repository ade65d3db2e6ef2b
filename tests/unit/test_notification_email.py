"""The email of a run: what a person reads on a telephone, and nothing that a file could have written into it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.members.memberships import MembershipAccount
from cognito_drop.core.notification import notification_of
from cognito_drop.core.notification.json_body import has_failures
from cognito_drop.core.results.row_tally import RowTally
from cognito_drop.core.rows.row_outcome import RowOutcome, RowVerdict
from cognito_drop.core.runs.detail_gap import retry_warning
from cognito_drop.core.runs.noted_ids import IdsAccount, NotedIds
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.console import Site
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import COMPLETED, POOL_ID, STARTED, checked, drop, job, summary

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

LINES = [4, 41, 78, 115, 152, 189]
PREFLIGHT: dict[str, Any] = {
    "reasons": [
        {
            "code": "email_invalid", "message": "email is not a valid email "
            "address.", "hint": "Write it as in a@b.example.",
            "count": 54, "first_lines": LINES, "setting": None,
        }
    ],
    "warnings": [{"code": "mostly_known", "message": "15 of 20 users are already in the pool."}],
}  # fmt: skip
PROBLEM = Problem(ProblemCode.NO_ROWS, "The file has a header but no users.", "Add a row for each user.")
MAPPED: dict[str, Any] = {"mapping": {"sha256": "0" * 64, "version_id": "v1"}}
CANARY = "canary@example.com"


def _tally(*outcomes: RowOutcome, code: str = "invalid_email") -> RowTally:
    tally = RowTally()
    for line, outcome in enumerate(outcomes, 2):
        tally.add(line, RowVerdict(outcome, code, f"Invalid email address format: {CANARY}"))
    return tally


def _text(made: Summary) -> str:
    text: str = json.loads(notification_of(made).message)["email"]
    return text


def test_the_text_of_an_import_with_failed_rows() -> None:
    """What a subscriber reads, word for word."""
    message = "Import Job Completed Successfully."
    made = summary(
        outcome=Outcome.PARTLY_IMPORTED,
        rows=RowAccount(1_061, 999, 1, 7, 54),
        jobs=[job(started=STARTED, completed=COMPLETED, message=message)],
        preflight=PREFLIGHT,
        tally=_tally(*[RowOutcome.FAILED] * 7),
        files=["failed.csv", "retry.csv"],
        site=Site("aws", "eu-west-1"),
    )
    run = made.drop.run_id
    assert _text(made) == (
        "Imported 999 of 1,061 users, 1 skipped, 7 failed, 54 rejected.\n"
        "\n"
        "File: users.csv\n"
        f"Pool: people ({POOL_ID})\n"
        "\n"
        f"Cognito says: {message}\n"
        "The import took 1 h 1 min.\n"
        "The log of the import job does not match the job's counts.\n"
        "The outcome of every row is still known, for some rows only from the job's counts.\n"
        "\n"
        "Rows in the file:\n"
        "999 imported\n"
        "1 skipped\n"
        "7 failed\n"
        "54 rejected\n"
        "1,061 total\n"
        "\n"
        "54 rejected: email is not a valid email address.\n"
        "Write it as in a@b.example.\n"
        "Lines 4, 41, 78, 115, 152 and 49 more\n"
        "\n"
        "7 failed: Cognito does not accept the email address.\n"
        "Correct the address.\n"
        "Lines 2, 3, 4, 5, 6 and 2 more\n"
        "\n"
        "15 of 20 users are already in the pool.\n"
        "\n"
        f"Fix the remaining rows in retry.csv, fetched with `cognito-drop results {run[:8]} --download .`, and drop "
        "them again:\n"
        f"cognito-drop retry {run[:8]} --file retry.csv\n"
        "\n"
        "Results:\n"
        f"https://eu-west-1.console.aws.amazon.com/s3/buckets/drops?region=eu-west-1&prefix=results/{run}/\n"
        f"s3://drops/results/{run}/\n"
        "\n"
        f"Run: {run}\n"
    )


@pytest.mark.parametrize(
    ("rows", "is_said"),
    [
        (RowAccount(2, skipped=2), True),
        (RowAccount(3, imported=1, skipped=2), True),
        (RowAccount(3, skipped=2, failed=1), False),
        (RowAccount(3, skipped=2, rejected=1), False),
        (RowAccount(3, skipped=2, unprocessed=1), False),
        (RowAccount(2, imported=2), False),
    ],
)
def test_a_job_that_failed_for_users_in_the_pool_needs_no_action(rows: RowAccount, *, is_said: bool) -> None:
    """Only if there is no other row; the outcome is still that of Cognito."""
    ended = job("Failed", message="Too many users have failed or been skipped during the import.")
    said = "No action is needed: all users of the file are in the pool, and Cognito fails a job that skips too many"
    assert (said in _text(summary(outcome=Outcome.FAILED, rows=rows, jobs=[ended]))) is is_said
    assert said not in _text(summary(outcome=Outcome.PARTLY_IMPORTED, rows=rows, jobs=[job()]))


def test_a_job_that_failed_for_users_in_the_pool_may_have_left_groups() -> None:
    """Then the action is to add the users to these."""
    ended = job("Failed", message="Too many users have failed or been skipped during the import.")
    left = MembershipAccount(total=2, unprocessed=2)
    text = _text(summary(outcome=Outcome.FAILED, rows=RowAccount(2, skipped=2), jobs=[ended], memberships=left))
    assert "No row has to be imported again: all users of the file are in the pool" in text
    assert "No action is needed" not in text


def test_the_text_of_a_dry_run_says_what_could_be() -> None:
    """What can be imported is in the place of what was, and nothing is called unprocessed."""
    file = checked(946, rows=1_000, rejected=54, is_dry_run=True)
    rows = RowAccount(total=1_000, rejected=54, unprocessed=946)
    text = _text(summary(file=file, outcome=Outcome.CHECKED, rows=rows, preflight=PREFLIGHT))
    assert "Rows in the file:\n946 can be imported\n54 rejected\n1,000 total\n" in text
    assert "not processed" not in text


def test_a_text_that_is_looked_up_is_a_short_line() -> None:
    """But for addresses and sentences, a line fits across a telephone, and none is a table's."""
    rows = RowAccount(3_000_000, 500_000, 500_000, 500_000, 1_000_000, 500_000)
    made = summary(outcome=Outcome.PARTLY_IMPORTED, rows=rows, preflight=PREFLIGHT, files=["retry.csv"])
    lines = [line for line in _text(made).split("\n") if "://" not in line and not line.endswith((".", ":"))]
    assert max(map(len, lines)) <= 45
    assert not [line for line in lines if "  " in line or "\t" in line]


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "cognito-drop status {run}"),
        ({"outcome": Outcome.FAILED, "rows": RowAccount(2, skipped=2)}, "cognito-drop status {run}"),
        (
            {"outcome": Outcome.PARTLY_IMPORTED, "rows": RowAccount(2, 1, failed=1), "files": ["retry.csv"]},
            "{run} --download .`, and drop them again:\ncognito-drop retry {run} --file retry.csv",
        ),
        (
            {"outcome": Outcome.STOPPED, "rows": RowAccount(2, 1, unprocessed=1), "files": ["retry.csv"]},
            "Drop the remaining rows again:\ncognito-drop retry {run}",
        ),
        (
            {"outcome": Outcome.REJECTED, "file": CheckedFile(POOL_ID, problem=PROBLEM)},
            "cognito-drop check users.csv --pool people",
        ),
        ({"outcome": Outcome.REJECTED, "file": CheckedFile(problem=PROBLEM)}, "cognito-drop status {run}"),
        (
            {
                "outcome": Outcome.CHECKED, "file": checked(1, rows=2, rejected=1, is_dry_run=True),
                "rows": RowAccount(2, rejected=1, unprocessed=1), "files": ["rejected.csv", "retry.csv"],
            },
            "cognito-drop check users.csv --pool people",
        ),
        (
            {
                "outcome": Outcome.CHECKED, "file": checked(2, is_dry_run=True), "rows": RowAccount(2, unprocessed=2),
                "drop": drop("check/people/users.csv"),
            },
            "To import the file, drop it:\ncognito-drop drop users.csv --pool people",
        ),
        (
            {
                "outcome": Outcome.CHECKED, "file": checked(2, is_dry_run=True), "rows": RowAccount(2, unprocessed=2),
                "drop": drop("check/people/users.csv"), "preflight": MAPPED,
            },
            "drop it with its mapping:\ncognito-drop drop users.csv --pool people --mapping MAPPING",
        ),
        (
            {"outcome": Outcome.REJECTED, "file": CheckedFile(POOL_ID, problem=PROBLEM), "preflight": MAPPED},
            "cognito-drop check users.csv --pool people --preset MAPPING",
        ),
    ],
)  # fmt: skip
def test_there_is_one_command_to_go_on_with(changes: dict[str, Any], command: str) -> None:
    """The one that fits the ending, on a line of its own."""
    made = summary(**changes)
    text = _text(made)
    assert f"{command.format(run=made.drop.run_id[:8])}\n" in text
    assert len(re.findall(r"^(?:cognito-drop|aws) ", text, re.MULTILINE)) == 1


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("new users.csv", "'new users.csv'"),
        ("it's $(id).csv", "'it'\"'\"'s $(id).csv'"),
        ("-rf.csv", "./-rf.csv"),
        ("a\nb.csv", "FILE"),
        ("\u202egpj.csv", "FILE"),
        ("x" * 57 + ".csv", "FILE"),
        ("users.zip", "FILE"),
        ("USERS.TXT", "USERS.TXT"),
    ],
)
def test_a_command_names_the_file_only_where_it_can_be_read(name: str, word: str) -> None:
    """Quoted for a shell; a name that is long or holds what cannot be seen is left to the reader."""
    made = summary(
        drop=drop(f"inbox/people/{name}"), outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=PROBLEM)
    )
    assert f"cognito-drop check {word} --pool people\n" in _text(made)


def test_a_list_without_blanks_can_be_broken() -> None:
    """A header that is quoted in a hint does not make the screen of a telephone wide."""
    hint = "The pool has: name,given_name,family_name,middle_name,nickname,email. See a,b."
    problem = Problem(ProblemCode.UNKNOWN_COLUMNS, "A sentence.", hint)
    text = _text(summary(outcome=Outcome.REJECTED, file=CheckedFile(POOL_ID, problem=problem)))
    assert "The pool has: name, given_name, family_name, middle_name, nickname, email. See a,b.\n" in text


def test_a_long_name_is_cut_in_the_text() -> None:
    """After 200 characters; machines get the whole key."""
    made = summary(drop=drop(f"inbox/people/{'é' * 300}"))
    assert f"File: {'é' * 199}…\n" in _text(made)
    assert json.loads(json.loads(notification_of(made).message)["default"])["file"]["key"].endswith("é" * 300)


@given(st.lists(st.sampled_from(RowOutcome), min_size=1, max_size=20), st.sampled_from(["invalid_email", "new_code"]))
def test_reasons_never_quote_cognitos_own_text(outcomes: list[RowOutcome], code: str) -> None:
    """It could quote a value of a row, and a notification goes to many."""
    made = summary(tally=_tally(*outcomes, code=code), preflight=PREFLIGHT)
    notification = notification_of(made)
    assert CANARY not in f"{notification}"


def test_only_the_most_frequent_reasons_are_reported() -> None:
    """Five of them, the most frequent first; the page has all."""
    reasons = [{**PREFLIGHT["reasons"][0], "message": f"Reason {n}.", "count": n} for n in range(1, 9)]
    text = _text(summary(preflight={"reasons": reasons}))
    assert re.findall(r"Reason (\d)\.", text) == ["8", "7", "6", "5", "4"]


def test_the_jobs_of_parts_are_reported_together() -> None:
    """Times are added up, and the same message comes once."""
    ended = [
        job(started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully."),
        job(started=STARTED, completed=COMPLETED, message="Import Job Completed Successfully."),
        job("Stopped", started=STARTED, completed=COMPLETED, message="The Import Job was stopped by the developer."),
        None,
    ]
    text = _text(summary(jobs=ended))
    assert text.count("Cognito says: Import Job Completed Successfully.\n") == 1
    assert text.count("Cognito says: The Import Job was stopped by the developer.\n") == 1
    assert "The import took 3 h 3 min.\n" in text


def test_the_text_of_a_rejected_file_says_why_and_what_to_do() -> None:
    """Sentence and hint of the problem are in the text."""
    text = _text(summary(outcome=Outcome.REJECTED, file=CheckedFile(problem=PROBLEM)))
    assert "The file has a header but no users.\nAdd a row for each user.\n" in text


def test_the_text_says_when_a_run_ended_early_or_counts_differ() -> None:
    """Errors and odd counts are not hidden."""
    made = summary(outcome=Outcome.FAILED, error="RefusedError: X", rows=RowAccount(total=2, imported=3))
    text = _text(made)
    assert "The run ended early: RefusedError: X.\n" in text
    assert "The dropped file could not be read again, so no result files were written." in text


def test_the_text_warns_before_rows_whose_outcome_is_not_known_are_dropped_again() -> None:
    """Their users may be in the pool."""
    files = ["failed.csv", "unknown.csv", "retry.csv"]
    rows = RowAccount(total=2, imported=1, failed=1)
    made = summary(outcome=Outcome.PARTLY_IMPORTED, rows=rows, files=files, tally=_tally(RowOutcome.UNKNOWN))
    assert f"{retry_warning(1, 'retry.csv')}\nFix the remaining rows" in _text(made)
    assert "may contain users who are already in the pool" not in _text(
        summary(outcome=Outcome.PARTLY_IMPORTED, rows=rows, files=files, tally=_tally())
    )


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "less than a second"), (60, "1 min"), (7265, "2 h 1 min")])
def test_times_are_reported_in_words(seconds: float, words: str) -> None:
    """Units that are zero are left out."""
    started = STARTED
    made = summary(
        jobs=[job(started=started, completed=started.fromtimestamp(started.timestamp() + seconds, started.tzinfo))]
    )
    assert f"The import took {words}.\n" in _text(made)


@pytest.mark.parametrize(
    ("ids", "said", "is_failure"),
    [
        (IdsAccount(NotedIds(5, 0, "v1")), "ids.csv has the new IDs of 5 users.", False),
        (
            IdsAccount(NotedIds(1, 0, "v1")),
            "ids.csv has the new IDs of 1 user; rows whose outcome is not known have no line in it.",
            True,
        ),
        (
            IdsAccount(NotedIds(1, 1, "v1")),
            "ids.csv has the new IDs of 1 user; 1 imported user was not found in the pool. `cognito-drop ids",
            True,
        ),
        (
            IdsAccount(NotedIds(0, 2, "v1")),
            "ids.csv has the new IDs of 0 users; 2 imported users were not found in the pool.",
            True,
        ),
        (
            IdsAccount(None, "DeniedError: ListUsers: AccessDeniedException"),
            "The new IDs of the imported users are not recorded: DeniedError: ListUsers: AccessDeniedException.",
            True,
        ),
        (None, "", False),
    ],
)
def test_noted_ids_are_counted_or_it_is_said_why_not(ids: IdsAccount | None, said: str, *, is_failure: bool) -> None:
    """A run of which one id is not recorded needs attention."""
    made = summary(ids=ids)
    assert ("new ID" in _text(made)) == bool(said)
    assert said in _text(made)
    assert has_failures(made) == is_failure


def test_memberships_that_failed_are_in_the_first_line_and_the_last_step() -> None:
    """All rows are imported, and the run is not done."""
    made = summary(memberships=MembershipAccount(5, added=3, failed=2))
    assert _text(made).partition(".")[0].endswith(", 2 group memberships failed")
    assert ", 2 group memberships failed: users.csv" in notification_of(made).subject
    assert "set the pool's setting groups_of_known_users to add, and drop the file." in _text(made)
