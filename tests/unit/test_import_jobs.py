"""Amazon Cognito's import operations, against botocore's own model of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from cognito_drop.aws.import_jobs import (
    DescribedPool,
    JobHiddenError,
    JobLimitError,
    JobNotFoundError,
    PoolNotFoundError,
    StartRefusedError,
    StartUnclearError,
    StopRefusedError,
    UploadTarget,
    UserImports,
)
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import ImportJob, JobCounts
from cognito_drop.core.rows import HashAlgorithm
from tests.unit.samples import COMPLETED, CREATED, EVERY_STATUS, JOB_ID, POOL_ID, ROLE, STARTED
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber

URL = "https://import.example/123/pool/import-9sHxosU7BP?X-Amz-Signature=canary"
OF_JOB = {"UserPoolId": POOL_ID, "JobId": JOB_ID}


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client whose answers are scripted."""
    with scripted_client("cognito-idp") as stub:
        yield stub


@pytest.fixture
def pauses() -> list[float]:
    """How long the adapter has waited between calls."""
    return []


@pytest.fixture
def imports(stub: Stubber, pauses: list[float]) -> UserImports:
    """The adapter on the scripted client."""
    return UserImports(cast("Any", stub.client), pauses.append)


def _answer(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    described = {
        "JobName": "cognito-drop-0123", "JobId": JOB_ID, "UserPoolId": POOL_ID, "PreSignedUrl": URL,
        "CreationDate": CREATED, "Status": "Created", "CloudWatchLogsRoleArn": ROLE,
        "ImportedUsers": 0, "SkippedUsers": 0, "FailedUsers": 0,
    }  # fmt: skip
    return {"UserImportJob": {**described, **changes}}


def test_a_pool_is_its_description_and_its_columns(stub: Stubber, imports: UserImports) -> None:
    """Two calls make what the preflight needs; the name is part of the name of the logs."""
    described = {"Name": "people", "AutoVerifiedAttributes": ["email"], "MfaConfiguration": "OFF"}
    stub.add_response("describe_user_pool", {"UserPool": described}, {"UserPoolId": POOL_ID})
    stub.add_response("get_csv_header", {"CSVHeader": ["cognito:username", "email"]}, {"UserPoolId": POOL_ID})
    assert imports.pool(POOL_ID) == DescribedPool(POOL_ID, "people", described, ("cognito:username", "email"))


@pytest.mark.parametrize("operation", ["describe_user_pool", "get_csv_header"])
def test_a_pool_that_is_not_there_is_an_error_of_its_own(stub: Stubber, imports: UserImports, operation: str) -> None:
    """It may also disappear between the two calls."""
    if operation == "get_csv_header":
        stub.add_response("describe_user_pool", {"UserPool": {"Name": "people"}})
    stub.add_client_error(operation, "ResourceNotFoundException")
    with pytest.raises(PoolNotFoundError, match=f"^{POOL_ID}$"):
        imports.pool(POOL_ID)


def test_a_new_job_comes_with_its_upload_target(stub: Stubber, imports: UserImports) -> None:
    """Name, pool and role go to Cognito; the URL goes to the upload only."""
    request = {"JobName": "cognito-drop-0123", "UserPoolId": POOL_ID, "CloudWatchLogsRoleArn": ROLE}
    stub.add_response("create_user_import_job", _answer(), request)
    job, target = imports.create(POOL_ID, "cognito-drop-0123", ROLE, None)
    assert job == ImportJob(JOB_ID, "cognito-drop-0123", JobStatus.CREATED, "Created", JobCounts(), CREATED)
    assert target.url == URL


def test_a_new_job_says_how_its_passwords_are_hashed(stub: Stubber, imports: UserImports) -> None:
    """Only where the pool has a setting for it."""
    request = {
        "JobName": "cognito-drop-0123", "UserPoolId": POOL_ID, "CloudWatchLogsRoleArn": ROLE,
        "PasswordHashingAlgorithm": "BCRYPT",
    }  # fmt: skip
    stub.add_response("create_user_import_job", _answer(), request)
    assert imports.create(POOL_ID, "cognito-drop-0123", ROLE, HashAlgorithm.BCRYPT)[0].job_id == JOB_ID


def test_the_url_shows_in_no_repr() -> None:
    """It is a credential, and neither a log line nor a traceback has it."""
    assert "canary" not in repr(UploadTarget(URL))
    assert "canary" not in f"{UploadTarget(URL)}"


def test_a_described_job_has_times_counts_and_message(stub: Stubber, imports: UserImports) -> None:
    """Everything that a report needs."""
    answer = _answer(
        Status="Failed", StartDate=STARTED, CompletionDate=COMPLETED, ImportedUsers=1, SkippedUsers=2, FailedUsers=3,
        CompletionMessage="Too many users have failed or been skipped during the import.",
    )  # fmt: skip
    stub.add_response("describe_user_import_job", answer, OF_JOB)
    job, _ = imports.describe(POOL_ID, JOB_ID)
    assert (job.status, job.counts) == (JobStatus.FAILED, JobCounts(1, 2, 3))
    assert (job.created, job.started, job.completed) == (CREATED, STARTED, COMPLETED)
    assert job.message == "Too many users have failed or been skipped during the import."


@pytest.mark.parametrize("status", [*(each.value for each in EVERY_STATUS), "Paused"])
def test_every_status_is_read_and_kept_as_cognito_says_it(stub: Stubber, imports: UserImports, status: str) -> None:
    """All eight, and one that no one documented."""
    stub.add_response("describe_user_import_job", _answer(Status=status))
    job, _ = imports.describe(POOL_ID, JOB_ID)
    assert (job.status, job.status_text) == (JobStatus(status), status)


def test_a_job_that_is_gone_is_an_error_of_its_own(stub: Stubber, imports: UserImports) -> None:
    """With its whole pool, most likely."""
    stub.add_client_error("describe_user_import_job", "ResourceNotFoundException")
    with pytest.raises(JobNotFoundError, match=f"^{JOB_ID}$"):
        imports.describe(POOL_ID, JOB_ID)


def test_a_job_that_may_not_be_looked_at_is_an_error_of_its_own(stub: Stubber, imports: UserImports) -> None:
    """Its pool was taken out of the deployment; an error that leaves the function says no more."""
    stub.add_client_error("describe_user_import_job", "AccessDeniedException", "arn:aws:…/secret is not authorized")
    with pytest.raises(JobHiddenError, match=r"^DescribeUserImportJob: AccessDeniedException$"):
        imports.describe(POOL_ID, JOB_ID)


def test_a_started_job_is_pending(stub: Stubber, imports: UserImports) -> None:
    """As Cognito answers."""
    stub.add_response("start_user_import_job", _answer(Status="Pending", StartDate=STARTED), OF_JOB)
    assert imports.start(POOL_ID, JOB_ID).status is JobStatus.PENDING


@pytest.mark.parametrize("code", ["PreconditionNotMetException", "InvalidParameterException"])
@pytest.mark.parametrize("reason", [f"No csv file was uploaded for {JOB_ID}", ""])
def test_a_start_that_is_refused_keeps_cognitos_sentence(
    stub: Stubber, imports: UserImports, reason: str, code: str
) -> None:
    """The decision what to do next hangs on it; Start declares both classes, and either may be meant."""
    stub.add_client_error("start_user_import_job", code, reason)
    with pytest.raises(StartRefusedError) as caught:
        imports.start(POOL_ID, JOB_ID)
    assert caught.value.reason == reason


def test_a_start_that_is_refused_may_have_no_sentence(imports: UserImports, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reason is known then, and none is made up."""
    refused = ClientError({"Error": {"Code": "PreconditionNotMetException"}}, "StartUserImportJob")
    monkeypatch.setattr(imports._client, "start_user_import_job", Mock(side_effect=refused))  # noqa: SLF001  (the stub adds one)
    with pytest.raises(StartRefusedError) as caught:
        imports.start(POOL_ID, JOB_ID)
    assert caught.value.reason == ""


@pytest.mark.parametrize(("code", "status"), [("InternalErrorException", 500), ("TooManyRequestsException", 400)])
def test_a_start_without_a_clear_answer_is_distinguished(
    stub: Stubber, imports: UserImports, code: str, status: int
) -> None:
    """Cognito may have heard of it."""
    stub.add_client_error("start_user_import_job", code, http_status_code=status)
    with pytest.raises(StartUnclearError, match=code):
        imports.start(POOL_ID, JOB_ID)


def test_a_start_whose_connection_breaks_is_distinguished(
    imports: UserImports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request may be on its way."""

    def break_off(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://cognito-idp")

    monkeypatch.setattr(imports._client, "start_user_import_job", break_off)  # noqa: SLF001  (the stub has no network)
    with pytest.raises(StartUnclearError, match="ReadTimeoutError"):
        imports.start(POOL_ID, JOB_ID)


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("describe_user_pool", lambda imports: imports.pool(POOL_ID)),
        ("describe_user_import_job", lambda imports: imports.describe(POOL_ID, JOB_ID)),
        ("start_user_import_job", lambda imports: imports.start(POOL_ID, JOB_ID)),
        ("stop_user_import_job", lambda imports: imports.stop(POOL_ID, JOB_ID)),
        ("list_user_import_jobs", lambda imports: list(imports.all(POOL_ID))),
    ],
)
def test_any_other_error_stays_aws_own(stub: Stubber, imports: UserImports, operation: str, call: Any) -> None:  # noqa: ANN401
    """The function's boundary sorts it."""
    stub.add_client_error(operation, "NotAuthorizedException")
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        call(imports)


@pytest.mark.parametrize(("status", "is_active"), [("InProgress", True), ("Created", False), ("Paused", False)])
def test_an_active_job_is_found_on_the_newest_page(
    stub: Stubber, imports: UserImports, status: str, is_active: bool
) -> None:
    """Sixty are enough to find it, and cost one call."""
    jobs = [_answer(JobId=f"import-{number:010}")["UserImportJob"] for number in range(3)]
    request = {"UserPoolId": POOL_ID, "MaxResults": 60}
    answer = {"UserImportJobs": [*jobs, _answer(Status=status)["UserImportJob"]], "PaginationToken": "more"}
    stub.add_response("list_user_import_jobs", answer, request)
    assert imports.has_active([POOL_ID]) is is_active


def test_pools_are_asked_for_active_jobs_one_by_one(stub: Stubber, imports: UserImports, pauses: list[float]) -> None:
    """Within the account's rate; a pool that is gone, a replica, or one whose key refuses holds up no other."""
    for code in ("ResourceNotFoundException", "OperationNotEnabledException", "NotAuthorizedException"):
        stub.add_client_error("list_user_import_jobs", code)
    stub.add_response("list_user_import_jobs", {"UserImportJobs": [_answer(Status="Pending")["UserImportJob"]]})
    refusing = ("us-east-1_Gone", "us-east-1_Replica", "us-east-1_Locked")
    assert imports.has_active([*refusing, POOL_ID, "us-east-1_NotAsked"])
    assert pauses == [0.1, 0.1, 0.1]


def test_a_throttled_look_at_a_pool_is_repeated_later(stub: Stubber, imports: UserImports) -> None:
    """It says nothing about the pool's jobs."""
    stub.add_client_error("list_user_import_jobs", "TooManyRequestsException")
    with pytest.raises(ClientError):
        imports.has_active([POOL_ID])


def test_a_stopped_job_is_answered_with(stub: Stubber, imports: UserImports) -> None:
    """As Cognito says that it is then."""
    stub.add_response("stop_user_import_job", _answer(Status="Stopping", StartDate=STARTED), OF_JOB)
    assert imports.stop(POOL_ID, JOB_ID).status is JobStatus.STOPPING


@pytest.mark.parametrize("code", ["PreconditionNotMetException", "InvalidParameterException"])
def test_a_job_that_is_not_active_is_not_stopped(stub: Stubber, imports: UserImports, code: str) -> None:
    """It has ended already, or was never started."""
    stub.add_client_error("stop_user_import_job", code)
    with pytest.raises(StopRefusedError, match=f"^{JOB_ID}$"):
        imports.stop(POOL_ID, JOB_ID)


def test_all_jobs_come_page_by_page(stub: Stubber, imports: UserImports, pauses: list[float]) -> None:
    """Sixty at a time, from the newest on, within the rate of five calls a second; the last page may be empty."""
    pages = [[_answer(JobId=f"import-{page}{number:09}")["UserImportJob"] for number in range(2)] for page in range(2)]
    answers: list[dict[str, Any]] = [
        {"UserImportJobs": pages[0], "PaginationToken": "one"},
        {"UserImportJobs": pages[1], "PaginationToken": "two"},
        {},
    ]
    for before, answer in zip([None, "one", "two"], answers, strict=True):
        request = {"UserPoolId": POOL_ID, "MaxResults": 60, **({"PaginationToken": before} if before else {})}
        stub.add_response("list_user_import_jobs", answer, request)
    assert [job.job_id for job in imports.all(POOL_ID)] == [job["JobId"] for page in pages for job in page]
    assert pauses == [0.4, 0.4, 0.1]


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [(["Created", "Succeeded"], 1), (["Succeeded", "Created"], 0), (["Created", "Created"], 0)],
)
def test_of_a_parts_jobs_the_one_that_was_started_is_the_runs(
    stub: Stubber, imports: UserImports, newest_first: list[str], expected: int
) -> None:
    """Otherwise the newest, which a call may be about to start."""
    name = f"cognito-drop-{'a' * 32}-1"
    jobs = [
        _answer(JobName=name, JobId=f"import-{number}", Status=status)["UserImportJob"]
        for number, status in enumerate(newest_first)
    ]
    stub.add_response("list_user_import_jobs", {"UserImportJobs": jobs})
    found = imports.of_run(POOL_ID, "a" * 32, CREATED)
    assert {part: job.job_id for part, job in found.items()} == {1: f"import-{expected}"}


