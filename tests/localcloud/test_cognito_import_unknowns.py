"""What is not public about import jobs is a setting: each way in which it may turn out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud.choices import BirthdateForm, Refusal, RoleFailure
from tests.localcloud.import_world import GOOD, ImportWorld, csv_of, good_rows, opened_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MISSING_ROLE = "arn:aws:iam::123456789012:role/unknown"


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def _ready(world: ImportWorld, rows: int = 1, **more: Any) -> Any:  # noqa: ANN401
    pool = world.make_pool()
    return world.ready(pool, csv_of(world.header(pool), good_rows(rows)), **more)


def _quarter_done(world: ImportWorld) -> Any:  # noqa: ANN401
    """A job that has imported 25 of its 100 rows."""
    job = _ready(world, rows=100)
    world.start(job)
    world.pass_time(3.3)
    return job


@pytest.mark.parametrize("refusal", Refusal)
def test_a_start_or_stop_is_refused_with_either_class(tmp_path: Path, refusal: Refusal) -> None:
    """Whatever speaks against it; only for the missing file the class is public."""
    with opened_world(tmp_path, import_refusal=refusal) as world:
        job, other = _ready(world), _ready(world)
        verifies_nothing = world.make_pool("bare", AutoVerifiedAttributes=[])
        bare = world.ready(verifies_nothing, csv_of(world.header(verifies_nothing), good_rows(1)))
        no_role = _ready(world, CloudWatchLogsRoleArn=MISSING_ROLE)
        empty = world.create(world.make_pool("empty"))
        assert _code(lambda: world.start(empty)) == "PreconditionNotMetException"
        codes = [_code(lambda: world.stop(job)), _code(lambda: world.start(bare)), _code(lambda: world.start(no_role))]
        world.start(job)
        codes += [_code(lambda: world.start(job)), _code(lambda: world.start(other))]
        world.pass_time(60)
        codes += [_code(lambda: world.start(job)), _code(lambda: world.stop(job))]
        assert codes == [refusal.value] * 7


def test_a_role_that_cannot_be_used_may_fail_the_job(tmp_path: Path) -> None:
    """The start is answered, the job ends Failed, and there is no log."""
    with opened_world(tmp_path, import_role_failure=RoleFailure.JOB) as world:
        job = _ready(world, CloudWatchLogsRoleArn=MISSING_ROLE)
        assert world.start(job)["Status"] == "Pending"
        world.pass_time(5)
        failed = world.describe(job)
        assert (failed["Status"], failed["ImportedUsers"]) == ("Failed", 0)
        assert "role" in failed["CompletionMessage"]
        assert world.logs.describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize(("size", "sizes"), [(50, [50, 11]), (60, [60, 1])])
def test_a_page_has_50_or_60_jobs(tmp_path: Path, size: int, sizes: list[int]) -> None:
    """The model of the answer says 50, that of the request 60."""
    with opened_world(tmp_path, import_page_size=size) as world:
        pool = world.make_pool()
        for _ in range(61):
            world.create(pool)
        assert [len(page) for page in _pages(pool, 60)] == sizes


@pytest.mark.parametrize("has_list", [True, False])
def test_a_listing_without_jobs_may_have_no_list(tmp_path: Path, has_list: bool) -> None:
    """The model has no empty list."""
    with opened_world(tmp_path, import_empty_list=has_list) as world:
        answer = world.cognito.list_user_import_jobs(UserPoolId=world.make_pool(), MaxResults=60)
        assert answer.get("UserImportJobs") == ([] if has_list else None)


@pytest.mark.parametrize(("has_token", "sizes"), [(False, [2, 2]), (True, [2, 2, 0])])
def test_a_full_last_page_may_lead_to_an_empty_one(tmp_path: Path, has_token: bool, sizes: list[int]) -> None:
    """A page that is not full is the last one in any case."""
    with opened_world(tmp_path, import_token_after_full_page=has_token) as world:
        pool = world.make_pool()
        jobs = [world.create(pool) for _ in range(4)]
        assert [len(page) for page in _pages(pool, 2)] == sizes
        assert [len(page) for page in _pages(pool, 3)] == [3, 1]
        token = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=2)["PaginationToken"]
        assert token == f"{pool}#{jobs[2]['JobId']}#{round(jobs[2]['CreationDate'].timestamp() * 1000)}"


@pytest.mark.parametrize("pending", [2.0, 4.0])
def test_a_job_is_pending_for_a_while(tmp_path: Path, pending: float) -> None:
    """For 2 to 4 seconds, as real jobs have been."""
    with opened_world(tmp_path, import_pending=pending) as world:
        job = _ready(world, rows=100)
        world.start(job)
        world.pass_time(pending - 0.1)
        assert world.describe(job)["Status"] == "Pending"
        world.pass_time(0.2)
        assert world.describe(job)["Status"] == "InProgress"


@pytest.mark.parametrize("lifetime", [86_400.0, 90_000.0])
def test_a_job_expires_after_its_lifetime(tmp_path: Path, lifetime: float) -> None:
    """24 to 25 hours after it was created."""
    with opened_world(tmp_path, import_job_lifetime=lifetime) as world:
        job = _ready(world)
        world.pass_time(lifetime - 1)
        assert world.describe(job)["Status"] == "Created"
        world.pass_time(1)
        assert world.describe(job)["Status"] == "Expired"


@pytest.mark.parametrize(("stopping", "status"), [(0.0, "Stopped"), (1.0, "Stopping")])
def test_a_running_job_answers_its_stop_with_stopped_or_stopping(tmp_path: Path, stopping: float, status: str) -> None:
    """What was done stays in either case."""
    with opened_world(tmp_path, import_stopping=stopping) as world:
        job = _quarter_done(world)
        assert world.stop(job)["Status"] == status
        world.pass_time(1)
        ended = world.describe(job)
        assert (ended["Status"], ended["ImportedUsers"]) == ("Stopped", 25)


@pytest.mark.parametrize(("at_end", "imported"), [(False, 25), (True, 0)])
def test_counters_rise_or_stay_0_until_the_end(tmp_path: Path, at_end: bool, imported: int) -> None:
    """The users are there in either case."""
    with opened_world(tmp_path, import_counts_at_end=at_end) as world:
        job = _quarter_done(world)
        assert world.describe(job)["ImportedUsers"] == imported
        assert len(world.cognito.list_users(UserPoolId=job["UserPoolId"])["Users"]) == 25
        world.pass_time(60)
        assert world.describe(job)["ImportedUsers"] == 100


@pytest.mark.parametrize(("keeps", "imported"), [(True, 25), (False, 0)])
def test_counters_of_a_stopped_job_stay_or_are_0(tmp_path: Path, keeps: bool, imported: int) -> None:
    """The users and the lines of the log stay in either case."""
    with opened_world(tmp_path, import_stopped_counts=keeps) as world:
        job = _quarter_done(world)
        world.stop(job)
        world.pass_time(1)
        ended = world.describe(job)
        assert (ended["Status"], ended["ImportedUsers"]) == ("Stopped", imported)
        assert len(world.cognito.list_users(UserPoolId=job["UserPoolId"])["Users"]) == 25
        assert sum("SUCCEEDED" in line for line in world.log_lines(job)) == 25


@pytest.mark.parametrize("answers", [True, False])
def test_a_second_stop_is_refused_or_answered(tmp_path: Path, answers: bool) -> None:
    """And does not make the job stop any later."""
    with opened_world(tmp_path, import_stops_twice=answers) as world:
        job = _quarter_done(world)
        world.stop(job)
        world.pass_time(0.5)
        if answers:
            assert world.stop(job)["Status"] == "Stopping"
        else:
            assert _code(lambda: world.stop(job)) == "PreconditionNotMetException"
        world.pass_time(0.5)
        assert world.describe(job)["Status"] == "Stopped"


def test_answers_may_leave_out_what_is_optional(tmp_path: Path) -> None:
    """Counters that are 0, and the upload URL of all answers but the first; the model requires neither."""
    with opened_world(tmp_path, import_sparse_answers=True) as world:
        pool = world.make_pool()
        rows = [*good_rows(3), {**GOOD, "cognito:username": "bad", "email": "nowhere"}]
        job = world.create(pool)
        assert {"PreSignedUrl", "ImportedUsers"} <= job.keys()
        world.upload(job, csv_of(world.header(pool), rows))
        world.start(job)
        world.pass_time(60)
        (listed,) = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60)["UserImportJobs"]
        ended = world.describe(job)
        assert listed == ended
        counters = {"ImportedUsers", "SkippedUsers", "FailedUsers"}
        assert {name: ended[name] for name in counters & ended.keys()} == {"ImportedUsers": 3, "FailedUsers": 1}
        assert "PreSignedUrl" not in ended


@pytest.mark.parametrize(
    ("form", "stored"), [(BirthdateForm.FILE, "12/10/1815"), (BirthdateForm.ATTRIBUTE, "1815-12-10")]
)
def test_a_birthdate_is_stored_in_either_form(tmp_path: Path, form: BirthdateForm, stored: str) -> None:
    """As in the file, or as the attribute is documented; a user without one has none."""
    with opened_world(tmp_path, import_birthdate=form) as world:
        pool = world.make_pool()
        ada = {**GOOD, "cognito:username": "ada", "birthdate": "12/10/1815"}
        assert len(world.run_rows(pool, ada, {**GOOD, "cognito:username": "bea"})) == 2
        assert world.user(pool, "ada")["birthdate"] == stored
        assert "birthdate" not in world.user(pool, "bea")


def test_a_replica_takes_no_import_operation(tmp_path: Path) -> None:
    """None of the six, GetCSVHeader included; describing it and listing its users work."""
    with opened_world(tmp_path, replica_pools="copy,other") as world:
        pool, original = world.make_pool("copy"), world.make_pool("original")
        job = {"UserPoolId": pool, "JobId": "import-1"}
        calls: list[Callable[[], object]] = [
            lambda: world.create(pool),
            lambda: world.header(pool),
            lambda: world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=1),
            *[lambda call=call: call(job) for call in (world.describe, world.start, world.stop)],
        ]
        assert [_code(call) for call in calls] == ["OperationNotEnabledException"] * 6
        assert world.cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Id"] == pool
        assert world.cognito.list_users(UserPoolId=pool)["Users"] == []
        assert world.header(original)


def _pages(pool: str, most: int) -> list[list[Any]]:
    """The pages of the pool's jobs; the client does not hold them against the model, whose lists end at 50."""
    client, pages, more = boto3.client("cognito-idp", region_name="us-east-1"), list[list[Any]](), dict[str, Any]()
    while True:
        answer = client.list_user_import_jobs(UserPoolId=pool, MaxResults=most, **more)
        pages.append(list(answer["UserImportJobs"]))
        if "PaginationToken" not in answer:
            return pages
        more = {"PaginationToken": answer["PaginationToken"]}
