"""What moto cannot answer is answered with one error in AWS's shape, which no SDK repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud.api_model.s3_gaps import MARKS
from tests.localcloud.command import REGION, Command, running
from tests.localcloud.minimal import minimal
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

IN_USE: Final = (
    "cloudformation", "cloudwatch", "cognito-idp", "dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "sns",
    "sqs", "ssm", "stepfunctions", "sts", "xray",
)  # fmt: skip
"""The services that the stack or the command calls."""
ALWAYS: Final = frozenset({"sqs", "sns", "sts"})
"""One for each kind of protocol, and one with unsigned requests; all of them take minutes."""
REPEATED: Final = frozenset({500, 502, 503, 504})
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The emulator as it is by default, with a bucket and an object whose names are those of minimal requests."""
    with running(tmp_path_factory.mktemp("cloud")) as command:
        s3 = command.client("s3")
        s3.create_bucket(Bucket="name", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket="name", Key="name", Body=b"content")
        yield command


def client(cloud: Command, service: str) -> Any:  # noqa: ANN401  (a client of any service)
    """A client that calls once."""
    config = Config(
        parameter_validation=False, retries={"max_attempts": 0}, inject_host_prefix=False, read_timeout=PATIENCE
    )
    return boto3.client(service, endpoint_url=cloud.url, region_name=REGION, config=config)  # type: ignore[call-overload]


def parameters(cloud: Command, model: OperationModel) -> dict[str, Any]:
    """The least that the operation takes."""
    given: dict[str, Any] = minimal(model.input_shape) if model.input_shape else {}
    return given | ({"QueueUrl": f"{cloud.url}/123456789012/name"} if "QueueUrl" in given else {})


@pytest.mark.parametrize(
    "service",
    [pytest.param(service, marks=[] if service in ALWAYS else pytest.mark.nightly) for service in IN_USE],
)
def test_every_operation_has_an_answer(cloud: Command, service: str) -> None:
    """An answer that the SDK can read: a result, or an error with a code that it does not take for a failure."""
    calls = client(cloud, service)
    wrong = {}
    for name in calls.meta.service_model.operation_names:
        model = calls.meta.service_model.operation_model(name)
        try:
            getattr(calls, xform_name(name))(**parameters(cloud, model))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in REPEATED or (code.isdigit() and model.http["method"] != "HEAD"):
                wrong[name] = f"{status} {code}"
        except Exception as error:  # noqa: BLE001  (whatever the SDK says of an answer)
            wrong[name] = repr(error)
    assert wrong == {}


def test_operations_of_s3_are_taken_for_no_other_one(cloud: Command) -> None:
    """What marks an operation that moto lacks creates, deletes, and changes neither bucket nor object."""
    s3 = client(cloud, "s3")
    s3.put_object(Bucket="name", Key="name", Body=b"content")
    asked = set()
    for name in s3.meta.service_model.operation_names:
        model = s3.meta.service_model.operation_model(name)
        _, _, query = model.http["requestUri"].partition("?")
        if query.partition("&")[0] not in MARKS:
            continue
        with pytest.raises(ClientError) as caught:
            getattr(s3, xform_name(name))(**parameters(cloud, model))
        assert caught.value.response["Error"]["Code"] == "NotImplemented", name
        asked.add(query.partition("&")[0])
    assert asked == MARKS
    for call in (s3.delete_bucket_inventory_configuration, s3.get_bucket_inventory_configuration):
        with pytest.raises(ClientError):
            call(Bucket="name", Id="i")
    assert s3.get_object(Bucket="name", Key="name")["Body"].read() == b"content"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-Amz-Target": "AmazonSQS.Nope", "Content-Type": "application/x-amz-json-1.0"}, "UnknownOperationException"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "InvalidAction"),
    ],
)
def test_what_is_no_operation_is_said_to_be_none(cloud: Command, headers: dict[str, str], code: str) -> None:
    """With AWS's own errors for it."""
    sqs = client(cloud, "sqs")

    def rewrite(request: Any, **_: object) -> None:  # noqa: ANN401  (botocore's)
        for name, value in headers.items():
            del request.headers[name]
            request.headers[name] = value
        request.data = b"Action=Nope&Version=2012-11-05" if code == "InvalidAction" else b"{}"
        if code == "InvalidAction":
            del request.headers["X-Amz-Target"]

    sqs.meta.events.register("before-sign", rewrite)
    with pytest.raises(ClientError) as caught:
        sqs.list_queues()
    assert code in str(caught.value.response)
