"""The permissions that docs/operate.md and docs/security.md list are those that the command needs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.uploads import PART_BYTES
from cognito_drop.contract.stack_outputs import StackOutput
from tests.cli.kept_runs import keep_run, summary_saying
from tests.cli.stage import users
from tests.infra.template import as_list
from tools.deployment import STACK
from tools.local_cloud import REGION
from tools.permissions import permissions_in
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Said
    from tests.cli.stage import Stage

FOR_OTHERS = {"iam:GetPolicy", "iam:GetPolicyVersion", "kms:GetKeyPolicy"}
"""What doctor needs where the logs role has a managed policy, or a pool its own key; here is neither."""
EVERYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


class Member:
    """Somebody who may do what some of the listed statements allow."""

    def __init__(self, stage: Stage, name: str, statements: list[dict[str, Any]]) -> None:
        self._stage, self.name = stage, name
        iam = stage.cloud.client("iam")
        trust, policy = ({"Version": "2012-10-17", "Statement": each} for each in ([EVERYBODY], statements))
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="listed", PolicyDocument=json.dumps(policy))
        keys = stage.cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ada")["Credentials"]
        self._keys = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def run(self, *arguments: str | Path) -> Said:
        """The command."""
        return self._stage.run(*arguments, **self._keys)

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """A client of boto3."""
        keys = {name.lower(): value for name, value in self._keys.items()}
        return boto3.client(service, endpoint_url=self._stage.cloud.endpoint, region_name=REGION, **keys)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def listed(stage: Stage) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The statements for all commands and those for doctor, of this deployment."""
    for_all, for_doctor = _statements(stage, "operate.md", "## Permissions")
    return for_all, for_doctor


