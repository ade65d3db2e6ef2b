"""The state machine in the emulator when its functions fail: tried again, reported, or left to the sweep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infra.run_script import (
    ADD,
    NOTIFIED,
    PASS,
    PASSED_WITH_GROUPS,
    POLL,
    READ,
    STRAIGHT_ON,
    TO_LOCK,
    TO_STOP,
    assert_message,
    script,
    settling,
)
from tests.infra.scripted_functions import CALLS, FORGED, answers, fails

if TYPE_CHECKING:
    from tests.infra.scripted_functions import ScriptedWorkflow


@pytest.mark.parametrize(
    ("function", "states"),
    [
        ("preflight", ["Preflight"]),
        ("take_lock", TO_LOCK),
        ("start_import", [*TO_LOCK, "Start import"]),
        ("check_import", [*STRAIGHT_ON, "Wait", "Check import"]),
        ("collect_part", [*STRAIGHT_ON, *POLL, "Collect"]),
        ("stop_import", TO_STOP[:3]),
    ],
)
def test_a_function_that_is_refused_ends_in_a_report(
    workflow: ScriptedWorkflow, function: str, states: list[str]
) -> None:
    """At once, without trying again, and after the lock was released; the functions get what happened."""
    run_id = f"refused-{function}"
    said = script(run_id, "failed") | {function: fails("RefusedError")}
    ended = workflow.run(run_id, said, **settling(function))
    assert ended.states == [*states, *PASS, *NOTIFIED]
    assert ended.calls[function] == 1
    for state in ("Release lock", "Report"):
        assert ended.seen[state]["error"]["Error"] == "RefusedError"
        assert json.loads(ended.seen[state]["error"]["Cause"])["errorMessage"] == "Upload: HTTP 403"
    assert (ended.seen["Report"]["file"] == FORGED["file"]) is (function == "preflight")
    assert_message(ended, "failed")


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize("error", ["TransientError", "DeniedError", "exit"])
def test_a_function_that_is_not_well_is_called_again(workflow: ScriptedWorkflow, function: str, error: str) -> None:
    """AWS was not well, or the process of the function died: the third call comes to an answer."""
    run_id = f"unwell-{function}-{error}"
    said = script(run_id)
    said["release_lock"] = answers(PASSED_WITH_GROUPS) if function == "add_members" else said["release_lock"]
    said[function] = [*fails(error, error), *said[function]]
    ended = workflow.run(run_id, said, **settling(function))
    begin = TO_STOP if function == "stop_import" else STRAIGHT_ON
    added = ADD if function == "add_members" else []
    assert ended.states == [*begin, *POLL, *READ, *PASS, *added, *NOTIFIED]
    assert ended.calls[function] == 3
    assert_message(ended, "imported")


def test_groups_that_cannot_be_filled_are_reported(workflow: ScriptedWorkflow) -> None:
    """The import is over: its report says what came of it, and why it ended early."""
    said = script("no-groups", release_lock=answers(PASSED_WITH_GROUPS), add_members=fails("RefusedError"))
    ended = workflow.run("no-groups", said)
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *PASS, "Add members", *NOTIFIED]
    assert ended.seen["Report"]["error"]["Error"] == "RefusedError"
    assert_message(ended, "imported")


def test_a_function_that_is_never_well_is_given_up(workflow: ScriptedWorkflow) -> None:
    """After nine calls the run is reported."""
    ended = workflow.run("never-well", script("never-well", "failed", preflight=fails("TransientError")))
    assert ended.states == ["Preflight", *PASS, *NOTIFIED]
    assert ended.calls["preflight"] == 9
    assert_message(ended, "failed")


@pytest.mark.parametrize(("error", "name"), [("exit", "Runtime.ExitError"), ("memory", "Runtime.OutOfMemory")])
def test_a_function_that_dies_every_time_is_reported_by_the_errors_name(
    workflow: ScriptedWorkflow, error: str, name: str
) -> None:
    """It is called three times: a function that runs out of memory does so again."""
    run_id = f"dies-{error}"
    ended = workflow.run(run_id, script(run_id, "failed", preflight=fails(error)))
    assert ended.states == ["Preflight", *PASS, *NOTIFIED]
    assert ended.calls["preflight"] == 3
    assert ended.seen["Report"]["error"]["Error"] == name
    assert_message(ended, "failed")


def test_a_function_that_runs_out_of_memory_once_is_called_again(workflow: ScriptedWorkflow) -> None:
    """Another process may have come by more, and the run goes on."""
    said = script("memory")
    said["collect_part"] = [*fails("memory"), *said["collect_part"]]
    ended = workflow.run("memory", said)
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *PASS, *NOTIFIED]
    assert ended.calls["collect_part"] == 2
    assert_message(ended, "imported")


@pytest.mark.parametrize(
    ("function", "states", "name"),
    [
        ("release_lock", [*STRAIGHT_ON, *POLL, *READ, "Release lock"], "Lock not released"),
        ("report_run", [*STRAIGHT_ON, *POLL, *READ, *PASS, "Report"], "Not reported"),
    ],
)
def test_an_end_that_is_refused_is_left_to_the_sweep(
    workflow: ScriptedWorkflow, function: str, states: list[str], name: str
) -> None:
    """The execution fails and says where; no notification is sent for a run that is not over."""
    run_id = f"no-{function}"
    ended = workflow.run(run_id, script(run_id) | {function: fails("RefusedError")})
    assert ended.states == [*states, name]
    assert (ended.status, ended.error) == ("FAILED", name.title().replace(" ", ""))
    assert ended.cause is not None
    assert ended.cause.endswith("; the sweep retries it.")
    assert (ended.messages, ended.notified) == ([], False)
    assert ended.item["run_state"] == {"S": "reported"}


def test_a_notification_that_cannot_be_published_is_left_to_the_sweep(workflow: ScriptedWorkflow) -> None:
    """The ledger says that no notification was published, and so does the execution."""
    ended = workflow.run("silent", script("silent"), workflow.silent_machine)
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *PASS, "Report", "Notify", "Not notified"]
    assert (ended.status, ended.error) == ("FAILED", "NotNotified")
    assert (ended.messages, ended.notified) == ([], False)
