"""What becomes of a run while EventBridge takes no events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.contract.statuses import RunState
from lambdas.report_run import handler as report_run
from lambdas.start_import import handler as start_import
from tests.unit.handler_world import Run, begin_run
from tests.unit.queue_world import QueueWorld
from tests.unit.samples import drop

if TYPE_CHECKING:
    import io

FAILURES = [
    TransientError("PutEvents: ThrottlingException"),
    RefusedError("PutEvents: AccessDeniedException"),
    EndpointConnectionError(endpoint_url="https://events.us-east-1.amazonaws.com"),
    ReadTimeoutError(endpoint_url="https://events.us-east-1.amazonaws.com"),
]


def _name(failure: Exception) -> str:
    return type(failure).__name__


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, aws: None) -> Run:  # noqa: ARG001
    """A run of two parts, as accept_drop starts it."""
    return begin_run(monkeypatch)


def _lost(log: io.StringIO) -> list[str]:
    """The events that the log names in errors."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line["event"] for line in lines if line["level"] == "ERROR"]


@pytest.mark.parametrize("failure", FAILURES, ids=_name)
def test_run_waits_without_its_event(aws: None, log: io.StringIO, failure: Exception) -> None:  # noqa: ARG001
    """It is in the queue, and the log says what is lost; the next poll publishes the position of that time."""
    world = QueueWorld()
    world.checked("a", "b")
    world.take("a")
    world.bus.error = failure
    assert (world.take("b"), world.line) == (1, "b")
    assert _lost(log) == ["Import Run Waiting"]
    world.bus.error = None
    world.take("b", "second token")
    assert [event.kind for event in world.bus.shown] == ["Import Run Waiting"]


@pytest.mark.parametrize("failure", FAILURES, ids=_name)
def test_import_starts_without_its_event(run: Run, log: io.StringIO, failure: Exception) -> None:
    """Its first part is being imported: an error here would end the run before its later parts."""
    run.begin_import()
    run.world.bus.error = failure
    assert run.call(start_import.lambda_handler, "job")["status"] == "Pending"
    assert _lost(log) == ["Import Run Started"]


def test_end_of_a_run_is_published_again(run: Run) -> None:
    """Its results are written; the report is repeated until EventBridge takes the event."""
    run.begin_import()
    run.import_part(2)
    run.import_part(1)
    run.release_lock()
    run.world.bus.error = FAILURES[0]
    with pytest.raises(TransientError):
        run.call(report_run.lambda_handler, "report")
    assert run.ledger.read(drop().run_id).state is RunState.REPORTED
    run.world.bus.error = None
    run.call(report_run.lambda_handler, "report")
    assert [event.kind for event in run.world.bus.shown] == ["Import Run Started", "Import Run Finished"]
