"""The life of an import job, state by state, at moments that the test chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud.choices import JobScope
from tests.localcloud.import_world import GOOD, ImportWorld, csv_of, good_rows, opened_world

if TYPE_CHECKING:
    from pathlib import Path

ALWAYS = {
    "JobName",
    "JobId",
    "UserPoolId",
    "PreSignedUrl",
    "CreationDate",
    "Status",
    "CloudWatchLogsRoleArn",
    "ImportedUsers",
    "SkippedUsers",
    "FailedUsers",
}


def counts(job: dict[str, Any]) -> tuple[int, int, int]:
    """Imported, skipped, failed."""
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def test_a_new_job_has_its_counters_and_no_dates_but_its_creation(world: ImportWorld) -> None:
    """A Created job answers as the guide's sample does, member for member."""
    job = world.create(world.make_pool(), name="first")
    assert set(job) == ALWAYS
    assert (job["Status"], job["JobName"], counts(job)) == ("Created", "first", (0, 0, 0))


def test_a_job_goes_from_pending_over_in_progress_to_succeeded(world: ImportWorld) -> None:
    """The counters follow the rate, StartDate is rewritten when the work begins, the users are in the pool."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
    started = world.start(job)
    assert (started["Status"], set(started) - ALWAYS) == ("Pending", {"StartDate"})
    world.pass_time(2.2)
    assert world.describe(job)["Status"] == "Pending"
    world.pass_time(0.1 + 2.0)
    working = world.describe(job)
    assert (working["Status"], counts(working)) == ("InProgress", (50, 0, 0))
    assert (working["StartDate"] - started["StartDate"]).total_seconds() == pytest.approx(2.3, abs=0.002)
    assert len(world.cognito.list_users(UserPoolId=pool)["Users"]) == 50
    world.pass_time(600)
    ended = world.describe(job)
    assert (ended["Status"], counts(ended)) == ("Succeeded", (100, 0, 0))
    assert ended["CompletionMessage"] == "Import Job Completed Successfully."
    assert (ended["CompletionDate"] - ended["StartDate"]).total_seconds() == pytest.approx(4.0, abs=0.002)
    assert set(ended) - ALWAYS == {"StartDate", "CompletionDate", "CompletionMessage"}


@pytest.mark.parametrize(("bad", "status"), [(2, "Succeeded"), (3, "Failed")])
def test_too_many_failed_rows_fail_the_job_and_keep_the_imported(world: ImportWorld, bad: int, status: str) -> None:
    """Above the ratio the job ends Failed with Cognito's message; who was imported stays."""
    pool = world.make_pool()
    rows = good_rows(4)
    for row in rows[:bad]:
        row["email"] = "nowhere"
    job = world.run(pool, csv_of(world.header(pool), rows))
    assert (job["Status"], counts(job)) == (status, (4 - bad, 0, bad))
    if status == "Failed":
        assert job["CompletionMessage"] == "Too many users have failed or been skipped during the import."
    assert len(world.cognito.list_users(UserPoolId=pool)["Users"]) == 4 - bad


def test_the_same_file_again_fails_since_skipped_users_count(world: ImportWorld) -> None:
    """Importing a file twice skips everybody and fails the second job."""
    pool = world.make_pool()
    content = csv_of(world.header(pool), good_rows(3))
    assert world.run(pool, content)["Status"] == "Succeeded"
    again = world.run(pool, content)
    assert (again["Status"], counts(again)) == ("Failed", (0, 3, 0))


def test_a_job_that_works_stops_after_winding_down_and_keeps_what_was_done(world: ImportWorld) -> None:
    """Stop gives Stopping, then Stopped; no further row is touched."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
    world.start(job)
    world.pass_time(2.3 + 1.0)
    stopping = world.stop(job)
    assert (stopping["Status"], counts(stopping)) == ("Stopping", (25, 0, 0))
    world.pass_time(1.0)
    stopped = world.describe(job)
    assert (stopped["Status"], counts(stopped)) == ("Stopped", (25, 0, 0))
    assert stopped["CompletionMessage"] == "The Import Job was stopped by the developer."
    assert len(world.cognito.list_users(UserPoolId=pool)["Users"]) == 25


def test_a_pending_job_stops_at_once_as_in_the_guide(world: ImportWorld) -> None:
    """The guide's sample answer to Stop is a job that is Stopped, with both dates and nothing imported."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    world.start(job)
    stopped = world.stop(job)
    assert (stopped["Status"], counts(stopped)) == ("Stopped", (0, 0, 0))
    assert set(stopped) - ALWAYS == {"StartDate", "CompletionDate", "CompletionMessage"}


@pytest.mark.parametrize("moment", ["created", "ended"])
def test_only_a_running_job_can_be_stopped(world: ImportWorld, moment: str) -> None:
    """Stopping a job before its start or after its end is a precondition not met."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    if moment == "ended":
        world.start(job)
        world.pass_time(60)
    with pytest.raises(ClientError) as caught:
        world.stop(job)
    assert caught.value.response["Error"]["Code"] == "PreconditionNotMetException"


def test_a_job_that_is_never_started_expires_and_loses_its_file(world: ImportWorld) -> None:
    """After a day a Created job is Expired, without StartDate, and its data are gone."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    imports = world.cloud.settings.data_dir / "imports"
    assert len(list(imports.iterdir())) == 1
    world.pass_time(86_400)
    expired = world.describe(job)
    assert (expired["Status"], expired["CompletionMessage"]) == ("Expired", "The user import job has expired.")
    assert "StartDate" not in expired
    assert not list(imports.iterdir())


