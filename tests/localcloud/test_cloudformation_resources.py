"""CloudFormation's resources, asked through the services they belong to: created, updated, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.delivery_world import ACCOUNT, REGION, World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

__all__ = ["stack", "world"]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}


def test_a_bucket_has_all_its_settings(world: World, stack: Stack) -> None:
    """Versioning, encryption, lifecycle, logging, access block, ownership, EventBridge, tags, TLS-only policy."""
    everything = {"Rules": [{"Id": "old", "Status": "Enabled", "Prefix": "inbox/", "ExpirationInDays": 30,
                             "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                             "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]}  # fmt: skip
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    tls_only = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "s3:*",
                "Resource": [att("B", "Arn"), {"Fn::Join": ["", [att("B", "Arn"), "/*"]]}],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": att("K", "Arn")}
    described = stack.deploy(
        {
            "K": resource("AWS::KMS::Key", KeyPolicy=ALLOW, EnableKeyRotation=True),
            "L": resource("AWS::S3::Bucket", AccessControl="LogDeliveryWrite"),
            "B": resource(
                "AWS::S3::Bucket",
                VersioningConfiguration={"Status": "Enabled"},
                BucketEncryption={
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
                    ]
                },
                LifecycleConfiguration=everything,
                LoggingConfiguration={"DestinationBucketName": ref("L"), "LogFilePrefix": "b/"},
                PublicAccessBlockConfiguration=blocked,
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
                Tags=[{"Key": "a", "Value": "b"}],
            ),
            "P": resource("AWS::S3::BucketPolicy", Bucket=ref("B"), PolicyDocument=tls_only),
        }
    )
    assert described["StackStatus"] == "CREATE_COMPLETE"
    s3, name = world.client("s3"), stack.id_of("B")
    assert name == name.lower()
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].endswith(stack.id_of("K"))
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert (lifecycle["Filter"], lifecycle["Expiration"]) == ({"Prefix": "inbox/"}, {"Days": 30})
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    logged = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (logged["TargetBucket"], logged["TargetPrefix"]) == (stack.id_of("L"), "b/")
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0] == {
        "ObjectOwnership": "BucketOwnerEnforced"
    }
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert f"{name}/*" in s3.get_bucket_policy(Bucket=name)["Policy"]
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"


def test_a_bucket_policy_for_everybody_denies(world: World, stack: Stack) -> None:
    """A statement without condition, for all principals, holds."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::deny-b/*"}
    stack.deploy(
        {
            "B": resource("AWS::S3::Bucket", BucketName="deny-b"),
            "P": resource("AWS::S3::BucketPolicy", Bucket=ref("B"), PolicyDocument={"Statement": [statement]}),
        }
    )
    with pytest.raises(ClientError):
        world.client("s3").put_object(Bucket="deny-b", Key="k", Body=b"x")


def test_a_bucket_update_changes_and_undoes_settings(world: World, stack: Stack) -> None:
    """Settings that change are changed, settings that are gone are undone, objects stay."""
    stack.deploy(
        {
            "B": resource(
                "AWS::S3::Bucket",
                VersioningConfiguration={"Status": "Enabled"},
                Tags=[{"Key": "a", "Value": "b"}],
                LifecycleConfiguration={"Rules": [{"Status": "Enabled", "ExpirationInDays": 3}]},
            )
        }
    )
    s3, name = world.client("s3"), stack.id_of("B")
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    stack.deploy({"B": resource("AWS::S3::Bucket", Tags=[{"Key": "a", "Value": "c"}])})
    assert stack.id_of("B") == name
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "a", "Value": "c"}]
    with pytest.raises(ClientError, match="lifecycle"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"


def test_queues_have_redrive_encryption_and_policies(world: World, stack: Stack) -> None:
    """The attributes are those of the template; an update keeps the policy and takes back what is gone."""
    deny = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}

    def resources(**queue: Any) -> Resources:  # noqa: ANN401  (properties of a template)
        return {
            "D": resource("AWS::SQS::Queue", SqsManagedSseEnabled=True, MessageRetentionPeriod=1209600),
            "Q": resource("AWS::SQS::Queue", **queue),
            "P": resource("AWS::SQS::QueuePolicy", Queues=[ref("Q")], PolicyDocument=deny),
        }

    redrive = {"deadLetterTargetArn": att("D", "Arn"), "maxReceiveCount": 3}
    stack.deploy(resources(RedrivePolicy=redrive, VisibilityTimeout=360, KmsMasterKeyId="alias/aws/sqs"))
    sqs, url = world.client("sqs"), stack.id_of("Q")
    assert url.startswith(f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/s-Q-")

    def attributes() -> dict[str, str]:
        return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])

    assert json.loads(attributes()["RedrivePolicy"])["maxReceiveCount"] == 3
    assert (attributes()["VisibilityTimeout"], attributes()["KmsMasterKeyId"]) == ("360", "alias/aws/sqs")
    assert attributes()["SqsManagedSseEnabled"] == "false"
    stack.deploy(resources(VisibilityTimeout=60))
    assert (attributes()["VisibilityTimeout"], stack.id_of("Q")) == ("60", url)
    assert "RedrivePolicy" not in attributes()
    assert json.loads(attributes()["Policy"])["Statement"][0]["Effect"] == "Deny"


