"""The default event bus: what is put on it, and that what is not taken is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from cognito_drop.aws.errors import RefusedError, TransientError, is_transient
from cognito_drop.aws.event_bus import EventBus
from cognito_drop.core.notification.run_events import run_finished
from tests.unit.samples import summary
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber

EVENT = run_finished(summary())


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client whose answers are scripted."""
    with scripted_client("events") as stub:
        yield stub


@pytest.fixture
def bus(stub: Stubber) -> EventBus:
    """The adapter on the scripted client."""
    return EventBus(cast("Any", stub.client))


def test_an_event_is_one_entry(stub: Stubber, bus: EventBus) -> None:
    """Without a bus's name, which is the default bus."""
    answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "0"}]}
    stub.add_response("put_events", answer, {"Entries": [EVENT.to_entry()]})
    bus.put(EVENT)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("InternalFailure", TransientError),
        ("ThrottlingException", TransientError),
        ("MalformedDetail", RefusedError),
        ("NotAuthorizedForSourceException", RefusedError),
        ("SomethingNew", RefusedError),
    ],
)
def test_an_entry_that_was_not_taken_is_an_error(
    stub: Stubber, bus: EventBus, code: str, error: type[Exception]
) -> None:
    """The call itself succeeds then; the code is told, and EventBridge's own text is not."""
    for _ in range(3 if error is TransientError else 1):
        stub.add_response("put_events", _not_taken(code))
    with pytest.raises(error) as caught:
        bus.put(EVENT)
    assert str(caught.value) == f"PutEvents: {code}"
    stub.assert_no_pending_responses()


def test_an_entry_that_was_not_taken_for_the_moment_is_put_again(stub: Stubber, bus: EventBus) -> None:
    """The SDK repeats calls that fail, and this one has not."""
    stub.add_response("put_events", _not_taken("InternalFailure"))
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "0"}]})
    bus.put(EVENT)
    stub.assert_no_pending_responses()


def _not_taken(code: str) -> dict[str, Any]:
    return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": code, "ErrorMessage": "canary"}]}


def test_an_entry_that_was_not_taken_may_have_no_code(stub: Stubber, bus: EventBus) -> None:
    """AWS's model does not require one."""
    stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": [{}]})
    with pytest.raises(RefusedError, match=r"^PutEvents: Unknown$"):
        bus.put(EVENT)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, TransientError),
        ("InternalException", 500, TransientError),
        ("AccessDeniedException", 400, RefusedError),
    ],
)
def test_a_call_that_fails_is_sorted(
    stub: Stubber, bus: EventBus, code: str, status: int, error: type[Exception]
) -> None:
    """What may pass is distinguished from what will not."""
    stub.add_client_error("put_events", code, "canary", http_status_code=status)
    with pytest.raises(error, match=rf"^PutEvents: {code}$"):
        bus.put(EVENT)


def test_a_network_that_fails_stays_an_error_that_passes(bus: EventBus, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function's boundary sorts it like those of all adapters."""

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://events.example")

    monkeypatch.setattr(bus._client, "put_events", fail)  # noqa: SLF001  (the scripted client has no network to lose)
    with pytest.raises(EndpointConnectionError) as caught:
        bus.put(EVENT)
    assert is_transient(caught.value)