def test_the_file_is_deleted_when_the_job_has_ended(world: ImportWorld) -> None:
    """Nothing of the users' data is left on the disk after an import."""
    pool = world.make_pool()
    world.run(pool, csv_of(world.header(pool), good_rows(1)))
    assert not list((world.cloud.settings.data_dir / "imports").iterdir())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "header"),
        (b"cognito:username,email\nada,ada@example.com\n", "header"),
        (b"\xef\xbb\xbf{good}", "header"),
        (b"{good}\xff\n", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_fails_the_job_as_a_whole(world: ImportWorld, content: bytes, message: str) -> None:
    """Wrong columns, a byte order mark or another encoding end the job before the first row."""
    pool = world.make_pool()
    good = csv_of(world.header(pool), good_rows(2))
    job = world.run(pool, content.replace(b"{good}", good))
    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 0))
    assert message in job["CompletionMessage"]


@pytest.mark.parametrize("change", ["missing", "unknown", "twice"])
def test_the_header_must_be_the_pools_set_of_columns(world: ImportWorld, change: str) -> None:
    """A missing, an unknown or a repeated column fails the job."""
    pool = world.make_pool()
    header = world.header(pool)
    columns = {"missing": header[1:], "unknown": [*header, "shoe_size"], "twice": [*header, "name"]}[change]
    assert world.run(pool, csv_of(columns, good_rows(1)))["Status"] == "Failed"


def test_the_columns_may_come_in_any_order(world: ImportWorld) -> None:
    """Order of columns is free."""
    pool = world.make_pool()
    assert world.run(pool, csv_of(sorted(world.header(pool)), good_rows(2)))["Status"] == "Succeeded"


def test_a_file_over_the_limit_of_bytes_fails_the_job(world: ImportWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The upload is taken, the job fails; with a limit that a test can afford."""
    monkeypatch.setattr("localcloud.cognito_import.engine.MAX_FILE_BYTES", 1000)
    pool = world.make_pool()
    header = world.header(pool)
    assert "larger" in world.run(pool, csv_of(header, good_rows(30)))["CompletionMessage"]
    assert world.run(pool, csv_of(header, good_rows(1)))["Status"] == "Succeeded"


def test_a_file_over_the_limit_of_rows_fails_the_job(world: ImportWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the limit is imported, one row more fails the job."""
    monkeypatch.setattr("localcloud.cognito_import.engine.MAX_ROWS", 3)
    pool = world.make_pool()
    header = world.header(pool)
    assert "more than" in world.run(pool, csv_of(header, good_rows(4)))["CompletionMessage"]
    assert world.run(pool, csv_of(header, good_rows(3)))["ImportedUsers"] == 3


def test_losing_the_logs_role_fails_a_running_job(world: ImportWorld) -> None:
    """A role that is deleted while the job works ends it Failed; what was imported stays."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
    world.start(job)
    world.pass_time(3.3)
    assert counts(world.describe(job)) == (25, 0, 0)
    world.iam.delete_role_policy(RoleName="logs", PolicyName="logs")
    world.iam.delete_role(RoleName="logs")
    world.pass_time(10)
    lost = world.describe(job)
    assert (lost["Status"], counts(lost)) == ("Failed", (25, 0, 0))


def test_another_job_of_the_account_blocks_the_start_until_it_ended(world: ImportWorld) -> None:
    """By default one job is active in an account and region, whatever its pool."""
    first_pool, second_pool = world.make_pool("a"), world.make_pool("b")
    first = world.ready(first_pool, csv_of(world.header(first_pool), good_rows(1)))
    second = world.ready(second_pool, csv_of(world.header(second_pool), good_rows(1)))
    world.start(first)
    with pytest.raises(ClientError) as caught:
        world.start(second)
    assert caught.value.response["Error"]["Code"] == "PreconditionNotMetException"
    world.pass_time(60)
    assert world.start(second)["Status"] == "Pending"


def test_with_the_scope_of_a_pool_another_pool_does_not_block(tmp_path: Path) -> None:
    """The 2016 guide's rule, one active job per pool, is a setting."""
    with opened_world(tmp_path, import_scope=JobScope.POOL) as world:
        first_pool, second_pool = world.make_pool("a"), world.make_pool("b")
        content = csv_of(world.header(first_pool), good_rows(1))
        world.start(world.ready(first_pool, content))
        assert world.start(world.ready(second_pool, content))["Status"] == "Pending"
        with pytest.raises(ClientError):
            world.start(world.ready(first_pool, content))


def test_users_added_by_others_meanwhile_are_skipped(world: ImportWorld) -> None:
    """A name that someone takes while the job works is taken."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
    world.start(job)
    world.pass_time(3.3)
    world.describe(job)
    world.cognito.admin_create_user(UserPoolId=pool, Username="user99")
    world.pass_time(60)
    assert counts(world.describe(job)) == (99, 1, 0)


def test_an_empty_password_column_is_not_asked_for_without_the_setting(world: ImportWorld) -> None:
    """Without the setting no pool has the column, and a file that has it is refused."""
    pool = world.make_pool()
    header = world.header(pool)
    assert "password_hash" not in header
    row = {**GOOD, "cognito:username": "ada"}
    assert world.run(pool, csv_of([*header, "password_hash"], [row]))["Status"] == "Failed"


def test_users_are_created_while_their_job_works(world: ImportWorld) -> None:
    """However late the emulator takes its rows: not before the start, and not after the completion."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
    world.start(job)
    world.pass_time(3600)
    ended = world.describe(job)
    users = world.cognito.list_users(UserPoolId=pool)["Users"]
    created = [user["UserCreateDate"].timestamp() for user in users]
    assert len(created) == 60
    assert ended["StartDate"].timestamp() <= min(created)
    assert max(created) <= ended["CompletionDate"].timestamp() + 0.001
    assert all(user["UserLastModifiedDate"] == user["UserCreateDate"] for user in users)
