"""What an app may do with an import, made by itself or deployed by another: grants, metrics, and event rules."""

from __future__ import annotations

import json
import re

import pytest

from cognito_drop.cdk import CognitoDrop, ConfigError, ImportSettings
from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.contract.metric_names import Monitoring

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.infra.given_stack import SETTINGS, StackWithGiven, all_of, statements_of
from tests.infra.template import as_list


def test_droppers_and_readers_get_what_the_page_on_security_lists(stacked: StackWithGiven) -> None:
    """One alias only, no object that is read, no tags; results only; the bucket's key through S3 only."""
    drop = stacked.drop()
    roles = {
        name: iam.Role(stacked.stack, name, assumed_by=iam.AccountRootPrincipal()) for name in ("Dropper", "Reader")
    }
    drop.grant_drop(roles["Dropper"], "people")
    drop.grant_read_results(roles["Reader"])
    with pytest.raises(ConfigError, match="`grant_drop` has the alias 'peple'"):
        drop.grant_drop(roles["Dropper"], "peple")
    policies = all_of(stacked.template(), "AWS::IAM::Policy")

    def allowed(name: str) -> dict[str, str]:
        (policy,) = [each for each in policies if each["PolicyName"].startswith(name)]
        statements = policy["PolicyDocument"]["Statement"]
        return {",".join(sorted(as_list(each["Action"]))): json.dumps(each) for each in statements}

    of_dropper, of_reader = allowed("Dropper"), allowed("Reader")
    assert of_dropper.keys() == {
        "s3:AbortMultipartUpload,s3:PutObject", "kms:Decrypt,kms:GenerateDataKey", "cloudformation:DescribeStacks",
        "ssm:GetParametersByPath",
    }  # fmt: skip
    assert {"/inbox/people/*", "/check/people/*", "/mappings/people/*"} <= set(
        re.findall(r"/(?:inbox|check|mappings)[^\"]*", of_dropper["s3:AbortMultipartUpload,s3:PutObject"])
    )
    assert of_reader.keys() == {"s3:GetObject", "s3:ListBucket", "kms:Decrypt"}
    assert "/results/*" in of_reader["s3:GetObject"]
    assert '"s3:prefix": "results/*"' in of_reader["s3:ListBucket"]
    for key in (of_dropper["kms:Decrypt,kms:GenerateDataKey"], of_reader["kms:Decrypt"]):
        assert "kms:ViaService" in key


def test_metrics_are_those_of_the_dashboard(stacked: StackWithGiven) -> None:
    """With the name and the dimension under which the functions write them."""
    drop = stacked.drop()
    alarm = drop.metric_runs("partly_imported", period=cdk.Duration.hours(1)).create_alarm(
        stacked.stack, "Partly", threshold=1, evaluation_periods=1
    )
    assert (drop.metric_rows_imported().metric_name, drop.metric_oldest_run_age().statistic) == (
        "RowsImported",
        "Maximum",
    )
    made = stacked.template()[stacked.stack.get_logical_id(cfn_resource(alarm))]["Properties"]
    assert (made["MetricName"], made["Statistic"], made["Period"]) == ("RunsPartlyImported", "Sum", 3600)
    assert made["Namespace"] == "theirs"
    assert made["Dimensions"] == [{"Name": "service", "Value": "report_run"}]


def test_a_metric_that_is_not_recorded_is_refused(stacked: StackWithGiven) -> None:
    """Its alarm would never go off."""
    drop = stacked.drop(ImportSettings(pools=SETTINGS.pools, monitoring=Monitoring.ALARMS))
    assert drop.metric_oldest_run_age().metric_name == "OldestRunAge"
    with pytest.raises(
        ConfigError, match=r"^`metric` has the name 'RunsFailed', which `monitoring` = alarms leaves out"
    ):
        drop.metric_runs("failed")
    with pytest.raises(ConfigError, match=r"^`metric` has the name 'RunsLost', which is not a metric"):
        drop.metric("RunsLost")
    with pytest.raises(ConfigError, match=r"^`metric_runs` has the outcome 'lost': it must be one of imported, "):
        drop.metric_runs("lost")


