"""The AWS clients of one call of the command, with the operator's own credentials, profile, region and endpoint."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from cognito_drop.cli.aws_errors import NoAnswerOfAwsError
from cognito_drop.cli.errors import CommandError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import OperationModel
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_SERVER_ERRORS: Final = 500
_IDS: Final = ("x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id")
_AWS_DOMAINS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws")
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard"},
    user_agent_extra="cognito-drop",
)


class Aws:
    """Clients, made when they are needed."""

    def __init__(self, profile: str | None, region: str | None) -> None:
        self._session = boto3.Session(profile_name=profile, region_name=region)
        self._session.events.register("before-parse", _refuse_foreign)

    @property
    def region(self) -> str:
        """The region that is asked; empty where none is chosen."""
        return self._session.region_name or ""

    @property
    def is_aws(self) -> bool:
        """Whether it is AWS itself that is asked, which has a console, and no emulator."""
        host = urlsplit(self.s3.meta.endpoint_url).hostname or ""
        return host.endswith(_AWS_DOMAINS)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """AWS CloudFormation."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def cloudwatch(self) -> Any:  # noqa: ANN401  (its types are not installed)
        """Amazon CloudWatch."""
        return self._client("cloudwatch")

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        """Amazon Cognito user pools."""
        client: CognitoIdentityProviderClient = self._client("cognito-idp")
        return client

    @cached_property
    def cognito_once(self) -> CognitoIdentityProviderClient:
        """Amazon Cognito user pools, for calls within a rate: the caller retries them, and counts."""
        client: CognitoIdentityProviderClient = self._client("cognito-idp", Config(retries={"total_max_attempts": 1}))
        return client

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Amazon DynamoDB: the client of boto3's resource, which takes and returns plain values."""
        client: DynamoDBClient = self._made(self._session.resource, "dynamodb").meta.client
        return client

    @cached_property
    def events(self) -> EventBridgeClient:
        """Amazon EventBridge."""
        client: EventBridgeClient = self._client("events")
        return client

    @cached_property
    def functions(self) -> LambdaClient:
        """AWS Lambda."""
        client: LambdaClient = self._client("lambda")
        return client

    @cached_property
    def functions_once(self) -> LambdaClient:
        """AWS Lambda, for a call that may take minutes and is not repeated."""
        once = Config(read_timeout=330, retries={"total_max_attempts": 1})
        client: LambdaClient = self._client("lambda", once)
        return client

    @cached_property
    def iam(self) -> IAMClient:
        """AWS IAM."""
        client: IAMClient = self._client("iam")
        return client

    @cached_property
    def kms(self) -> Any:  # noqa: ANN401  (its types are not installed)
        """AWS KMS."""
        return self._client("kms")

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        """Amazon CloudWatch Logs."""
        client: CloudWatchLogsClient = self._client("logs")
        return client

    @cached_property
    def s3(self) -> S3Client:
        """Amazon S3."""
        client: S3Client = self._client("s3")
        return client

    @cached_property
    def sns(self) -> SNSClient:
        """Amazon SNS."""
        client: SNSClient = self._client("sns")
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        """Amazon SQS."""
        client: SQSClient = self._client("sqs")
        return client

    @cached_property
    def ssm(self) -> Any:  # noqa: ANN401  (its types are not installed)
        """AWS Systems Manager."""
        return self._client("ssm")

    @cached_property
    def stepfunctions(self) -> SFNClient:
        """AWS Step Functions."""
        client: SFNClient = self._client("stepfunctions")
        return client

    def _client(self, service: str, more: Config | None = None) -> Any:  # noqa: ANN401  (boto3 makes the class)
        return self._made(self._session.client, service, more)

    def _made(self, make: Callable[..., Any], service: str, more: Config | None = None) -> Any:  # noqa: ANN401
        try:
            return make(service, config=_CONFIG.merge(more) if more else _CONFIG)
        except ValueError as error:  # botocore's for a URL or a region that is none
            raise CommandError(
                ErrorCode.UNREACHABLE, f"AWS cannot be reached: {error}.", "Check AWS_ENDPOINT_URL and the Region."
            ) from None


def _refuse_foreign(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
    """botocore fails at such an answer in a way that depends on the service, or takes it for one without members.

    Every answer of AWS has an ID; SDKs look for it in these places.
    """
    is_in_body = not operation_model.has_streaming_output and b"RequestId" in response_dict["body"]
    has_id = is_in_body or any(name in response_dict["headers"] for name in _IDS)
    if not has_id and response_dict["status_code"] < _SERVER_ERRORS:
        raise NoAnswerOfAwsError(operation_model.name)
