"""The state machine as it runs in the emulator: every status of a job, every turn, to the last state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.run_script import (
    ADD,
    KEPT,
    NOTIFIED,
    PASS,
    PASSED,
    PASSED_WITH_GROUPS,
    POLL,
    READ,
    START,
    STRAIGHT_ON,
    TO_LOCK,
    TO_STOP,
    assert_message,
    job,
    part,
    script,
)
from tests.infra.scripted_functions import answers, sleeps, wakes

if TYPE_CHECKING:
    from tests.infra.scripted_functions import ScriptedWorkflow
    from tests.infra.template import Json


@pytest.mark.parametrize("status", ["Created", "Pending", "InProgress", "Stopping"])
def test_a_job_that_goes_on_is_looked_at_again(workflow: ScriptedWorkflow, status: str) -> None:
    """Four statuses lead back to the wait."""
    run_id = f"going-on-{status}"
    ended = workflow.run(run_id, script(run_id, check_import=answers(job(status), job(status), job("Succeeded"))))
    assert ended.states == [*STRAIGHT_ON, *POLL, *POLL, *POLL, *READ, *PASS, *NOTIFIED]
    assert_message(ended, "imported")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Succeeded", "imported"), ("Succeeded", "partly_imported"), ("Failed", "failed"), ("Stopped", "stopped"),
     ("Expired", "expired")],
)  # fmt: skip
def test_a_job_that_has_ended_is_reported(workflow: ScriptedWorkflow, status: str, outcome: str) -> None:
    """Four statuses, after the log was read and the lock released; the execution has done its work in each."""
    run_id = f"ended-{status}-{outcome}"
    ended = workflow.run(run_id, script(run_id, outcome, check_import=answers(job(status))))
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *PASS, *NOTIFIED]
    assert_message(ended, outcome)


@pytest.mark.parametrize("status", ["Paused", ""])
def test_a_word_that_no_one_documented_ends_the_run(workflow: ScriptedWorkflow, status: str) -> None:
    """The job may still be at work, so its log is not taken for complete and no other part is started."""
    run_id = f"undocumented-{status or 'blank'}"
    ended = workflow.run(run_id, script(run_id, "failed", check_import=answers(job(status))))
    assert ended.states == [*STRAIGHT_ON, *POLL, *PASS, *NOTIFIED]
    assert ended.calls["collect_part"] == 0
    assert_message(ended, "failed")


def test_parts_are_imported_one_after_the_other(workflow: ScriptedWorkflow) -> None:
    """Each with a start, a look and its log; there is one lock and one report."""
    parts = answers(part(1, more=True), part(2, more=True), part(3))
    ended = workflow.run("three-parts", script("three-parts", collect_part=parts))
    whole_part = [*START, *POLL, *READ]
    assert ended.states == [*TO_LOCK, *whole_part, *whole_part, *whole_part, *PASS, *NOTIFIED]
    assert (ended.calls["take_lock"], ended.calls["start_import"], ended.calls["report_run"]) == (1, 3, 1)
    assert_message(ended, "imported")


def test_a_log_with_lines_to_come_is_read_again(workflow: ScriptedWorkflow) -> None:
    """After a wait, and without another look at the job; the next part comes after it."""
    parts = answers(part(1, complete=False), part(1, complete=False), part(1, more=True), part(2))
    ended = workflow.run("late-lines", script("late-lines", collect_part=parts))
    again = [*READ, "Wait for log"]
    assert ended.states == [*STRAIGHT_ON, *POLL, *again, *again, *READ, *START, *POLL, *READ, *PASS, *NOTIFIED]
    assert ended.calls["check_import"] == 2
    assert_message(ended, "imported")


def test_users_are_added_to_groups_after_the_lock_was_passed_on(workflow: ScriptedWorkflow) -> None:
    """Call after call until all are; a run without groups has not a transition more."""
    shares = answers({"more": True, "done": 9}, {"more": True, "done": 18}, {"more": False, "done": 20})
    ended = workflow.run("groups", script("groups", release_lock=answers(PASSED_WITH_GROUPS), add_members=shares))
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *PASS, *ADD, *ADD, *ADD, *NOTIFIED]
    assert_message(ended, "imported")


@pytest.mark.parametrize(
    ("run_id", "outcome", "file"),
    [
        ("unusable", "rejected", {"importable": False, "is_imported": False, "problem": {"code": "file_empty"}}),
        ("dry", "checked", {"importable": False, "is_imported": False, "problem": None, "is_dry_run": True}),
    ],
)
def test_a_file_that_is_not_to_be_imported_goes_straight_to_its_report(
    workflow: ScriptedWorkflow, run_id: str, outcome: str, file: Json
) -> None:
    """No job is spent on it, and no lock is waited for."""
    ended = workflow.run(run_id, script(run_id, outcome, preflight=answers(file)))
    assert ended.states == ["Preflight", "Anything to import?", *NOTIFIED]
    assert (ended.calls["take_lock"], ended.calls["start_import"]) == (0, 0)
    assert_message(ended, outcome)


def test_a_run_whose_import_is_over_goes_to_its_end(workflow: ScriptedWorkflow) -> None:
    """An execution before this one died on the way: the lock is released, should it not have been yet."""
    preflight = answers({"importable": False, "is_imported": True})
    ended = workflow.run("resumed", script("resumed", preflight=preflight))
    assert ended.states == ["Preflight", "Anything to import?", *PASS, *NOTIFIED]
    assert (ended.calls["take_lock"], ended.calls["start_import"]) == (0, 0)
    assert_message(ended, "imported")


def test_a_run_that_waits_is_woken_when_its_lock_has_come(workflow: ScriptedWorkflow) -> None:
    """By the run that releases it; what it waited with is no longer in the state."""
    arn = workflow.start("woken", script("woken", take_lock=sleeps()))
    times = workflow.wake("woken")
    ended = workflow.end("woken", arn)
    polls = ["Wait for lock"] * (times - 1)  # on a slow machine: a quarter of an hour is a second of the test
    assert ended.states == [*TO_LOCK, *polls, *START, *POLL, *READ, *PASS, *NOTIFIED]
    assert ended.calls["take_lock"] == times
    assert ended.seen["Start import"].keys() == ended.seen["Wait for lock"].keys()
    assert_message(ended, "imported")


def test_a_run_that_is_not_woken_polls_by_itself(workflow: ScriptedWorkflow) -> None:
    """Every quarter of an hour, in the same place of the line; that it has waited is no error."""
    ended = workflow.run("slow-poll", script("slow-poll", take_lock=[*sleeps(2), *wakes()]))
    assert ended.states == [*TO_LOCK, "Wait for lock", "Wait for lock", *START, *POLL, *READ, *PASS, *NOTIFIED]
    assert ended.calls["take_lock"] == 3
    assert "error" not in ended.seen["Report"]
    assert_message(ended, "imported")


def test_a_run_that_was_woken_by_mistake_goes_back_to_the_queue(workflow: ScriptedWorkflow) -> None:
    """It is another run's turn, as the ledger says."""
    start = answers(job("NoLock"), job("Pending"))
    ended = workflow.run("by-mistake", script("by-mistake", start_import=start))
    assert ended.states == [*STRAIGHT_ON, "Wait for lock", *START, *POLL, *READ, *PASS, *NOTIFIED]
    assert ended.calls["take_lock"] == 2
    assert_message(ended, "imported")


