"""What `doctor` says of the import logs, and of checks that AWS does not answer."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor.logs_role import logs_role_findings
from cognito_drop.core.pools.pool_settings import PoolSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command

ROLE_ARN = "arn:aws:iam::123456789012:role/logs"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def _context(name: str, resource: str) -> Any:  # noqa: ANN401  (stands in for Context)
    """A deployment with one pool of this name, and a logs role for this resource."""
    iam, cognito = boto3.client("iam"), boto3.client("cognito-idp", region_name="us-east-1")
    iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(TRUST))
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]}
    iam.put_role_policy(RoleName="logs", PolicyName="logs", PolicyDocument=json.dumps(policy))
    pool_id = cognito.create_user_pool(PoolName=name)["UserPool"]["Id"]
    return SimpleNamespace(
        restore_command="aws cloudformation …",
        aws=SimpleNamespace(
            iam=iam,
            cognito=cognito,
            logs=boto3.client("logs", region_name="us-east-1"),
            cloudformation=SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [{}]}),
        ),
        deployment=SimpleNamespace(
            stack="s", logs_role=ROLE_ARN, region="us-east-1", pools={"crew": ServedPool("crew", PoolSettings(pool_id))}
        ),
        pool_id=pool_id,
    )


ALL_GROUPS = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/cognito/*"


@mock_aws
@pytest.mark.parametrize("name", ["User pool - k3xmzn", "a+b@c"])
def test_a_pool_whose_name_no_log_group_can_have_is_found(name: str) -> None:
    """As a warning, until it has a log all the same: imports go on without one."""
    context = _context(name, ALL_GROUPS)
    (found,) = logs_role_findings(context)
    assert (found.code, found.severity) == ("log_unnameable", "warning")
    assert name in found.message
    context.aws.logs.create_log_group(logGroupName=f"/aws/cognito/userpools/{context.pool_id}/another-name")
    assert logs_role_findings(context) == []


@mock_aws
def test_the_role_is_held_against_the_log_group_that_the_pool_has() -> None:
    """Not against one named after the alias; before the first import, one named after the pool."""
    groups = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/cognito/userpools/*"
    context = _context("people", f"{groups}/people")
    assert logs_role_findings(context) == []
    context.aws.logs.create_log_group(logGroupName=f"/aws/cognito/userpools/{context.pool_id}d/of-another-pool")
    assert logs_role_findings(context) == []
    context.aws.logs.create_log_group(logGroupName=f"/aws/cognito/userpools/{context.pool_id}/renamed")
    (found,) = logs_role_findings(context)
    assert found.code == "logs_role_permissions"


@mock_aws
def test_an_operator_who_may_not_list_log_groups_learns_of_the_role_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pool's own name takes the place of the group's."""
    context = _context("people", "arn:aws:logs:us-east-1:123456789012:log-group:/other/*")

    def denied(_: str) -> NoReturn:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeLogGroups")

    monkeypatch.setattr(context.aws.logs, "get_paginator", lambda _: SimpleNamespace(paginate=_pages_of(denied)))
    (found,) = logs_role_findings(context)
    assert found.code == "logs_role_permissions"


def _pages_of(fail: Callable[[str], NoReturn]) -> Callable[..., Iterator[NoReturn]]:
    return lambda **request: (fail(prefix) for prefix in request.values())


@pytest.mark.parametrize(
    ("code", "found"), [("AccessDenied", "not_allowed"), ("ThrottlingException", "not_answered"), ("X", "not_answered")]
)
def test_a_check_that_aws_does_not_answer_is_a_finding(code: str, found: str) -> None:
    """The other checks go on."""

    def look(_: object) -> NoReturn:
        raise ClientError({"Error": {"Code": code}}, "DescribeRule")

    (finding,) = doctor._findings(cast("Any", None), look)  # noqa: SLF001
    assert finding.code == found
    assert finding.message.startswith("The check could not run. ")
