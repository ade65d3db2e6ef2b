"""What `cognito-drop doctor` reads of roles, policies and executions, without a deployed stack."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from cognito_drop.cli.base_command import Context
from cognito_drop.cli.deployment import ServedPool, find_deployment
from cognito_drop.cli.doctor import executions, resources
from cognito_drop.cli.doctor.logs_role import logs_role_findings
from cognito_drop.cli.doctor.policies import policy_findings
from cognito_drop.cli.doctor.policy import has_condition, is_allowed, trusting
from cognito_drop.cli.doctor.pool_key import statements_to_add
from cognito_drop.cli.doctor.pools import job_findings, pool_findings
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.pool_settings import PoolSettings
from tests.unit.samples import POOL_ID
from tests.unit.scripted_client import scripted_client
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from cognito_drop.cli.doctor.finding import Finding

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command
WITHOUT_PARAMETERS = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [{}]})
"""CloudFormation, of a stack that has none."""


@mock_aws
def test_a_role_that_is_gone_is_found() -> None:
    """Nothing else is said of it."""
    arn = "arn:aws:iam::123456789012:role/logs"
    context: Any = Context("s", None, None)
    context.aws = SimpleNamespace(iam=boto3.client("iam"), cloudformation=WITHOUT_PARAMETERS)
    context.deployment = SimpleNamespace(logs_role=arn, stack="s")
    (found,) = logs_role_findings(context)
    assert (found.code, found.severity) == ("logs_role_missing", "error")
    assert "--use-previous-template --deployment-mode REVERT_DRIFT" in found.command


_OF_AN_APP = """
Resources:
  OfRole: {Type: AWS::IAM::Policy, Properties: {PolicyName: ours, Roles: [mine], PolicyDocument: &one
    {Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: "*"}]}}}
  OfUser: {Type: AWS::IAM::Policy, Properties: {PolicyName: theirs, Users: [ada], PolicyDocument: *one}}
  Far: {Type: AWS::IAM::Policy, Properties: {PolicyName: far, Roles: ["Fn::ImportValue": x], PolicyDocument: *one}}
"""


def test_policies_of_an_app_of_ones_own_are_compared_where_their_holders_are_known() -> None:
    """Users, and roles of other stacks, end no check; nor does a template in YAML."""
    listed = [{"LogicalResourceId": name, "PhysicalResourceId": name} for name in ("OfRole", "OfUser", "Far")]
    pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": listed}])
    cloudformation = SimpleNamespace(
        get_template=lambda **_: {"TemplateBody": _OF_AN_APP}, get_paginator=lambda _: pages
    )
    iam = SimpleNamespace(get_role_policy=lambda **_: {"PolicyDocument": {"Statement": []}})
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(cloudformation=cloudformation, iam=iam),
        deployment=SimpleNamespace(stack="s", topic="arn:aws:sns:us-east-1:123456789012:t"),
    )
    (found,) = policy_findings(context, ())
    assert (found.resource, found.message) == ("mine", "The policy OfRole of mine is gone.")
    assert found.command.startswith("aws iam put-role-policy --role-name mine --policy-name ours ")


def test_a_policy_that_names_what_is_gone_is_put_back_after_it() -> None:
    """What is created again has another name: a command with the old one would be wrong."""
    template = """
Resources:
  Log: {Type: AWS::Logs::LogGroup, Properties: {}}
  Of: {Type: AWS::IAM::Policy, Properties: {PolicyName: ours, Roles: [mine], PolicyDocument:
    {Statement: [{Effect: Allow, Action: "logs:PutLogEvents", Resource: {"Fn::GetAtt": [Log, Arn]}}]}}}