def test_a_start_that_has_to_wait_is_tried_again(workflow: ScriptedWorkflow) -> None:
    """Another job is active, twice; the lock is kept meanwhile."""
    start = answers(job("Waiting"), job("Waiting"), job("Pending"))
    ended = workflow.run("busy", script("busy", start_import=start))
    waiting = [*START, "Wait for other job"]
    assert ended.states == [*TO_LOCK, *waiting, *waiting, *START, *POLL, *READ, *PASS, *NOTIFIED]
    assert_message(ended, "imported")


def test_a_lock_is_kept_until_it_can_be_passed_on(workflow: ScriptedWorkflow) -> None:
    """A job of the run may still be active; the report comes after it."""
    ended = workflow.run("kept", script("kept", release_lock=answers(KEPT, KEPT, PASSED)))
    again = [*PASS, "Wait for job"]
    assert ended.states == [*STRAIGHT_ON, *POLL, *READ, *again, *again, *PASS, *NOTIFIED]
    assert_message(ended, "imported")


def test_a_stopped_run_is_finalized(workflow: ScriptedWorkflow) -> None:
    """Its job is stopped, followed to its end, its log read; then it is reported like any other."""
    said = script("finalized", "stopped", check_import=answers(job("Stopping"), job("Stopped")))
    ended = workflow.run("finalized", said, is_stopped=True)
    assert ended.states == [*TO_STOP, *POLL, *POLL, *READ, *PASS, *NOTIFIED]
    assert (ended.calls["take_lock"], ended.calls["start_import"]) == (0, 0)
    assert_message(ended, "stopped")


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped", "Expired"])
def test_a_stopped_run_whose_job_has_ended_is_finalized(workflow: ScriptedWorkflow, status: str) -> None:
    """There is nothing to wait for but the log."""
    run_id = f"finalized-{status}"
    ended = workflow.run(run_id, script(run_id, "stopped", stop_import=answers(job(status))), is_stopped=True)
    assert ended.states == [*TO_STOP, *READ, *PASS, *NOTIFIED]
    assert_message(ended, "stopped")


@pytest.mark.parametrize("status", ["NotStarted", "Paused"])
def test_a_stopped_run_without_a_job_is_finalized(workflow: ScriptedWorkflow, status: str) -> None:
    """Or with one of which no one knows what it is doing: the lock's keeper decides."""
    run_id = f"finalized-{status}"
    ended = workflow.run(run_id, script(run_id, "stopped", stop_import=answers(job(status))), is_stopped=True)
    assert ended.states == [*TO_STOP, *PASS, *NOTIFIED]
    assert_message(ended, "stopped")


def test_a_stop_waits_for_a_call_that_could_still_start_the_job(workflow: ScriptedWorkflow) -> None:
    """Until it is known the outcome of it."""
    stop = answers(job("Waiting"), job("Waiting"), job("NotStarted"))
    ended = workflow.run("fenced", script("fenced", "stopped", stop_import=stop), is_stopped=True)
    again = ["Stop import", "Anything to stop?", "Wait to stop"]
    assert ended.states == [*TO_STOP[:2], *again, *again, *TO_STOP[2:], *PASS, *NOTIFIED]
    assert_message(ended, "stopped")


def test_a_file_that_was_not_good_is_finalized_too(workflow: ScriptedWorkflow) -> None:
    """A stopped run goes to its stop, whatever its check has found."""
    preflight = answers({"importable": False, "is_imported": False})
    said = script("finalized-bad", "rejected", preflight=preflight, stop_import=answers(job("NotStarted")))
    ended = workflow.run("finalized-bad", said, is_stopped=True)
    assert ended.states == [*TO_STOP, *PASS, *NOTIFIED]
    assert_message(ended, "rejected")
