"""What encrypted resources need: services use a customer's KMS key with the permissions of the caller.

Guarantees kms:Decrypt and kms:GenerateDataKey for objects of S3, messages of SQS and SNS, and items of DynamoDB. Keys
that AWS manages need nothing. Not imitated: caches of data keys, which let AWS ask less often.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localcloud.iam.need import Need
from localcloud.iam.needs import dynamodb
from localcloud.iam.needs.s3 import copy_source, stored_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.iam.operations import Operation

DECRYPT: Final = "kms:Decrypt"
GENERATE: Final = "kms:GenerateDataKey"

_S3_WRITES: Final = {
    "CompleteMultipartUpload": DECRYPT,
    "CopyObject": GENERATE,
    "CreateMultipartUpload": GENERATE,
    "PutObject": GENERATE,
    "UploadPart": DECRYPT,
    "UploadPartCopy": DECRYPT,
}
_ITEM_OPERATIONS: Final = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)


def needs(operation: Operation) -> list[Need]:
    """The needs of the resources that the operation reads and writes, each once."""
    match operation.prefix:
        case "s3":
            found = list(_of_s3(operation))
        case "sqs":
            found = list(_of_sqs(operation))
        case "sns":
            found = list(_of_sns(operation))
        case "dynamodb":
            found = list(_of_dynamodb(operation))
        case _:
            return []
    context = {
        "kms:viaservice": f"{operation.prefix}.{operation.region}.amazonaws.com",
        "kms:calleraccount": operation.account_id,
    }
    keys = [(action, customer_key(operation, key)) for action, key in found if key]
    return [Need(action, arn, context) for action, arn in dict.fromkeys(keys) if arn]


def customer_key(operation: Operation, key: str) -> str | None:
    """The ARN of a key that a customer manages, given by its id, ARN or alias; None for any other."""
    backend = kms_backends[operation.account_id][operation.region]
    if "alias/aws/" in key or (":alias/" in f":{key}" and not backend.alias_exists(backend.get_alias_name(key))):
        return None
    found = backend.keys.get(backend.any_id_to_key_id(key))
    is_aws_managed = found is not None and any(alias.startswith("alias/aws/") for alias in found.aliases)
    return None if found is None or is_aws_managed else found.arn


def _of_s3(operation: Operation) -> Iterator[tuple[str, str | None]]:
    given = operation.parameters
    if operation.name == "GetObject":
        yield DECRYPT, _key_of_object(operation, given["Bucket"], given["Key"], given.get("versionId"))
    if source := copy_source(operation):
        yield DECRYPT, _key_of_object(operation, *source)
    if operation.name in _S3_WRITES:
        yield _S3_WRITES[operation.name], _key_for_new_object(operation)


def _key_of_object(operation: Operation, bucket: str, key: str, version: str | None) -> str | None:
    found = stored_object(operation, bucket, key, version)
    return found.kms_key_id if found and found.encryption == "aws:kms" else None


def _key_for_new_object(operation: Operation) -> str | None:
    given = operation.parameters
    algorithm = given.get("x-amz-server-side-encryption")
    if algorithm:
        return given.get("x-amz-server-side-encryption-aws-kms-key-id") if algorithm == "aws:kms" else None
    try:
        rules = s3_backends[operation.account_id][operation.partition].get_bucket_encryption(given["Bucket"])
    except MissingBucket:
        return None
    default = (rules or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    return default.get("KMSMasterKeyID") if default.get("SSEAlgorithm") == "aws:kms" else None


def _of_sqs(operation: Operation) -> Iterator[tuple[str, str | None]]:
    name = str(operation.parameters.get("QueueUrl", "")).rpartition("/")[2]
    queue = sqs_backends[operation.account_id][operation.region].queues.get(name)
    key = getattr(queue, "kms_master_key_id", None)
    if operation.name in ("SendMessage", "SendMessageBatch"):
        yield GENERATE, key
        yield DECRYPT, key
    elif operation.name == "ReceiveMessage":
        yield DECRYPT, key


def _of_sns(operation: Operation) -> Iterator[tuple[str, str | None]]:
    if operation.name in ("Publish", "PublishBatch"):
        arn = operation.parameters.get("TopicArn") or operation.parameters.get("TargetArn")
        topic = sns_backends[operation.account_id][operation.region].topics.get(str(arn))
        key = topic.kms_master_key_id if topic else None
        yield GENERATE, key
        yield DECRYPT, key


def _of_dynamodb(operation: Operation) -> Iterator[tuple[str, str | None]]:
    if operation.name in _ITEM_OPERATIONS:
        known = dynamodb_backends[operation.account_id][operation.region].tables
        for name in dynamodb.tables(operation):
            table = known.get(name.rpartition("/")[2])
            encryption = (table.sse_specification if table else None) or {}
            yield DECRYPT, encryption.get("KMSMasterKeyId") if encryption.get("Enabled") else None