"""
    listed = [{"LogicalResourceId": name, "PhysicalResourceId": f"{name}-1"} for name in ("Log", "Of")]
    pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": listed}])
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(
            cloudformation=SimpleNamespace(
                get_template=lambda **_: {"TemplateBody": template}, get_paginator=lambda _: pages
            ),
            iam=SimpleNamespace(get_role_policy=lambda **_: {"PolicyDocument": {"Statement": []}}),
        ),
        deployment=SimpleNamespace(stack="s", topic="arn:aws:sns:us-east-1:123456789012:t"),
    )
    (found,) = policy_findings(context, {"Log-1"})
    assert not found.command
    assert "Log-1" in found.fix
    assert "run `cognito-drop doctor` again" in found.fix
    (found,) = policy_findings(context, {"another"})
    assert "log-group:Log-1" in found.command


@pytest.mark.parametrize(
    ("kind", "expected", "said"),
    [
        ("SNS::Subscription", {"Protocol": "email", "Endpoint": "ops@example.com"},
         "When it is restored, ops@example.com is sent an email and has to confirm the subscription again."),
        ("SNS::Subscription", {"Protocol": "sqs", "Endpoint": "arn:q"}, ""),
        ("SNS::Subscription", None, ""),
        ("SQS::Queue", {"Endpoint": "email"}, ""),
    ],
)  # fmt: skip
def test_who_has_to_confirm_a_restored_subscription_is_said(
    kind: str, expected: dict[str, str] | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an email address, which receives no notification before."""
    monkeypatch.setattr(resources, "policy_findings", lambda *_: [])
    drift = {
        "LogicalResourceId": "One", "PhysicalResourceId": "arn:1", "ResourceType": f"AWS::{kind}",
        "StackResourceDriftStatus": "DELETED",
        **({} if expected is None else {"ExpectedProperties": json.dumps(expected)}),
    }  # fmt: skip
    context: Any = Context("s", None, None)
    context.deployment = SimpleNamespace(stack="s")
    context.aws = SimpleNamespace(
        cloudformation=SimpleNamespace(
            detect_stack_drift=lambda **_: {"StackDriftDetectionId": "1"},
            describe_stack_drift_detection_status=lambda **_: {"DetectionStatus": "DETECTION_COMPLETE"},
            describe_stack_resource_drifts=lambda **_: {"StackResourceDrifts": [drift]},
            describe_stacks=WITHOUT_PARAMETERS.describe_stacks,
        )
    )
    (found,) = resources.resource_findings(context)
    assert found.message == f"One (AWS::{kind}) of the stack does not exist: arn:1. {said}".rstrip()


def _run(digit: str, state: RunState, executions: int = 1) -> SimpleNamespace:
    return SimpleNamespace(run_id=digit * 32, is_over=state.is_over, executions=executions)


def _execution_findings(runs: list[SimpleNamespace], **ended: list[str]) -> list[Finding]:
    """Of executions that ended now, by their status."""

    def pages(*, statusFilter: str, **_: str) -> list[dict[str, Any]]:  # noqa: N803  (the service's name)
        named = ended.get(statusFilter, [])
        return [{"executions": [{"name": name, "stopDate": datetime.now(UTC)} for name in named]}]

    steps = SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=pages))
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(stepfunctions=steps),
        deployment=SimpleNamespace(state_machine="arn", undo_machine="", pools={}),
        ledger=SimpleNamespace(find={run.run_id: run for run in runs}.get),
    )
    return executions.execution_findings(context)


@pytest.mark.parametrize(("status", "how"), [("FAILED", "failed"), ("TIMED_OUT", "timed out")])
def test_runs_that_an_execution_left_unfinished_are_found(status: str, how: str) -> None:
    """Each once, with the command that resumes it; one that the ledger has lost too."""
    runs = [_run("a", RunState.IMPORTING, 2), _run("b", RunState.WAITING)]
    names = [f"{'a' * 32}-2", "a" * 32, "b" * 32, f"{'c' * 32}-2", "c" * 32]
    found = _execution_findings(runs, **{status: names})
    assert {one.code for one in found} == {f"executions_{status.lower()}"}
    assert [one.message for one in found] == [
        f"The run aaaaaaaa has not ended, and its newest execution {how} in the last 7 days.",
        f"The run bbbbbbbb has not ended, and its newest execution {how} in the last 7 days.",
        f"An execution of the run cccccccc {how} in the last 7 days, and the ledger does not have the run.",
    ]
    assert [one.command for one in found] == [f"cognito-drop repair {digit * 32} --yes" for digit in "abc"]


