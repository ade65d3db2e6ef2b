"""`cognito-drop doctor`: a stack in good health, and each of the things that may be wrong with it."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import shlex
import subprocess
import zipfile
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.commands.doctor import CHECKS
from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor import pools, recent_executions
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.pools.pool_settings import PoolSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.stage import Stage

SUBSCRIBER = "ops@example.com"


@pytest.fixture(scope="module", autouse=True)
def _confirmed(stage: Stage) -> None:
    """The subscriber who has not confirmed is found, and confirms."""
    said = stage.run("doctor")
    assert said.code == ExitCode.INCOMPLETE
    assert f"{SUBSCRIBER} (email) has not confirmed the subscription and receives no notifications." in said.out
    paths = stage.cloud.outbox.glob("*.eml")
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
    tokens = [found[1] for mail in mails if (found := re.search(r"Token=([0-9a-zA-Z]+)", mail.get_content()))]
    for token in tokens:
        stage.cloud.client("sns").confirm_subscription(TopicArn=stage.deployment.topic, Token=token)


def _all(stage: Stage) -> dict[str, dict[str, str]]:
    """The findings by their codes."""
    said = stage.run("doctor", "--output", "json")
    found = {one["code"]: one for check in said.data["checks"] for one in check["findings"]}
    assert said.code == (ExitCode.INCOMPLETE if found else ExitCode.CLEAN)
    assert [check["check"] for check in said.data["checks"]] == list(CHECKS)
    return found


def _found(stage: Stage) -> dict[str, dict[str, str]]:
    """Those that do not stay when a test has made them: import jobs and executions cannot be taken back."""
    return {code: one for code, one in _all(stage).items() if code not in ("jobs_orphaned", "executions_failed")}


def _aws(stage: Stage) -> str:
    """How a printed command begins: version 1 of the AWS CLI does not read the variable for each service."""
    return f"aws --region us-east-1 --endpoint-url {stage.cloud.endpoint}"


def test_nothing_is_wrong_with_a_fresh_stack(stage: Stage) -> None:
    """Each promise is kept; said in a list."""
    assert _found(stage) == {}
    said = stage.run("doctor")
    assert "✓ Cognito can write import logs\n" in said.out
    assert "✓ all subscriptions are confirmed\n" in said.out
    assert (
        "  parts: Imports can be undone: `cognito-drop undo` deletes the users that a run has imported.\n" in said.out
    )
    assert stage.run("doctor", "--output", "json").data["undo"] == ["parts"]


@contextmanager
def _changed(do: Any, undo: Any) -> Iterator[None]:  # noqa: ANN401  (two calls)
    do()
    try:
        yield
    finally:
        undo()


def test_a_disabled_rule_is_found(stage: Stage) -> None:
    """With the command that turns it on."""
    events = stage.cloud.client("events")
    name = next(rule["Name"] for rule in events.list_rules()["Rules"] if "Dropped" in rule["Name"])
    with _changed(lambda: events.disable_rule(Name=name), lambda: events.enable_rule(Name=name)):
        found = _found(stage)
    assert found.keys() == {"rule_disabled"}
    assert (found["rule_disabled"]["severity"], found["rule_disabled"]["command"]) == (
        "error", f"{_aws(stage)} events enable-rule --name {name}",
    )  # fmt: skip


def test_a_function_that_lambda_does_not_run_is_found(stage: Stage) -> None:
    """A reservation of its own keeps no function from running; with the command that takes one of 0 away."""
    functions = stage.cloud.client("lambda")
    name = next(
        each["FunctionName"] for each in functions.list_functions()["Functions"] if "Sweep" in each["FunctionName"]
    )
    with _changed(
        lambda: functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0),
        lambda: functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=3),
    ):
        found = _found(stage)
    assert found.keys() == {"function_throttled"}
    assert (found["function_throttled"]["severity"], found["function_throttled"]["command"]) == (
        "error", f"{_aws(stage)} lambda delete-function-concurrency --function-name {name}",
    )  # fmt: skip
    assert _found(stage) == {}
    functions.delete_function_concurrency(FunctionName=name)


def test_a_function_with_other_code_is_found(stage: Stage, tmp_path: Path) -> None:
    """With the command that puts back what was deployed: no deployment without changes would."""
    functions = stage.cloud.client("lambda")
    listed = functions.list_functions()["Functions"]
    name, code = next((each["FunctionName"], each["CodeSha256"]) for each in listed if "Sweep" in each["FunctionName"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("handler.py", "")
    functions.update_function_code(FunctionName=name, ZipFile=content.getvalue())
    found = _found(stage)
    assert found.keys() == {"function_replaced"}
    command = found["function_replaced"]["command"]
    assert command.startswith(f"{_aws(stage)} lambda update-function-code --function-name {name} --s3-bucket cdk-")
    subprocess.run(shlex.split(command), env=stage.cloud.environment, check=True, capture_output=True, cwd=tmp_path)
    assert functions.get_function_configuration(FunctionName=name)["CodeSha256"] == code
    assert _found(stage) == {}


def test_an_alarm_whose_actions_are_off_is_found(stage: Stage) -> None:
    """Which the template says nothing of; with the command that turns them on."""
    cloudwatch = stage.cloud.client("cloudwatch")
    name = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmName"]
    with _changed(
        lambda: cloudwatch.disable_alarm_actions(AlarmNames=[name]),
        lambda: cloudwatch.enable_alarm_actions(AlarmNames=[name]),
    ):
        found = _found(stage)
    assert found.keys() == {"alarm_silent"}
    assert (found["alarm_silent"]["severity"], found["alarm_silent"]["command"]) == (
        "error", f"{_aws(stage)} cloudwatch enable-alarm-actions --alarm-names {name}",
    )  # fmt: skip


def _key(stage: Stage) -> str:
    resources = stage.cloud.client("cloudformation").list_stack_resources(StackName="cognito-drop")
    return next(
        str(one["PhysicalResourceId"])
        for one in resources["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::KMS::Key"
    )


def test_a_disabled_key_is_found(stage: Stage) -> None:
    """With the command that turns it on."""
    kms, key = stage.cloud.client("kms"), _key(stage)
    with _changed(lambda: kms.disable_key(KeyId=key), lambda: kms.enable_key(KeyId=key)):
        found = _found(stage)
    assert found["key_disabled"]["command"] == f"{_aws(stage)} kms enable-key --key-id {key}"


def test_a_key_that_is_to_be_deleted_is_found(stage: Stage) -> None:
    """With the two commands that keep it: enabling alone would not."""
    kms, key = stage.cloud.client("kms"), _key(stage)

    def keep() -> None:
        kms.cancel_key_deletion(KeyId=key)
        kms.enable_key(KeyId=key)

    with _changed(lambda: kms.schedule_key_deletion(KeyId=key), keep):
        found = _found(stage)
    assert "PendingDeletion" in found["key_disabled"]["message"]
    assert found["key_disabled"]["fix"] == "Keep it immediately, or all data encrypted with the key is lost:"
    assert found["key_disabled"]["command"] == (
        f"{_aws(stage)} kms cancel-key-deletion --key-id {key} && {_aws(stage)} kms enable-key --key-id {key}"
    )


def test_dead_letters_are_found(stage: Stage) -> None:
    """Whichever rule or function has put them there, with the command that shows them."""
    sqs = stage.cloud.client("sqs")
    url = next(url for url in sqs.list_queues()["QueueUrls"] if "DeadLetters" in url)
    with _changed(lambda: sqs.send_message(QueueUrl=url, MessageBody="{}"), lambda: sqs.purge_queue(QueueUrl=url)):
        found = _found(stage)
    assert found["dead_letters"]["message"].startswith("1 event is in the dead-letter queue: EventBridge could not")
    assert url.rpartition("/")[2] in found["dead_letters"]["command"]


def test_undelivered_notifications_are_found(stage: Stage) -> None:
    """A program has missed something; it can read it where it lies."""
    sqs = stage.cloud.client("sqs")
    url = next(url for url in sqs.list_queues()["QueueUrls"] if "Undelivered" in url)
    with _changed(lambda: sqs.send_message(QueueUrl=url, MessageBody="{}"), lambda: sqs.purge_queue(QueueUrl=url)):
        found = _found(stage)
    assert found.keys() == {"undelivered"}
    assert found["undelivered"]["severity"] == "warning"
    assert url.rpartition("/")[2] in found["undelivered"]["fix"]


def _logs_role(stage: Stage) -> dict[str, Any]:
    roles: list[dict[str, Any]] = stage.cloud.client("iam").list_roles()["Roles"]
    return next(role for role in roles if "CognitoLogs" in role["RoleName"])


def test_a_role_that_cognito_cannot_use_is_found(stage: Stage) -> None:
    """Without trust, with trust under a condition, without a permission."""
    iam = stage.cloud.client("iam")
    role = _logs_role(stage)
    name, trust = role["RoleName"], role["AssumeRolePolicyDocument"]
    other_service = {**trust, "Statement": [{**trust["Statement"][0], "Principal": {"Service": "ec2.amazonaws.com"}}]}
    condition = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    limited = {**trust, "Statement": [{**trust["Statement"][0], "Condition": condition}]}

    def trusting_as(document: object) -> None:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))

    with _changed(lambda: trusting_as(other_service), lambda: trusting_as(trust)):
        assert _found(stage).keys() == {"logs_role_trust"}
    with _changed(lambda: trusting_as(limited), lambda: trusting_as(trust)):
        assert _found(stage)["logs_role_trust_condition"]["severity"] == "warning"
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    short = json.loads(json.dumps(document).replace('"logs:PutLogEvents"', '"logs:GetLogEvents"'))

    def allowing(document: object) -> None:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))

    with _changed(lambda: allowing(short), lambda: allowing(document)):
        found = _found(stage)
    assert "is not allowed to call logs:PutLogEvents for the pool exports." in found["logs_role_permissions"]["message"]


def test_a_bucket_that_reports_no_one_is_found(stage: Stage) -> None:
    """Something else has replaced its notifications."""
    s3, bucket = stage.cloud.client("s3"), stage.deployment.bucket

    def notifying(configuration: dict[str, object]) -> None:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)

    with _changed(lambda: notifying({}), lambda: notifying({"EventBridgeConfiguration": {}})):
        assert _found(stage).keys() == {"bucket_silent"}


def test_a_pool_that_verifies_nothing_is_found(stage: Stage) -> None:
    """Cognito would not start a job; said once for a pool with two aliases."""
    cognito, pool = stage.cloud.client("cognito-idp"), stage.pools["guests"]
    with _changed(
        lambda: cognito.update_user_pool(UserPoolId=pool, AutoVerifiedAttributes=[]),
        lambda: cognito.update_user_pool(UserPoolId=pool, AutoVerifiedAttributes=["email"]),
    ):
        found = _found(stage)
    assert found.keys() == {"pool_verifies_nothing"}
    assert "The pool exports auto-verifies neither" in found["pool_verifies_nothing"]["message"]


def test_jobs_that_were_made_and_never_used_are_found(stage: Stage) -> None:
    """Which belong to no run under way; and that a pool's jobs come to their end."""
    cognito = stage.cloud.client("cognito-idp")
    role = next(
        one["Arn"] for one in stage.cloud.client("iam").list_roles()["Roles"] if "CognitoLogs" in one["RoleName"]
    )
    job = cognito.create_user_import_job(JobName="x", UserPoolId=stage.pools["people"], CloudWatchLogsRoleArn=role)
    said = stage.run("doctor")
    assert said.code == ExitCode.INCOMPLETE
    assert "do not belong to a run: " in said.out
    assert job["UserImportJob"]["JobId"] in said.out


