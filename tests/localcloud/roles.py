"""Roles for tests of IAM: made with a policy, assumed, and used through boto3."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.localcloud.command import REGION, Command, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = "123456789012"
Statement = dict[str, Any]


def allow(actions: str | list[str], resources: str | list[str] = "*", **more: object) -> Statement:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: str | list[str], resources: str | list[str] = "*", **more: object) -> Statement:
    """A statement that denies."""
    return {**allow(actions, resources, **more), "Effect": "Deny"}


def document(*statements: Statement) -> str:
    """A policy's JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass(frozen=True, slots=True)
class Role:
    """A role that was assumed."""

    cloud: Command
    name: str
    arn: str

    @classmethod
    def make(cls, cloud: Command, *statements: Statement, service: str = "lambda.amazonaws.com") -> Role:
        """Create a role with an inline policy."""
        iam, name = cloud.client("iam"), f"role-{uuid.uuid4()}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        role = cls(cloud, name, arn)
        if statements:
            role.may(*statements)
        return role

    def may(self, *statements: Statement) -> None:
        """Replace the inline policy."""
        self.cloud.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="own", PolicyDocument=document(*statements)
        )

    def client(self, service: Any) -> Any:  # noqa: ANN401  (a client of any service)
        """A client with credentials of a session `test`."""
        made = self.cloud.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="test")["Credentials"]
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.cloud.url,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
            config=Config(retries={"max_attempts": 0}),
        )

    def denial_of(self, action: str, resource: str) -> str:
        """AWS's sentence for something that no policy allows."""
        return (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/test is not authorized to perform: {action} "
            f"on resource: {resource} because no identity-based policy allows the {action} action"
        )


@dataclass(frozen=True, slots=True)
class Denial:
    """How a call was denied."""

    code: str
    message: str
    status: int


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command, as it is by default."""
    with running(tmp_path_factory.mktemp("cloud")) as command:
        yield command


def denial(call: Callable[[], object]) -> Denial:
    """How the call is denied; a call that goes through fails the test."""
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    error = response["Error"]
    return Denial(error["Code"], error.get("Message", ""), response["ResponseMetadata"]["HTTPStatusCode"])
