"""The construct in an app of someone else: with tokens, with what was given to it, and what it refuses."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cdk import CognitoDrop, ConfigError, ImportSettings, Subscription, TargetPool
from cognito_drop.cdk.notifications import Notifications
from cognito_drop.contract.metric_names import Monitoring

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as s3_notifications
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from tests.infra.conftest import app_context
from tests.infra.given_stack import POOL_ID, SETTINGS, StackWithGiven, all_of
from tests.infra.template import as_list

if TYPE_CHECKING:
    from pathlib import Path


def test_the_apps_feature_flags_make_no_difference(tmp_path: Path) -> None:
    """Resources and policies are what they are in the stack that is tested, but for how policies are sorted."""
    sorts = {"@aws-cdk/aws-iam:minimizePolicies": True}
    found = []
    for name, context in (("without", sorts), ("with", app_context())):
        (tmp_path / name).mkdir()
        stacked = StackWithGiven(tmp_path / name, **context)
        stacked.drop()
        found.append({key: {**value, "Metadata": None} for key, value in stacked.template().items()})
    assert found[0] == found[1]


def test_what_is_given_from_the_same_stack_passes_cdk_nag(stacked: StackWithGiven) -> None:
    """Pool, bucket and topic whose names no one knows yet."""
    key = kms.Key(stacked.stack, "Key", enable_key_rotation=True)
    bucket = s3.Bucket(stacked.stack, "Bucket", versioned=True, enforce_ssl=True, encryption_key=key)
    cdk.Validations.of(bucket).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason="The bucket is not what is tested.")
    )
    topic = sns.Topic(stacked.stack, "Topic", master_key=key, enforce_ssl=True)
    pool = cognito.UserPool(stacked.stack, "Pool")
    cdk.Validations.of(pool).acknowledge(
        *(
            cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-COG{number}", reason="The pool is not what is tested.")
            for number in (1, 2, 3, 8)
        )
    )
    stacked.drop(
        ImportSettings(pools={"people": TargetPool(pool), "twice": TargetPool(pool)}), bucket=bucket, topic=topic
    )
    cdk.Validations.of(stacked.app).add_plugins(AwsSolutionsChecks(stacked.app), ServerlessChecks(stacked.app))
    stacked.template()


def test_a_pool_of_the_same_app_is_known_to_the_functions(stacked: StackWithGiven) -> None:
    """By a reference, in JSON that is good whatever its id will be."""
    stacked.drop(
        ImportSettings(pools={"people": TargetPool(cognito.UserPool(stacked.stack, "Pool"), rejected_rows="5%")})
    )
    resources = stacked.template()
    ((logical_id, _),) = [item for item in resources.items() if item[1]["Type"] == "AWS::Cognito::UserPool"]
    (parameter,) = all_of(resources, "AWS::SSM::Parameter")
    parts = parameter["Value"]["Fn::Join"][1]
    read = json.loads("".join(part if isinstance(part, str) else str(part["Ref"]) for part in parts))
    assert (read["id"], read["rejected_rows"]) == (logical_id, "5%")


def test_a_given_bucket_is_used_with_its_key(stacked: StackWithGiven) -> None:
    """It is made to tell EventBridge, no other bucket is made, and anyone who touches objects may use its key."""
    key = kms.Key(stacked.stack, "Theirs")
    bucket = s3.Bucket(stacked.stack, "Files", versioned=True, encryption_key=key)
    assert stacked.drop(bucket=bucket).bucket is bucket
    resources = stacked.template()
    (properties,) = all_of(resources, "AWS::S3::Bucket")
    assert properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    ((theirs, _),) = [item for item in resources.items() if item[0].startswith("Theirs")]
    policies = {
        name: resource["Properties"]["PolicyDocument"]["Statement"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Policy"
    }
    may_use_it = {name for name, statements in policies.items() if theirs in json.dumps(statements)}
    of_objects = re.compile(r"s3:(Get|Put)Object(Version)?")
    touching = {
        name
        for name, statements in policies.items()
        if any(of_objects.fullmatch(action) for statement in statements for action in as_list(statement["Action"]))
    }
    assert may_use_it == touching
    assert len(touching) == len({"Preflight", "StartImport", "CollectPart", "AddMembers", "ReportRun"})


def test_a_given_bucket_with_notifications_of_its_own_keeps_both(stacked: StackWithGiven) -> None:
    """The helper function that CDK sets them with would undo what is set beside it."""
    bucket = s3.Bucket(stacked.stack, "Files", versioned=True)
    stacked.drop(bucket=bucket)
    bucket.add_event_notification(
        s3.EventType.OBJECT_REMOVED, s3_notifications.SnsDestination(sns.Topic(stacked.stack, "Removed"))
    )
    (set_by_helper,) = all_of(stacked.template(), "Custom::S3BucketNotifications")
    assert set_by_helper["NotificationConfiguration"].keys() == {"EventBridgeConfiguration", "TopicConfigurations"}


def test_a_given_topic_is_reported_by_the_alarms_and_goes_on_serving_others(stacked: StackWithGiven) -> None:
    """No other topic is made; its policy lets every alarm of the account publish, as it was before it had one."""
    key = kms.Key(stacked.stack, "Theirs")
    topic = sns.Topic(stacked.stack, "Topic", master_key=key)
    stacked.drop(topic=topic)
    resources = stacked.template()
    assert len(all_of(resources, "AWS::SNS::Topic")) == 1
    (policy,) = all_of(resources, "AWS::SNS::TopicPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    ((theirs, body),) = [item for item in resources.items() if item[0].startswith("Theirs")]
    assert "cloudwatch.amazonaws.com" in json.dumps(body["Properties"]["KeyPolicy"])
    assert theirs in json.dumps(resources[next(name for name in resources if name.startswith("ImportWorkflowPolicy"))])


def test_a_fifo_topic_is_refused(stacked: StackWithGiven) -> None:
    """SNS refuses a message without a group there, so no run and no alarm could be published; made or only named."""
    made = sns.Topic(stacked.stack, "Topic", fifo=True, topic_name="imports.fifo")
    named = sns.Topic.from_topic_arn(stacked.stack, "Named", "arn:aws:sns:us-east-1:123456789012:imports.fifo")
    said = r"^The topic .+/(Topic|Named) must be a standard topic, not a FIFO topic\.$"
    for number, topic in enumerate((made, named)):
        key = kms.Key(stacked.stack, f"Key{number}")
        with pytest.raises(ConfigError, match=said):
            Notifications(stacked.stack, f"N{number}", key=key, subscribers=(), topic=topic)


def test_what_is_only_named_is_used_as_it_is(stacked: StackWithGiven) -> None:
    """Bucket and topic of another app: nothing of them is in the template but their names."""
    bucket = s3.Bucket.from_bucket_name(stacked.stack, "Named", "the-files")
    topic = sns.Topic.from_topic_arn(stacked.stack, "Topic", "arn:aws:sns:us-east-1:123456789012:told")
    stacked.drop(bucket=bucket, topic=topic)
    resources = stacked.template()
    assert not {"AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy"} & {
        resource["Type"] for resource in resources.values()
    }
    (rule,) = [rule for rule in all_of(resources, "AWS::Events::Rule") if "aws.s3" in str(rule.get("EventPattern"))]
    assert rule["EventPattern"]["detail"]["bucket"] == {"name": ["the-files"]}


def test_a_bucket_without_versions_is_refused(stacked: StackWithGiven) -> None:
    """A run reads its own version, whatever is dropped over it."""
    with pytest.raises(ConfigError, match=r"^The bucket theirs/Files must be versioned: [^\n]+\.$"):
        stacked.drop(bucket=s3.Bucket(stacked.stack, "Files"))


def test_a_pool_of_another_region_is_refused(stacked: StackWithGiven) -> None:
    """Where the region of the stack is known; the replica of a multi-Region pool has the same id."""
    elsewhere = cdk.Stack(stacked.app, "elsewhere", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    with pytest.raises(ConfigError, match=r"^`pools` has us-east-1_AbCdEf123 for people, .* in eu-west-1: .* replica "):
        CognitoDrop(elsewhere, "Import", SETTINGS)


def test_a_second_one_in_a_stack_is_refused(stacked: StackWithGiven) -> None:
    """Its alarms, dashboard and outputs would have the names of the first."""
    stacked.drop()
    with pytest.raises(ConfigError, match=r"^The stack theirs has theirs/Import already: [^\n]+\.$"):
        stacked.drop(construct_id="Another")


@pytest.mark.parametrize("name", ["Preflight", "Before import", "Mine"])
def test_a_hook_with_a_name_that_is_taken_is_refused(stacked: StackWithGiven, name: str) -> None:
    """By the workflow, or by the other hook; also deep inside."""
    deep = sfn.Parallel(stacked.stack, "Side by side").branch(sfn.Pass(stacked.stack, name))
    other = sfn.Pass(cdk.Stack(stacked.app, "elsewhere"), "Mine")
    with pytest.raises(ConfigError, match=rf"^The hook '(Before import|After report)' has a state '{name}': "):
        stacked.drop(before_import=deep, after_report=other)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"pools": {}}, "`pools` names no pool"),
        ({"pools": {"People": TargetPool(POOL_ID)}}, "`pools` has the alias 'People'"),
        ({"pools": {"people": TargetPool("people")}}, "`pools` has 'people', which is not a user pool id"),
        ({"pools": {"people": TargetPool(POOL_ID, rejected_rows="5")}}, "`pools` has rejected_rows = '5' for people"),
        ({"pools": {"people": TargetPool(POOL_ID, preset="ldap")}}, "`pools` has preset = 'ldap' for people"),
        ({"emails": ("unknown",)}, "`emails` has 'unknown'"),
        ({"retention_days": 0}, "`retention_days` is 0"),
        ({"subscriptions": (Subscription("unknown"),)}, "`subscriptions` has 'unknown'"),
        ({"subscriptions": (Subscription("a@example.com", outcomes=("fine",)),)}, "has the outcome 'fine'"),
    ],
)
def test_a_wrong_setting_gives_one_sentence_that_names_it(settings: dict[str, Any], said: str) -> None:
    """The same as in CDK context, without its words."""
    with pytest.raises(ConfigError, match=r"^`[^\n]+\.$") as caught:
        ImportSettings(**{"pools": {"people": TargetPool(POOL_ID)}, **settings})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("monitoring", "made"),
    [
        (Monitoring.FULL, {"Alarm", "Dashboard", "QueryDefinition"}),
        (Monitoring.ALARMS, {"Alarm", "QueryDefinition"}),
        (Monitoring.NONE, set()),
    ],
)
def test_what_watches_the_stack_is_chosen(stacked: StackWithGiven, monitoring: Monitoring, made: set[str]) -> None:
    """And the functions know which metrics are read."""
    stacked.drop(ImportSettings(pools=SETTINGS.pools, monitoring=monitoring))
    resources = stacked.template().values()
    kinds = {resource["Type"].split("::")[2] for resource in resources}
    assert kinds & {"Alarm", "Dashboard", "QueryDefinition"} == made
    functions = [each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Function"]
    handled = [each["Environment"]["Variables"]["MONITORING"] for each in functions if "Environment" in each]
    assert set(handled) == {monitoring.value}


def test_logs_of_imports_expire_where_that_is_chosen(stacked: StackWithGiven) -> None:
    """The function that reads them is given the next longer time that CloudWatch has, and may set it on them alone."""
    stacked.drop(ImportSettings(pools=SETTINGS.pools, import_log_days=31))
    resources = [each["Properties"] for each in stacked.template().values() if "Properties" in each]
    environments = [each.get("Environment", {}).get("Variables", {}) for each in resources]
    assert [each["IMPORT_LOG_DAYS"] for each in environments if "IMPORT_LOG_DAYS" in each] == ["60"]
    statements = [
        statement
        for each in resources
        for statement in each.get("PolicyDocument", {}).get("Statement", [])
        if "logs:PutRetentionPolicy" in as_list(statement["Action"])
    ]
    assert len(statements) == 1
    assert f"/aws/cognito/userpools/{POOL_ID}/" in json.dumps(statements[0]["Resource"])


def test_two_aliases_of_one_pool_are_pointed_out(stacked: StackWithGiven) -> None:
    """It may be on purpose, for files of another system."""
    pools = {
        "staff": TargetPool(POOL_ID),
        "moved": TargetPool(POOL_ID, preset="auth0"),
        "guests": TargetPool(f"{POOL_ID}4"),
    }
    drop = stacked.drop(ImportSettings(pools=pools))
    said = [entry.data for entry in drop.node.metadata]
    assert "The aliases staff, moved of `pools` are of one user pool." in said


def test_what_holds_data_goes_with_the_stack_where_that_is_chosen(stacked: StackWithGiven) -> None:
    """The ledger is not protected then."""
    stacked.drop(removal_policy=cdk.RemovalPolicy.DESTROY)
    kinds = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup")
    found = [each for each in stacked.template().values() if each["Type"] in kinds]
    assert {each["Type"] for each in found} == set(kinds)
    assert {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in found} == {("Delete", "Delete")}
    (table,) = [each for each in found if each["Type"] == "AWS::DynamoDB::Table"]
    assert table["Properties"]["DeletionProtectionEnabled"] is False


def test_tags_reach_everything_that_can_have_one(stacked: StackWithGiven) -> None:
    """As with every construct."""
    cdk.Tags.of(stacked.drop()).add("team", "identity")
    wanted = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Lambda::Function", "AWS::SQS::Queue",
              "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine", "AWS::IAM::Role")  # fmt: skip
    of_drop = {
        name: each for name, each in stacked.template().items() if name.startswith("Import") and each["Type"] in wanted
    }
    assert {each["Type"] for each in of_drop.values()} == set(wanted)
    tagged = {
        name
        for name, each in of_drop.items()
        if {"Key": "team", "Value": "identity"} in each["Properties"].get("Tags", [])
    }
    assert tagged == set(of_drop)
