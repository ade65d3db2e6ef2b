"""Publishes the events of a run on the account's event bus.

Guarantees that no event ends an import. One that EventBridge refuses for good is logged, and the run goes on. One that
it may take later is, at the end of a run, an error like any other, so that the function is called again and publishes
again; on the way there it is logged too, because repeated errors of a step end the import.
"""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

from cognito_drop.aws.errors import RefusedError, TransientError
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.core.notification.run_events import RunEvent


def publish_event(bus: EventBus, event: RunEvent) -> None:
    """Put the event on the bus. Raises TransientError."""
    try:
        bus.put(event)
    except RefusedError as error:
        logger.error("EventBridge refused an event of the run.", event=event.kind, reason=str(error))


def publish_progress(bus: EventBus, event: RunEvent) -> None:
    """Put the event of a step on the way on the bus, or log that it is lost."""
    try:
        publish_event(bus, event)
    except (TransientError, BotoCoreError, HTTPException, OSError) as error:
        log_failure("An event of the run is lost, because EventBridge did not take it.", error, event=event.kind)
