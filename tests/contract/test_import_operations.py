"""The six operations and the upload, as AWS documents them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.conftest import LONG
from tools.verify.account import ENCRYPTION, ENDED, GOOD, Account, good_rows, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = {
    "CloudWatchLogsRoleArn",
    "CreationDate",
    "FailedUsers",
    "ImportedUsers",
    "JobId",
    "JobName",
    "PreSignedUrl",
    "SkippedUsers",
    "Status",
    "UserPoolId",
}
"""Of the answer to CreateUserImportJob in the developer guide's sample."""


@pytest.fixture(scope="module")
def pool(account: Account) -> str:
    """A pool that verifies email addresses."""
    return account.pool()


def test_the_header_has_the_pools_columns(account: Account, pool: str) -> None:
    """Among them the username and the attributes that every pool has."""
    columns = account.header(pool)
    assert {"cognito:username", "cognito:mfa_enabled", "email", "email_verified", "birthdate"} <= set(columns)
    assert not {"sub", "identities"} & set(columns)


def test_a_new_job_waits_for_its_file(account: Account, pool: str) -> None:
    """It has an id, a URL, and no date of start."""
    job = account.create(pool)
    assert job.keys() == MEMBERS
    assert job["Status"] == "Created"
    assert re.fullmatch(r"import-[0-9a-zA-Z-]+", job["JobId"])
    assert account.describe(job)["JobId"] == job["JobId"]


def test_a_job_imports_skips_and_fails_rows(account: Account, pool: str) -> None:
    """The first row of a username wins, and a row without a verified attribute fails; each has its line in the log."""
    good, again, bad = *good_rows(1, "ada"), *good_rows(1, "ada"), {**GOOD, "cognito:username": "bea"}
    bad["email_verified"] = "false"
    job = account.run(pool, account.file(pool, [good, again, bad, *good_rows(3, "others")]))
    assert (job["Status"], job["CompletionMessage"]) == ("Succeeded", "Import Job Completed Successfully.")
    assert (job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == (4, 1, 1)
    assert job["CreationDate"] <= job["StartDate"] <= job["CompletionDate"]
    outcomes = [re.match(r"\[(\w+)\] Line Number (\d+) - ", line) for line in account.log(job, 6)]
    assert [found.groups() for found in outcomes if found] == [
        ("SUCCEEDED", "2"),
        ("SKIPPED", "3"),
        ("FAILED", "4"),
        ("SUCCEEDED", "5"),
        ("SUCCEEDED", "6"),
        ("SUCCEEDED", "7"),
    ]
    assert account.user(pool, "ada0")["email"] == "ada0@example.com"
    assert account.user(pool, "bea") == {}


def test_a_job_whose_rows_all_fail_fails(account: Account, pool: str) -> None:
    """With AWS's own sentence."""
    job = account.run(pool, account.file(pool, [{**GOOD, "cognito:username": "carl", "email_verified": "false"}]))
    message = "Too many users have failed or been skipped during the import."
    assert (job["Status"], job["FailedUsers"], job["CompletionMessage"]) == ("Failed", 1, message)


def test_a_comma_in_a_value_is_escaped_with_a_backslash(account: Account, pool: str) -> None:
    """It is stored without it; white space around a value is not."""
    account.run(pool, account.file(pool, [{**GOOD, "cognito:username": "comma", "name": " Lovelace\\, Ada "}]))
    assert account.user(pool, "comma")["name"] == "Lovelace, Ada"


def test_an_upload_needs_the_signed_header(account: Account, pool: str) -> None:
    """S3 refuses one without it."""
    job = account.create(pool)
    status, text = account.put(job["PreSignedUrl"], b"", {})
    assert status == 403
    assert "SignatureDoesNotMatch" in text
    assert account.put(job["PreSignedUrl"], account.file(pool, good_rows(1)), ENCRYPTION)[0] == 200


def test_a_job_without_a_file_does_not_start(account: Account, pool: str) -> None:
    """With AWS's own sentence."""
    job = account.create(pool)
    error = refusal(lambda: account.start(job))
    assert error is not None
    assert error.code == "PreconditionNotMetException"
    assert error.message.startswith(f"No csv file was uploaded for {job['JobId']}")


def test_an_active_job_keeps_its_pool_as_it_is_and_can_be_stopped(account: Account) -> None:
    """The pool cannot be deleted meanwhile."""
    pool = account.pool("long")
    job = account.ready(pool, account.file(pool, good_rows(LONG, "active")))
    account.start(job)
    account.when(job, "InProgress")
    error = refusal(lambda: account.cognito.delete_user_pool(UserPoolId=pool))
    account.stop(job)
    ended = account.when(job, *ENDED)
    assert error is not None
    assert error.code == "UserImportInProgressException"
    assert (ended["Status"], ended["CompletionMessage"]) == ("Stopped", "The Import Job was stopped by the developer.")


def test_the_newest_job_is_listed_first(account: Account, pool: str) -> None:
    """Page by page."""
    jobs = [account.create(pool)["JobId"] for _ in range(3)]
    first = account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=2)
    second = account.cognito.list_user_import_jobs(
        UserPoolId=pool, MaxResults=1, PaginationToken=first["PaginationToken"]
    )
    listed = [job["JobId"] for job in first["UserImportJobs"] + second["UserImportJobs"]]
    assert listed == jobs[::-1]


CALLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown pool": ("get_csv_header", {"UserPoolId": "REGION_UNKNOWN00"}, "ResourceNotFoundException"),
    "unknown job": ("describe_user_import_job", {"JobId": "import-unknown"}, "ResourceNotFoundException"),
    "id off the pattern": ("describe_user_import_job", {"JobId": "no job"}, "InvalidParameterException"),
    "page of 61": ("list_user_import_jobs", {"MaxResults": 61}, "InvalidParameterException"),
    "name off the pattern": (
        "create_user_import_job",
        {"JobName": "a/b", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/none"},
        "InvalidParameterException",
    ),
}
"""Wrong calls: operation, members beside the pool's id, code of the error."""


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_call_is_answered_with_the_declared_error(account: Account, pool: str, name: str) -> None:
    """The model declares its class."""
    operation, members, code = CALLS[name]
    request = {"UserPoolId": pool, **members}
    request["UserPoolId"] = request["UserPoolId"].replace("REGION", account.region)
    call: Callable[..., object] = getattr(account.cognito, operation)
    error = refusal(lambda: call(**request))
    assert error is not None
    assert error.code == code
