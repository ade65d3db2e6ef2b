"""What moto does without localcloud's patches: one function for each patch, true while the patch is needed.

`python -m tests.localcloud.stock_moto` prints the answers as JSON. It is a process of its own, as patches stay in the
process that installed them.
"""

from __future__ import annotations

import copy
import json
import sys
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from joserfc.jwk import RSAKey
from moto import mock_aws
from moto.awslambda.models import lambda_backends
from moto.cognitoidp import models as cognito_models
from moto.core import responses, serialize
from moto.core.utils import utcnow
from moto.dynamodb.models import DynamoDBBackend
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.logs.models import LogEvent
from moto.moto_server import werkzeug_app
from moto.s3 import models as s3_models
from moto.s3.models import FakeKey
from moto.s3.utils import _VersionedKeyStore
from moto.sqs.models import Message
from werkzeug.test import Client

from localcloud.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

_TRUST = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sts:AssumeRole"}})


def bucket_names() -> bool:
    """A bucket has a name with an uppercase letter."""
    return not _is_refused(lambda: _client("s3").create_bucket(Bucket="Drops"))


def bucket_policies() -> bool:
    """A policy that denies what is not TLS denies everything."""
    s3 = _client("s3")
    s3.create_bucket(Bucket="drops")
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": plain}
    s3.put_bucket_policy(Bucket="drops", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    return _is_refused(lambda: s3.put_object(Bucket="drops", Key="k", Body=b""))


def function_configuration() -> bool:
    """A function forgets where its log goes."""
    lambda_ = _client("lambda")
    role = _client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    made = lambda_.create_function(
        FunctionName="f", Runtime="python3.13", Role=role, Handler="index.handler", Code={"ZipFile": b""},
        LoggingConfig={"LogGroup": "mine"},
    )  # fmt: skip
    return "LoggingConfig" not in made


def kept_history() -> bool:
    """An object has more versions than the emulator keeps."""
    store, versions = _VersionedKeyStore(), list(range(Settings().keep + 2))
    store.setlist("k", versions)
    return bool(store.getlist("k") == versions)


def instance_offerings() -> bool:
    """The lists of regions that were not asked for are in memory."""
    return len(INSTANCE_TYPE_OFFERINGS["region"]) > 1


def key_ids() -> bool:
    """A key cannot be disabled by its ARN."""
    kms = _client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    try:
        kms.disable_key(KeyId=arn)
    except KeyError:
        return True
    return False


def key_usage() -> bool:
    """A key that names no usage has none."""
    return _client("kms").create_key()["KeyMetadata"].get("KeyUsage") is None


def log_group_names() -> bool:
    """A log group has a name with a space."""
    return not _is_refused(lambda: _client("logs").create_log_group(logGroupName="a b"))


def listed_users() -> bool:
    """The users of a pool cannot be gone through while one is added."""
    _client("cognito-idp").create_user_pool(PoolName="p")
    (pool,) = cognito_models.cognitoidp_backends["123456789012"]["us-east-1"].user_pools.values()
    users: Any = pool.users
    users.update(a=1, b=2)
    try:
        for _ in users.values():
            users["c"] = 3
    except RuntimeError:
        return True
    return False


def log_memory() -> bool:
    """The message of a log event takes as much memory as it is long."""
    return "message" in vars(LogEvent(0, {"timestamp": 0, "message": "x" * 1000}))


def object_memory() -> bool:
    """The contents of an object take as much memory as they are long."""
    contents: object = FakeKey("k", b"content", "123456789012", "us-east-1")._value_buffer  # noqa: SLF001  (the seam)
    return isinstance(contents, SpooledTemporaryFile)


def object_times() -> bool:
    """An object is stamped with the time of the machine, whatever the cloud's time is."""
    return vars(s3_models)["utcnow"] is utcnow


def user_times() -> bool:
    """A user is stamped with the time of the machine, whatever the cloud's time is."""
    return vars(cognito_models)["utcnow"] is utcnow


def object_keys() -> bool:
    """A server does not find an object whose key has a line break."""
    server = Client(werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app))
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, Signature=s"}
    assert server.put("/drops", headers=signed).status_code == 200
    return server.put("/drops/a%0Ab", data=b"", headers=signed).status_code == 404


def object_listing() -> bool:
    """A copy of an object, as each listing makes them, has the object's bytes."""
    key = FakeKey("k", b"content", "123456789012", "us-east-1")
    return bool(copy.deepcopy(key).value == b"content")


def parameter_values() -> bool:
    """A standard parameter has more than 4,096 characters, or text in double braces."""
    ssm = _client("ssm")
    return not (
        _is_refused(lambda: ssm.put_parameter(Name="/long", Type="String", Value="x" * 4_097))
        or _is_refused(lambda: ssm.put_parameter(Name="/nested", Type="String", Value="{{other}}"))
    )


