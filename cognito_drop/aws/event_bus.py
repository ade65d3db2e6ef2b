"""The account's default event bus: puts the events of runs.

Guarantees that an event which EventBridge did not take is an error, although the call itself succeeds. The caller
decides what to send and whether to retry.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import RefusedError, TransientError, error_code, is_transient

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

    from cognito_drop.core.notification.run_events import RunEvent

_PASSING = frozenset({"InternalException", "InternalFailure", "ThrottlingException"})
"""Codes of an entry that the same call may get rid of."""
_ATTEMPTS = 3
"""With an entry that fails so: the SDK repeats a call that fails, and not one entry."""


class EventBus:
    """The default bus."""

    def __init__(self, client: EventBridgeClient) -> None:
        self._client = client

    def put(self, event: RunEvent) -> None:
        """Put one event. Raises TransientError where a later call may succeed, RefusedError where not.

        Neither quotes EventBridge's own text, only its code.
        """
        entry = cast("PutEventsRequestEntryTypeDef", event.to_entry())
        for _ in range(_ATTEMPTS):
            try:
                answer = self._client.put_events(Entries=[entry])
            except ClientError as error:
                said = f"PutEvents: {error_code(error)}"
                raise (TransientError if is_transient(error) else RefusedError)(said) from error
            if not answer["FailedEntryCount"]:
                return
            code = answer["Entries"][0].get("ErrorCode", "Unknown")
            if code not in _PASSING:
                raise RefusedError(f"PutEvents: {code}")
        raise TransientError(f"PutEvents: {code}")
