"""Log lines that AWS's services write themselves: those of functions, executions, and import jobs.

The streams are written directly: PutLogEvents refuses times that are hours ahead of the wall clock, as cloud time may
be. Guarantees that a group grows to a number of streams, and the group of a function to a number of lines, by
`Settings.keep`; the oldest are forgotten, as in AWS by the group's retention. What a client writes with PutLogEvents to
another group is not touched.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any, Final

from moto.logs.models import logs_backends

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moto.logs.models import LogStream

_LINES_A_RUN: Final = 10
"""What a function writes for one of the runs that are kept, at most."""
_forgetting: Final = threading.Lock()  # the environments of a function write side by side


def write_lines(
    place: tuple[str, str], group: str, stream: str, events: Sequence[dict[str, Any]], *, is_endless: bool = False
) -> None:
    """Append the lines to the stream in this account and region; the first ones create it, and its group.

    A stream that is endless is written as long as its function is used, so the group's oldest lines are forgotten too.
    """
    account_id, region = place
    backend, keep = logs_backends[account_id][region], current().settings.keep
    backend.ensure_log_group(group)
    backend.ensure_log_stream(group, stream)
    streams = backend.groups[group].streams
    backend.groups[group].put_log_events(stream, list(events))
    if is_endless:
        with _forgetting:
            _forget_oldest(list(streams.values()), keep * _LINES_A_RUN)
    if len(streams) > keep:
        for oldest in list(streams)[:-keep]:
            streams.pop(oldest, None)


def _forget_oldest(streams: list[LogStream], most: int) -> None:
    """Forget lines beyond that many: each time those of the stream that begins earliest, until another one does."""
    excess = sum(len(stream.events) for stream in streams) - most
    while excess > 0:
        first, *others = sorted((it for it in streams if it.events), key=lambda stream: stream.events[0].timestamp)
        until = others[0].events[0].timestamp if others else math.inf
        old = next((at for at, event in enumerate(first.events[:excess]) if event.timestamp > until), excess)
        old = min(old, len(first.events))
        del first.events[:old]
        excess -= old
