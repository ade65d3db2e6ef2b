"""The tasks of the state machine: what each calls and is given, how often it is tried, and what catches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.infra.state_machine import definition, readable_names

if TYPE_CHECKING:
    from tests.infra.template import Json, StackTemplate

CALLS = {
    "Preflight": "preflight",
    "Start import": "start_import",
    "Check import": "check_import",
    "Collect": "collect_part",
    "Stop import": "stop_import",
    "Add members": "add_members",
    "Release lock": "import_queue",
    "Report": "report_run",
}
"""The states that call a function and take its answer."""

ANSWERS = {
    "Preflight": "$.file",
    "Start import": "$.job",
    "Check import": "$.job",
    "Stop import": "$.job",
    "Collect": "$.part",
    "Add members": "$.members",
    "Release lock": "$.lock",
    "Report": "$.report",
}
SLOW_POLL = 15 * 60
LAMBDA_SERVICE_ERRORS = {
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
}
"""What Lambda itself may answer now and then.
https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html"""


@pytest.fixture(scope="module")
def tasks(stack: StackTemplate) -> Json:
    """The tasks by name."""
    machine = definition(stack, readable_names(stack))
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}


def test_cognito_is_called_from_functions_only(tasks: Json) -> None:
    """A state that called it itself would write the upload URL into the history of the execution."""
    resources = {name: task["Resource"] for name, task in tasks.items()}
    assert {name: resources.pop(name) for name in CALLS} == {name: f"<{folder}>" for name, folder in CALLS.items()}
    assert {name: resource.partition(":states:::")[2] for name, resource in resources.items()} == {
        "Wait for lock": "lambda:invoke.waitForTaskToken",
        "Notify": "sns:publish",
        "Mark notified": "dynamodb:updateItem",
    }


def test_each_answer_has_a_place_of_its_own_in_the_state(tasks: Json) -> None:
    """Nothing is kept of a publish, a mark or a wait. Of what the run was started with, only the drop stays."""
    places = {name: task["ResultPath"] for name, task in tasks.items()}
    assert places == {**ANSWERS, "Preflight": "$", "Wait for lock": None, "Notify": None, "Mark notified": None}
    assert tasks["Preflight"]["ResultSelector"] == {
        **{f"{name}.$": f"$$.Execution.Input.{name}" for name in ("run_id", "bucket", "key", "version_id")},
        "file.$": "$",
    }


def test_functions_are_given_the_whole_state(tasks: Json) -> None:
    """That of the import lock below a name, beside the token that wakes the execution."""
    assert tasks["Wait for lock"]["Parameters"] == {
        "FunctionName": "<import_queue>", "Payload": {"state.$": "$", "task_token.$": "$$.Task.Token"},
    }  # fmt: skip
    assert tasks["Release lock"]["Parameters"] == {"state.$": "$"}
    for name in CALLS.keys() - {"Release lock"}:
        assert "Parameters" not in tasks[name]


def test_every_task_tries_again_with_full_jitter_and_a_limit(tasks: Json) -> None:
    """Many runs that fail at the same moment do not come back at the same moment."""
    for name, task in tasks.items():
        for retry in task["Retry"]:
            assert retry["JitterStrategy"] == "FULL", name
            is_denial = retry["ErrorEquals"] == ["DeniedError"]
            assert (retry["BackoffRate"], retry["MaxDelaySeconds"]) == (2, 120 if is_denial else 300), name
            assert not {"RefusedError", "UnexpectedError", "States.ALL"} & set(retry["ErrorEquals"]), name
        assert task["Retry"][0]["MaxAttempts"] >= 8, name


def test_a_look_at_a_job_is_tried_for_hours(tasks: Json) -> None:
    """Cognito may not be well for long, and the job goes on."""
    for name in ("Check import", "Add members"):
        assert tasks[name]["Retry"][0]["MaxAttempts"] == 100


def test_a_function_is_called_again_for_transient_errors(tasks: Json) -> None:
    """Its own word for them, Lambda's, and the timeout of the state; that of a wait for the lock is no error.

    A call that Lambda is too busy to begin is repeated for hours: the file has no fault, and an account may have a
    small concurrency. A permission that is missing may come with a deployment or with time: that is waited for within
    nine minutes. A process that died is given two more calls: where it has run out of memory, it would do so again.
    """
    for name in (*CALLS, "Wait for lock"):
        retry, after_throttle, after_denial, after_death = tasks[name]["Retry"]
        assert (after_throttle["ErrorEquals"], after_throttle["MaxAttempts"]) == (
            ["Lambda.TooManyRequestsException"], 100,
        )  # fmt: skip
        assert (after_denial["ErrorEquals"], after_denial["IntervalSeconds"], after_denial["MaxAttempts"]) == (
            ["DeniedError"], 5, 8,
        )  # fmt: skip
        assert (after_death["ErrorEquals"], after_death["MaxAttempts"]) == (
            ["Runtime.ExitError", "Runtime.OutOfMemory"], 2,
        )  # fmt: skip
        assert {"TransientError", *LAMBDA_SERVICE_ERRORS} <= set(retry["ErrorEquals"])
        assert ("States.Timeout" in retry["ErrorEquals"]) is (name != "Wait for lock")


def test_every_task_catches_everything(tasks: Json) -> None:
    """The lock is released whatever happened; what cannot be released, reported, or sent fails, and says so."""
    leads_to = {
        "Preflight": "Release lock",
        "Wait for lock": "Release lock",
        "Start import": "Release lock",
        "Check import": "Release lock",
        "Collect": "Release lock",
        "Stop import": "Release lock",
        "Release lock": "Lock not released",
        "Add members": "Report",
        "Report": "Not reported",
        "Notify": "Not notified",
        "Mark notified": "Not notified",
    }
    assert tasks.keys() == leads_to.keys()
    for name, task in tasks.items():
        catch = task["Catch"][-1]
        assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], leads_to[name])
        if catch["Next"] in ("Release lock", "Report"):
            assert catch["ResultPath"] == "$.error", "the state of the run is kept beside the error"


def test_a_wait_for_the_lock_that_is_over_begins_again(tasks: Json) -> None:
    """A slow poll: the run looks by itself every quarter of an hour, should its wake-up get lost."""
    task = tasks["Wait for lock"]
    assert task["TimeoutSeconds"] == SLOW_POLL
    first, _ = task["Catch"]
    assert (first["ErrorEquals"], first["Next"], first["ResultPath"]) == (["States.Timeout"], "Wait for lock", None)
    assert [name for name, each in tasks.items() if len(each["Catch"]) > 1] == ["Wait for lock"]


def test_a_function_is_given_more_time_than_it_takes(stack: StackTemplate, tasks: Json) -> None:
    """Lambda's own timeout comes first, and says more."""
    for name, folder in CALLS.items():
        assert tasks[name]["TimeoutSeconds"] == stack.function(folder).properties["Timeout"] + 30
