"""boto3 clients: made when first used, once for an execution environment, only those that a function uses.

A client costs up to half a second of a cold start, so none is made at import. Attempts are counted with the first one,
as `total_max_attempts`; botocore's `max_attempts` counts those after it.
Source: https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=30)
_IMPATIENT = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 3}))
"""For what is throttled for long: a function that waits costs money, Step Functions' own retry waits for nothing."""
_QUICK = _IMPATIENT.merge(Config(connect_timeout=2, read_timeout=10))
"""For what no run must fail for: all attempts together take less than 40 seconds, and a function has at least 60."""
_ONCE = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))


@cache
def cognito() -> CognitoIdentityProviderClient:
    """Amazon Cognito user pools."""
    return boto3.client("cognito-idp", config=_IMPATIENT)


@cache
def cognito_quick() -> CognitoIdentityProviderClient:
    """Amazon Cognito user pools, for a question whose answer a run can do without for a while."""
    return boto3.client("cognito-idp", config=_QUICK)


@cache
def cognito_once() -> CognitoIdentityProviderClient:
    """Amazon Cognito user pools, for calls within a rate: the caller retries them, and counts."""
    return boto3.client("cognito-idp", config=_ONCE)


@cache
def dynamodb() -> DynamoDBClient:
    """Amazon DynamoDB: the client of boto3's resource, which takes and returns plain values."""
    return boto3.resource("dynamodb", config=_CONFIG).meta.client


@cache
def events() -> EventBridgeClient:
    """Amazon EventBridge."""
    return boto3.client("events", config=_QUICK)


@cache
def logs() -> CloudWatchLogsClient:
    """Amazon CloudWatch Logs."""
    return boto3.client("logs", config=_CONFIG)


@cache
def s3() -> S3Client:
    """Amazon S3."""
    return boto3.client("s3", config=_CONFIG)


@cache
def sns() -> Any:  # noqa: ANN401  (its types are not installed)
    """Amazon SNS."""
    return boto3.client("sns", config=_CONFIG)


@cache
def ssm() -> Any:  # noqa: ANN401  (its types are not installed)
    """AWS Systems Manager."""
    return boto3.client("ssm", config=_CONFIG)


@cache
def step_functions() -> SFNClient:
    """AWS Step Functions."""
    return boto3.client("stepfunctions", config=_CONFIG)
