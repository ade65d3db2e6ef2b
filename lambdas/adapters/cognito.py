"""Amazon Cognito's import operations in the core's words.

The pre-signed URL leaves this adapter in one way only: as an `UploadTarget` straight into the upload.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.adapters.errors import error_code, is_transient
from lambdas.core.import_job import ImportJob, JobCounts, JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.literals import PasswordHashingAlgorithmTypeType
    from mypy_boto3_cognito_idp.type_defs import CreateUserImportJobRequestTypeDef, UserImportJobTypeTypeDef

_LONGEST_PAGE = 60
_NONE: tuple[()] = ()
"""The jobs of a pool that has had none: the service's model has no empty list, so the answer may have no list."""


class PoolNotFoundError(Exception):
    """There is no user pool with this id in this account and region."""


class JobNotFoundError(Exception):
    """The job, or its whole pool, does not exist any more."""


class StartRefusedError(Exception):
    """Cognito does not start the job as things are; `reason` is its own sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StartUnclearError(Exception):
    """Cognito gave no answer to a start: it may have heard of it, or yet hear of it."""


class StopRefusedError(Exception):
    """Cognito does not stop the job: it is not active."""


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where the file of a job goes: valid for 15 minutes from the job's creation. A credential, so it has no repr."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pool:
    """What the import needs to know of a user pool."""

    pool_id: str
    name: str
    description: Mapping[str, Any]
    """DescribeUserPool's own answer, from which the rules for rows are made."""
    columns: tuple[str, ...]


class UserImports:
    """The import jobs of user pools."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self._client = client

    def pool(self, pool_id: str) -> Pool:
        """Read the pool's CSV columns and auto-verified attributes. Raises PoolNotFoundError."""
        try:
            described = self._client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
            header = self._client.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise PoolNotFoundError(pool_id) from error
            raise
        return Pool(pool_id, described["Name"], cast("Mapping[str, Any]", described), tuple(header))

    def create(
        self, pool_id: str, name: str, logs_role_arn: str, algorithm: PasswordHashingAlgorithmTypeType | None
    ) -> tuple[ImportJob, UploadTarget]:
        """Create a job; its URL takes one file for 15 minutes."""
        request: CreateUserImportJobRequestTypeDef = {
            "JobName": name,
            "UserPoolId": pool_id,
            "CloudWatchLogsRoleArn": logs_role_arn,
        }
        if algorithm:
            request["PasswordHashingAlgorithm"] = algorithm
        answer = self._client.create_user_import_job(**request)
        return _job(answer["UserImportJob"]), UploadTarget(answer["UserImportJob"]["PreSignedUrl"])

    def describe(self, pool_id: str, job_id: str) -> tuple[ImportJob, UploadTarget]:
        """Look at a job. The URL is the one from its creation, expired or not. Raises JobNotFoundError."""
        try:
            answer = self._client.describe_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise JobNotFoundError(job_id) from error
            raise
        return _job(answer["UserImportJob"]), UploadTarget(answer["UserImportJob"]["PreSignedUrl"])

    def start(self, pool_id: str, job_id: str) -> ImportJob:
        """Start a job whose file is uploaded. Raises StartRefusedError with Cognito's words, or StartUnclearError."""
        try:
            answer = self._client.start_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) == "PreconditionNotMetException":
                raise StartRefusedError(error.response["Error"].get("Message", "")) from error
            if is_transient(error):
                raise StartUnclearError(error_code(error)) from error
            raise
        except BotoCoreError as error:
            raise StartUnclearError(type(error).__name__) from error
        return _job(answer["UserImportJob"])

    def stop(self, pool_id: str, job_id: str) -> ImportJob:
        """Stop an active job. Raises StopRefusedError."""
        try:
            answer = self._client.stop_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except ClientError as error:
            if error_code(error) == "PreconditionNotMetException":
                raise StopRefusedError(job_id) from error
            raise
        return _job(answer["UserImportJob"])

    def newest(self, pool_id: str) -> Iterator[ImportJob]:
        """The newest jobs of a pool, at most one page of 60."""
        answer = self._client.list_user_import_jobs(UserPoolId=pool_id, MaxResults=_LONGEST_PAGE)
        return map(_job, answer.get("UserImportJobs", _NONE))

    def all(self, pool_id: str) -> Iterator[ImportJob]:
        """All jobs that the pool has had, the newest first. Raises PoolNotFoundError."""
        page: dict[str, Any] = {}
        while True:
            try:
                answer = self._client.list_user_import_jobs(UserPoolId=pool_id, MaxResults=_LONGEST_PAGE, **page)
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    raise PoolNotFoundError(pool_id) from error
                raise
            yield from map(_job, answer.get("UserImportJobs", _NONE))
            if "PaginationToken" not in answer:
                return
            page = {"PaginationToken": answer["PaginationToken"]}


def _job(answer: UserImportJobTypeTypeDef) -> ImportJob:
    status = answer["Status"]
    return ImportJob(
        job_id=answer["JobId"],
        name=answer["JobName"],
        status=JobStatus(status),
        status_text=status,
        counts=JobCounts(answer["ImportedUsers"], answer["SkippedUsers"], answer["FailedUsers"]),
        created=answer["CreationDate"],
        started=answer.get("StartDate"),
        completed=answer.get("CompletionDate"),
        message=answer.get("CompletionMessage", ""),
    )
