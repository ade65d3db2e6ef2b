"""Calls of a function fail as a plan says: with or without their effect, in all their attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.localcloud.watched_cloud import keys_in, put

if TYPE_CHECKING:
    from tests.control import Control
    from tests.localcloud.command import Command

PUT = {"caller": "worker", "service": "dynamodb", "operation": "PutItem"}
ATTEMPTS = 4  # the first one and three retries


_USUAL = ["InternalFailure 500", "ThrottlingException 400"]


@pytest.mark.parametrize(
    ("kind", "said", "has_effect"),
    [
        ("fail_before", "InternalServerError 500", False),
        ("throttle", "ThrottlingException 400", False),
        ("fail_after", "ConnectionClosedError", True),
    ],
)
def test_a_call_fails_in_all_its_attempts(
    watched: Command, control: Control, kind: str, said: str, *, has_effect: bool
) -> None:
    """The SDK's own retries do not hide the fault; the function goes on; the effect is there only when told after."""
    control.record("$.run")
    control.plan(**PUT, kind=kind)
    answer = watched.invoke("worker-function", {"calls": [put("ledger", kind), put("ledger", f"{kind}-next")]})
    assert answer.payload["said"] == [said, "done"]
    assert control.struck
    assert keys_in(watched, "ledger") & {kind, f"{kind}-next"} == {f"{kind}-next"} | ({kind} if has_effect else set())
    attempts = [entry for entry in control.entries() if entry["kind"] == "call" and entry["fault"]]
    assert len(attempts) == ATTEMPTS
    assert len({entry["call_id"] for entry in attempts}) == 1


@pytest.mark.parametrize(
    ("kind", "error", "has_effect"),
    [
        ("kill_before", "Runtime.ExitError", False),
        ("kill_after", "Runtime.ExitError", True),
        ("time_out_before", "Sandbox.Timedout", False),
        ("time_out_after", "Sandbox.Timedout", True),
    ],
)
def test_a_call_ends_its_function(
    watched: Command, control: Control, kind: str, error: str, *, has_effect: bool
) -> None:
    """The function dies at the call, before or after its effect; the next invocation is served again."""
    control.plan(**PUT, kind=kind)
    answer = watched.invoke("worker-function", {"calls": [put("ledger", kind), put("ledger", f"{kind}-next")]})
    assert (answer.error, answer.payload["errorType"]) == ("Unhandled", error)
    assert control.struck
    assert keys_in(watched, "ledger") & {kind, f"{kind}-next"} == ({kind} if has_effect else set())
    assert watched.invoke("worker-function", {"calls": []}).error is None


def test_a_declared_timeout_takes_the_clouds_time(watched: Command, control: Control) -> None:
    """The time that the function would have had left passes for the cloud, and not on the wall."""
    before = watched.invoke("worker-function", {"calls": []}).payload["at"]
    control.plan(**PUT, kind="time_out_before")
    answer = watched.invoke("worker-function", {"calls": [put("ledger", "late")]})
    assert answer.payload["errorMessage"].endswith("Task timed out after 600.00 seconds")
    after = watched.invoke("worker-function", {"calls": []}).payload["at"]
    assert after - before >= 600


def test_the_nth_call_of_a_correlation_is_struck(watched: Command, control: Control) -> None:
    """Calls are counted for the correlation of their event, and once however often they are attempted."""
    control.plan(**PUT, kind="fail_before", occurrence=3, correlation="mine")
    calls = [put("ledger", "x"), put("ledger", "y")]
    said = [
        watched.invoke("worker-function", {"run": run, "calls": calls}) for run in ("mine", "other", "mine", "mine")
    ]
    error = "InternalServerError 500"
    assert [answer.payload["said"] for answer in said] == [["done"] * 2] * 2 + [[error, "done"], ["done"] * 2]


def test_a_plan_that_is_cleared_strikes_no_more(watched: Command, control: Control) -> None:
    """After DELETE calls go through; one fault of several can be removed alone."""
    fault = {**PUT, "kind": "fail_before"}
    first, _ = control.ask("PUT", "faults", {"faults": [fault, {**fault, "occurrence": 2}]})["ids"]
    control.ask("DELETE", f"faults/{first}")
    calls = [put("ledger", "x"), put("ledger", "y")]
    assert watched.invoke("worker-function", {"calls": calls}).payload["said"] == ["done", "InternalServerError 500"]
    control.ask("POST", "faults", {"faults": [fault]})
    control.ask("DELETE", "faults")
    assert watched.invoke("worker-function", {"calls": calls}).payload["said"] == ["done", "done"]


def test_the_operator_is_never_struck(watched: Command, control: Control) -> None:
    """Calls with no one's key are neither recorded nor failed."""
    control.record()
    control.plan(**PUT, kind="fail_before")
    watched.client("dynamodb").put_item(TableName="ledger", Item={"pk": {"S": "operator"}})
    assert "operator" in keys_in(watched, "ledger")
    assert control.entries() == []


@pytest.mark.parametrize(
    ("call", "operation", "errors"),
    [
        (["s3", "list_buckets", {}], "ListBuckets", ["InternalError 500", "SlowDown 503"]),
        (
            ["cognito-idp", "list_user_pools", {"MaxResults": 1}],
            "ListUserPools",
            ["InternalErrorException 500", "TooManyRequestsException 400"],
        ),
        (["sns", "list_topics", {}], "ListTopics", ["InternalError 500", "Throttling 400"]),
        (["sqs", "list_queues", {}], "ListQueues", _USUAL),
        (["stepfunctions", "list_state_machines", {}], "ListStateMachines", _USUAL),
        (["logs", "describe_log_groups", {}], "DescribeLogGroups", _USUAL),
        (["lambda", "list_functions", {}], "ListFunctions", ["ServiceException 500", "TooManyRequestsException 429"]),
    ],
)
def test_errors_are_in_the_services_own_words(
    watched: Command, control: Control, call: list[object], operation: str, errors: list[str]
) -> None:
    """boto3 reads a fault's answer as it reads the service's own."""
    service = {"stepfunctions": "states"}.get(str(call[0]), str(call[0]))
    faults = [
        {"caller": "worker", "service": service, "operation": operation, "kind": kind, "occurrence": occurrence}
        for occurrence, kind in enumerate(("fail_before", "throttle"), 1)
    ]
    control.ask("PUT", "faults", {"faults": faults})
    assert watched.invoke("worker-function", {"calls": [call] * 3}).payload["said"] == [*errors, "done"]
