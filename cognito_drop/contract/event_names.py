"""The names of the events on the default bus, and of the attributes that a notification's subscribers filter by."""

from __future__ import annotations

import enum
from typing import Final

SOURCE = "cognito-drop"
"""The `source` of the events."""

REPAIR = "repair"
"""The member of an event with which `cognito-drop repair` asks the sweep to look at a run, or to repair it."""

STOP = "stop"
"""The member with which `cognito-drop stop` asks it to stop a run that has no execution yet."""


CONTINUE = "continue"
"""The member of an event with which `cognito-drop continue` asks the sweep to continue a run."""

AWAITS_DECISION: Final = "waiting"
"""The attribute `outcome` of the notification that a run waits for a decision after its first part."""


class RunEventKind(enum.StrEnum):
    """What has happened to a run: the event's `detail-type`."""

    WAITING = "Import Run Waiting"
    STARTED = "Import Run Started"
    FINISHED = "Import Run Finished"


class MessageAttribute(enum.StrEnum):
    """What filter policies see of a notification: the names of attributes, and of the notification's own fields."""

    OUTCOME = "outcome"
    POOL = "pool"
    HAS_FAILURES = "has_failures"