def part_numbers() -> bool:
    """The whole object comes where its second part is asked for."""
    s3 = _client("s3")
    s3.create_bucket(Bucket="drops")
    upload = s3.create_multipart_upload(Bucket="drops", Key="k")["UploadId"]
    place = {"Bucket": "drops", "Key": "k", "UploadId": upload}
    bodies = [b"a" * 5_242_880, b"b"]
    tags = [s3.upload_part(**place, PartNumber=n, Body=body)["ETag"] for n, body in enumerate(bodies, 1)]
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    return bool(s3.get_object(Bucket="drops", Key="k", PartNumber=2)["Body"].read() != b"b")


def policy_sizes() -> bool:
    """An inline policy has more than 10,240 characters."""
    iam = _client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=_TRUST)
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": f"arn:aws:sqs:*:*:{'q' * 10_240}"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    return not _is_refused(lambda: iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document))


def queue_attributes() -> bool:
    """A message stays invisible for longer than 12 hours, or a policy goes with another attribute."""
    sqs = _client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": _TRUST})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    return "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ] or not _is_refused(lambda: sqs.create_queue(QueueName="r", Attributes={"VisibilityTimeout": "43201"}))


def repeated_work() -> bool:
    """A second listing inspects the class and reads the same timestamp again, a second pool checks the key again."""
    s3 = _client("s3")
    s3.create_bucket(Bucket="drops")
    s3.put_object(Bucket="drops", Key="k", Body=b"")
    watched: Any = (responses, "method_names_from_class"), (serialize, "parse_to_aware_datetime")
    counts = []
    for module, name in watched:
        with patch.object(module, name, wraps=getattr(module, name)) as counted:
            for _ in range(2):
                s3.list_object_versions(Bucket="drops")
                _client("iam").list_roles()
        counts.append(counted.call_count)
    with patch.object(RSAKey, "import_key", wraps=RSAKey.import_key) as counted:
        for _ in range(2):
            _client("cognito-idp").create_user_pool(PoolName="people")
    counts.append(counted.call_count)
    return all(count > 1 for count in counts)


def shared_code() -> bool:
    """Two functions that are given one package each keep their own."""
    s3, lambda_ = _client("s3"), _client("lambda")
    role = _client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="k", Body=b"a package")
    for name in ("one", "two"):
        lambda_.create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="index.handler",
            Code={"S3Bucket": "code", "S3Key": "k"},
        )  # fmt: skip
    functions = lambda_backends["123456789012"]["us-east-1"]
    return functions.get_function("one").code_bytes is not functions.get_function("two").code_bytes


def table_requests() -> bool:
    """A canceled transaction undoes what another request has written meanwhile."""
    original = DynamoDBBackend.put_item

    def put_item(self: DynamoDBBackend, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (moto's own)
        original(self, "ledger", {"pk": {"S": "another"}})
        return original(self, *arguments, **named)

    dynamodb = _client("dynamodb")
    dynamodb.create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put = {"Put": {"TableName": "ledger", "Item": {"pk": {"S": "one"}}}}
    check = {"TableName": "ledger", "Key": {"pk": {"S": "none"}}, "ConditionExpression": "attribute_exists(pk)"}
    with patch.object(DynamoDBBackend, "put_item", put_item):
        assert _is_refused(lambda: dynamodb.transact_write_items(TransactItems=[put, {"ConditionCheck": check}]))
    return "Item" not in dynamodb.get_item(TableName="ledger", Key={"pk": {"S": "another"}})


def tracked_instances() -> bool:
    """A message that was received and deleted is kept."""
    sqs = _client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bool(Message.instances_tracked)  # type: ignore[attr-defined]  # moto's metaclass gives it


def policy_simulation() -> bool:
    """IAM's simulator is missing."""
    iam = _client("iam")
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    try:
        iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"])
    except NotImplementedError:
        return True
    return False


def users_in_any_case() -> bool:
    """A pool that ignores case has a user by one spelling only."""
    cognito = _client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p", UsernameConfiguration={"CaseSensitive": False})["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=pool, Username="P1013", MessageAction="SUPPRESS")
    return _is_refused(lambda: cognito.admin_get_user(UserPoolId=pool, Username="p1013"))


def _is_refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False


def _client(service: Any) -> Any:  # noqa: ANN401  (boto3's clients have no common type)
    return boto3.client(service, region_name="us-east-1")


GAPS = (
    bucket_names,
    bucket_policies,
    function_configuration,
    instance_offerings,
    kept_history,
    key_ids,
    key_usage,
    listed_users,
    log_group_names,
    log_memory,
    object_memory,
    object_times,
    object_keys,
    object_listing,
    parameter_values,
    part_numbers,
    policy_simulation,
    policy_sizes,
    queue_attributes,
    repeated_work,
    shared_code,
    table_requests,
    tracked_instances,
    user_times,
    users_in_any_case,
)


def main() -> None:
    """Print what is needed."""
    answers = {}
    for gap in GAPS:
        with mock_aws():
            answers[gap.__name__] = gap()
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
