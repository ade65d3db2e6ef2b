"""Tells the account's event bus what happens to a run.

Promises that an event which EventBridge refuses for good ends no import: it is logged, and the run goes on. One that
may be taken later is an error like any other, so that the function is called again and tells again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.errors import RefusedError
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.core.notification.run_events import RunEvent


def tell(bus: EventBus, event: RunEvent) -> None:
    """Put the event on the bus. Raises TransientError."""
    try:
        bus.put(event)
    except RefusedError as error:
        logger.error("An event of the run was refused.", event=event.kind, reason=str(error))
