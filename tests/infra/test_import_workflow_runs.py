"""The state machine as it runs in the embedded AWS: every status of a job, every error, to the last state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from laptop.local_cloud import local_cloud
from tests.infra.scripted_functions import ScriptedWorkflow, answers, fails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.scripted_functions import Ended, Script
    from tests.infra.template import Json, StackTemplate

STRAIGHT_ON = ["Preflight", "Anything to import?", "Start import", "Import started?"]
LOOK = ["Wait", "Check import", "Import ended?"]
READ = ["Collect", "Next part?"]
TOLD = ["Report", "Notify", "Mark notified", "Imported?"]
SAID_PLAINLY = ["Report", "Say it plainly", "Report failed", "Notify", "Mark notified", "Imported?", "Not imported"]

IMPORTABLE = answers({"importable": True, "part_rows": [10]})


@pytest.fixture(scope="module")
def workflow(stack: StackTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedWorkflow]:
    """The workflow in a cloud whose waits are short."""
    with local_cloud("--clock-factor", "1000") as cloud:
        workflow = ScriptedWorkflow(cloud, stack, tmp_path_factory.mktemp("calls"))
        yield workflow
        assert len(workflow.received()) == workflow.told, "a subscriber was told twice, or of a silent run"


def _job(status: str) -> Json:
    return {"part": 1, "job_id": "import-9sHxosU7BP", "status": status, "wait_seconds": 10, "done": 0}


def _part(number: int = 1, *, complete: bool = True, more: bool = False) -> Json:
    return {"number": number, "complete": complete, "more": more, "looks": 0, "wait_seconds": 10}


def _report(run_id: str, outcome: str) -> Json:
    return {
        "outcome": outcome,
        "succeeded": outcome in ("imported", "partly_imported", "checked"),
        "headline": f"{outcome.capitalize()}, whatever that means",
        "notification": {
            "subject": f"{outcome}: users.csv",
            "message": json.dumps({"default": f"text of {run_id}", "sqs": json.dumps({"run_id": run_id})}),
            "outcome": outcome,
            "pool": "people",
            "has_failures": "false",
        },
    }


def _script(run_id: str, outcome: str = "imported", **functions: list[Json]) -> Script:
    """All goes well, but for the functions that are given."""
    return {
        "preflight": IMPORTABLE,
        "start_import": answers(_job("Pending")),
        "check_import": answers(_job("Succeeded")),
        "collect_part": answers(_part()),
        "report_run": answers(_report(run_id, outcome)),
        **functions,
    }


def _assert_told(ended: Ended, outcome: str) -> None:
    """The subscriber was told once, and the ledger knows it."""
    (message,) = ended.messages
    assert message["MessageAttributes"]["outcome"] == {"Type": "String", "Value": outcome}
    assert ended.notified


@pytest.mark.parametrize("status", ["Created", "Pending", "InProgress", "Stopping"])
def test_a_job_that_goes_on_is_looked_at_again(workflow: ScriptedWorkflow, status: str) -> None:
    """Four statuses lead back to the wait."""
    run_id = f"going-on-{status}"
    ended = workflow.run(run_id, _script(run_id, check_import=answers(_job(status), _job(status), _job("Succeeded"))))
    assert ended.states == [*STRAIGHT_ON, *LOOK, *LOOK, *LOOK, *READ, *TOLD, "Succeeded"]
    assert ended.status == "SUCCEEDED"
    _assert_told(ended, "imported")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Succeeded", "imported"), ("Succeeded", "partly_imported"), ("Failed", "failed"), ("Stopped", "stopped"),
     ("Expired", "expired")],
)  # fmt: skip
def test_a_job_that_has_ended_is_reported(workflow: ScriptedWorkflow, status: str, outcome: str) -> None:
    """Four statuses, after the log was read: the execution itself ends as the run has ended."""
    run_id = f"ended-{status}-{outcome}"
    ended = workflow.run(run_id, _script(run_id, outcome, check_import=answers(_job(status))))
    is_success = outcome in ("imported", "partly_imported")
    assert ended.states == [*STRAIGHT_ON, *LOOK, *READ, *TOLD, "Succeeded" if is_success else "Not imported"]
    assert ended.status == ("SUCCEEDED" if is_success else "FAILED")
    if not is_success:
        assert (ended.error, ended.cause) == (outcome, f"{outcome.capitalize()}, whatever that means")
    _assert_told(ended, outcome)


@pytest.mark.parametrize("status", ["Paused", ""])
def test_a_word_that_nobody_documented_ends_the_run(workflow: ScriptedWorkflow, status: str) -> None:
    """The job may still be at work, so its log is not taken for complete and no other part is started."""
    run_id = f"undocumented-{status or 'blank'}"
    ended = workflow.run(run_id, _script(run_id, "failed", check_import=answers(_job(status))))
    assert ended.states == [*STRAIGHT_ON, *LOOK, *TOLD, "Not imported"]
    assert ended.calls["collect_part"] == 0
    _assert_told(ended, "failed")


def test_parts_are_imported_one_after_the_other(workflow: ScriptedWorkflow) -> None:
    """Each with a start, a look and its log; there is one report."""
    parts = answers(_part(1, more=True), _part(2, more=True), _part(3))
    ended = workflow.run("three-parts", _script("three-parts", collect_part=parts))
    part = [*STRAIGHT_ON[2:], *LOOK, *READ]
    assert ended.states == [*STRAIGHT_ON[:2], *part, *part, *part, *TOLD, "Succeeded"]
    assert (ended.calls["start_import"], ended.calls["report_run"]) == (3, 1)
    _assert_told(ended, "imported")


def test_a_log_with_lines_to_come_is_read_again(workflow: ScriptedWorkflow) -> None:
    """After a wait, and without another look at the job; the next part comes after it."""
    parts = answers(_part(1, complete=False), _part(1, complete=False), _part(1, more=True), _part(2))
    ended = workflow.run("late-lines", _script("late-lines", collect_part=parts))
    again = [*READ, "Wait for log"]
    assert ended.states == [
        *STRAIGHT_ON, *LOOK, *again, *again, *READ, *STRAIGHT_ON[2:], *LOOK, *READ, *TOLD, "Succeeded",
    ]  # fmt: skip
    assert ended.calls["check_import"] == 2
    _assert_told(ended, "imported")


def test_an_unusable_file_goes_straight_to_the_report(workflow: ScriptedWorkflow) -> None:
    """No job is spent on it."""
    preflight = answers({"importable": False, "problem": {"code": "file_empty"}})
    ended = workflow.run("unusable", _script("unusable", "rejected", preflight=preflight))
    assert ended.states == ["Preflight", "Anything to import?", *TOLD, "Not imported"]
    assert (ended.status, ended.error) == ("FAILED", "rejected")
    assert ended.calls["start_import"] == 0
    _assert_told(ended, "rejected")


def test_a_dry_run_goes_straight_to_the_report(workflow: ScriptedWorkflow) -> None:
    """It succeeds, and no job is spent on it."""
    script = _script("dry", "checked", preflight=answers({"importable": False, "problem": None, "is_dry_run": True}))
    ended = workflow.run("dry", script)
    assert ended.states == ["Preflight", "Anything to import?", *TOLD, "Succeeded"]
    assert (ended.status, ended.calls["start_import"]) == ("SUCCEEDED", 0)
    _assert_told(ended, "checked")


def test_a_start_that_has_to_wait_is_tried_again(workflow: ScriptedWorkflow) -> None:
    """Another job is active, twice."""
    start = answers(_job("Waiting"), _job("Waiting"), _job("Pending"))
    ended = workflow.run("busy", _script("busy", start_import=start))
    waiting = ["Start import", "Import started?", "Wait for other job"]
    assert ended.states == [
        "Preflight",
        "Anything to import?",
        *waiting,
        *waiting,
        *STRAIGHT_ON[2:],
        *LOOK,
        *READ,
        *TOLD,
        "Succeeded",
    ]
    _assert_told(ended, "imported")


@pytest.mark.parametrize(
    ("function", "states"),
    [
        ("preflight", ["Preflight"]),
        ("start_import", ["Preflight", "Anything to import?", "Start import"]),
        ("check_import", [*STRAIGHT_ON, "Wait", "Check import"]),
        ("collect_part", [*STRAIGHT_ON, *LOOK, "Collect"]),
    ],
)
def test_a_function_that_is_refused_ends_in_a_report(
    workflow: ScriptedWorkflow, function: str, states: list[str]
) -> None:
    """At once, without trying again; the subscriber is told."""
    run_id = f"refused-{function}"
    ended = workflow.run(run_id, _script(run_id, "failed", **{function: fails("RefusedError")}))
    assert ended.states == [*states, *TOLD, "Not imported"]
    assert ended.calls[function] == 1
    _assert_told(ended, "failed")


@pytest.mark.parametrize("function", ["preflight", "start_import", "check_import", "collect_part", "report_run"])
@pytest.mark.parametrize("error", ["TransientError", "exit"])
def test_a_function_that_is_not_well_is_called_again(workflow: ScriptedWorkflow, function: str, error: str) -> None:
    """AWS was not well, or the process of the function died: the third call comes to an answer."""
    run_id = f"unwell-{function}-{error}"
    script = _script(run_id)
    ended = workflow.run(run_id, {**script, function: [*fails(error, error), *script[function]]})
    assert ended.states == [*STRAIGHT_ON, *LOOK, *READ, *TOLD, "Succeeded"]
    assert ended.calls[function] == 3
    _assert_told(ended, "imported")


def test_a_function_that_is_never_well_is_given_up(workflow: ScriptedWorkflow) -> None:
    """After nine calls the run is reported."""
    ended = workflow.run("never-well", _script("never-well", "failed", preflight=fails("TransientError")))
    assert ended.states == ["Preflight", *TOLD, "Not imported"]
    assert ended.calls["preflight"] == 9
    _assert_told(ended, "failed")


def test_a_report_that_cannot_be_made_is_still_told_plainly(workflow: ScriptedWorkflow) -> None:
    """The subscriber learns of which run and file, and where to look."""
    run_id = "without-a-report"
    ended = workflow.run(run_id, _script(run_id, report_run=fails("RefusedError")))
    assert ended.states == [*STRAIGHT_ON, *LOOK, *READ, *SAID_PLAINLY]
    assert (ended.status, ended.error) == ("FAILED", "failed")
    _assert_told(ended, "failed")
    text = ended.messages[0]["Message"]
    assert text.startswith(f"The run {run_id} of the file inbox/people/users.csv ended, and its report could not be")
    assert ended.messages[0]["Subject"] == "Failed, and the report could not be written"


def test_a_run_that_dies_twice_is_still_told_plainly(workflow: ScriptedWorkflow) -> None:
    """Preflight and report are both refused."""
    run_id = "dead-twice"
    refused = fails("RefusedError")
    ended = workflow.run(run_id, _script(run_id, preflight=refused, report_run=refused))
    assert ended.states == ["Preflight", *SAID_PLAINLY]
    _assert_told(ended, "failed")


def test_a_notification_that_cannot_be_published_is_an_end_of_its_own(workflow: ScriptedWorkflow) -> None:
    """The ledger says that nobody was told, and so does the execution."""
    ended = workflow.run("silent", _script("silent"), workflow.silent_machine)
    assert ended.states == [*STRAIGHT_ON, *LOOK, *READ, "Report", "Notify", "Not notified"]
    assert (ended.status, ended.error) == ("FAILED", "NotNotified")
    assert ended.messages == []
    assert not ended.notified
