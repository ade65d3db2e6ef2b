"""A hold: a run that could be imported is not started before a time, for a reason.

A held run is `waiting` and has no entry in the import queue, so it delays no run of another pool. It comes back to the
position that the time of its drop gives it. A run of whose first part too many rows failed comes back only if an
operator continues it, and is stopped when its hold ends: `core.runs.first_part`. Who holds and releases runs is in
`lambdas.use_cases.import_gate`. A run whose file waits for its malware scan is held too, while it is `accepted`:
`lambdas.use_cases.acceptance`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never

from cognito_drop.contract.statuses import HoldReason


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a run is not started yet, and until when."""

    reason: HoldReason
    until: float = 0.0
    """Epoch seconds; 0 where no time is known."""
    resume: str | None = field(default=None, compare=False, repr=False)
    """Of a pause: what ends it, as it is now; empty where it has ended, and None where that is not known. It is not
    recorded."""

    def is_due(self, now: float) -> bool:
        """Whether the run is to be considered again."""
        return now >= self.until

    @property
    def is_ended_pause(self) -> bool:
        """Whether an operator has ended the pause, and only the next sweep is missing."""
        return self.reason is HoldReason.PAUSED and self.resume == ""

    @property
    def time(self) -> datetime | None:
        """When it ends, in UTC; None where no time is known."""
        return datetime.fromtimestamp(self.until, UTC) if self.until else None

    @property
    def sentence(self) -> str:
        """`held until 2026-07-01 22:00 UTC: the pool's import jobs of 24 hours are used up (jobs_per_day)`."""
        until = f" until {self.time:%Y-%m-%d %H:%M} UTC" if self.time else ""
        return f"held{until}: {_why(self)}"


def _why(hold: Hold) -> str:
    match hold.reason:
        case HoldReason.MALWARE_SCAN:
            return "the malware scan of the file has no result yet (malware_scan)"
        case HoldReason.JOBS_PER_DAY:
            return "the pool's import jobs of 24 hours are used up (jobs_per_day)"
        case HoldReason.JOBS_UNKNOWN:
            return (
                "the pool's import jobs are counted again soon, as Cognito throttled the call or gave no answer "
                "(jobs_per_day, jobs_in_reserve)"
            )
        case HoldReason.PAUSED:
            return _why_paused(hold)
        case HoldReason.IMPORT_WINDOW:
            return "outside the pool's import window (import_window)"
        case HoldReason.FIRST_PART:
            return "too many rows of the first part failed (`cognito-drop continue` or `stop`)"
        case _:
            assert_never(hold.reason)


def _why_paused(hold: Hold) -> str:
    if hold.is_ended_pause:
        return "the pause has ended, and the run is released within five minutes"
    return f"imports into the pool are paused ({hold.resume or '`cognito-drop resume [ALIAS]`'})"
