"""The job's log in CloudWatch Logs: where it is, what it says, when it appears."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from localcloud.choices import OddPoolLog
from tests.localcloud.import_world import ImportWorld, csv_of, good_rows, opened_world

if TYPE_CHECKING:
    from pathlib import Path

NOT_VERIFIED = (
    "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."
)
LINE = re.compile(r"^\[(SUCCEEDED|SKIPPED|FAILED)\] Line Number (\d+) - (.*)$")


def test_the_log_says_what_became_of_every_line(world: ImportWorld) -> None:
    """A test line, then a line for each row in order; the header is line 1, the first user line 2."""
    pool = world.make_pool("people")
    rows = good_rows(3)
    rows[1]["cognito:username"] = "user0"
    rows[2]["email_verified"] = "false"
    job = world.run(pool, csv_of(world.header(pool), rows), name="first import")
    assert world.log_lines(job) == [
        "Cognito User Pools Import - Test Log",
        "[SUCCEEDED] Line Number 2 - The import succeeded.",
        "[SKIPPED] Line Number 3 - The user already exists.",
        f"[FAILED] Line Number 4 - {NOT_VERIFIED}",
    ]
    (group,) = world.logs.describe_log_groups()["logGroups"]
    assert group["logGroupName"] == f"/aws/cognito/userpools/{pool}/people"
    (stream,) = world.logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
    assert stream["logStreamName"] == f"{job['JobId']}/first import"


def test_the_log_agrees_with_the_counters(world: ImportWorld) -> None:
    """As many lines of each kind as the job counts rows, and every line parses."""
    pool = world.make_pool()
    rows = good_rows(60)
    for number in range(0, 60, 7):
        rows[number]["email"] = "nowhere"
    job = world.run(pool, csv_of(world.header(pool), rows))
    parsed = [LINE.fullmatch(line) for line in world.log_lines(job)[1:]]
    kinds = [match[1] for match in parsed if match]
    assert len(kinds) == len(parsed) == 60
    assert (kinds.count("SUCCEEDED"), kinds.count("FAILED")) == (job["ImportedUsers"], job["FailedUsers"]) == (51, 9)


def test_lines_appear_in_batches_while_the_job_works(tmp_path: Path) -> None:
    """Full batches show up during the work, the rest at its end."""
    with opened_world(tmp_path, import_log_batch=20) as world:
        pool = world.make_pool()
        job = world.ready(pool, csv_of(world.header(pool), good_rows(50)))
        world.start(job)
        assert world.log_lines(job) == ["Cognito User Pools Import - Test Log"]
        world.pass_time(2.3 + 1.0)
        assert world.describe(job)["ImportedUsers"] == 25
        assert len(world.log_lines(job)) == 1 + 20
        world.pass_time(1.0)
        assert world.describe(job)["Status"] == "Succeeded"
        assert len(world.log_lines(job)) == 1 + 50


def test_lines_can_appear_after_the_job_has_ended(tmp_path: Path) -> None:
    """With a delay, the job is Succeeded before its last lines can be read."""
    with opened_world(tmp_path, import_log_delay=30.0) as world:
        pool = world.make_pool()
        job = world.ready(pool, csv_of(world.header(pool), good_rows(3)))
        world.start(job)
        world.pass_time(10)
        assert world.describe(job)["Status"] == "Succeeded"
        assert not world.logs.describe_log_groups()["logGroups"]
        world.pass_time(30)
        world.describe(job)
        assert len(world.log_lines(job)) == 1 + 3


def test_lines_carry_the_time_at_which_their_row_was_dealt_with(world: ImportWorld) -> None:
    """Times of the log follow the cloud's clock and the rate of the import."""
    pool = world.make_pool("people")
    job = world.run(pool, csv_of(world.header(pool), good_rows(25)))
    events = world.logs.get_log_events(
        logGroupName=f"/aws/cognito/userpools/{pool}/people",
        logStreamName=f"{job['JobId']}/{job['JobName']}",
        startFromHead=True,
    )["events"]
    assert events[-1]["timestamp"] - events[1]["timestamp"] == 960
    assert abs(events[-1]["timestamp"] / 1000 - job["CompletionDate"].timestamp()) < 0.002


