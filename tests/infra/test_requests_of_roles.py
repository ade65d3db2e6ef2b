"""Every operation that a role may call is checked against AWS's model: one bad request each."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session

from tests.infra.template import as_list
from tests.localcloud.minimal import spoiled
from tools.local_cloud import REGION, local_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.template import StackTemplate
    from tools.local_cloud import LocalCloud

SERVICES = {"states": "stepfunctions"}
"""Prefixes of actions that are not botocore's names."""
OPERATIONS = {
    "dynamodb:ConditionCheckItem": "TransactWriteItems",
    "lambda:InvokeFunction": "Invoke",
    "s3:DeleteObjectVersion": "DeleteObject",
    "s3:GetObjectVersion": "GetObject",
    "s3:GetObjectVersionTagging": "GetObjectTagging",
    "s3:ListBucket": "ListObjectsV2",
    "s3:ListBucketVersions": "ListObjectVersions",
    "s3:PutObjectVersionTagging": "PutObjectTagging",
}
"""Actions that are not named like the operation."""
WITHOUT_OPERATION = {"iam:PassRole", *(f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Get", "Update"))} | {
    "logs:ListLogDeliveries"
}
"""Actions that no operation of the API is named for: AWS's services ask for them within others."""
CODES = {
    "cognito-idp": {"InvalidParameterException"},
    "logs": {"InvalidParameterException"},
    "s3": {"InvalidArgument", "MalformedXML"},
    "sns": {"ValidationError"},
    "sqs": {"MissingParameter"},
}
"""What each service answers; the others answer ValidationException, and all that read JSON SerializationException."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """The emulator as it is by default."""
    with local_cloud() as cloud:
        yield cloud


def actions_of(stack: StackTemplate) -> set[str]:
    """Every action that a policy of a role allows."""
    documents = [policy.properties["PolicyDocument"] for policy in stack.all("AWS::IAM::Policy")]
    for role in stack.all("AWS::IAM::Role"):
        documents += [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
    return {action for document in documents for one in document["Statement"] for action in as_list(one["Action"])}


@functools.cache
def _client(endpoint: str, service: str) -> Any:  # noqa: ANN401  (a client of any service)
    """A client that sends whatever it is given."""
    config = Config(parameter_validation=False, retries={"max_attempts": 0})
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106  (of no account)
        config=config,
    )


def test_a_bad_request_for_each_action_is_refused(subscribed_stack: StackTemplate, cloud: LocalCloud) -> None:
    """As the service refuses it, before it has an effect."""
    session = get_session()
    wrong: dict[str, Any] = {}
    for action in sorted(actions_of(subscribed_stack) - WITHOUT_OPERATION):
        prefix, _, name = action.partition(":")
        service = SERVICES.get(prefix, prefix)
        model = session.get_service_model(service)
        operation = OPERATIONS.get(action, name)
        shape: Any = model.operation_model(operation).input_shape
        call = getattr(_client(cloud.endpoint, service), xform_name(operation))
        with pytest.raises(ClientError) as caught:
            call(**spoiled(shape))
        code = caught.value.response["Error"]["Code"]
        if code not in CODES.get(service, {"ValidationException"}) | {"SerializationException"}:
            wrong[action] = caught.value.response["Error"]
    assert wrong == {}