def test_failed_executions_are_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the last days that left a run unfinished; what an operator has stopped is none."""
    run_id = "f" * 32
    steps = stage.cloud.client("stepfunctions")
    started = steps.start_execution(stateMachineArn=stage.deployment.state_machine, name=f"{run_id}-2", input="{}")
    stage.until(
        lambda: stage.run("doctor", "--output", "json"),
        lambda _: steps.describe_execution(executionArn=started["executionArn"])["status"] == "FAILED",
    )
    found = _all(stage)["executions_failed"]
    said = "An execution of the run ffffffff failed in the last 7 days, and the ledger does not have the run."
    assert found["message"] == said
    endpoint = f"AWS_ENDPOINT_URL={stage.cloud.endpoint}"
    assert found["command"] == f"{endpoint} cognito-drop repair --region us-east-1 {run_id} --yes"
    monkeypatch.setattr(recent_executions, "DAYS", -1000)
    assert "executions_failed" not in _all(stage)


def test_a_pool_that_is_gone_is_found_once(stage: Stage) -> None:
    """By the check of pools; that of jobs leaves it to that one."""
    gone = "eu-west-1_x"
    aliases = {
        alias: ServedPool(alias, PoolSettings(pool_id)) for alias, pool_id in {**stage.pools, "old": gone}.items()
    }
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(cognito=stage.cloud.client("cognito-idp")),
        deployment=SimpleNamespace(pools=aliases, import_job_quota=1000),
        ledger=SimpleNamespace(runs=lambda _: ()),
    )
    (found,) = pools.pool_findings(context)
    assert (found.code, found.message) == ("pool_gone", f"The user pool {gone} of the alias old does not exist.")
    assert not [finding for finding in pools.job_findings(context) if gone in finding.message]