def test_failed_executions_of_runs_that_ended_or_were_resumed_are_no_finding() -> None:
    """A script that calls doctor after a repair is content."""
    runs = [_run("a", RunState.ENDED, 3), _run("b", RunState.IMPORTING, 3)]
    names = [f"{digit * 32}{tail}" for digit in "ab" for tail in ("-2", "")]
    assert _execution_findings(runs, FAILED=names, TIMED_OUT=[f"{'a' * 32}-3"]) == []


ALLOW = {"Effect": "Allow", "Action": "logs:Put*", "Resource": "arn:aws:logs:*:*:log-group:/aws/cognito/*"}
GROUP = "arn:aws:logs:eu-west-1:1:log-group:/aws/cognito/userpools/x"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALLOW], True),
        ([{**ALLOW, "Action": ["LOGS:PUTLOGEVENT?"]}], True),
        ([{**ALLOW, "Action": "logs:Get*"}], False),
        ([{**ALLOW, "Resource": "arn:aws:logs:*:*:log-group:/other/*"}], False),
        ([ALLOW, {"Effect": "Deny", "Action": "*", "Resource": "*"}], False),
        ([ALLOW, {"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"}], True),
        ([ALLOW, {"Effect": "Deny", "Action": "logs:*", "NotResource": ALLOW["Resource"]}], True),
        ([], False),
    ],
)
def test_policies_are_read_as_iam_reads_them(statements: list[dict[str, Any]], expected: bool) -> None:
    """Wildcards, case, explicit denials, and the Not forms."""
    assert is_allowed(statements, "logs:PutLogEvents", GROUP) is expected


def test_trust_is_of_the_service() -> None:
    """One of several, anybody, or someone else; a condition is told when nothing goes without one."""
    service = "cognito-idp.amazonaws.com"
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    named = {**allow, "Principal": {"Service": ["ec2.amazonaws.com", service]}}
    limited = {**allow, "Principal": {"Service": service}, "Condition": {"Bool": {"x": "true"}}}
    assert trusting([named, {**allow, "Principal": "*"}], service) == [named, {**allow, "Principal": "*"}]
    assert trusting([{**allow, "Principal": {"AWS": "*"}}, {**named, "Effect": "Deny"}], service) == []
    assert has_condition([limited])
    assert not has_condition([limited, named])


CONTEXT = "kms:EncryptionContext:aws:cognito-idp:userpool-arn"
POOL_ARN = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{POOL_ID}"
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OF_THE_ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
                  "Resource": "*"}  # fmt: skip


def _pool_context(cognito: Any, quota: int = 1000, **aws: Any) -> Any:  # noqa: ANN401  (clients that are scripted)
    return SimpleNamespace(
        aws=SimpleNamespace(cognito=cognito, **aws),
        deployment=SimpleNamespace(
            pools={"people": ServedPool("people", PoolSettings(POOL_ID))}, import_job_quota=quota
        ),
        ledger=SimpleNamespace(runs=lambda _: ()),
    )


@pytest.mark.parametrize(
    ("used", "quota", "code"),
    [(3, 3, "jobs_used_up"), (7, 10, None), (4, 5, "jobs_nearly_used_up"), (4, 1000, None), (4, 4, "jobs_used_up")],
)
def test_jobs_are_held_against_the_deployments_quota(used: int, quota: int, code: str | None) -> None:
    """AWS can raise it: all of them used is an error, four of five a warning."""
    with scripted_client("cognito-idp") as stub:
        jobs = [{"JobId": f"import-{number}", "Status": "Succeeded"} for number in range(used)]
        stub.add_response("list_user_import_jobs", {"UserImportJobs": jobs})
        found = job_findings(_pool_context(stub.client, quota))
    assert [one.code for one in found] == ([code] if code else [])
    assert all(f"{quota:,} import jobs" in one.message for one in found)