def test_an_existing_log_group_is_used(world: ImportWorld) -> None:
    """A group that someone made before, with its retention, stays as it is."""
    pool = world.make_pool("people")
    group = f"/aws/cognito/userpools/{pool}/people"
    world.logs.create_log_group(logGroupName=group)
    world.logs.put_retention_policy(logGroupName=group, retentionInDays=30)
    world.run(pool, csv_of(world.header(pool), good_rows(1)))
    world.run(pool, csv_of(world.header(pool), good_rows(1)))
    (kept,) = world.logs.describe_log_groups()["logGroups"]
    assert kept["retentionInDays"] == 30
    assert len(world.logs.describe_log_streams(logGroupName=group)["logStreams"]) == 2


def test_what_a_lost_role_may_not_write_is_not_written(tmp_path: Path) -> None:
    """When the role loses its rights, lines that had not appeared never do."""
    with opened_world(tmp_path, import_log_batch=20) as world:
        pool = world.make_pool()
        job = world.ready(pool, csv_of(world.header(pool), good_rows(50)))
        world.start(job)
        world.pass_time(2.3 + 1.0)
        world.describe(job)
        world.iam.delete_role_policy(RoleName="logs", PolicyName="logs")
        world.pass_time(10)
        assert world.describe(job)["Status"] == "Failed"
        assert len(world.log_lines(job)) == 1 + 20


@pytest.mark.parametrize(
    ("name", "setting", "expected"),
    [
        ("User pool - k3xmzn", OddPoolLog.DASHES, "User-pool---k3xmzn"),
        ("User pool - k3xmzn", OddPoolLog.UNDERSCORES, "User_pool_-_k3xmzn"),
        ("a+b@c", OddPoolLog.DASHES, "a-b-c"),
        ("a+b@c", OddPoolLog.UNDERSCORES, "a_b_c"),
        ("people.v-1_0", OddPoolLog.NOWHERE, "people.v-1_0"),
    ],
)
def test_a_name_that_cloudwatch_refuses_is_written_otherwise(
    tmp_path: Path, name: str, setting: OddPoolLog, expected: str
) -> None:
    """The pool's id stays; what takes the place of the other characters is a setting."""
    with opened_world(tmp_path, import_log_odd_pool=setting) as world:
        pool = world.make_pool(name)
        job = world.run(pool, csv_of(world.header(pool), good_rows(2)))
        (group,) = world.logs.describe_log_groups(logGroupNamePrefix=f"/aws/cognito/userpools/{pool}/")["logGroups"]
        assert group["logGroupName"] == f"/aws/cognito/userpools/{pool}/{expected}"
        events = world.logs.get_log_events(
            logGroupName=group["logGroupName"], logStreamName=f"{job['JobId']}/{job['JobName']}"
        )["events"]
        assert len(events) == 1 + 2


@pytest.mark.parametrize("name", ["User pool - k3xmzn", "a+b@c"])
def test_a_pool_of_such_a_name_may_have_no_log_at_all(tmp_path: Path, name: str) -> None:
    """The import goes through all the same."""
    with opened_world(tmp_path, import_log_odd_pool=OddPoolLog.NOWHERE) as world:
        pool = world.make_pool(name)
        job = world.run(pool, csv_of(world.header(pool), good_rows(2)))
        assert (job["Status"], job["ImportedUsers"]) == ("Succeeded", 2)
        assert not world.logs.describe_log_groups()["logGroups"]


def test_every_character_of_a_log_groups_name_is_taken(world: ImportWorld) -> None:
    """Letters, digits and five others."""
    world.logs.create_log_group(logGroupName="/aZ.9-_/#")
    (group,) = world.logs.describe_log_groups(logGroupNamePrefix="/aZ.9-_/#")["logGroups"]
    assert group["logGroupName"] == "/aZ.9-_/#"
