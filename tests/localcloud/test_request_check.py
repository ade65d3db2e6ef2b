"""A request that breaks AWS's model of its operation is refused before moto sees it, in the service's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from localcloud.api_model.constraints import Checks, NotOfTypeError
from tests.localcloud.command import REGION, running

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "arn:aws:iam::123456789012:role/logs"
JOB = {"JobName": "job", "UserPoolId": "eu-west-1_a", "CloudWatchLogsRoleArn": ROLE}


def unchecked(server: str, service: str) -> Any:  # noqa: ANN401  (a client of any service)
    """A client that sends whatever it is given, once."""
    config = Config(parameter_validation=False, retries={"max_attempts": 0})
    return boto3.client(service, endpoint_url=server, region_name=REGION, config=config)  # type: ignore[call-overload]


def refusal(server: str, service: str, operation: str, parameters: dict[str, Any]) -> tuple[str, str]:
    """Code and message of the error."""
    with pytest.raises(ClientError) as caught:
        getattr(unchecked(server, service), operation)(**parameters)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"JobName": ""}, "Value '' at 'jobName' failed to satisfy constraint: Member must have length greater"),
        ({"JobName": "a" * 129}, "Member must have length less than or equal to 128"),
        ({"JobName": "a/b"}, r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+"),
        ({"JobName": "größe"}, "Member must satisfy regular expression pattern"),
        ({"JobName": "job\u00a01"}, "Member must satisfy regular expression pattern"),
        ({"JobName": None}, "Value null at 'jobName' failed to satisfy constraint: Member must not be null"),
        ({"CloudWatchLogsRoleArn": "arn:aws:iam"}, "at 'cloudWatchLogsRoleArn'"),
        ({"UserPoolId": "pool"}, "at 'userPoolId'"),
        ({"PasswordHashingAlgorithm": "MD5"}, "enum value set: [BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256]"),
        ({"JobName": "a/b", "UserPoolId": "pool"}, "2 validation errors detected: "),
    ],
)
def test_every_kind_of_constraint_is_checked(server: str, change: dict[str, Any], sentence: str) -> None:
    """Lengths, patterns with ASCII classes, required members, and enumerations."""
    parameters = {name: value for name, value in (JOB | change).items() if value is not None}
    code, message = refusal(server, "cognito-idp", "create_user_import_job", parameters)
    assert code == "InvalidParameterException"
    assert sentence in message


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "error"),
    [
        (
            "cognito-idp",
            "list_user_import_jobs",
            {"UserPoolId": "e_1", "MaxResults": 61},
            ("InvalidParameterException", "Value '61' at 'maxResults'"),
        ),
        (
            "cognito-idp",
            "list_user_import_jobs",
            {"UserPoolId": "e_1", "MaxResults": "2"},
            ("SerializationException", "str can not be converted to integer"),
        ),
        (
            "cognito-idp",
            "admin_get_user",
            {"UserPoolId": "e_1", "Username": "a b"},
            ("InvalidParameterException", "Value at 'username' failed"),
        ),
        ("dynamodb", "batch_get_item", {"RequestItems": {}}, ("ValidationException", "at 'requestItems'")),
        ("events", "put_rule", {"Name": "r", "State": "ON"}, ("ValidationException", "at 'state'")),
        ("lambda", "list_functions", {"MaxItems": 0}, ("ValidationException", "at 'maxItems'")),
        ("lambda", "get_function", {"FunctionName": "a b"}, ("ValidationException", "at 'functionName'")),
        ("logs", "create_log_group", {"logGroupName": "a b"}, ("InvalidParameterException", "at 'logGroupName'")),
        (
            *("logs", "get_log_events", {"logGroupName": "a+b", "logStreamName": "s"}),
            ("InvalidParameterException", "at 'logGroupName'"),
        ),
        (
            *("logs", "describe_log_groups", {"logGroupNamePrefix": "User pool"}),
            ("InvalidParameterException", "at 'logGroupNamePrefix'"),
        ),
        (
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": "x", "name": ""},
            ("ValidationException", "at 'name'"),
        ),
        ("kms", "create_alias", {"AliasName": "a b", "TargetKeyId": "k"}, ("ValidationException", "at 'aliasName'")),
        ("ssm", "get_parameters", {"Names": []}, ("ValidationException", "at 'names'")),
        ("cloudwatch", "put_metric_data", {"Namespace": ":"}, ("ValidationError", "at 'namespace'")),
        ("iam", "get_role", {"RoleName": "a b"}, ("ValidationError", "at 'roleName'")),
        ("iam", "list_roles", {"MaxItems": "many"}, ("MalformedInput", "many")),
        (
            "iam",
            "tag_role",
            {"RoleName": "r", "Tags": [{"Key": "", "Value": "v"}]},
            ("ValidationError", "at 'tags.1.member.key'"),
        ),
        ("sts", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "a"}, ("ValidationError", "at 'roleSessionName'")),
        (
            "cloudformation",
            "create_stack",
            {"StackName": "s", "Capabilities": ["ALL"]},
            (
                "ValidationError",
                "Value '[ALL]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [",
            ),
        ),
        ("sns", "publish", {"TopicArn": "t"}, ("ValidationError", "Value null at 'message'")),
        (
            "sqs",
            "send_message",
            {"QueueUrl": "http://localhost/1/q"},
            ("MissingParameter", "The request must contain the parameter MessageBody."),
        ),
        (
            "sqs",
            "create_queue",
            {"QueueName": "q", "Attributes": {"Nope": "1"}},
            ("InvalidAttributeName", "Attributes"),
        ),
        (
            "s3",
            "put_bucket_versioning",
            {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}},
            ("MalformedXML", "did not validate"),
        ),
        (
            "s3",
            "put_object",
            {"Bucket": "b", "Key": "k", "Body": b"x" * 300_000, "ACL": "none"},
            ("InvalidArgument", "enum value set"),
        ),
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "StorageClass": "none"}, ("InvalidStorageClass", "not valid")),
    ],
)
def test_each_service_has_its_own_error(
    server: str, service: str, operation: str, parameters: dict[str, Any], error: tuple[str, str]
) -> None:
    """Code and words are those of the service and its protocol."""
    found, message = refusal(server, service, operation, parameters)
    code, sentence = error
    assert found == code
    assert sentence in message


def test_an_operation_without_a_signature_is_checked(server: str) -> None:
    """A sign-in is signed with no key; its target names the service."""
    config = Config(signature_version=UNSIGNED, parameter_validation=False)
    cognito: Any = boto3.client("cognito-idp", endpoint_url=server, region_name=REGION, config=config)
    with pytest.raises(ClientError) as caught:
        cognito.initiate_auth(ClientId="c")
    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"


def test_a_flag_turns_the_check_off(tmp_path: Path) -> None:
    """Then moto alone decides."""
    with running(tmp_path, "--no-check-requests") as command:
        logs = unchecked(command.url, "logs")
        assert logs.describe_log_groups(limit=0)["logGroups"] == []


def check(shape: str, value: object) -> list[str]:
    """What a JSON value breaks of a shape of DynamoDB."""
    model = get_service_model("dynamodb")
    return [str(violation) for violation in Checks("dynamodb", is_json=True).of(model.shape_for(shape))(value) or ()]


def test_a_shape_may_contain_itself() -> None:
    """Attribute values nest as deep as they like, and the type of the innermost is seen."""
    assert check("AttributeValue", {"L": [{"M": {"a": {"L": [{"S": "x"}]}}}]}) == []
    with pytest.raises(NotOfTypeError):
        check("AttributeValue", {"L": [{"M": {"a": {"L": [{"S": 1}]}}}]})


def test_members_that_the_model_does_not_know_are_ignored() -> None:
    """As AWS does: a newer SDK may send them."""
    assert check("GetItemInput", {"TableName": "t", "Key": {}, "New": 1}) == []
