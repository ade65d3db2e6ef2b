"""The account that is probed: pools, roles, and import jobs with names of the kit, and what Cognito says of them.

Everything that is made has a name that starts with PREFIX, by which `cleaning` finds it after a crash.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PREFIX: Final = "cognito-drop-verify"
ENCRYPTION: Final = {"x-amz-server-side-encryption": "aws:kms"}
ENDED: Final = ("Succeeded", "Failed", "Stopped", "Expired")
GOOD: Final = {"email": "ada@example.com", "email_verified": "true", "cognito:mfa_enabled": "false"}
Row = dict[str, str]
_POLL = 1.0
_PATIENCE = 900.0
_LOG_PATIENCE = 120.0


class AccountError(Exception):
    """The account did not do what a probe needs."""


class MakeClient(Protocol):
    """Makes a client of a service."""

    def __call__(self, service: str, **more: Any) -> Any:  # noqa: ANN401  (boto3's own arguments)
        """The same client every time; with more arguments of boto3's, a new one."""


class Put(Protocol):
    """Uploads a file to a pre-signed URL."""

    def __call__(self, url: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """The status of the answer and its text."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that a call was answered with."""

    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """As a row has it."""
        return {"code": self.code, "message": self.message}


@dataclass(slots=True)
class Account:
    """The account, and the pools and roles that the probes share."""

    client: MakeClient
    put: Put
    sleep: Callable[[float], None]
    region: str
    aws: bool
    prefix: str = PREFIX
    """How the names of its pools and roles start."""
    slept: float = 0.0
    _pools: dict[str, str] = field(default_factory=dict)
    _roles: dict[str, str] = field(default_factory=dict)

    @property
    def cognito(self) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """The client of Cognito user pools."""
        return self.client("cognito-idp")

    def pool(self, name: str = "people", **configuration: object) -> str:
        """The id of the pool of that name, which is made when it is asked for first."""
        if name not in self._pools:
            settings = {"AutoVerifiedAttributes": ["email"], **configuration}
            answer = self.cognito.create_user_pool(PoolName=f"{self.prefix}-{name}", **settings)
            self._pools[name] = answer["UserPool"]["Id"]
        return self._pools[name]

    def logs_role(self, name: str = "logs", service: str = "cognito-idp.amazonaws.com") -> str:
        """The ARN of a role with which Cognito may write logs; one for another service cannot be used for it."""
        if name not in self._roles:
            allowed = [f"logs:{action}" for action in _LOG_ACTIONS]
            self._roles[name] = self.role(name, {"Service": service}, {"Action": allowed, "Resource": "*"})
        return self._roles[name]

    def role(self, name: str, principal: Mapping[str, str], *statements: Mapping[str, object]) -> str:
        """A new role with an inline policy; its ARN. IAM may take some seconds until it knows the role everywhere."""
        trust = _policy({"Principal": principal, "Action": "sts:AssumeRole"})
        iam, name = self.client("iam"), f"{self.prefix}-{name}"
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="verify", PolicyDocument=_policy(*statements))
        self.wait(_IAM_DELAY)
        return arn

    def wait(self, seconds: float) -> None:
        """Let that much time of the account pass."""
        self.slept += seconds
        self.sleep(seconds)

    def header(self, pool: str) -> list[str]:
        """The pool's columns."""
        columns: list[str] = self.cognito.get_csv_header(UserPoolId=pool)["CSVHeader"]
        return columns

    def file(self, pool: str, rows: Sequence[Mapping[str, str]], *more: str) -> bytes:
        """A file in Cognito's dialect with the pool's columns and `more`; values are written as they are given."""
        columns = [*self.header(pool), *(column for column in more if column not in self.header(pool))]
        lines = [",".join(row.get(column, "") for column in columns) for row in rows]
        return "\n".join([",".join(columns), *lines, ""]).encode()

    def create(self, pool: str, **more: str) -> dict[str, Any]:
        """A new job."""
        role = more.pop("CloudWatchLogsRoleArn", None) or self.logs_role()
        job: dict[str, Any] = self.cognito.create_user_import_job(
            UserPoolId=pool, JobName="verify", CloudWatchLogsRoleArn=role, **more
        )["UserImportJob"]
        return job

    def ready(self, pool: str, content: bytes, **more: str) -> dict[str, Any]:
        """A job with its file uploaded. Raises AccountError when the upload is refused."""
        job = self.create(pool, **more)
        status, text = self.put(job["PreSignedUrl"], content, ENCRYPTION)
        if status != 200:  # noqa: PLR2004  (HTTP's OK)
            raise AccountError(f"The upload was answered with {status}: {text}")
        return job

    def start(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Start the job."""
        return self._call("start_user_import_job", job)

    def stop(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Stop the job."""
        return self._call("stop_user_import_job", job)

    def describe(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """The job as it is now."""
        return self._call("describe_user_import_job", job)

    def when(self, job: Mapping[str, Any], *statuses: str) -> dict[str, Any]:
        """The job as soon as it has one of the statuses. Raises AccountError when it never has."""
        until = self.slept + _PATIENCE
        while (now := self.describe(job))["Status"] not in statuses:
            if self.slept >= until:
                raise AccountError(f"The import job is {now['Status']} and did not become {' or '.join(statuses)}.")
            self.wait(_POLL)
        return now

    def run(self, pool: str, content: bytes, **more: str) -> dict[str, Any]:
        """A job that was started, as it ended."""
        job = self.ready(pool, content, **more)
        self.start(job)
        return self.when(job, *ENDED)

    def log(self, job: Mapping[str, Any], lines: int) -> list[str]:
        """The lines about rows in the job's log, as soon as there are so many, or those that came in two minutes."""
        until = self.slept + _LOG_PATIENCE
        while len(found := self._log(job)) < lines and self.slept < until:
            self.wait(_POLL)
        return found

    def log_groups(self, pool: str) -> list[str]:
        """The names of the pool's log groups."""
        prefix = f"/aws/cognito/userpools/{pool}"
        answer = self.client("logs").describe_log_groups(logGroupNamePrefix=prefix)
        return [group["logGroupName"] for group in answer["logGroups"]]

    def rows(self, pool: str, *rows: Mapping[str, str], **more: str) -> list[str]:
        """Import the rows; the log's line for each, without the number."""
        job = self.run(pool, self.file(pool, rows), **more)
        return [without_number(line) for line in self.log(job, len(rows))]

    def user(self, pool: str, name: str) -> dict[str, str]:
        """The attributes of the user, found with ListUsers, which makes no user active; empty when there is none."""
        users = self.users(pool, f'username = "{name}"')
        return {entry["Name"]: entry["Value"] for user in users for entry in user["Attributes"]}

    def users(self, pool: str, filter_: str) -> list[dict[str, Any]]:
        """The users whom a filter finds: the first pages may be empty."""
        pages = self.cognito.get_paginator("list_users").paginate(UserPoolId=pool, Filter=filter_)
        return [user for page in pages for user in page["Users"]]

    def _call(self, operation: str, job: Mapping[str, Any]) -> dict[str, Any]:
        answer = getattr(self.cognito, operation)(UserPoolId=job["UserPoolId"], JobId=job["JobId"])
        found: dict[str, Any] = answer["UserImportJob"]
        return found

    def _log(self, job: Mapping[str, Any]) -> list[str]:
        logs, stream = self.client("logs"), f"{job['JobId']}/{job['JobName']}"
        found = list[str]()
        for group in self.log_groups(job["UserPoolId"]):
            try:
                events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
            except logs.exceptions.ResourceNotFoundException:  # the job has not written yet
                continue
            found += [event["message"] for event in events if event["message"].startswith("[")]
        return found


_LOG_ACTIONS = ("CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents")
_IAM_DELAY = 15.0


def refusal(call: Callable[[], object]) -> Refusal | None:
    """The error that the call is answered with; None when it succeeds."""
    try:
        call()
    except ClientError as error:
        return Refusal(error.response["Error"]["Code"], error.response["Error"].get("Message", ""))
    return None


def good_rows(count: int, name: str = "user") -> list[Row]:
    """That many valid rows."""
    return [{**GOOD, "cognito:username": f"{name}{n}", "email": f"{name}{n}@example.com"} for n in range(count)]


def without_number(line: str) -> str:
    """A line of a job's log as its outcome and its text."""
    head, _, text = line.partition(" - ")
    return f"{head.partition(' ')[0]} {text}"


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    )
