"""Files of all kinds, from the upload to the notification."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from tests.scenarios.world import HELD, drop_queue, event_of, user
from tools.toolchain import python_script

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def test_good_file_is_imported_whole(world: World) -> None:
    """Every user of a good file is in the pool, and people and machines are told so."""
    names = {f"good{number}" for number in range(50)}
    ending = world.end_of(world.drop(world.csv("people", map(user, sorted(names))), "people/good.csv"))
    assert ending.status == "SUCCEEDED"
    assert ending.summary["outcome"] == "imported"
    assert ending.rows == {"total": 50, "imported": 50}
    assert [job["message"] for job in ending.jobs] == ["Import Job Completed Successfully."]
    assert world.usernames("people", "good") == names
    assert ending.mail["Subject"] == "Imported all 50 users: good.csv"
    assert (ending.message["outcome"], ending.message["rows"]) == ("imported", ending.summary["rows"])
    found = world.cloud.client("cognito-idp").admin_get_user(UserPoolId=world.pools["people"], Username="good7")
    assert found["UserStatus"] == "RESET_REQUIRED"
    assert {"Name": "email", "Value": "good7@example.com"} in found["UserAttributes"]


def test_bad_rows_are_rejected_and_the_rest_imported(world: World) -> None:
    """Rows that Cognito would refuse never reach it; each is explained, the others are imported."""
    users = [user(f"some{number}") for number in range(40)]
    users[3]["email_verified"] = "FALSE"
    users[17]["email"] = "not an address"
    users[29] = users[28]
    ending = world.end_of(world.drop(world.csv("people", users), "people/some-bad.csv"))
    assert ending.status == "SUCCEEDED"
    assert ending.summary["outcome"] == "partly_imported"
    assert ending.rows == {"total": 40, "imported": 37, "rejected": 3}
    assert ending.mail["Subject"] == "Imported 37 of 40 users, 3 rejected: some-bad.csv"
    assert len(world.usernames("people", "some")) == 37
    assert [line for line, _ in world.table(ending.watch, "rejected.csv")] == [5, 19, 31]
    assert len(world.table(ending.watch, "imported.csv")) == 37


def test_retry_file_imports_the_rest_after_mending(world: World) -> None:
    """What was rejected comes back as a file that only needs fixing, and goes through when dropped again."""
    users = [user(f"fix{number}", nickname="a\\, b") for number in range(10)]
    users[4]["email_verified"] = users[7]["email_verified"] = "FALSE"
    body = world.csv("people", users)
    ending = world.end_of(world.drop(body, "people/fix.csv"))
    retry = world.result(ending.watch, "retry.csv")
    lines = body.splitlines(keepends=True)
    assert retry == lines[0] + lines[5] + lines[8]
    fixed = retry.replace(b"@example.com,FALSE", b"@example.com,TRUE")
    last = world.end_of(world.drop(fixed, "people/retry.csv"))
    assert last.rows == {"total": 2, "imported": 2}
    assert len(world.usernames("people", "fix")) == 10


def test_file_of_bad_rows_costs_no_job(world: World) -> None:
    """When no row can be imported, no job is spent, and the reasons are told."""
    jobs = len(world.jobs("people"))
    users = [user(f"bad{number}", email_verified="FALSE") for number in range(8)]
    ending = world.end_of(world.drop(world.csv("people", users), "people/all-bad.csv"))
    assert ending.status == "SUCCEEDED"
    assert ending.summary["problem"]["code"] == "no_good_rows"
    assert ending.rows == {"total": 8, "rejected": 8}
    assert ending.summary["reasons"][0]["count"] == 8
    assert ending.summary["reasons"][0]["message"] in ending.mail.get_content()
    assert len(world.jobs("people")) == jobs


def test_job_that_fails_as_a_whole_is_reported_in_cognitos_words(world: World) -> None:
    """The same file again: everybody is already in the pool, Cognito fails the job, and each row says why."""
    body = world.csv("people", (user(f"same{number}") for number in range(20)))
    first = world.end_of(world.drop(body, "people/same.csv"))
    assert first.summary["warnings"] == []
    ending = world.end_of(world.drop(body, "people/same.csv"))
    assert ending.watch.run_id != first.watch.run_id
    assert ending.summary["outcome"] == "failed"
    assert ending.rows == {"total": 20, "skipped": 20}
    said = "Too many users have failed or been skipped during the import."
    assert [(job["status"], job["message"]) for job in ending.jobs] == [("Failed", said)]
    assert said in ending.mail.get_content()
    assert [warning["code"] for warning in ending.summary["warnings"]] == ["mostly_known"]
    assert world.table(ending.watch, "skipped.csv") == [(line, "already_exists") for line in range(2, 22)]


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("wrong-header.csv", b"login,mail,town\nada,ada@example.com,Rome\n", "unknown_columns"),
        ("no-header.csv", b"ada,ada@example.com,TRUE\nbob,bob@example.com,TRUE\n", "wrong_header"),
        ("empty.csv", b"", "file_empty"),
        ("users.zip", b"PK\x03\x04 and so on", "zip_file"),
        ("users.csv.gz", b"\x1f\x8b\x08 and so on", "gzip_file"),
    ],
)
def test_unusable_file_is_rejected_with_a_reason(world: World, name: str, body: bytes, code: str) -> None:
    """A file that Cognito could not read costs no import job and is explained."""
    jobs = len(world.jobs("people"))
    ending = world.end_of(world.drop(body, f"people/{name}"))
    assert ending.status == "SUCCEEDED"
    assert ending.summary["outcome"] == "rejected"
    assert ending.summary["problem"]["code"] == code
    assert ending.summary["problem"]["message"] in ending.mail.get_content()
    assert ending.mail["Subject"] == f"Rejected, nothing was imported: {name}"
    assert len(world.jobs("people")) == jobs


def test_file_in_another_encoding_is_rejected_with_the_queue(world: World) -> None:
    """Bytes that are not UTF-8 behind a good header are named by their line, never shown."""
    body = world.csv("people", [user("ada"), user("bjorn", nickname="Bj\u00f6rn")]).decode().encode("latin-1")
    ending = world.end_of(world.drop(body, "people/latin-1-names.csv"))
    assert ending.summary["problem"]["code"] == "not_utf8"
    assert "line 3" in ending.summary["problem"]["message"]


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("spaces", "with spaces.csv"),
        ("signs", "a+b=c&d.csv"),
        ("script", "Kundë-ñame-顧客-🙂.csv"),
        ("percent", "100%25.csv"),
    ],
)
def test_any_object_key_works(world: World, prefix: str, name: str) -> None:
    """Keys with spaces, plus signs, percent signs and any script are read as they were written."""
    ending = world.end_of(world.drop(world.csv("guests", [user(f"{prefix}1")]), f"guests/{name}"))
    assert ending.rows == {"total": 1, "imported": 1}
    assert ending.summary["file"]["name"] == name
    assert world.usernames("guests", prefix) == {f"{prefix}1"}


def test_pool_that_verifies_nothing_is_named(world: World) -> None:
    """A pool without auto-verified attributes gets no job, and the hint says what to turn on."""
    ending = world.end_of(world.drop(world.csv("bare", [user("ada")]), "bare/users.csv"))
    assert ending.summary["problem"]["code"] == "pool_verifies_nothing"
    assert world.jobs("bare") == []


def test_folder_without_a_pool_is_named(world: World) -> None:
    """A drop into a folder that belongs to no pool is answered with the folders that do."""
    ending = world.end_of(world.drop(b"anything", "peple/users.csv"))
    assert ending.summary["problem"]["code"] == "unknown_pool_alias"
    assert "inbox/people/" in ending.summary["problem"]["hint"]


def test_job_stopped_with_the_aws_cli_is_reported_with_what_was_done(world: World) -> None:
    """Someone stops the job while it runs: the run ends as stopped and tells what was done and what was not."""
    watch = world.hold("stop")
    for view in watch.views():
        if view.counts.done == 200:
            break
    job = world.jobs("held")[0]
    subprocess.run(
        [
            python_script("aws"),
            "cognito-idp",
            "stop-user-import-job",
            "--user-pool-id",
            world.pools["held"],
            "--job-id",
            job["JobId"],
        ],
        env=world.cloud.environment,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    ending = world.end_of(watch)
    assert ending.status == "SUCCEEDED"
    assert ending.summary["outcome"] == "stopped"
    assert [job["message"] for job in ending.jobs] == ["The Import Job was stopped by the developer."]
    assert ending.rows == {"total": HELD, "imported": 200, "unprocessed": 100}
    assert len(world.usernames("held", "stop")) == 200
    imported, left = world.table(watch, "imported.csv"), world.table(watch, "unprocessed.csv")
    assert [line for line, _ in imported + left] == list(range(2, HELD + 2))
    assert len(imported) == 200


def test_two_pools_are_imported_one_after_the_other(world: World) -> None:
    """Drops for two pools at once both succeed, though the account has room for one active job."""
    drops = {
        alias: world.drop(world.csv(alias, (user(f"two{number}") for number in range(1_000))), f"{alias}/two.csv")
        for alias in ("people", "guests")
    }
    for alias, watch in drops.items():
        ending = world.end_of(watch)
        assert ending.rows == {"total": 1_000, "imported": 1_000}, alias
        assert len(world.usernames(alias, "two")) == 1_000
    jobs = [job for alias in drops for job in world.jobs(alias)[:1]]
    first, second = sorted(jobs, key=lambda job: job["StartDate"])
    assert first["CompletionDate"] <= second["StartDate"]
    assert len({world.run_item(watch)["lock_at"]["N"] for watch in drops.values()}) == 2
    assert not any("Wait for other job" in world.states(watch) for watch in drops.values())


def test_event_delivered_twice_makes_one_run(world: World) -> None:
    """The same event again changes nothing: one execution, one job, one notification."""
    watch = world.drop(world.csv("people", [user("twice1")]), "people/twice.csv")
    ending = world.end_of(watch)
    jobs = len(world.jobs("people"))
    queue = drop_queue(world.cloud)
    world.cloud.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event_of(watch.drop)))
    _wait_until_empty(world, queue)
    assert len(world.jobs("people")) == jobs
    again = world.end_of(watch)
    assert again.summary == ending.summary


@pytest.mark.nightly
def test_large_file_is_streamed(world: World) -> None:
    """A file of 60,000 users and 90 MB is imported by functions whose memory does not grow with it."""
    header = world.header("giant")
    width = 1_500 - len(header)
    lines = [",".join(header)]
    for number in range(60_000):
        row = user(f"large{number}")
        row["address"] = "x" * (width - sum(map(len, row.values())))
        lines.append(",".join(row.get(column, "") for column in header))
    body = "\n".join(lines).encode()
    assert 90_000_000 < len(body) < 100_000_000
    small = world.end_of(world.drop(world.csv("giant", [user("small1")]), "giant/small.csv"))
    assert small.rows == {"total": 1, "imported": 1}
    before = {folder: _peak_memory(world, folder) for folder in ("preflight", "start_import")}
    ending = world.end_of(world.drop(body, "giant/large.csv"))
    assert ending.rows == {"total": 60_000, "imported": 60_000}
    for folder, peak in before.items():
        growth = _peak_memory(world, folder) - peak
        # preflight remembers every user for the search for duplicates, in at most 35 bytes each.
        assert growth < 45, f"{folder} needed {growth} MB more for a file of 90 MB"
    assert world.states(ending.watch).count("Check import") <= 40


def _wait_until_empty(world: World, url: str) -> None:
    sqs, deadline = world.cloud.client("sqs"), time.monotonic() + PATIENCE
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    while time.monotonic() < deadline:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if all(int(count) == 0 for count in counts.values()):
            return
        time.sleep(0.2)
    raise AssertionError("The queue was not emptied.")


def _peak_memory(world: World, folder: str) -> int:
    """The largest `Max Memory Used` in MB that a function has reported so far."""
    functions = world.cloud.client("lambda").list_functions()["Functions"]
    (function,) = [found for found in functions if found["Handler"].startswith(f"lambdas.{folder}.")]
    logs = world.cloud.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=function["LoggingConfig"]["LogGroup"])
    lines = [event["message"] for page in pages for event in page["events"] if "Max Memory Used" in event["message"]]
    return max(int(line.split("Max Memory Used: ")[1].split()[0]) for line in lines)
