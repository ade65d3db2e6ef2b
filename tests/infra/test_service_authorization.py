"""Every statement of every template and of the docs, judged by AWS's service authorization reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.resolved_template import template_complaints
from tests.infra.service_authorization import (
    EXCEPTIONS,
    complaints,
    complaints_of_role,
    expanded,
    is_condition_key,
    types_of,
)
from tools.toolchain import PROJECT

from aws_cdk import aws_cognito as cognito  # isort: skip  (after `tests.infra`, which finds the Node that CDK starts)
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from cognito_drop.cdk import ImportSettings, TargetPool
from tests.infra.given_stack import StackWithGiven

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Json, StackTemplate

HERE = "us-east-1:123456789012"
BUCKET = "arn:aws:s3:::files"
LOGS_ROLE = "arn:aws:iam::123456789012:role/logs"
POOL = f"arn:aws:cognito-idp:{HERE}:userpool/us-east-1_AbCdEf123"
DOCS = (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")))
PLACEHOLDERS = {"QUEUE_ARN": f"arn:aws:sqs:{HERE}:queue", "TOPIC_ARN": f"arn:aws:sns:{HERE}:topic"}


def _allow(action: str, resource: str, operator: str = "", key: str = "", **more: Any) -> Json:  # noqa: ANN401  (JSON)
    condition = {"Condition": {operator: {key: "x"}}} if operator else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **condition, **more}


def test_the_stack_has_no_statement_that_aws_would_not_apply(any_stack: StackTemplate) -> None:
    """Roles, trust policies, and the policies of key, buckets, queues, and topic."""
    assert list(template_complaints(any_stack.body)) == []


def test_what_the_construct_grants_on_what_it_is_given_applies(tmp_path: Path) -> None:
    """A bucket, a topic, and a pool of another stack's, each with its own key, and a hook."""
    stacked = StackWithGiven(tmp_path)
    stack = stacked.stack
    stacked.drop(
        ImportSettings(
            pools={"people": TargetPool(cognito.UserPool(stack, "Pool"), groups={"allow": ["staff"], "create": True})}
        ),
        bucket=s3.Bucket(stack, "Files", versioned=True, encryption_key=kms.Key(stack, "FilesKey")),
        topic=sns.Topic(stack, "Topic", master_key=kms.Key(stack, "TopicKey")),
        after_report=tasks.SqsSendMessage(
            stack, "Queue", queue=sqs.Queue(stack, "Hook"), message_body=sfn.TaskInput.from_text("done")
        ),
    )
    assert list(template_complaints({"Resources": stacked.template()})) == []


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_the_docs_name_no_action_and_no_statement_that_aws_does_not_know(file: Path) -> None:
    """Statements in JSON, and actions in a text, such as `dynamodb:GetItem`."""
    text = file.read_text()
    named = re.findall(r"`([a-z0-9-]+:[A-Z][A-Za-z]+\*?)`", text)
    assert [name for name in named if not expanded(name) and not is_condition_key(name)] == []
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        if '"Effect"' in block:
            for placeholder, arn in PLACEHOLDERS.items():
                block = block.replace(placeholder, arn)  # noqa: PLW2901  (step by step)
            read = json.loads(block)
            statements = read if isinstance(read, list) else [read]
            assert [said for statement in statements for said in complaints(statement)] == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (_allow("cognito-idp:StartImportJob", POOL), "cognito-idp:startimportjob is no action"),
        (_allow("cognito-idp:StartUserImportJob", BUCKET), "takes none of"),
        (_allow("s3:GetObject", BUCKET), "takes none of"),
        (_allow("s3:ListBucket", f"{BUCKET}/*"), "takes none of"),
        (_allow("dynamodb:Scan", f"arn:aws:dynamodb:{HERE}:table/t/stream/*"), "takes none of"),
        (_allow("logs:DescribeLogGroups", f"arn:aws:logs:{HERE}:log-group:/aws/cognito/*"), " but *"),
        (_allow("lambda:CreateEventSourceMapping", f"arn:aws:lambda:{HERE}:function:f"), " but *"),
        (_allow("codestar-connections:UseConnection", f"arn:aws:codeconnections:{HERE}:connection/*"), "takes none of"),
        (_allow("s3:PutObject", f"{BUCKET}/*", "StringLike", "s3:prefix"), "s3:prefix is no condition key"),
        (_allow("s3:GetObject", f"{BUCKET}/*", "Bool", "aws:Secure"), "aws:Secure is no condition key"),
        (_allow("s3:GetObject", f"{BUCKET}/*", "ArnLike", "aws:SourceArn"), "aws:SourceArn is no condition key"),
        (
            _allow("kms:DescribeKey", f"arn:aws:kms:{HERE}:key/*", "StringLike", "kms:EncryptionContext:aws:logs:arn"),
            "kms:EncryptionContext:aws:logs:arn is no condition key",
        ),
    ],
)  # fmt: skip
def test_what_aws_would_not_apply_is_found(statement: Json, said: str) -> None:
    """One statement for each rule."""
    found = list(complaints(statement))
    assert found
    assert any(said in each for each in found)


@pytest.mark.parametrize(
    "statement",
    [
        _allow("s3:ListBucket", BUCKET, "StringLike", "s3:prefix"),
        _allow("s3:Get*", f"{BUCKET}/inbox/*"),
        _allow("logs:CreateLogStream", f"arn:aws:logs:{HERE}:log-group:/g:*"),
        _allow("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/g:*"),
        _allow("iam:PassRole", "arn:aws:iam::123456789012:role/a/path/r"),
        _allow("states:SendTaskSuccess", f"arn:aws:states:{HERE}:stateMachine:m"),
        _allow(
            "sqs:SendMessage", f"arn:aws:sqs:{HERE}:q", "ArnEquals", "aws:SourceArn",
            Principal={"Service": "sns.amazonaws.com"},
        ),
    ],
)  # fmt: skip
def test_what_aws_applies_passes(statement: Json) -> None:
    """Also with wildcards, with a log group's two ARNs, and with an exception of the reference."""
    assert list(complaints(statement)) == []


@pytest.mark.parametrize(
    ("operator", "operation", "is_found"),
    [
        ("StringEquals", _allow("cognito-idp:CreateUserImportJob", POOL), True),
        ("StringLike", _allow("cognito-idp:CreateUserImportJob", POOL), True),
        ("StringEqualsIfExists", _allow("cognito-idp:CreateUserImportJob", POOL), False),
        ("StringEquals", _allow("lambda:CreateFunction", f"arn:aws:lambda:{HERE}:function:f"), False),
    ],
)
def test_a_condition_counts_only_where_the_operation_has_its_key(
    operator: str, operation: Json, is_found: bool
) -> None:
    """iam:PassRole knows iam:PassedToService, but no request of CreateUserImportJob has it."""
    passing = _allow("iam:PassRole", LOGS_ROLE, operator, "iam:PassedToService")
    assert bool(list(complaints_of_role([operation, passing]))) is is_found


@pytest.mark.parametrize("action", EXCEPTIONS)
def test_every_exception_is_needed(action: str) -> None:
    """An action for which the reference names a type by now is none."""
    assert expanded(action) == [action]
    assert types_of(action) == []
