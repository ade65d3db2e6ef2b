"""The policy language, statement by statement."""

from __future__ import annotations

import pytest

from localcloud.iam.policies import Question, Verdict, verdict
from tests.localcloud.roles import Statement, allow, deny

OBJECT = "arn:aws:s3:::bucket/inbox/a.csv"
CONTEXT = {"aws:principalarn": "arn:aws:iam::123456789012:role/r", "s3:prefix": "inbox/", "aws:securetransport": "true"}


def said(*statements: Statement, action: str = "s3:GetObject", resource: str = OBJECT) -> Verdict:
    """What the statements say."""
    return verdict(statements, Question(action, resource, CONTEXT))


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", OBJECT),
        allow("S3:getobject", OBJECT),
        allow("s3:Get*", "arn:aws:s3:::bucket/*"),
        allow(["s3:PutObject", "s3:GetObjec?"], ["arn:aws:s3:::other/*", "arn:aws:s3:::bu?ket/inbox/*.csv"]),
        allow("*", "*"),
        {"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"},
    ],
)
def test_what_matches_is_allowed(statement: Statement) -> None:
    """Action in any case, resource by its wildcards, or whatever is not excepted."""
    assert said(statement) is Verdict.ALLOWED


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObjectVersion", OBJECT),
        allow("s3:GetObject", "arn:aws:s3:::BUCKET/inbox/a.csv"),
        allow("s3:GetObject", "arn:aws:s3:::bucket/inbox/a.cs"),
        allow("s3:GetObject", "arn:aws:s3:::bucket/inbox/a_csv"),
        allow("s3:GetObject", "arn:aws:s3:*:bucket/*"),
        allow("s3:GetObject", "arn:aws:s3:::bucket/inbox/[a].csv"),
        {"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::bucket/*"},
    ],
)
def test_what_does_not_match_is_not_allowed(statement: Statement) -> None:
    """Another action, case of a resource, component of an ARN, or an exception."""
    assert said(statement) is Verdict.NOT_ALLOWED


def test_a_wildcard_stays_within_its_component() -> None:
    """A wildcard before a colon does not reach over it."""
    pattern = "arn:aws:sqs:*:q"
    assert said(allow("*", pattern), resource="arn:aws:sqs:us-east-1:1:q") is Verdict.NOT_ALLOWED


def test_a_deny_wins() -> None:
    """One statement that denies outweighs any that allow, wherever it stands."""
    assert said(allow("*"), deny("s3:*", OBJECT)) is Verdict.DENIED
    assert said(deny("s3:*", OBJECT), allow("*")) is Verdict.DENIED
    assert said(allow("*"), deny("s3:*", f"{OBJECT}2")) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"s3:prefix": ["staging/", "inbox/"]}}, True),
        ({"StringEquals": {"S3:Prefix": "inbox/"}}, True),
        ({"StringEquals": {"s3:prefix": "INBOX/"}}, False),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "INBOX/"}}, True),
        ({"StringLike": {"s3:prefix": "in*"}}, True),
        ({"StringNotLike": {"s3:prefix": "in*"}}, False),
        ({"StringNotEquals": {"s3:prefix": ["staging/", "inbox/"]}}, False),
        ({"StringNotEquals": {"s3:prefix": ["staging/", "check/"]}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}, False),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Null": {"s3:prefix": "false"}}, True),
        ({"Null": {"s3:prefix": "true"}}, False),
        ({"Null": {"aws:TokenIssueTime": "true"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringEqualsIfExists": {"s3:prefix": "staging/"}}, False),
        ({"StringEquals": {"s3:prefix": "inbox/"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({"StringEquals": {"s3:prefix": "inbox/", "aws:PrincipalArn": "x"}}, False),
    ],
)
def test_a_condition_holds_or_not(condition: dict[str, dict[str, object]], holds: bool) -> None:
    """Every operator and every key must hold, one of several values is enough, and a key has no case."""
    assert (said(allow("*", Condition=condition)) is Verdict.ALLOWED) is holds
    assert (said(allow("*"), deny("*", Condition=condition)) is Verdict.DENIED) is holds


@pytest.mark.parametrize(
    "condition",
    [
        {"DateLessThan": {"aws:CurrentTime": "2100-01-01T00:00:00Z"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}},
        {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
    ],
)
def test_what_is_not_understood_is_read_strictly(condition: dict[str, dict[str, object]]) -> None:
    """An operator or a key that is not imitated allows nothing and keeps a deny in force."""
    assert said(allow("*", Condition=condition)) is Verdict.NOT_ALLOWED
    assert said(allow("*"), deny("*", Condition=condition)) is Verdict.DENIED


@pytest.mark.parametrize(("operator", "holds"), [("NumericLessThan", False), ("NumericGreaterThanEquals", True)])
def test_numbers_are_compared_as_numbers(operator: str, holds: bool) -> None:
    """10 is not less than 9."""
    question = Question("s3:ListBucket", "arn:aws:s3:::b", {"s3:max-keys": "10"})
    statement = allow("*", Condition={operator: {"s3:max-keys": "9"}})
    assert (verdict([statement], question) is Verdict.ALLOWED) is holds
