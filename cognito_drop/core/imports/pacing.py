"""How long to wait before the job is polled again.

Follows the rate that the job has shown and the number of rows that is known, so that a long job costs few polls and a
job's end is noticed soon. Polling is handled by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_drop.core.imports.import_job import JobCounts

_SHARE_OF_THE_REST = 0.5
"""Poll again after this share of the time that seems left: each poll halves the distance to the end."""

_MOST_GROWTHS = 32
"""Keeps the power of a long wait within a float."""

_GROWTH = 1.5
"""How much longer each wait is than the one before it, while the counters do not change."""


@dataclass(frozen=True, slots=True)
class PollBounds:
    """Shortest and longest wait in seconds."""

    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What two polls of a running job have shown: rows done by now, and how many of them since the poll before."""

    rows: int
    counts: JobCounts
    done_before: int
    waited: int
    """Seconds between the two polls; 0 for the first."""


def seconds_to_wait(progress: Progress, bounds: PollBounds) -> int:
    """Whole seconds to wait, within the bounds."""
    moved = progress.counts.done - progress.done_before
    left = progress.rows - progress.counts.done
    if progress.waited <= 0:
        return bounds.shortest
    if moved <= 0:
        wanted = progress.waited * _GROWTH
    elif left <= 0:
        wanted = bounds.shortest
    else:
        rate = moved / progress.waited
        wanted = left / rate * _SHARE_OF_THE_REST
        if progress.done_before == 0:
            # The first rows came somewhere in this wait, so the job may be much faster than that.
            wanted = min(wanted, progress.waited * _GROWTH)
    return round(max(bounds.shortest, min(bounds.longest, wanted)))


def wait_after_refusal(refusals: int, bounds: PollBounds) -> int:
    """Whole seconds to wait before a job that was refused so many times is tried again, within the bounds."""
    return round(min(bounds.longest, bounds.shortest * _GROWTH ** min(refusals, _MOST_GROWTHS)))