def test_the_quota_is_an_output_of_the_stack() -> None:
    """The doctor warns by the quota that the deployment was given."""
    names = ("DropBucket", "TopicArn", "StateMachineArn", "LedgerTable", "LogsRoleArn", "DeadLetterQueueUrl")
    every = {**dict.fromkeys(names, "x"), "PoolsPath": "/s/pools", "ImportJobQuota": "2500"}
    stack = {
        "StackName": "s",
        "StackStatus": "UPDATE_COMPLETE",
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in every.items()],
    }
    described = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [stack]})
    parameters = SimpleNamespace(get_parameters_by_path=lambda **_: {"Parameters": []})
    aws: Any = SimpleNamespace(cloudformation=described, ssm=parameters, region="us-east-1")
    assert find_deployment(aws, "s").import_job_quota == 2500


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (statements_to_add(POOL_ARN), None),
        ([OF_THE_ACCOUNT, *statements_to_add(POOL_ARN)], None),
        ([OF_THE_ACCOUNT], "pool_key_denied"),
        ([{**OF_THE_ACCOUNT, "Principal": {"Service": "cognito-idp.amazonaws.com"}}], "pool_key_denied"),
        (None, "pool_key_unread"),
    ],
)
def test_a_pools_key_must_let_the_functions_use_it(statements: list[dict[str, Any]] | None, code: str | None) -> None:
    """Through Cognito, with AWS's own statements, which are printed; a key of AWS needs none."""
    described = {"Id": POOL_ID, "Arn": POOL_ARN, "AutoVerifiedAttributes": ["email"]}
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY_ARN}
    with scripted_client("cognito-idp") as cognito, scripted_client("kms") as kms:
        for configuration in (key, {"KeyType": "AWS_OWNED_KEY"}):
            pool = {"UserPool": {**described, "KeyConfiguration": configuration}}
            cognito.add_response("describe_user_pool", pool)
            cognito.add_response("get_csv_header", {})
        asked = {"KeyId": KEY_ARN, "PolicyName": "default"}
        if statements is None:
            kms.add_client_error("get_key_policy", "AccessDeniedException", expected_params=asked)
        else:
            kms.add_response("get_key_policy", {"Policy": json.dumps({"Statement": statements})}, asked)
        found = pool_findings(_pool_context(cognito.client, kms=kms.client))
        assert pool_findings(_pool_context(cognito.client)) == []
    assert [one.code for one in found] == ([code] if code else [])
    for one in found:
        added = json.loads(one.fix[one.fix.index("[") :])
        assert added == statements_to_add(POOL_ARN)
        assert added[1]["Condition"]["StringEquals"] == {"kms:ViaService": "cognito-idp.us-east-1.amazonaws.com"}


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        ("OperationNotEnabledException", "", "pool_not_enabled"),
        ("NotAuthorizedException", "", "pool_key_denied_to_you"),
        ("AccessDeniedException", "not authorized to perform: kms:Decrypt", "pool_key_denied_to_you"),
    ],
)
@pytest.mark.parametrize("operation", ["describe_user_pool", "get_csv_header"])
def test_a_pool_that_takes_no_import_here_is_found_once(error: str, message: str, code: str, operation: str) -> None:
    """A replica, or a key that the operator may not use: the check of jobs leaves it to that of pools."""
    with scripted_client("cognito-idp") as stub:
        if operation == "get_csv_header":
            pool = {"UserPool": {"Id": POOL_ID, "AutoVerifiedAttributes": ["email"]}}
            stub.add_response("describe_user_pool", pool)
        stub.add_client_error(operation, error, message)
        stub.add_client_error("list_user_import_jobs", error, message)
        context = _pool_context(stub.client)
        assert [one.code for one in pool_findings(context)] == [code]
        assert [one.code for one in job_findings(context)] == ["no_pool_checked"]


def test_the_statements_are_documented() -> None:
    """For readers who cannot run the command, the guide has the same statements."""
    guide = (PROJECT / "docs" / "operate.md").read_text("utf-8")
    documented = json.loads("[" + guide.split("```json\n[")[1].split("```")[0])
    assert documented == statements_to_add(documented[1]["Condition"]["StringLike"][CONTEXT])
