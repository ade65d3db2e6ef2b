"""The ledger, the topic, the key and the logs: encrypted, kept as long as was configured, and no longer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.contract.ledger_keys import BY_STATE
from tests import ledger_table
from tests.infra.monitoring import resolved
from tests.infra.template import as_list, denies_plain_http

if TYPE_CHECKING:
    from tests.infra.template import StackTemplate


def test_the_ledger_is_the_on_demand_table_that_the_tests_create(stack: StackTemplate) -> None:
    """Its keys and its one index; nothing costs money while nothing happens."""
    table = stack.one("AWS::DynamoDB::Table").properties
    assert table["KeySchema"] == list(ledger_table.KEY)
    assert table["AttributeDefinitions"] == list(ledger_table.ATTRIBUTES)
    assert table["GlobalSecondaryIndexes"] == list(ledger_table.INDEXES)
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_the_index_is_asked_for_by_the_name_that_it_has(stack: StackTemplate) -> None:
    """Stack and functions spell it alike."""
    (index,) = stack.one("AWS::DynamoDB::Table").properties["GlobalSecondaryIndexes"]
    assert index["IndexName"] == BY_STATE


def test_the_ledger_is_protected(stack: StackTemplate) -> None:
    """Encrypted with the key, restorable to any second, not deleted by mistake; items expire."""
    table = stack.one("AWS::DynamoDB::Table").properties
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": stack.key.arn}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_topic_is_encrypted_and_reached_over_tls_only(stack: StackTemplate) -> None:
    """With the one key."""
    topic = stack.one("AWS::SNS::Topic")
    assert topic.properties["KmsMasterKeyId"] == stack.key.arn
    policy = stack.one("AWS::SNS::TopicPolicy", lambda properties: properties["Topics"] == [topic.ref])
    assert denies_plain_http(policy)


def test_each_address_is_subscribed(stack: StackTemplate) -> None:
    """By email, to the one topic."""
    subscriptions = [resource.properties for resource in stack.all("AWS::SNS::Subscription")]
    assert {each["Endpoint"] for each in subscriptions} == {"a@example.com", "b@example.com"}
    assert {each["Protocol"] for each in subscriptions} == {"email"}
    assert all(each["TopicArn"] == stack.one("AWS::SNS::Topic").ref for each in subscriptions)


def test_the_key_rotates_and_serves_the_services_that_write_for_us(stack: StackTemplate) -> None:
    """EventBridge into the queue, CloudWatch into the topic, logs into their groups; the account administers it."""
    key = stack.key.properties
    assert key["EnableKeyRotation"] is True
    users: dict[str, list[str]] = {}
    for statement in key["KeyPolicy"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for kind, principal in statement["Principal"].items():
            name = "the region's logs" if "logs." in str(principal) else principal if kind == "Service" else kind
            users.setdefault(name, []).extend(as_list(statement["Action"]))
    assert set(users) == {"AWS", "the region's logs", "cloudwatch.amazonaws.com", "events.amazonaws.com"}
    assert users["AWS"] == ["kms:*"]
    assert set(users["cloudwatch.amazonaws.com"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert set(users["events.amazonaws.com"]) >= {"kms:Decrypt", "kms:GenerateDataKey*"}


def test_nothing_is_spelled_for_one_partition(stack: StackTemplate) -> None:
    """The logs of a region in China use it as logs.REGION.amazonaws.com.cn; ARNs there are arn:aws-cn."""
    principals = [each["Principal"] for each in stack.key.properties["KeyPolicy"]["Statement"]]
    (of_logs,) = [each["Service"] for each in principals if "logs." in str(each)]
    assert resolved(of_logs) == "logs.<AWS::Region>.<AWS::URLSuffix>"
    assert "arn:aws:" not in json.dumps(stack.body)


def test_every_log_is_encrypted_and_kept_for_the_retention(stack: StackTemplate) -> None:
    """One group for each function and one for the state machine."""
    groups = stack.all("AWS::Logs::LogGroup")
    assert len(groups) == len(stack.all("AWS::Lambda::Function")) + 1
    for group in groups:
        assert group.properties["KmsKeyId"] == stack.key.arn
        assert group.properties["RetentionInDays"] == 90


def test_the_outputs_are_what_a_user_needs(stack: StackTemplate) -> None:
    """Where to drop, what tells, what runs, and where an operator looks."""
    outputs = {name: output["Value"] for name, output in stack.body["Outputs"].items()}
    assert outputs == {
        "DropBucket": stack.drop_bucket.ref,
        "BucketKeyArn": stack.key.arn,
        "TopicArn": stack.one("AWS::SNS::Topic").ref,
        "StateMachineArn": stack.one("AWS::StepFunctions::StateMachine").ref,
        "LedgerTable": stack.one("AWS::DynamoDB::Table").ref,
        "LogsRoleArn": stack.logs_role.arn,
        "DeadLetterQueueUrl": stack.dead_letters.ref,
        "ImportJobQuota": "1000",
        "SweepFunction": stack.function("sweep").ref,
        "PoolsPath": stack.function("preflight").properties["Environment"]["Variables"]["POOLS_PATH"],
    }
    assert all(output["Description"] for output in stack.body["Outputs"].values())
