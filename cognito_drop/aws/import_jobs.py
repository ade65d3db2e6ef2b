"""Amazon Cognito's import operations in the core's words.

The pre-signed URL leaves this adapter in one way only: as an `UploadTarget` straight into the upload.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.errors import AdapterError, DeniedError, error_code, is_transient
from cognito_drop.contract.job_names import run_and_part_of
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import ImportJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import CreateUserImportJobRequestTypeDef

    from cognito_drop.core.rows.password_hash import HashAlgorithm

_LONGEST_PAGE = 60
_BETWEEN_PAGES = 0.4
"""Seconds: half of the five calls in a second that Cognito allows for a pool, so that the sweep and the command fit in.
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
BETWEEN_POOLS = 0.1
"""Seconds: half of the 20 calls in a second that Cognito allows for all reading of the account's pools, and two thirds
of the 15 for descriptions of pools."""
_REFUSALS = frozenset({"PreconditionNotMetException", "InvalidParameterException"})
"""Start and Stop declare both. Which of them says that a job cannot be started or stopped as things are is public only
for a start without a file: it is a refusal in either case, and Describe says what it means."""
_NONE: tuple[()] = ()
"""The jobs of a pool that has had none: the service's model has no empty list, so the answer may have no list."""


class PoolNotFoundError(AdapterError):
    """There is no user pool with this id in this account and region."""


class JobLimitError(AdapterError):
    """The pool has had as many import jobs as it can have."""


class JobNotFoundError(AdapterError):
    """The job, or its whole pool, does not exist any more."""


class JobHiddenError(DeniedError):
    """The job may not be looked at: its pool was taken out of the deployment, or a permission is missing."""


class StartRefusedError(AdapterError):
    """Cognito does not start the job as things are; `reason` is its own sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StartUnclearError(AdapterError):
    """Cognito gave no answer to a start: it may have heard of it, or yet hear of it."""


class StopRefusedError(AdapterError):
    """Cognito does not stop the job: it is not active."""


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where the file of a job goes: valid for 15 minutes from the job's creation. A credential, so it has no repr."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DescribedPool:
    """What the import needs to know of a user pool."""

    pool_id: str
    name: str
    description: Mapping[str, Any]
    """DescribeUserPool's own answer, from which the rules for rows are made."""
    columns: tuple[str, ...]


