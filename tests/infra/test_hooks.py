"""The state machine with hooks in the emulator: where they run, where they do not, and what their failure does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_stepfunctions as sfn

from tests.infra.conftest import synthesized
from tests.infra.run_script import NOTIFIED, PASS, POLL, READ, START, TO_STOP, assert_message, script
from tests.infra.scripted_functions import answers

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from tests.infra.scripted_functions import ScriptedWorkflow

CHECKED = ["Preflight", "Anything to import?"]
BEFORE = ["Before import", "before_import?"]
AFTER = ["After report", "after_report?"]
IMPORTED = ["Wait for lock", *START, *POLL, *READ, *PASS, *NOTIFIED]


def _hook(scope: cdk.Stack, name: str) -> sfn.IChainable:
    """Fails when the answer of preflight has its name, and changes what it is given when it has not."""
    return (
        sfn.Choice(scope, f"{name}?")
        .when(
            sfn.Condition.is_present(f"$.file.{name}"),
            sfn.Fail(scope, f"{name} fails", error="NotApproved", cause="a@example.com has not approved"),
        )
        .otherwise(sfn.Pass(scope, f"{name} goes on", result=sfn.Result.from_object({"run_id": "another"})))
    )


def _hooked_stack(app: cdk.App, code: lambda_.Code) -> None:
    stack = cdk.Stack(app, "cognito-drop")
    before_import, after_report = _hook(stack, "before_import"), _hook(stack, "after_report")
    settings = ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123")})
    CognitoDrop(stack, "Default", settings, before_import=before_import, after_report=after_report, code=code)


@pytest.fixture(scope="module")
def hooked(workflow: ScriptedWorkflow, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The workflow with both hooks, which passes cdk-nag."""
    return workflow.machine_of(synthesized(tmp_path_factory, {}, _hooked_stack), "hooked")


def test_hooks_run_before_the_lock_and_after_the_notification(workflow: ScriptedWorkflow, hooked: str) -> None:
    """Each is given the run's state, and changes nothing of it."""
    ended = workflow.run("hooks-hooked", script("hooks-hooked"), hooked)
    assert ended.states == [
        *CHECKED, *BEFORE, "before_import goes on", *IMPORTED, *AFTER, "after_report goes on",
    ]  # fmt: skip
    assert ended.seen["before_import?"]["file"]["importable"]
    assert ended.seen["after_report?"]["report"]["outcome"] == "imported"
    assert ended.seen["Wait for lock"] == ended.seen["Before import"]
    assert_message(ended, "imported")


def test_a_hook_that_fails_before_the_import_ends_the_run_as_failed(workflow: ScriptedWorkflow, hooked: str) -> None:
    """No one waits in the queue; the report gets the error's name, and not what else the hook has said."""
    ended = workflow.run("hooks-refused", script("hooks-refused", "failed"), hooked, before_import=True)
    assert ended.states == [
        *CHECKED, *BEFORE, "before_import fails", "Not to be imported", *PASS, *NOTIFIED, *AFTER, ("after_report goes "
        "on"),
    ]  # fmt: skip
    assert (ended.calls["take_lock"], ended.calls["start_import"]) == (0, 0)
    for state in ("Release lock", "Report"):
        assert ended.seen[state]["error"] == {"Error": "BeforeImportFailed: NotApproved"}
    assert_message(ended, "failed")


def test_a_run_that_is_brought_back_from_its_place_in_queue_passes_by_the_hook(
    workflow: ScriptedWorkflow, hooked: str
) -> None:
    """It may be given the lock at any time, and others would wait for the hook."""
    in_line = answers({"importable": True, "is_imported": False, "is_queued": True, "part_rows": [10]})
    ended = workflow.run("hooks-back", script("hooks-back", preflight=in_line), hooked, before_import=True)
    assert ended.states == [*CHECKED, *IMPORTED, *AFTER, "after_report goes on"]
    assert_message(ended, "imported")


def test_a_run_that_was_stopped_passes_by_the_hook(workflow: ScriptedWorkflow, hooked: str) -> None:
    """What is left to do is its end."""
    ended = workflow.run(
        "hooks-stopped", script("hooks-stopped", "stopped"), hooked, is_stopped=True, before_import=True
    )
    assert ended.states == [*TO_STOP, *POLL, *READ, *PASS, *NOTIFIED, *AFTER, "after_report goes on"]
    assert_message(ended, "stopped")


def test_a_hook_that_fails_after_the_report_fails_the_execution_of_a_run_that_has_ended(
    workflow: ScriptedWorkflow, hooked: str
) -> None:
    """The notification was published once, and the run has ended in the ledger: the sweep leaves it alone."""
    ended = workflow.run("hooks-told", script("hooks-told"), hooked, after_report=True)
    assert ended.states == [
        *CHECKED, *BEFORE, "before_import goes on", *IMPORTED, *AFTER, "after_report fails",
    ]  # fmt: skip
    assert (ended.status, ended.error) == ("FAILED", "NotApproved")
    assert len(ended.messages) == 1
    assert (ended.calls["report_run"], ended.item["run_state"]) == (1, {"S": "ended"})
