"""Upload events become runs, each once."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.accept_drop import handler
from lambdas.accept_drop.handler import Collaborators, accept_drop, lambda_handler
from tests.unit.fakes import InMemoryExecutions, InMemoryLedger
from tests.unit.samples import drop

if TYPE_CHECKING:
    import io

CONTEXT = SimpleNamespace(
    function_name="accept-drop", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="request"
)


def _event(key: str = "inbox/people/users.csv", version: str = "v1", **detail: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": "2026-07-01T12:00:00Z",
        "detail": {
            "bucket": {"name": "drops"},
            "object": {"key": key, "size": 10, "version-id": version, "sequencer": "00"},
            "requester": "123456789012",
            **detail,
        },
    }


@pytest.fixture
def collaborators(monkeypatch: pytest.MonkeyPatch) -> Collaborators:
    """Ledger and executions in memory, for the use case and for the handler."""
    made = Collaborators(InMemoryLedger(), InMemoryExecutions())
    monkeypatch.setattr(handler, "_collaborators", lambda: made)
    return made


def _started(collaborators: Collaborators) -> list[Any]:
    assert isinstance(collaborators.executions, InMemoryExecutions)
    return collaborators.executions.started


def _handle(*bodies: str) -> list[str]:
    records = [{"messageId": str(number), "body": body, "eventSource": "aws:sqs"} for number, body in enumerate(bodies)]
    answer = lambda_handler({"Records": records}, CONTEXT)  # type: ignore[arg-type]  # the parts that are read
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def test_an_upload_becomes_a_run(collaborators: Collaborators) -> None:
    """An item in the ledger with who, what and when; then an execution."""
    accept_drop(_event(), collaborators)
    assert isinstance(collaborators.ledger, InMemoryLedger)
    assert collaborators.ledger.items[drop().run_id].accepted == {
        "size": 10,
        "dropped_at": "2026-07-01T12:00:00Z",
        "dropped_by": "123456789012",
    }
    assert _started(collaborators) == [drop()]


def test_an_event_that_comes_twice_makes_one_run(collaborators: Collaborators) -> None:
    """The second finds both item and execution, and is no error."""
    accept_drop(_event(), collaborators)
    accept_drop(_event(), collaborators)
    assert _started(collaborators) == [drop()]


def test_another_version_of_the_same_key_is_another_run(collaborators: Collaborators) -> None:
    """Out of order or not, both are imported."""
    accept_drop(_event(version="v2"), collaborators)
    accept_drop(_event(version="v1"), collaborators)
    assert _started(collaborators) == [drop(version_id="v2"), drop(version_id="v1")]


def test_a_run_that_died_between_item_and_execution_is_started_by_the_next_event(collaborators: Collaborators) -> None:
    """The item alone does not make a run."""
    assert isinstance(collaborators.executions, InMemoryExecutions)
    collaborators.executions.is_broken = True
    with pytest.raises(ConnectionError):
        accept_drop(_event(), collaborators)
    collaborators.executions.is_broken = False
    accept_drop(_event(), collaborators)
    assert _started(collaborators) == [drop()]


@pytest.mark.parametrize("key", ["inbox/people/", "inbox/"])
def test_a_folder_is_passed_over(collaborators: Collaborators, key: str) -> None:
    """What the console makes to show a folder makes no run."""
    accept_drop(_event(key), collaborators)
    assert isinstance(collaborators.ledger, InMemoryLedger)
    assert collaborators.ledger.items == {}
    assert _started(collaborators) == []


def test_the_key_in_the_event_is_taken_as_it_is(collaborators: Collaborators) -> None:
    """EventBridge does not URL-encode it: a plus sign stays a plus sign."""
    accept_drop(_event("inbox/people/July + août%20.csv"), collaborators)
    assert _started(collaborators) == [drop("inbox/people/July + août%20.csv")]


def test_an_event_without_a_requester_is_accepted(collaborators: Collaborators) -> None:
    """Not every upload has one."""
    event = _event()
    del event["detail"]["requester"]
    accept_drop(event, collaborators)
    assert _started(collaborators) == [drop()]


def test_only_what_failed_goes_back_to_the_queue(collaborators: Collaborators, log: io.StringIO) -> None:
    """A message that makes no sense does not hold up the others, nor does it carry another's run_id in the log."""
    failed = _handle(json.dumps(_event()), "{canary", json.dumps(_event(version="v2")))
    assert failed == ["1"]
    assert len(_started(collaborators)) == 2
    assert "canary" not in log.getvalue()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line.get("run_id") for line in lines] == [drop().run_id, None, drop(version_id="v2").run_id]


def test_a_batch_that_fails_as_a_whole_is_an_answer_and_no_error(collaborators: Collaborators) -> None:
    """Each message is named, so that the queue counts its own receives."""
    assert isinstance(collaborators.executions, InMemoryExecutions)
    collaborators.executions.is_broken = True
    assert _handle(json.dumps(_event()), json.dumps(_event(version="v2"))) == ["0", "1"]
