"""The events of an execution that has ended, compressed.

Every event has the whole state of its execution. moto 5.2.5 keeps them as objects for as long as it keeps the
execution, which takes twenty times the memory.
"""

from __future__ import annotations

import copy
import json
import zlib
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

if TYPE_CHECKING:
    from collections.abc import Sequence


class EndedHistory:
    """The events; in the place of moto's list of them."""

    __slots__ = ("_packed", "last_id")

    def __init__(self, events: Sequence[dict[str, Any]]) -> None:
        self._packed = zlib.compress(json.dumps(events, separators=(",", ":")).encode())
        self.last_id = int(events[-1]["id"])

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self._packed)

    @property
    def events(self) -> list[dict[str, Any]]:
        """New objects every time."""
        found: list[dict[str, Any]] = json.loads(zlib.decompress(self._packed))
        return found

    def append(self, event: dict[str, Any]) -> None:
        """What a task says after the end of its execution is not part of the history."""


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    EventManager.get_event_history = _history  # type: ignore[method-assign, assignment]


def pack(manager: EventManager) -> None:
    """Compress the events of an execution that has ended."""
    held: Any = manager
    with held._mutex:  # noqa: SLF001  (the seam)
        if held._history_event_list and not isinstance(held._history_event_list, EndedHistory):  # noqa: SLF001  (the seam)
            held._history_event_list = EndedHistory(held._history_event_list)  # noqa: SLF001  (the seam)


def _history(manager: EventManager) -> list[Any]:
    with manager._mutex:  # noqa: SLF001  (the seam)
        kept: Any = manager._history_event_list  # noqa: SLF001  (the seam)
        return kept.events if isinstance(kept, EndedHistory) else copy.deepcopy(kept)
