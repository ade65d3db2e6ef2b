"""The state machine as it is written down: its golden, its ways, and what each choice leads to."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cdk.settings import RANGES
from cognito_drop.contract.statuses import JobStatus, PartStatus, RunState
from cognito_drop.core.notification import Notification
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress, MembersProgress, PartProgress
from lambdas.import_queue.lock_service import LockRelease
from tests.infra.state_machine import definition, ends, reachable, readable_names, successes, values

if TYPE_CHECKING:
    from tests.infra.template import Json, StackTemplate

GOLDEN = Path(__file__).parent / "golden" / "import_workflow.asl.json"
DAYS = 24 * 60 * 60
HISTORY = 25_000
"""https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
GOING_ON = {"Created", "Pending", "InProgress", "Stopping"}
ENDED = {"Succeeded", "Failed", "Stopped", "Expired"}


@pytest.fixture(scope="module")
def machine(stack: StackTemplate) -> Json:
    """The definition with readable names."""
    return definition(stack, readable_names(stack))


def test_the_definition_is_the_reviewed_one(machine: Json) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/infra/test_import_workflow.py` writes it again, for review."""
    text = json.dumps(machine, indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_the_smallest_longest_wait_keeps_a_long_import_within_the_history(machine: Json) -> None:
    """Four million users at 25 a second, each poll with as many events as its states have.

    Step Functions ends an execution with 25,000 events. A wait and a choice have two each, the call of a function five.
    """
    events = {"Wait": 2, "Choice": 2, "Task": 5}
    poll = ["Wait", "Check import", "Import ended?"]
    assert [machine["States"][name].get("Next") for name in poll[:2]] == poll[1:]
    assert "Wait" in {choice["Next"] for choice in machine["States"][poll[2]]["Choices"]}
    of_a_poll = sum(events[machine["States"][name]["Type"]] for name in poll)
    polls = 4_000_000 / 25 / RANGES["longest_wait"][0]
    assert polls * of_a_poll <= HISTORY - 1_000  # the rest is for what comes before and after


def test_every_state_is_reached_and_comes_to_an_end(machine: Json) -> None:
    """No state without a way in, none without a way out."""
    assert reachable(machine, machine["StartAt"]) == machine["States"].keys()
    for name in machine["States"]:
        assert reachable(machine, name) & ends(machine), f"{name} never comes to an end"


def test_an_execution_ends_well_in_one_way_only(machine: Json) -> None:
    """Reported, notified, and marked as notified. Any other end is a failure, so that the sweep comes back to it."""
    assert successes(machine) == {"Mark notified"}
    assert ends(machine) == {"Mark notified", "Lock not released", "Not reported", "Not notified"}
    for step in ("Report", "Notify"):
        assert not reachable(machine, machine["StartAt"], without=step) & successes(machine)


def test_who_may_have_the_lock_passes_it_on_before_the_report(machine: Json) -> None:
    """From its wait on, whatever fails; a run that was stopped may have it from an execution before."""
    for begins in ("Wait for lock", "Start import", "Stop import"):
        assert not reachable(machine, begins, without="Release lock") & {"Report", *successes(machine)}


def test_no_job_begins_after_the_lock_was_passed_on(machine: Json) -> None:
    """Nor is one stopped or looked at."""
    assert not reachable(machine, "Release lock") & {"Wait for lock", "Start import", "Check import", "Stop import"}


def test_no_job_begins_in_an_execution_that_finalizes(machine: Json) -> None:
    """From the stop on there is no way to a start but that of another part, which the function does not ask for."""
    assert "Wait for lock" not in reachable(machine, "Stop import", without="Next part?")
    assert "Start import" not in reachable(machine, "Stop import", without="Next part?")


def test_a_file_goes_the_way_that_is_left_to_it(machine: Json) -> None:
    """A stopped run to its stop, a good file to its lock, one whose import is over to its end; the rest is reported."""
    choice = machine["States"]["Anything to import?"]
    finalize, importable, imported = choice["Choices"]
    assert finalize == {"Variable": "$.file.is_stopped", "BooleanEquals": True, "Next": "Stop import"}
    assert importable == {"Variable": "$.file.importable", "BooleanEquals": True, "Next": "Wait for lock"}
    assert imported == {"Variable": "$.file.is_imported", "BooleanEquals": True, "Next": "Release lock"}
    assert choice["Default"] == "Report"


def test_all_eight_statuses_are_distinguished(machine: Json) -> None:
    """A job that goes on is waited for, the log of one that has ended is read, an unknown word ends the import."""
    choice = machine["States"]["Import ended?"]
    assert values(choice) == {"Wait": GOING_ON, "Collect": ENDED}
    assert choice["Default"] == "Release lock"
    assert {status.value for status in JobStatus} - {"Unknown"} == GOING_ON | ENDED


def test_a_stop_is_followed_to_the_end_of_the_job(machine: Json) -> None:
    """A call that could still start the job is waited for; where nothing has begun, nothing is waited for."""
    choice = machine["States"]["Anything to stop?"]
    assert values(choice) == {"Wait": GOING_ON, "Collect": ENDED, "Wait to stop": {PartStatus.WAITING}}
    assert choice["Default"] == "Release lock"
    wait = machine["States"]["Wait to stop"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.job.wait_seconds", "Stop import")


def test_a_job_that_is_not_started_is_waited_for(machine: Json) -> None:
    """start_import's own words lead back to it after the wait that it has asked for, or back to the line."""
    choice = machine["States"]["Import started?"]
    assert values(choice) == {"Wait for other job": {PartStatus.WAITING}, "Wait for lock": {PartStatus.NO_LOCK}}
    assert choice["Default"] == "Wait"
    wait = machine["States"]["Wait for other job"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.job.wait_seconds", "Start import")


def test_a_lock_that_cannot_be_passed_on_yet_is_waited_for(machine: Json) -> None:
    """As long as the function asks for."""
    choice = machine["States"]["Lock released?"]
    waits, adds = choice["Choices"]
    assert waits == {"Variable": "$.lock.released", "BooleanEquals": False, "Next": "Wait for job"}
    assert (adds["Next"], choice["Default"]) == ("Add members", "Report")
    wait = machine["States"]["Wait for job"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.lock.wait_seconds", "Release lock")


def test_users_are_added_to_groups_where_there_are_some(machine: Json) -> None:
    """The function that releases the lock knows it from the ledger."""
    *_, adds = machine["States"]["Lock released?"]["Choices"]
    assert adds == {"Variable": "$.lock.has_members", "BooleanEquals": True, "Next": "Add members"}
    again = machine["States"]["All added?"]
    assert again["Choices"] == [{"Variable": "$.members.more", "BooleanEquals": True, "Next": "Add members"}]
    assert again["Default"] == "Report"


def test_parts_are_imported_one_after_the_other(machine: Json) -> None:
    """A log with lines to come is waited for, then the next part starts; without one the import is over."""
    choice = machine["States"]["Next part?"]
    assert [(rule["Variable"], rule["BooleanEquals"], rule["Next"]) for rule in choice["Choices"]] == [
        ("$.part.complete", False, "Wait for log"),
        ("$.part.more", True, "Start import"),
    ]
    assert choice["Default"] == "Release lock"
    wait = machine["States"]["Wait for log"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.part.wait_seconds", "Collect")


def test_no_part_is_started_before_the_log_of_the_one_before_is_read(machine: Json) -> None:
    """From the end of a job there is no other way to the next start."""
    assert "Start import" not in reachable(machine, "Import ended?", without="Collect")


def test_people_are_reported_before_it_is_recorded(machine: Json) -> None:
    """A crash between the two tells twice, never not at all; the run has ended when both are done."""
    assert machine["States"]["Notify"]["Next"] == "Mark notified"
    marked = machine["States"]["Mark notified"]["Parameters"]
    assert marked["Key"] == {"pk": {"S.$": "States.Format('run#{}', $.report.run_id)"}, "sk": {"S": "run"}}
    assert marked["ExpressionAttributeValues"][":ended"] == {"S": RunState.ENDED.value}
    assert marked["ConditionExpression"] == "run_state IN (:reported, :ended)"
    assert marked["ExpressionAttributeValues"][":reported"] == {"S": RunState.REPORTED.value}
    assert marked["UpdateExpression"] == "SET notified = :yes, notified_at = :at, run_state = :ended"


def test_an_execution_ends_within_thirty_days(machine: Json) -> None:
    """Whatever Cognito says."""
    assert machine["TimeoutSeconds"] == 30 * DAYS


def test_the_log_has_everything_but_data(stack: StackTemplate) -> None:
    """All events, no input and no output of any state."""
    properties = stack.one("AWS::StepFunctions::StateMachine").properties
    logging = properties["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert properties["StateMachineType"] == "STANDARD"
    assert properties["TracingConfiguration"] == {"Enabled": True}
    group = stack.one("AWS::Logs::LogGroup", lambda each: "vendedlogs" in str(each.get("LogGroupName")))
    assert [each["CloudWatchLogsLogGroup"]["LogGroupArn"] for each in logging["Destinations"]] == [group.arn]


def test_what_the_states_read_is_what_the_functions_answer(machine: Json) -> None:
    """Each path into the state of a run is spelled as in the functions' own code."""
    places = {
        "": {"run_id", "bucket", "key", "version_id"},  # what an execution is started with
        "file": CheckedFile().to_json().keys(),
        "job": JobProgress(1, "", "", 0).to_json().keys(),
        "part": PartProgress(1, complete=True, more=False).to_json().keys(),
        "members": MembersProgress(more=False, done=0).to_json().keys(),
        "lock": asdict(LockRelease(released=True)).keys(),
        "report": {"run_id"},
        "report.notification": {field.name for field in fields(Notification)},
    }
    spelled = {f"$.{place}.{name}" if place else f"$.{name}" for place, names in places.items() for name in names}
    written = {place["ResultPath"] for state in machine["States"].values() for place in _writers(state)}
    read = set(re.findall(r"(?<!\$)\$\.[\w.]+", json.dumps(machine))) - written
    assert read <= spelled
    assert read >= {
        "$.report.run_id", "$.file.is_stopped", "$.file.importable", "$.file.is_imported", "$.job.status",
        "$.job.wait_seconds", "$.part.complete", "$.part.more", "$.part.wait_seconds", "$.lock.released",
        "$.lock.wait_seconds", "$.lock.has_members",
    }  # fmt: skip


def _writers(state: Json) -> list[Json]:
    return [place for place in (state, *state.get("Catch", [])) if place.get("ResultPath")]
