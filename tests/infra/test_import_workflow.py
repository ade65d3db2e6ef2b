"""The state machine as it is written down: its golden, its ways, and what each state does when something fails."""

from __future__ import annotations

import json
import os
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambdas.core.import_job import JobStatus
from lambdas.core.notification import Notification
from lambdas.core.run_state import CheckedFile, JobProgress, PartProgress
from tests.infra.state_machine import FUNCTIONS, definition, ends, followers, reachable, readable_names, values

if TYPE_CHECKING:
    from tests.infra.template import Json, StackTemplate

CALLING = ("Preflight", "Start import", "Check import", "Collect", "Report")
"""The states that call a function, in the order of FUNCTIONS."""

GOLDEN = Path(__file__).parent / "golden" / "import_workflow.asl.json"
DAYS = 24 * 60 * 60


@pytest.fixture(scope="module")
def machine(stack: StackTemplate) -> Json:
    """The definition with readable names."""
    return definition(stack, readable_names(stack))


@pytest.fixture(scope="module")
def tasks(machine: Json) -> Json:
    """Its tasks by name."""
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


def test_the_definition_is_the_reviewed_one(machine: Json) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/infra/test_import_workflow.py` writes it again, for review."""
    text = json.dumps(machine, indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_every_state_is_reached_and_comes_to_an_end(machine: Json) -> None:
    """No state without a way in, none without a way out."""
    assert reachable(machine, machine["StartAt"]) == machine["States"].keys()
    for name, state in machine["States"].items():
        assert state.get("End") is not True, f"{name} ends a run without saying how"
        assert reachable(machine, name) & ends(machine), f"{name} never comes to an end"


def test_every_way_leads_through_the_notification(machine: Json) -> None:
    """Without `Notify` no end is reached from anywhere; after it, success needs the mark in the ledger."""
    assert not reachable(machine, machine["StartAt"], without="Notify") & ends(machine)
    assert "Succeeded" not in reachable(machine, "Notify", without="Mark notified")


def test_every_way_leads_through_a_report(machine: Json) -> None:
    """Or through the plain words for a report that could not be made, which nothing else leads to."""
    assert "Notify" not in reachable(machine, machine["StartAt"], without="Report")
    assert [name for name, state in machine["States"].items() if "Say it plainly" in followers(state)] == ["Report"]


def test_every_task_tries_again_with_full_jitter_and_a_limit(tasks: Json) -> None:
    """Many runs that fail at the same moment do not come back at the same moment."""
    for name, task in tasks.items():
        assert task["Retry"], name
        for retry in task["Retry"]:
            assert retry["JitterStrategy"] == "FULL", name
            assert (retry["BackoffRate"], retry["MaxDelaySeconds"]) == (2, 300), name
            assert retry["MaxAttempts"] >= 8, name
            assert not {"RefusedError", "UnexpectedError", "States.ALL"} & set(retry["ErrorEquals"]), name


def test_a_function_is_called_again_for_transient_errors(tasks: Json) -> None:
    """Its own word for them, Lambda's, and the timeout of the state."""
    for name in CALLING:
        (retry,) = tasks[name]["Retry"]
        assert {"TransientError", "Lambda.TooManyRequestsException", "States.Timeout"} <= set(retry["ErrorEquals"])


def test_every_task_catches_everything(tasks: Json) -> None:
    """What cannot be repeated is reported; what cannot be reported is notified plainly; a silent end says so."""
    leads_to = {
        "Preflight": "Report",
        "Start import": "Report",
        "Check import": "Report",
        "Collect": "Report",
        "Report": "Say it plainly",
        "Notify": "Not notified",
        "Mark notified": "Not notified",
    }
    assert tasks.keys() == leads_to.keys()
    for name, task in tasks.items():
        (catch,) = task["Catch"]
        assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], leads_to[name])
        assert catch["ResultPath"].endswith("error"), "the state of the run is kept beside the error"


def test_all_eight_statuses_are_told_apart(machine: Json) -> None:
    """A job that goes on is waited for, the log of one that has ended is read, a word that nobody knows is reported."""
    choice = machine["States"]["Import ended?"]
    going_on = {"Created", "Pending", "InProgress", "Stopping"}
    ended = {"Succeeded", "Failed", "Stopped", "Expired"}
    assert values(choice) == {"Wait": going_on, "Collect": ended}
    assert choice["Default"] == "Report"
    assert going_on | ended == {status.value for status in JobStatus} - {"Unknown"}


def test_a_job_that_is_not_started_is_waited_for(machine: Json) -> None:
    """start_import's own word leads back to it after the wait that it has asked for."""
    assert values(machine["States"]["Import started?"]) == {"Wait for other job": {JobProgress.WAITING}}
    wait = machine["States"]["Wait for other job"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.job.wait_seconds", "Start import")


def test_parts_are_imported_one_after_the_other(machine: Json) -> None:
    """A log with lines to come is waited for, then the next part starts; without one the run is reported."""
    choice = machine["States"]["Next part?"]
    assert [(rule["Variable"], rule["BooleanEquals"], rule["Next"]) for rule in choice["Choices"]] == [
        ("$.part.complete", False, "Wait for log"),
        ("$.part.more", True, "Start import"),
    ]
    assert choice["Default"] == "Report"
    wait = machine["States"]["Wait for log"]
    assert (wait["SecondsPath"], wait["Next"]) == ("$.part.wait_seconds", "Collect")


def test_no_part_is_started_before_the_log_of_the_one_before_is_read(machine: Json) -> None:
    """From the end of a job there is no other way to the next start."""
    assert "Start import" not in reachable(machine, "Import ended?", without="Collect")


def test_a_file_without_anything_to_import_goes_to_its_report(machine: Json) -> None:
    """A refused file and a dry run spend no job."""
    choice = machine["States"]["Anything to import?"]
    assert values(choice) == {"Start import": {True}}
    assert choice["Choices"][0]["Variable"] == "$.file.importable"
    assert choice["Default"] == "Report"


def test_only_an_imported_file_succeeds(machine: Json) -> None:
    """The execution's own status says how the run ended, for whoever looks at the list."""
    choice = machine["States"]["Imported?"]
    assert values(choice) == {"Succeeded": {True}}
    fail = machine["States"][choice["Default"]]
    assert (fail["ErrorPath"], fail["CausePath"]) == ("$.report.outcome", "$.report.headline")


def test_cognito_is_called_from_functions_only(tasks: Json) -> None:
    """A state that called it itself would write the upload URL into the history of the execution."""
    resources = {name: task["Resource"] for name, task in tasks.items()}
    assert [resources[name] for name in CALLING] == [f"<{folder}>" for folder in FUNCTIONS]
    assert resources["Notify"].endswith(":states:::sns:publish")
    assert resources["Mark notified"].endswith(":states:::dynamodb:updateItem")
    assert len(tasks) == 7


def test_a_function_is_given_more_time_than_it_takes(stack: StackTemplate, tasks: Json) -> None:
    """Lambda's own timeout comes first, and says more."""
    for name, folder in zip(CALLING, FUNCTIONS, strict=True):
        assert tasks[name]["TimeoutSeconds"] == stack.function(folder).properties["Timeout"] + 30


def test_a_run_ends_within_thirty_days(machine: Json) -> None:
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
        "": {"run_id", "bucket", "key", "version_id", "plain"},  # what accept_drop starts it with; the plain words
        "file": CheckedFile().to_json().keys(),
        "job": JobProgress(1, "", "", 0).to_json().keys(),
        "part": PartProgress(1, complete=True, more=False).to_json().keys(),
        "report": {"outcome", "succeeded", "headline"},
        "report.notification": {field.name for field in fields(Notification)},
    }
    spelled = {f"$.{place}.{name}" if place else f"$.{name}" for place, names in places.items() for name in names}
    written = {place["ResultPath"] for state in machine["States"].values() for place in _writers(state)}
    read = set(re.findall(r"\$\.[\w.]+", json.dumps(machine))) - written
    assert read <= spelled
    assert read >= {
        "$.run_id", "$.file.importable", "$.job.status", "$.job.wait_seconds",
        "$.part.complete", "$.part.more", "$.part.wait_seconds", "$.report.succeeded",
    }  # fmt: skip


def _writers(state: Json) -> list[Json]:
    return [place for place in (state, *state.get("Catch", [])) if place.get("ResultPath")]
