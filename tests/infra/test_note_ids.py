"""The noting of ids in the template: where a pool asks for it, between the groups and the report, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infra.run_script import (
    ADD,
    NOTIFIED,
    PASS,
    PASSED,
    PASSED_WITH_GROUPS,
    POLL,
    READ,
    STRAIGHT_ON,
    TO_STOP,
    assert_message,
    script,
    settling,
)
from tests.infra.scripted_functions import answers, fails
from tests.infra.state_machine import NOTE_IDS, definition, ends, reachable, readable_names, successes
from tests.infra.test_permissions import KEY, LOGS, WRITE, XRAY, _allowed

if TYPE_CHECKING:
    from tests.infra.scripted_functions import ScriptedWorkflow
    from tests.infra.template import Json, StackTemplate

ACTIONS = {
    "cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", "cognito-idp:ListUsers", "dynamodb:GetItem",
    "dynamodb:UpdateItem", "s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:ListBucket",
    *WRITE, *KEY,
}  # fmt: skip
IDS = {"has_ids": True}
NOTE = ["Note IDs", "All recorded?"]
IMPORTED = [*STRAIGHT_ON, *POLL, *READ]


@pytest.fixture(scope="module")
def machine(subscribed_stack: StackTemplate) -> Json:
    """The definition with readable names of a stack in which a pool asks for ids."""
    return definition(subscribed_stack, readable_names(subscribed_stack))


@pytest.fixture(scope="module")
def noting(workflow: ScriptedWorkflow, subscribed_stack: StackTemplate) -> str:
    """The same in the emulator."""
    return workflow.machine_of(subscribed_stack, "noting")


def test_a_stack_whose_pools_do_not_ask_for_ids_has_none_of_it(stack: StackTemplate) -> None:
    """No function, no state, no right."""
    assert not stack.has_function(NOTE_IDS)
    assert "has_ids" not in json.dumps(stack.body)
    assert not {"Note IDs", "IDs to note?"} & definition(stack, readable_names(stack))["States"].keys()


def test_the_function_may_do_what_it_does_and_no_more(subscribed_stack: StackTemplate) -> None:
    """It lists users of the pools alone that ask for ids, reads files that are imported, and writes one result."""
    stack = subscribed_stack
    allowed = _allowed(stack.statements(stack.function(NOTE_IDS).properties["Role"]))
    assert {action for action, _ in allowed} == ACTIONS | LOGS | XRAY
    pools = {str(resource).rpartition("userpool/")[2][:19] for action, resource in allowed if "cognito" in action}
    assert pools == {"us-east-1_AbCdEf123"}
    objects = {
        action: sorted(
            str(each["Fn::Join"][1][-1]) for name, each in allowed if name == action and isinstance(each, dict)
        )
        for action in (
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:DeleteObjectVersion",
            "s3:PutObject",
            "s3:AbortMultipartUpload",
        )
    }
    written = ["/results/*/ids.csv", "/staging/*"]
    assert objects == {
        "s3:GetObject": ["/staging/*"], "s3:GetObjectVersion": ["/inbox/*", "/staging/*"],
        "s3:DeleteObjectVersion": written[:1],
        "s3:PutObject": written, "s3:AbortMultipartUpload": written,
    }  # fmt: skip


def test_every_state_is_reached_and_comes_to_an_end(machine: Json) -> None:
    """And no run ends without its report."""
    assert reachable(machine, machine["StartAt"]) == machine["States"].keys()
    for name in machine["States"]:
        assert reachable(machine, name) & ends(machine), f"{name} never comes to an end"
    assert "Report" in reachable(machine, "Note IDs")
    assert not reachable(machine, machine["StartAt"], without="Report") & successes(machine)
    assert not reachable(machine, "Note IDs") & {"Wait for lock", "Start import", "Release lock"}


@pytest.mark.parametrize(
    ("run_id", "lock", "added"), [("ids", PASSED, []), ("groups-and-ids", PASSED_WITH_GROUPS, ADD)]
)
def test_ids_are_noted_after_the_groups(
    workflow: ScriptedWorkflow, noting: str, run_id: str, lock: Json, added: list[str]
) -> None:
    """Call after call until all are, each after the wait that it asks for."""
    calls = [{"more": True, "recorded": 5, "wait_seconds": 0}, {"more": True, "recorded": 9, "wait_seconds": 60}]
    done = {"more": False, "recorded": 10, "wait_seconds": 0}
    said = script(run_id, release_lock=answers({**lock, **IDS}), note_ids=answers(*calls, done))
    ended = workflow.run(run_id, said, noting)
    again = [*NOTE, "Wait for users"]
    assert ended.states == [*IMPORTED, *PASS, *added, *again, *again, *NOTE, *NOTIFIED]
    assert ended.calls[NOTE_IDS] == 3
    assert_message(ended, "imported")


def test_ids_are_noted_when_groups_have_failed(workflow: ScriptedWorkflow, noting: str) -> None:
    """Users who are in no group are in the pool nevertheless."""
    lock = answers({**PASSED_WITH_GROUPS, **IDS})
    said = script("failed-groups", release_lock=lock, add_members=fails("RefusedError"))
    ended = workflow.run("failed-groups", said, noting)
    assert ended.states == [*IMPORTED, *PASS, "Add members", "IDs to note?", *NOTE, *NOTIFIED]


def test_the_ids_of_a_stopped_run_are_noted(workflow: ScriptedWorkflow, noting: str) -> None:
    """Those of the users that it had imported until then."""
    said = script("stopped-ids", "stopped", release_lock=answers({**PASSED, **IDS}))
    ended = workflow.run("stopped-ids", said, noting, **settling("stop_import"))
    assert ended.states == [*TO_STOP, *POLL, *READ, *PASS, *NOTE, *NOTIFIED]
    assert_message(ended, "stopped")


@pytest.mark.parametrize("lock", [PASSED, {name: PASSED[name] for name in PASSED if name != "has_ids"}])
def test_a_run_without_ids_to_note_goes_to_its_report(workflow: ScriptedWorkflow, noting: str, lock: Json) -> None:
    """Also where a function of an earlier version has answered, in the middle of an upgrade."""
    run_id = f"no-ids-{len(lock)}"
    ended = workflow.run(run_id, script(run_id, release_lock=answers(lock)), noting)
    assert ended.states == [*IMPORTED, *PASS, *NOTIFIED]
    assert ended.calls[NOTE_IDS] == 0
    assert_message(ended, "imported")


def test_a_function_that_is_not_well_is_called_again(workflow: ScriptedWorkflow, noting: str) -> None:
    """Throttled, and killed."""
    said = script("unwell-ids", release_lock=answers({**PASSED, **IDS}))
    ended = workflow.run("unwell-ids", said | {NOTE_IDS: [*fails("TransientError", "exit"), *said[NOTE_IDS]]}, noting)
    assert ended.states == [*IMPORTED, *PASS, *NOTE, *NOTIFIED]
    assert ended.calls[NOTE_IDS] == 3


def test_a_failure_keeps_no_run_from_its_report(workflow: ScriptedWorkflow, noting: str) -> None:
    """The report gets the cause, and the run has not ended early for it."""
    said = script("refused-ids", release_lock=answers({**PASSED, **IDS}), note_ids=fails("RefusedError"))
    ended = workflow.run("refused-ids", said, noting)
    assert ended.states == [*IMPORTED, *PASS, "Note IDs", *NOTIFIED]
    assert ended.seen["Report"]["ids_error"]["Error"] == "RefusedError"
    assert ended.seen["Report"].get("error", {}).get("Cause") != ended.seen["Report"]["ids_error"]["Cause"]
    assert_message(ended, "imported")
