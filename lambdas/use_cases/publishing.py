"""Publishes the events of a run on the account's event bus.

Guarantees that an event which EventBridge refuses for good ends no import: it is logged, and the run goes on. One that
EventBridge may take later is an error like any other, so that the function is called again and publishes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.errors import RefusedError
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.core.notification.run_events import RunEvent


def publish_event(bus: EventBus, event: RunEvent) -> None:
    """Put the event on the bus. Raises TransientError."""
    try:
        bus.put(event)
    except RefusedError as error:
        logger.error("EventBridge refused an event of the run.", event=event.kind, reason=str(error))
