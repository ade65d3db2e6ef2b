"""What `cognito-drop doctor` reads of roles, policies and executions, without a deployed stack."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.doctor import executions
from cli.doctor.logs_role import logs_role_findings
from cli.doctor.policy import has_condition, is_allowed, trusting


@mock_aws
def test_a_role_that_is_gone_is_found() -> None:
    """Nothing else is said of it."""
    arn = "arn:aws:iam::123456789012:role/logs"
    around: Any = SimpleNamespace(
        aws=SimpleNamespace(iam=boto3.client("iam")), deployment=SimpleNamespace(logs_role=arn)
    )
    (found,) = logs_role_findings(around)
    assert (found.code, found.severity) == ("logs_role_missing", "error")


def test_executions_that_timed_out_are_found() -> None:
    """By their own name, each run once, the first five of them."""
    ended = [
        {"name": f"{letter * 32}{tail}", "stopDate": datetime.now(UTC)} for letter in "abcdef" for tail in ("", "-2")
    ]

    def pages(*, statusFilter: str, **_: str) -> list[dict[str, Any]]:  # noqa: N803  (the service's name)
        return [{"executions": ended if statusFilter == "TIMED_OUT" else []}]

    steps = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=pages))
    around: Any = SimpleNamespace(
        aws=SimpleNamespace(stepfunctions=steps), deployment=SimpleNamespace(state_machine="arn")
    )
    (found,) = executions.execution_findings(around)
    assert found.code == "executions_timed_out"
    assert found.message == (
        "12 executions timed out in the last 7 days, of the runs aaaaaaaa, bbbbbbbb, cccccccc, dddddddd, eeeeeeee, …."
    )


ALLOW = {"Effect": "Allow", "Action": "logs:Put*", "Resource": "arn:aws:logs:*:*:log-group:/aws/cognito/*"}
GROUP = "arn:aws:logs:eu-west-1:1:log-group:/aws/cognito/userpools/x"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALLOW], True),
        ([{**ALLOW, "Action": ["LOGS:PUTLOGEVENT?"]}], True),
        ([{**ALLOW, "Action": "logs:Get*"}], False),
        ([{**ALLOW, "Resource": "arn:aws:logs:*:*:log-group:/other/*"}], False),
        ([ALLOW, {"Effect": "Deny", "Action": "*", "Resource": "*"}], False),
        ([ALLOW, {"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"}], True),
        ([ALLOW, {"Effect": "Deny", "Action": "logs:*", "NotResource": ALLOW["Resource"]}], True),
        ([], False),
    ],
)
def test_policies_are_read_as_iam_reads_them(statements: list[dict[str, Any]], expected: bool) -> None:
    """Wildcards, case, explicit denials, and the Not forms."""
    assert is_allowed(statements, "logs:PutLogEvents", GROUP) is expected


def test_trust_is_of_the_service() -> None:
    """One of several, anybody, or somebody else; a condition is told when nothing goes without one."""
    service = "cognito-idp.amazonaws.com"
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    named = {**allow, "Principal": {"Service": ["ec2.amazonaws.com", service]}}
    limited = {**allow, "Principal": {"Service": service}, "Condition": {"Bool": {"x": "true"}}}
    assert trusting([named, {**allow, "Principal": "*"}], service) == [named, {**allow, "Principal": "*"}]
    assert trusting([{**allow, "Principal": {"AWS": "*"}}, {**named, "Effect": "Deny"}], service) == []
    assert has_condition([limited])
    assert not has_condition([limited, named])
