"""A small AWS for tests of import jobs: a pool, a logs role, a clock that the test moves, and an upload without a
server.

Every answer of the operations of import and sign-in is held against the service model on its way.
"""

from __future__ import annotations

import functools
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
from moto import mock_aws
from werkzeug.test import Client

from localcloud import cognito_import, cognito_sign_in, moto_patches
from localcloud.clock import Clock
from localcloud.cloud import Cloud, use
from localcloud.cognito_import.upload import UploadEndpoint
from localcloud.settings import Settings
from tests.localcloud.service_model import watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from werkzeug.test import TestResponse

OPERATIONS: Final = (
    "CreateUserImportJob",
    "GetCSVHeader",
    "DescribeUserImportJob",
    "ListUserImportJobs",
    "StartUserImportJob",
    "StopUserImportJob",
    "AdminConfirmSignUp",
    "AdminInitiateAuth",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "ForgotPassword",
    "InitiateAuth",
    "RespondToAuthChallenge",
)
ENCRYPTION: Final = {"x-amz-server-side-encryption": "aws:kms"}
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
MAY_LOG: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            "Resource": ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/cognito/*"],
        },
    ],
}
GOOD: Final = {"email": "ada@example.com", "email_verified": "true", "cognito:mfa_enabled": "false"}


class Hand:
    """A wall clock that moves only when the test moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Wall seconds."""
        return self.seconds


@dataclass(slots=True)
class ImportWorld:
    """What a test of import jobs works with."""

    cloud: Cloud
    hand: Hand
    cognito: CognitoIdentityProviderClient = field(init=False)
    iam: IAMClient = field(init=False)
    logs: CloudWatchLogsClient = field(init=False)
    role: str = field(init=False)

    def __post_init__(self) -> None:
        self.cognito, self.iam, self.logs = _clients()
        self.role = self.make_role("logs")

    def pass_time(self, seconds: float) -> None:
        """Let that much cloud time pass."""
        self.hand.seconds += seconds

    def make_role(self, name: str, trust: Mapping[str, Any] = TRUST, policy: Mapping[str, Any] | None = MAY_LOG) -> str:
        """A role with an inline policy; its ARN."""
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        if policy is not None:
            self.iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=json.dumps(policy))
        return role["Role"]["Arn"]

    def make_pool(self, name: str = "people", **configuration: Any) -> str:  # noqa: ANN401  (CreateUserPool's own)
        """A pool that verifies email addresses unless told otherwise; its id."""
        configuration = {"AutoVerifiedAttributes": ["email"], **configuration}
        return self.cognito.create_user_pool(PoolName=name, **configuration)["UserPool"]["Id"]

    def create(self, pool_id: str, name: str = "job", **more: Any) -> Any:  # noqa: ANN401
        """A new job."""
        return self.cognito.create_user_import_job(
            UserPoolId=pool_id, JobName=name, **{"CloudWatchLogsRoleArn": self.role, **more}
        )["UserImportJob"]

    def upload(self, job: Mapping[str, Any], content: bytes, headers: Mapping[str, str] = ENCRYPTION) -> TestResponse:
        """Put the content where the job's URL points to."""
        return put(job["PreSignedUrl"], content, headers)

    def start(self, job: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Start the job."""
        return self.cognito.start_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"])["UserImportJob"]

    def stop(self, job: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Stop the job."""
        return self.cognito.stop_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"])["UserImportJob"]

    def describe(self, job: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """The job as it stands."""
        return self.cognito.describe_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"])["UserImportJob"]

    def header(self, pool_id: str) -> list[str]:
        """The pool's columns."""
        return self.cognito.get_csv_header(UserPoolId=pool_id)["CSVHeader"]

    def ready(self, pool_id: str, content: bytes, **more: Any) -> Any:  # noqa: ANN401
        """A job with its file uploaded."""
        job = self.create(pool_id, **more)
        assert self.upload(job, content).status_code == 200
        return job

    def run(self, pool_id: str, content: bytes, **more: Any) -> Any:  # noqa: ANN401
        """A job that went all its way; the job as it ended."""
        job = self.ready(pool_id, content, **more)
        self.start(job)
        self.pass_time(3600)
        return self.describe(job)

    def run_rows(self, pool_id: str, *rows: Mapping[str, str], **more: Any) -> list[str]:  # noqa: ANN401
        """Import the rows; the log's line for each, without what is the same in all of them."""
        job = self.run(pool_id, csv_of(self.header(pool_id), rows), **more)
        lines = self.log_lines(job)[1:]
        return [line.split(" - ", 1)[1] for line in lines]

    def log_lines(self, job: Mapping[str, Any]) -> list[str]:
        """The lines in the job's log stream."""
        pool = self.cognito.describe_user_pool(UserPoolId=job["UserPoolId"])["UserPool"]
        answer = self.logs.get_log_events(
            logGroupName=f"/aws/cognito/userpools/{pool['Id']}/{pool['Name']}",
            logStreamName=f"{job['JobId']}/{job['JobName']}",
            startFromHead=True,
        )
        return [event["message"] for event in answer["events"]]

    def user(self, pool_id: str, username: str) -> dict[str, str]:
        """The user's attributes, with its status as `status`."""
        user = self.cognito.admin_get_user(UserPoolId=pool_id, Username=username)
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
        return attributes | {"status": user["UserStatus"]}


@contextmanager
def opened_world(data_dir: Path, **settings: Any) -> Iterator[ImportWorld]:  # noqa: ANN401  (the fields of Settings)
    """A world whose clock stands still until `pass_time`."""
    hand = Hand()
    cloud = Cloud(Settings(data_dir=data_dir, **settings), Clock(wall=hand))
    cognito_import.install()
    cognito_sign_in.install()
    moto_patches.install()
    with mock_aws():
        before = use(cloud)
        try:
            yield ImportWorld(cloud, hand)
        finally:
            use(before)


def put(url: str, content: bytes, headers: Mapping[str, str], *, announced: int | None = None) -> TestResponse:
    """PUT to the upload endpoint without a server in between; `announced` is the length that the client says."""
    parts = urlsplit(url)
    client = Client(UploadEndpoint(_elsewhere))
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return client.put(
        target,
        base_url=f"{parts.scheme}://{parts.netloc}",
        data=content,
        headers=dict(headers),
        environ_overrides={"CONTENT_LENGTH": str(len(content) if announced is None else announced)},
    )


def csv_of(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """A file in Cognito's dialect; a row's missing columns are blank."""
    lines = [",".join(row.get(column, "").replace(",", "\\,") for column in header) for row in rows]
    return "\n".join([",".join(header), *lines, ""]).encode()


def good_rows(count: int) -> list[dict[str, str]]:
    """That many valid users, `user0` and so on."""
    return [
        {**GOOD, "cognito:username": f"user{number}", "email": f"user{number}@example.com"} for number in range(count)
    ]


@functools.cache
def _clients() -> tuple[CognitoIdentityProviderClient, IAMClient, CloudWatchLogsClient]:
    """The clients of all tests: moto answers them whenever it is on, and making one takes longer than most tests."""
    cognito = boto3.client("cognito-idp", region_name="us-east-1")
    watch(cognito, only=OPERATIONS, wrong_rules={"CompletionMessageType"})
    return cognito, boto3.client("iam", region_name="us-east-1"), boto3.client("logs", region_name="us-east-1")


def _elsewhere(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Stands for the application behind the upload endpoint."""
    start_response("418 I'm a teapot", [])
    return [b"elsewhere"]
