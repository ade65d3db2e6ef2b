"""Custom resources: the answer of their function decides, and the events have the reason of a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from moto.cloudformation.models import cloudformation_backends

from localcloud.cloudformation import custom
from tests.localcloud.delivery_world import ACCOUNT, REGION, Answer, World, world
from tests.localcloud.stack_fixture import Stack, att, resource, stack

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["stack", "world"]

MOTO = "https://cloudformation.us-east-1.amazonaws.com"


def answering(**answer: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401  (members of an answer)
    """A function that sends this to the response URL, at the host for which moto takes it within a process."""

    def code(request: dict[str, Any]) -> None:
        _, mark, path = request["ResponseURL"].partition("/cloudformation_")
        same = {name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        requests.put(f"{MOTO}{mark}{path}", json={**same, "PhysicalResourceId": "mine", **answer}, timeout=60)

    return code


def custom_resource(function: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401  (properties of a template)
    """A custom resource of the function."""
    return resource("Custom::Mine", ServiceToken=function, **properties)


def test_an_answer_of_failure_rolls_the_stack_back_with_its_reason(world: World, stack: Stack) -> None:
    """It is not waited for until the timeout."""
    function = world.function("f", answering(Status="FAILED", Reason="The bucket is not ours."))
    first = resource("AWS::SQS::Queue", QueueName="a")
    described = stack.deploy({"Q": first, "X": custom_resource(function) | {"DependsOn": "Q"}})
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stack.statuses("X") == ["CREATE_IN_PROGRESS", "CREATE_FAILED"]
    said = (
        "Received response status [FAILED] from custom resource. Message returned: The bucket is not ours. (RequestId: "
    )
    assert stack.reasons("X").strip().startswith(said)
    assert world.client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_function_that_fails_in_every_attempt_fails_the_resource(world: World, stack: Stack) -> None:
    """Lambda retries the invocation twice; the function cannot answer after that."""
    attempts: list[str] = []

    def broken(request: dict[str, Any]) -> Answer:
        attempts.append(request["RequestId"])
        return Answer(b'{"errorMessage": "no such module"}', "Unhandled")

    described = stack.deploy({"X": custom_resource(world.function("f", broken))})
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert len(attempts) == 3
    assert (
        f"did not receive a response from your Custom Resource. Please check your logs for requestId [{attempts[0]}]"
        in (stack.reasons("X"))
    )
    assert "no such module" in stack.reasons("X")


def test_a_function_that_succeeds_when_it_is_repeated_creates_the_resource(world: World, stack: Stack) -> None:
    """What failed before its answer is no answer; an answer needs no data."""
    attempts: list[str] = []

    def second_time(request: dict[str, Any]) -> Answer:
        attempts.append(request["RequestId"])
        if len(attempts) == 1:
            return Answer(b"{}", "Unhandled")
        answering(Status="SUCCESS")(request)
        return Answer()

    assert stack.deploy({"X": custom_resource(world.function("f", second_time))})["StackStatus"] == "CREATE_COMPLETE"
    assert cloudformation_backends[ACCOUNT][REGION].get_stack("s").get_custom_resource("X").data == {}


def test_the_data_of_the_answer_are_attributes(world: World, stack: Stack) -> None:
    """Other resources and outputs refer to them."""
    function = world.function("f", answering(Status="SUCCESS", Data={"Color": "blue"}))
    stack.deploy({"X": custom_resource(function)}, {"Color": {"Value": att("X", "Color")}})
    assert stack.outputs() == {"Color": "blue"}


class Clock:
    """What stands for Python's clock where an answer is waited for."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """No time passes outside."""
        self.now += seconds


@pytest.mark.parametrize(
    ("properties", "seconds"), [({"ServiceTimeout": "7"}, 7), ({"ServiceTimeout": "9999"}, 3600), ({}, 3600)]
)
def test_no_answer_in_time_is_a_failure(
    world: World, stack: Stack, monkeypatch: pytest.MonkeyPatch, properties: dict[str, str], seconds: int
) -> None:
    """The timeout is the resource's own, or CloudFormation's."""
    clock = Clock()
    monkeypatch.setattr(custom, "time", clock)
    described = stack.deploy({"X": custom_resource(world.function("f", lambda _request: None), **properties)})
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "did not receive a response" in stack.reasons("X")
    assert seconds < clock.now < seconds + 1