def test_topics_have_policies_and_subscriptions(world: World, stack: Stack) -> None:
    """Key, policy, an email subscription with its filter; an update keeps the topic and its subscribers."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": ref("T"), "Sid": "x"}

    def resources(key: str) -> Resources:
        return {
            "T": resource("AWS::SNS::Topic", KmsMasterKeyId=key, DisplayName="d"),
            "P": resource("AWS::SNS::TopicPolicy", Topics=[ref("T")], PolicyDocument={"Statement": [statement]}),
            "S": resource(
                "AWS::SNS::Subscription",
                TopicArn=ref("T"),
                Protocol="email",
                Endpoint="ops@example.com",
                FilterPolicy={"outcome": ["failed"]},
            ),
        }

    stack.deploy(resources("alias/one"), {"Name": {"Value": att("T", "TopicName")}})
    sns, topic = world.client("sns"), stack.id_of("T")
    assert topic == f"arn:aws:sns:{REGION}:{ACCOUNT}:{stack.outputs()['Name']}"
    stack.deploy(resources("alias/two"))
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["KmsMasterKeyId"], attributes["DisplayName"]) == ("alias/two", "d")
    assert json.loads(attributes["Policy"])["Statement"][0]["Sid"] == "x"
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (listed["SubscriptionArn"], listed["Endpoint"]) == (stack.id_of("S"), "ops@example.com")
    filtered = sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])["Attributes"]
    assert json.loads(filtered["FilterPolicy"]) == {"outcome": ["failed"]}


def test_a_table_has_all_its_settings_and_survives_updates(world: World, stack: Stack) -> None:
    """TTL, recovery, protection, encryption and on-demand billing; the items outlive a change; protection holds."""

    def table(*, protected: bool) -> Resources:
        return {
            "T": resource(
                "AWS::DynamoDB::Table",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True},
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
                SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "k"},
                DeletionProtectionEnabled=protected,
            )
        }

    stack.deploy(table(protected=True), {"Arn": {"Value": att("T", "Arn")}})
    client, name = world.client("dynamodb"), stack.id_of("T")
    client.put_item(TableName=name, Item={"pk": {"S": "x"}})
    described = client.describe_table(TableName=name)["Table"]
    assert stack.outputs()["Arn"] == described["TableArn"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["SSEDescription"]["KMSMasterKeyArn"] == "k"
    assert client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["AttributeName"] == "ttl"
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert stack.delete() == "DELETE_FAILED"
    stack.deploy(table(protected=False))
    assert client.get_item(TableName=name, Key={"pk": {"S": "x"}})["Item"] == {"pk": {"S": "x"}}
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_tables()["TableNames"] == []


def test_a_role_follows_its_template(world: World, stack: Stack) -> None:
    """Trust, inline policies and policies of their own are created, changed and removed."""

    def resources(policy: str, action: str) -> Resources:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        return {
            "R": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument=TRUST,
                Description=action,
                Policies=[{"PolicyName": policy, "PolicyDocument": document}],
            ),
            "P": resource("AWS::IAM::Policy", PolicyName="own", PolicyDocument=document, Roles=[ref("R")]),
        }

    stack.deploy(resources("one", "sqs:*"))
    iam, name = world.client("iam"), stack.id_of("R")
    assert len(name) <= 64
    stack.deploy(resources("two", "sns:*"))
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "sns:*"
    assert sorted(iam.list_role_policies(RoleName=name)["PolicyNames"]) == ["own", "two"]
    own = iam.get_role_policy(RoleName=name, PolicyName="own")["PolicyDocument"]
    assert own["Statement"][0]["Action"] == "sns:*"
    assert stack.delete() == "DELETE_COMPLETE"
    assert iam.list_roles()["Roles"] == []


def test_functions_have_all_their_settings(world: World, stack: Stack) -> None:
    """Environment, memory, timeout, architecture, concurrency, log group, permission, invoke config, mapping."""
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    polling = {"PolicyName": "poll", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow]}}

    def resources(size: int, **more: Any) -> Resources:  # noqa: ANN401  (properties of a template)
        return {
            "R": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, Policies=[polling]),
            "Q": resource("AWS::SQS::Queue"),
            "L": resource("AWS::Logs::LogGroup", RetentionInDays=30, KmsKeyId="k"),
            "F": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context): pass"},
                Handler="index.handler",
                Runtime="python3.13",
                Role=att("R", "Arn"),
                Environment={"Variables": {"A": size}},
                MemorySize=size,
                Timeout=30,
                Architectures=["arm64"],
                LoggingConfig={"LogGroup": ref("L")},
                **more,
            ),
            "P": resource(
                "AWS::Lambda::Permission",
                FunctionName=att("F", "Arn"),
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
            ),
            "I": resource(
                "AWS::Lambda::EventInvokeConfig",
                FunctionName=ref("F"),
                Qualifier="$LATEST",
                MaximumRetryAttempts=1 if size == 256 else 0,
            ),
            "M": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=att("Q", "Arn"),
                FunctionName=ref("F"),
                BatchSize=size // 100,
                FunctionResponseTypes=["ReportBatchItemFailures"],
                ScalingConfig={"MaximumConcurrency": 2},
                MaximumBatchingWindowInSeconds=1,
            ),
        }

    stack.deploy(resources(256, ReservedConcurrentExecutions=3))
    client, name = world.client("lambda"), stack.id_of("F")
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 3
    stack.deploy(resources(512))
    configuration = client.get_function_configuration(FunctionName=name)
    assert (configuration["MemorySize"], configuration["Timeout"]) == (512, 30)
    assert configuration["Environment"] == {"Variables": {"A": "512"}}
    assert configuration["Architectures"] == ["arm64"]
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)
    statement = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"][0]
    assert (statement["Principal"], statement["Sid"]) == ({"Service": "events.amazonaws.com"}, stack.id_of("P"))
    assert client.get_function_event_invoke_config(FunctionName=name)["MaximumRetryAttempts"] == 0
    mapping = client.get_event_source_mapping(UUID=stack.id_of("M"))
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (5, {"MaximumConcurrency": 2})
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (group,) = world.client("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"], group["kmsKeyId"]) == (stack.id_of("L"), 30, "k")
    assert stack.delete() == "DELETE_COMPLETE"
    assert client.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_rule_is_updated_in_place(world: World, stack: Stack) -> None:
    """State, targets with their dead-letter queue and transformer; what is gone from the template is gone."""

    def resources(state: str, ids: str) -> Resources:
        targets = [
            {
                "Id": one,
                "Arn": att("Q", "Arn"),
                "DeadLetterConfig": {"Arn": att("Q", "Arn")},
                "RetryPolicy": {"MaximumRetryAttempts": 2},
                "InputTransformer": {"InputPathsMap": {"k": "$.detail"}, "InputTemplate": '{"k": <k>}'},
            }
            for one in ids
        ]
        pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "inbox/"}]}}}
        return {
            "Q": resource("AWS::SQS::Queue"),
            "R": resource("AWS::Events::Rule", EventPattern=pattern, State=state, Targets=targets),
        }

    stack.deploy(resources("ENABLED", "ab"), {"Arn": {"Value": att("R", "Arn")}})
    events, name = world.client("events"), stack.id_of("R")
    stack.deploy(resources("DISABLED", "bc"))
    rule = events.describe_rule(Name=name)
    assert (rule["State"], json.loads(rule["EventPattern"])["source"]) == ("DISABLED", ["aws.s3"])
    targets = {one["Id"]: one for one in events.list_targets_by_rule(Rule=name)["Targets"]}
    assert sorted(targets) == ["b", "c"]
    assert targets["b"]["RetryPolicy"] == {"MaximumRetryAttempts": 2}
    assert targets["b"]["InputTransformer"]["InputTemplate"] == '{"k": <k>}'
    assert stack.delete() == "DELETE_COMPLETE"
    assert events.list_rules()["Rules"] == []


def test_a_state_machine_follows_its_definition(world: World, stack: Stack) -> None:
    """Definition, substitutions, logging and role; an update keeps the ARN."""

    def resources(comment: str) -> Resources:
        definition = {"Comment": "${c}", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        log = {"CloudWatchLogsLogGroup": {"LogGroupArn": att("L", "Arn")}}
        return {
            "L": resource("AWS::Logs::LogGroup", LogGroupName="/aws/vendedlogs/states/m"),
            "R": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
            "M": resource(
                "AWS::StepFunctions::StateMachine",
                DefinitionString=json.dumps(definition),
                DefinitionSubstitutions={"c": comment},
                RoleArn=att("R", "Arn"),
                LoggingConfiguration={"Level": "ALL", "IncludeExecutionData": False, "Destinations": [log]},
                TracingConfiguration={"Enabled": True},
            ),
        }

    stack.deploy(resources("one"), {"Name": {"Value": att("M", "Name")}})
    client, arn = world.client("stepfunctions"), stack.id_of("M")
    assert arn.endswith(f":stateMachine:{stack.outputs()['Name']}")
    stack.deploy(resources("two"))
    described = client.describe_state_machine(stateMachineArn=arn)
    assert json.loads(described["definition"])["Comment"] == "two"
    assert described["loggingConfiguration"]["level"] == "ALL"
    group = described["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group.endswith(":log-group:/aws/vendedlogs/states/m:*")


def test_alarms_dashboards_aliases_queries_and_pools_exist(world: World, stack: Stack) -> None:
    """The rest of what a stack of ours may use is there, with its attributes."""
    stack.deploy(
        {
            "K": resource("AWS::KMS::Key", KeyPolicy=ALLOW, Description="d"),
            "A": resource("AWS::KMS::Alias", AliasName="alias/mine", TargetKeyId=att("K", "Arn")),
            "Q": resource("AWS::SQS::Queue"),
            "W": resource(
                "AWS::CloudWatch::Alarm",
                Namespace="AWS/SQS",
                MetricName="ApproximateNumberOfMessagesVisible",
                Dimensions=[{"Name": "QueueName", "Value": att("Q", "QueueName")}],
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=1,
                Period=60,
                Statistic="Maximum",
                Threshold=0,
                TreatMissingData="notBreaching",
            ),
            "D": resource("AWS::CloudWatch::Dashboard", DashboardBody='{"widgets": []}'),
            "S": resource("AWS::Logs::QueryDefinition", Name="q", QueryString="fields @message"),
            "U": resource(
                "AWS::Cognito::UserPool",
                AutoVerifiedAttributes=["email"],
                UsernameAttributes=["email"],
                Schema=[{"Name": "department", "AttributeDataType": "String", "Mutable": True}],
            ),
            "C": resource("AWS::Cognito::UserPoolClient", UserPoolId=ref("U"), GenerateSecret=True),
        },
        {"Pool": {"Value": att("U", "Arn")}, "Secret": {"Value": att("C", "ClientSecret")}},
    )
    (alarm,) = world.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (alarm["AlarmName"], alarm["Threshold"]) == (stack.id_of("W"), 0.0)
    assert world.client("cloudwatch").get_dashboard(DashboardName=stack.id_of("D"))["DashboardBody"]
    aliases = world.client("kms").list_aliases(KeyId=stack.id_of("K"))["Aliases"]
    assert [one["AliasName"] for one in aliases] == ["alias/mine"]
    cognito = world.client("cognito-idp")
    pool = cognito.describe_user_pool(UserPoolId=stack.id_of("U"))["UserPool"]
    assert (pool["Arn"], pool["UsernameAttributes"]) == (stack.outputs()["Pool"], ["email"])
    assert "custom:department" in [one["Name"] for one in pool["SchemaAttributes"]]
    client = cognito.describe_user_pool_client(UserPoolId=pool["Id"], ClientId=stack.id_of("C"))["UserPoolClient"]
    assert client["ClientSecret"] == stack.outputs()["Secret"]
    assert stack.delete() == "DELETE_COMPLETE"
    key = world.client("kms").describe_key(KeyId=aliases[0]["TargetKeyId"])["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"
    assert cognito.list_user_pools(MaxResults=10)["UserPools"] == []