def test_every_command_works_with_the_listed_permissions(
    stage: Stage, listed: tuple[list[dict[str, Any]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    """And each statement is needed."""
    member = Member(stage, "member", listed[0])
    file, large = tmp_path / "users.csv", tmp_path / "large.csv"
    file.write_text(users("permitted", 2))
    large.write_text(users("stopped", 3000))
    assert member.run("template", "--pool", "people").code == ExitCode.CLEAN
    assert member.run("check", file, "--pool", "guests").code == ExitCode.CLEAN
    dropped = member.run("drop", file, "--pool", "guests", "--wait", "--interval", "0.2", "--output", "json")
    assert dropped.code == ExitCode.CLEAN
    run_id = dropped.data["runs"][0]["run_id"]
    assert member.run("drop", file, "--pool", "guests", "--dry-run").code == ExitCode.CLEAN
    for command in (("runs",), ("status", run_id[:8]), ("watch", run_id), ("jobs", "--pool", "guests")):
        assert member.run(*command).code == ExitCode.CLEAN
    assert member.run("results", run_id, "--download", tmp_path / "results").code == ExitCode.CLEAN
    assert member.run("repair", run_id).code == ExitCode.CLEAN
    assert member.run("pause", "exports").code == ExitCode.CLEAN
    assert member.run("resume", "exports").code == ExitCode.CLEAN
    stopped = stage.dropped(large, "--pool", "guests")
    stage.state(stopped)
    assert member.run("stop", stopped, "--yes").code == ExitCode.CLEAN
    assert member.run("watch", stopped, "--interval", "0.2").code == ExitCode.STOPPED
    assert _never_used(stage, "member") == ["cognito-idp:DescribeUserPoolClient"], "no pool here has an app client"


def test_check_continues_without_the_list_of_groups_where_only_a_warning_needs_it(
    stage: Stage, listed: tuple[list[dict[str, Any]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    """The pool's setting names its groups, without a pattern."""
    member = Member(stage, "groupless", [_without(each, "cognito-idp:ListGroups") for each in listed[0]])
    file = tmp_path / "users.csv"
    file.write_text(users("groupless", 2))
    assert member.run("check", file, "--pool", "guests").code == ExitCode.CLEAN


def _without(statement: dict[str, Any], action: str) -> dict[str, Any]:
    return {**statement, "Action": [each for each in as_list(statement["Action"]) if each != action]}


def test_doctor_sees_everything_with_the_listed_permissions(
    stage: Stage, listed: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    """As much as somebody who may do everything."""
    checks = Member(stage, "doctor", [*listed[0], *listed[1]]).run("doctor", "--output", "json").data["checks"]
    assert checks == stage.run("doctor", "--output", "json").data["checks"]
    of_doctor = {action for statement in listed[1] for action in as_list(statement["Action"])}
    assert of_doctor.intersection(_never_used(stage, "doctor")) == FOR_OTHERS


def test_a_dropper_uploads_files_of_any_size_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """With the command, into one pool; each statement is needed."""
    (policy,) = _statements(stage, "security.md", "### Dropper of one pool")
    dropper = Member(stage, "dropper", policy)
    small, large = tmp_path / "users.csv", tmp_path / "users.gz"
    small.write_text(users("single", 1))
    large.write_bytes(b"\x1f\x8b" + bytes(PART_BYTES))
    dropped = dropper.run("drop", small, "--pool", "people", "--output", "json")
    assert dropped.code == ExitCode.CLEAN
    (checked,) = dropped.data["checks"]
    assert (checked["complete"], checked["rows"]) == (False, None)
    assert "Only the form of the file was checked. AWS denied DescribeUserPool" in dropped.err
    refused = dropper.run("drop", large, "--pool", "people", "--output", "json")
    assert (refused.code, refused.error["code"]) == (ExitCode.UNUSABLE, "file_refused")
    assert "--no-check" in refused.error["hint"]
    assert dropper.run("drop", large, "--pool", "people", "--dry-run").code == ExitCode.CLEAN
    mapping = {"Bucket": stage.deployment.bucket, "Key": "mappings/people/x.json"}
    dropper.client("s3").put_object(**mapping, Body=b"{}")
    asked = ("cognito-idp:DescribeUserPool",)
    assert _never_used(stage, "dropper", denied=asked) == ["s3:AbortMultipartUpload"], "it is for an upload that fails"
    run_id = dropped.data["drops"][0]["run_id"]
    assert stage.run("watch", run_id, "--interval", "0.2").code == ExitCode.CLEAN
    for denied in (("drop", small, "--pool", "guests"), ("status", run_id), ("results", run_id)):
        assert dropper.run(*denied).code == ExitCode.AWS
    s3, drop = dropper.client("s3"), {"Bucket": stage.deployment.bucket, "Key": "inbox/people/users.csv"}
    assert _is_denied(lambda: s3.get_object(**mapping))
    assert _is_denied(lambda: s3.get_object_tagging(**drop))
    assert _is_denied(lambda: s3.put_object_tagging(**drop, Tagging={"TagSet": []}))
    assert _is_denied(lambda: s3.put_object(**drop, Body=b"x", Tagging="password_hashes=yes"))


def test_a_reader_gets_results_and_nothing_else_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """With any client of S3."""
    (policy,) = _statements(stage, "security.md", "### Reader of results")
    reader, file = Member(stage, "reader", policy), tmp_path / "users.csv"
    file.write_text(users("read", 2))
    run = stage.ended(file, "--pool", "guests", "--dry-run")
    s3, bucket = reader.client("s3"), stage.deployment.bucket
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"results/{run['run_id']}/")["Contents"]
    assert all(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read() for entry in listed)
    assert _never_used(stage, "reader") == []
    drop = {"Bucket": bucket, "Key": "check/guests/users.csv"}
    for denied in (
        lambda: s3.get_object(**drop),
        lambda: s3.put_object(**drop, Body=b"x"),
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix="check/"),
    ):
        assert _is_denied(denied)


def test_support_finds_users_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """In files, results, and the pool; each statement is needed, and nothing can be changed or dropped."""
    (policy,) = _statements(stage, "security.md", "### Support")
    member, file = Member(stage, "support", policy), tmp_path / "users.csv"
    file.write_text(users("supported", 1))
    stage.ended(file, "--pool", "guests")
    said = member.run("find", "supported0@example.com", "--pool", "guests", "--live", "--output", "json")
    assert said.code == ExitCode.CLEAN, said
    assert [row["outcome"] for row in said.data["rows"]] == ["imported"]
    assert [user["status"] for user in said.data["users"]] == ["RESET_REQUIRED"]
    gone = keep_run(stage, "inbox/exports/gone.csv", results=summary_saying("It is so."))
    said = member.run("find", "supported0@example.com", "--pool", "exports", "--output", "json")
    assert said.code == ExitCode.INCOMPLETE
    assert {"run_id": gone, "message": "The file no longer exists."} in said.data["not_searched"]
    assert _never_used(stage, "support") == []
    for denied in (
        ("drop", file, "--pool", "guests"),
        ("pause", "guests"),
        ("check", file, "--pool", "guests"),
    ):
        assert member.run(*denied).code == ExitCode.AWS


def test_a_pool_is_exported_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """Into a directory and into a bucket, for which the last statements are."""
    (policy,) = _statements(stage, "export.md", "## Permissions")
    stage.cloud.client("s3").create_bucket(Bucket="exported-by-member")
    listed = json.loads(json.dumps(policy).replace("EXPORTS", "exported-by-member"))
    member, pool = Member(stage, "exporter", listed), stage.pools["people"]
    assert member.run("export", "--pool", pool, "--to", tmp_path / "out", "--csv").code == ExitCode.CLEAN
    assert member.run("export", "--pool", pool, "--to", "s3://exported-by-member/x/").code == ExitCode.CLEAN
    assert set(_never_used(stage, "exporter")) <= {
        "cognito-idp:DescribeUserPoolClient",  # no app client
        "cognito-idp:ListUsersInGroup",  # perhaps no group
        "s3:GetObject",  # an upload that was interrupted
        "s3:AbortMultipartUpload",
        *("kms:GenerateDataKey", "kms:Decrypt"),  # the bucket has no key of its own
    }
    assert member.run("export", "--to", tmp_path / "other").code == ExitCode.AWS, "an alias needs more"


def test_an_import_is_undone_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """Each statement is needed, and nothing else can be done with them: no import, and no deletion by hand."""
    (policy,) = _statements(stage, "security.md", "### Undo")
    member, file = Member(stage, "undoer", policy), tmp_path / "users.csv"
    file.write_text(users("undoer", 3))
    run_id = stage.ended(file, "--pool", "parts")["run_id"]
    assert member.run("undo", run_id[:8], "--preview").code == ExitCode.CLEAN
    said = member.run("undo", run_id[:8], "--yes", "--interval", "0.2", "--output", "json")
    assert (said.code, said.data["result"]["users"]["deleted"]) == (ExitCode.CLEAN, 3)
    undo_id = said.data["undo_id"]
    shown = stage.run("status", undo_id, "--output", "json").data
    assert (shown["run"], [undo["outcome"] for undo in shown["undos"]]) == (None, ["undone"])
    assert undo_id in [undo["run_id"] for undo in stage.run("runs", "--output", "json").data["undos"]]
    undone = stage.run("runs", "--outcome", "undone", "--output", "json").data
    assert run_id in [run["run_id"] for run in undone["runs"]]
    assert {undo["outcome"] for undo in undone["undos"]} == {"undone"}
    assert run_id not in str(stage.run("runs", "--outcome", "partly_undone", "--output", "json").data)
    other = tmp_path / "other.csv"
    other.write_text(users("undoer-other", 1))
    stage.ended(other, "--pool", "parts")
    assert stage.run("runs", "--limit", "1", "--output", "json").data["undos"] == [], (
        "those of the runs that are listed"
    )
    files = stage.run("results", undo_id[:8], "--download", tmp_path / "undo", "--output", "json").data["files"]
    assert sorted(each["name"] for each in files) == ["deleted.csv", "left.csv", "summary.json"]
    assert len((tmp_path / "undo" / "deleted.csv").read_text().splitlines()) == 1 + 3
    assert _never_used(stage, "undoer") == []
    cognito, steps = member.client("cognito-idp"), member.client("stepfunctions")
    users_pool = {"UserPoolId": stage.pools["parts"], "Username": "undoer0"}
    assert _is_denied(lambda: cognito.admin_delete_user(**users_pool))
    assert _is_denied(lambda: steps.start_execution(stateMachineArn=stage.deployment.state_machine))
    machine = _output(stage, StackOutput.UNDO_STATE_MACHINE_ARN)
    operator = Member(stage, "operator", _statements(stage, "operate.md", "## Permissions")[0])
    assert _is_denied(lambda: operator.client("stepfunctions").start_execution(stateMachineArn=machine))


def test_on_call_sees_executions_and_logs_with_the_listed_permissions(stage: Stage, tmp_path: Path) -> None:
    """But no object and no item of the ledger."""
    (policy,) = _statements(stage, "security.md", "### On-call")
    member, file = Member(stage, "on-call", policy), tmp_path / "users.csv"
    file.write_text(users("called", 1))
    run = stage.ended(file, "--pool", "guests", "--dry-run")
    steps, logs, machine = member.client("stepfunctions"), member.client("logs"), stage.deployment.state_machine
    listed = steps.list_executions(stateMachineArn=machine)["executions"]
    (arn,) = [one["executionArn"] for one in listed if one["name"] == run["run_id"]]
    assert steps.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
    assert steps.get_execution_history(executionArn=arn)["events"]
    assert member.client("cloudwatch").describe_alarms()["MetricAlarms"]
    resources = stage.cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    for resource in resources:
        if resource["ResourceType"] == "AWS::Logs::LogGroup":
            logs.filter_log_events(logGroupName=resource["PhysicalResourceId"])
    assert set(_never_used(stage, "on-call")) == {
        "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "logs:GetQueryResults", "logs:StartQuery",
    }  # fmt: skip
    assert _is_denied(lambda: steps.stop_execution(executionArn=arn))
    assert _is_denied(lambda: steps.start_execution(stateMachineArn=machine))
    assert _is_denied(lambda: member.client("s3").list_objects_v2(Bucket=stage.deployment.bucket))
    of_cognito = f"/aws/cognito/userpools/us-east-1_AbCdEf123/{STACK}"
    assert _is_denied(lambda: logs.filter_log_events(logGroupName=of_cognito)), "it names users"


def _is_denied(call: Callable[[], object]) -> bool:
    with pytest.raises(ClientError) as caught:
        call()
    return error_code(caught.value) in ("AccessDenied", "AccessDeniedException")


def _statements(stage: Stage, page: str, heading: str) -> list[list[dict[str, Any]]]:
    """The policies that a page of the documentation has in a section, for this deployment."""
    section = (PROJECT / "docs" / page).read_text().partition(f"\n{heading}\n")[2].partition("\n##")[0]
    deployment = stage.deployment
    table = stage.cloud.client("dynamodb").describe_table(TableName=deployment.ledger)["Table"]
    _, _, _, region, account, _, machine = deployment.state_machine.split(":")
    for placeholder, value in {
        "UNDO_STATE_MACHINE": _output(stage, StackOutput.UNDO_STATE_MACHINE_ARN).rpartition(":")[2],
        "POOL_ID": stage.pools["parts"],
        "SWEEP_FUNCTION": _output(stage, StackOutput.SWEEP_FUNCTION),
        "STATE_MACHINE": machine,
        "ACCOUNT": account,
        "BUCKET": deployment.bucket,
        "KEY_ID": table["SSEDescription"]["KMSMasterKeyArn"].rpartition("/")[2],
        "REGION": region,
        "STACK": STACK,
        "TABLE": deployment.ledger,
    }.items():
        section = section.replace(placeholder, value)
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]


def _output(stage: Stage, name: str) -> str:
    (stack,) = stage.cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return str(next(output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == name))


def _never_used(stage: Stage, role: str, denied: tuple[str, ...] = ()) -> list[str]:
    (found,) = permissions_in(stage.cloud, role)
    assert tuple(access.action for access in found.denied) == denied
    return found.never_used