class UserImports:
    """The import jobs of user pools."""

    def __init__(self, client: CognitoIdentityProviderClient, sleep: Callable[[float], None] | None = None) -> None:
        self._client = client
        self._sleep = sleep or time.sleep

    def pool(self, pool_id: str) -> DescribedPool:
        """Read the pool's CSV columns and auto-verified attributes. Raises PoolNotFoundError."""
        try:
            described = self._client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
            header = self._client.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise PoolNotFoundError(pool_id) from error
            raise
        return DescribedPool(pool_id, described["Name"], cast("Mapping[str, Any]", described), tuple(header))

    def create(
        self, pool_id: str, name: str, logs_role_arn: str, algorithm: HashAlgorithm | None
    ) -> tuple[ImportJob, UploadTarget]:
        """Create a job; its URL takes one file for 15 minutes. Raises JobLimitError."""
        request: CreateUserImportJobRequestTypeDef = {
            "JobName": name,
            "UserPoolId": pool_id,
            "CloudWatchLogsRoleArn": logs_role_arn,
        }
        if algorithm:
            request["PasswordHashingAlgorithm"] = algorithm.value
        try:
            return _read(self._client.create_user_import_job(**request))
        except ClientError as error:
            if error_code(error) == "LimitExceededException":
                raise JobLimitError(pool_id) from error
            raise

    def describe(self, pool_id: str, job_id: str) -> tuple[ImportJob, UploadTarget]:
        """Look at a job. The URL is the one from its creation, expired, or empty.

        Raises JobNotFoundError or JobHiddenError.
        """
        try:
            answer = self._client.describe_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise JobNotFoundError(job_id) from error
            if error_code(error) == "AccessDeniedException":
                raise JobHiddenError("DescribeUserImportJob: AccessDeniedException") from error
            raise
        return _read(answer, job_id)

    def start(self, pool_id: str, job_id: str) -> ImportJob:
        """Start a job whose file is uploaded. Raises StartRefusedError with Cognito's words, or StartUnclearError."""
        try:
            answer = self._client.start_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) in _REFUSALS:
                raise StartRefusedError(error.response["Error"].get("Message", "")) from error
            if is_transient(error):
                raise StartUnclearError(error_code(error)) from error
            raise
        except BotoCoreError as error:
            raise StartUnclearError(type(error).__name__) from error
        return _read(answer, job_id)[0]

    def stop(self, pool_id: str, job_id: str) -> ImportJob:
        """Stop an active job. Raises StopRefusedError."""
        try:
            answer = self._client.stop_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) in _REFUSALS:
                raise StopRefusedError(job_id) from error
            raise
        return _read(answer, job_id)[0]

    def has_active(self, pool_ids: Iterable[str]) -> bool:
        """Whether a job of one of the pools is active, by the newest 60 of each; pools are asked one by one.

        A pool that refuses to be read counts as one without: it was deleted, is a replica of one in another Region, or
        has a key that does not admit this role. What is wrong with one pool must not end the imports of the others.
        """
        for number, pool_id in enumerate(pool_ids):
            if number:
                self._sleep(BETWEEN_POOLS)
            if any(job.status.is_active for job in self._newest(pool_id)):
                return True
        return False

    def all(self, pool_id: str) -> Iterator[ImportJob]:
        """All jobs that the pool has had, the newest first, within the rate of calls. Raises PoolNotFoundError."""
        return (job for page in self.pages(pool_id) for job in page)

    def pages(self, pool_id: str) -> Iterator[list[ImportJob]]:
        """The same page by page, with a pause after each; the last one may be empty."""
        try:
            yield from self._pages(pool_id)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise PoolNotFoundError(pool_id) from error
            raise

    def of_run(self, pool_id: str, run_id: str, since: datetime) -> dict[int, ImportJob]:
        """The jobs of a run by the numbers of its parts, found by their names.

        Of a part's jobs it is the one that was started, otherwise the newest, which a call may be about to start.
        `since` is when the run began: jobs that are older are not looked at. Raises PoolNotFoundError.
        """
        found: dict[int, ImportJob] = {}
        for job in self.all(pool_id):
            if job.created is not None and job.created < since:
                break
            part = run_and_part_of(job.name)
            if part is None or part[0] != run_id or job.status is JobStatus.EXPIRED:
                continue
            newer = found.get(part[1])
            if newer is None or (newer.status is JobStatus.CREATED and job.status is not JobStatus.CREATED):
                found[part[1]] = job
        return found

    def _newest(self, pool_id: str) -> Iterable[ImportJob]:
        try:
            return next(self._pages(pool_id))
        except ClientError as error:
            if is_transient(error):
                raise
            return _NONE

    def _pages(self, pool_id: str) -> Iterator[list[ImportJob]]:
        answer = self._client.list_user_import_jobs(UserPoolId=pool_id, MaxResults=_LONGEST_PAGE)
        while True:
            yield list(map(ImportJob.of, answer.get("UserImportJobs", _NONE)))
            token = answer.get("PaginationToken")
            if not token:
                break
            self._sleep(_BETWEEN_PAGES)
            answer = self._client.list_user_import_jobs(
                UserPoolId=pool_id, MaxResults=_LONGEST_PAGE, PaginationToken=token
            )
        self._sleep(BETWEEN_POOLS)


def _read(answer: Mapping[str, Any], job_id: str = "") -> tuple[ImportJob, UploadTarget]:
    job = answer.get("UserImportJob", {})
    return ImportJob.of(job, job_id), UploadTarget(job.get("PreSignedUrl", ""))