def test_a_rule_for_runs_that_have_ended(stacked: StackWithGiven) -> None:
    """Of this stack's bucket, of some pools and outcomes, with a target."""
    queue = sqs.Queue(stacked.stack, "Failures")
    drop = stacked.drop()
    rule = drop.on_run_ended(
        "OnFailure", target=targets.SqsQueue(queue), pools=["people"], outcomes=["failed", "rejected"]
    )
    resources = stacked.template()
    made = resources[stacked.stack.get_logical_id(cfn_resource(rule))]["Properties"]
    (bucket,) = made["EventPattern"]["detail"]["file"]["bucket"]
    assert resources[bucket["Ref"]]["Type"] == "AWS::S3::Bucket"
    assert made["EventPattern"] == {
        "source": ["cognito-drop"],
        "detail-type": ["Import Run Finished"],
        "detail": {
            "file": {"bucket": [bucket]},
            "pool": {"alias": ["people"]},
            "outcome": ["failed", "rejected"],
        },
    }
    assert len(made["Targets"]) == 1
    with pytest.raises(ConfigError, match=r"^`on_run_ended` has the alias 'staff'"):
        drop.on_run_ended("OfStaff", pools=["staff"])


def test_an_app_in_another_stack_uses_a_deployed_import_by_its_stacks_name(stacked: StackWithGiven) -> None:
    """What it imports is what the other stack exports, and it gets what an app with the construct gets."""
    deployed = CognitoDrop.from_stack_name(stacked.stack, "Deployed", "members")
    roles = {
        name: iam.Role(stacked.stack, name, assumed_by=iam.AccountRootPrincipal()) for name in ("Dropper", "Reader")
    }
    deployed.grant_drop(roles["Dropper"], "people")
    deployed.grant_read_results(roles["Reader"])
    deployed.topic.grant_publish(roles["Reader"])
    deployed.on_run_ended("Ended", target=targets.SqsQueue(sqs.Queue(stacked.stack, "Queue")), pools=["people"])
    metric = deployed.metric_runs("failed")
    assert (metric.namespace, dict(metric.dimensions or {})) == ("members", {"service": "report_run"})
    for refused in ("People", "people/*"):
        with pytest.raises(ConfigError, match=r"^`grant_drop` has the alias '.*', which no pool can have\.$"):
            deployed.grant_drop(roles["Dropper"], refused)
    CognitoDrop(cdk.Stack(stacked.app, "members"), "Import", SETTINGS, code=lambda_.Code.from_inline("-"))
    resources = stacked.template()
    of_members = stacked.body("members")["Outputs"].values()
    exported = {each["Export"]["Name"]["Fn::Join"][1][1] for each in of_members if "Export" in each}
    imported = set(re.findall(r'"Fn::ImportValue": "members([^"]+)"', json.dumps(resources)))
    assert imported == exported == {"-DropBucket", "-BucketKeyArn", "-TopicArn"}
    (rule,) = all_of(resources, "AWS::Events::Rule")
    assert rule["EventPattern"]["detail"]["file"] == {"bucket": [{"Fn::ImportValue": "members-DropBucket"}]}
    statements = json.dumps(statements_of(resources))
    assert ":stack/members/*" in statements
    assert ":parameter/cognito-drop/members/pools" in statements
    assert {action for each in statements_of(resources) for action in as_list(each["Action"])} == {
        "s3:AbortMultipartUpload", "s3:PutObject", "s3:GetObject", "s3:ListBucket", "kms:Decrypt",
        "kms:GenerateDataKey",
        "cloudformation:DescribeStacks", "ssm:GetParametersByPath", "sns:Publish",
    }  # fmt: skip
