"""`cognito-drop doctor` passes no check that had nothing to check."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from cognito_drop.cli.base_command import Context
from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor.alarms import alarm_findings
from cognito_drop.cli.doctor.plumbing import subscription_findings
from cognito_drop.cli.doctor.pools import job_findings, pool_findings
from cognito_drop.cli.doctor.sign_in import sign_in_findings, sign_in_notes
from cognito_drop.core.pools.pool_settings import PoolSettings
from tests.unit.samples import POOL_ID
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from tests.cli.stage import Stage

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command


def _context(pools: dict[str, ServedPool], cognito: object = None) -> Any:  # noqa: ANN401  (what the checks read)
    return SimpleNamespace(
        aws=SimpleNamespace(cognito=cognito),
        deployment=SimpleNamespace(pools=pools, import_job_quota=1000, stack="s"),
        ledger=SimpleNamespace(runs=lambda _: ()),
        restore_command="aws cloudformation restore",
    )


def test_without_pools_no_check_of_them_passes() -> None:
    """Their parameters are gone; the check of the pools says so, the others that they know nothing."""
    context = _context({})
    checks = (pool_findings, sign_in_findings, job_findings)
    assert [one.code for check in checks for one in check(context)] == [
        "no_pools",
        "no_pool_checked",
        "no_pool_checked",
    ]
    assert pool_findings(context)[0].command == "aws cloudformation restore"


def test_pools_that_are_all_gone_pass_no_check() -> None:
    """The check of the pools names them."""
    with scripted_client("cognito-idp") as stub:
        for operation in ("describe_user_pool", "describe_user_pool", "list_user_import_jobs", "describe_user_pool"):
            stub.add_client_error(operation, "ResourceNotFoundException")
        context = _context({"people": ServedPool("people", PoolSettings(POOL_ID))}, stub.client)
        found = [one.code for check in (pool_findings, sign_in_findings, job_findings) for one in check(context)]
        assert sign_in_notes(context) == {"people": []}
    assert found == ["pool_gone", "no_pool_checked", "no_pool_checked"]


@pytest.mark.parametrize(
    ("arn", "expected"), [("arn:aws:sns:x", True), ("PendingConfirmation", True), ("Deleted", False)]
)
def test_a_deleted_subscription_is_none(arn: str, expected: bool) -> None:
    """SNS lists it for some days more. They are listed once for all who ask."""
    subscription = {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": "ops@example.com"}
    with scripted_client("sns") as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [subscription]})
        context: Any = Context("s", None, None)
        context.aws = SimpleNamespace(sns=stub.client)
        context.deployment = SimpleNamespace(topic="arn:aws:sns:us-east-1:1:t")
        assert len(subscription_findings(context)) == (arn == "PendingConfirmation")
        assert bool(context.subscriptions) is expected


def test_alarms_are_read_to_the_last_page() -> None:
    """The one on the second page does not notify."""
    template = "Resources: {A: &alarm {Type: AWS::CloudWatch::Alarm, Properties: {}}, B: *alarm}"
    listed = [{"LogicalResourceId": name, "PhysicalResourceId": f"alarm-{name}"} for name in "AB"]
    pages = SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": listed}])
    cloudformation = SimpleNamespace(get_template=lambda **_: {"TemplateBody": template}, get_paginator=lambda _: pages)
    names = ["alarm-A", "alarm-B"]
    with scripted_client("cloudwatch") as stub:
        first = {"MetricAlarms": [{"AlarmName": names[0], "ActionsEnabled": True}], "NextToken": "more"}
        stub.add_response("describe_alarms", first, {"AlarmNames": names})
        second = {"MetricAlarms": [{"AlarmName": names[1], "ActionsEnabled": False}]}
        stub.add_response("describe_alarms", second, {"AlarmNames": names, "NextToken": "more"})
        context: Any = SimpleNamespace(
            aws=SimpleNamespace(cloudformation=cloudformation, cloudwatch=stub.client),
            deployment=SimpleNamespace(stack="s", topic="arn:aws:sns:us-east-1:123456789012:t"),
        )
        (found,) = alarm_findings(context)
    assert found.command.endswith(" alarm-B")


@pytest.mark.parametrize("is_any", [True, False])
def test_a_topic_without_subscriptions_is_said(stage: Stage, is_any: bool) -> None:
    """Nothing is wrong with it, but no one is notified."""
    checks: dict[str, Any] = {
        "subscriptions": ("all subscriptions are confirmed", lambda _: []),
        "resources": ("all is there", lambda _: []),
    }
    with patch.dict(doctor.CHECKS, checks, clear=True), patch.object(Context, "subscriptions", [1] * is_any):
        said = stage.run("doctor", COLUMNS="200").out
    assert ("✓ all subscriptions are confirmed\n" in said) is is_any
    assert ("there is none, so no one receives notifications\n" in said) is not is_any