def test_the_jobs_of_a_pool_that_is_not_there_are_an_error_of_its_own(stub: Stubber, imports: UserImports) -> None:
    """Even if it disappears between two pages."""
    answer = {"UserImportJobs": [_answer()["UserImportJob"]], "PaginationToken": "more"}
    stub.add_response("list_user_import_jobs", answer)
    stub.add_client_error("list_user_import_jobs", "ResourceNotFoundException")
    with pytest.raises(PoolNotFoundError, match=f"^{POOL_ID}$"):
        list(imports.all(POOL_ID))


def test_a_pool_that_has_had_no_job_has_none(stub: Stubber, imports: UserImports) -> None:
    """The service's own model has no empty list of jobs, so the answer may have no list at all."""
    for _ in range(3):
        stub.add_response("list_user_import_jobs", {})
    assert list(imports.all(POOL_ID)) == []
    assert list(imports.pages(POOL_ID)) == [[]]
    assert not imports.has_active([POOL_ID])


@pytest.mark.parametrize("answer", [{"UserImportJob": {}}, {}])
def test_every_member_of_an_answer_may_be_missing(stub: Stubber, imports: UserImports, answer: dict[str, Any]) -> None:
    """The model requires none: what is not said is unknown, nothing, or what was asked for."""
    unknown = ImportJob(JOB_ID, "", JobStatus.UNKNOWN, "Unknown", JobCounts())
    for operation in ("describe_user_import_job", "start_user_import_job", "stop_user_import_job"):
        stub.add_response(operation, answer)
    described, target = imports.describe(POOL_ID, JOB_ID)
    assert [described, imports.start(POOL_ID, JOB_ID), imports.stop(POOL_ID, JOB_ID)] == [unknown] * 3
    assert target.url == ""


def test_a_pool_that_takes_no_more_jobs_is_an_error_of_its_own(stub: Stubber, imports: UserImports) -> None:
    """It names the pool; another refusal is Cognito's own."""
    stub.add_client_error("create_user_import_job", "LimitExceededException")
    with pytest.raises(JobLimitError, match=f"^{POOL_ID}$"):
        imports.create(POOL_ID, "job", ROLE, None)
    stub.add_client_error("create_user_import_job", "InvalidParameterException")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        imports.create(POOL_ID, "job", ROLE, None)
