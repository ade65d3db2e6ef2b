"""A hold: a run that could be imported is not started before a time, for a reason.

A held run is `waiting` and has no entry in the import queue, so it delays no run of another pool. It comes back to the
position that the time of its drop gives it. A run of whose first part too many rows failed comes back only if an
operator continues it, and is stopped when its hold ends: `core.runs.first_part`. Who holds and releases runs is in
`lambdas.use_cases.import_gate`. A run whose file waits for its malware scan is held too, while it is `accepted`:
`lambdas.use_cases.acceptance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from cognito_drop.contract.statuses import HoldReason


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a run is not started yet, and until when."""

    reason: HoldReason
    until: float = 0.0
    """Epoch seconds; 0 where no time is known."""

    def is_due(self, now: float) -> bool:
        """Whether the run is to be considered again."""
        return now >= self.until

    @property
    def time(self) -> datetime | None:
        """When it ends, in UTC; None where no time is known."""
        return datetime.fromtimestamp(self.until, UTC) if self.until else None

    @property
    def sentence(self) -> str:
        """`held until 2026-07-01 22:00 UTC: the pool's import jobs of 24 hours are used up (jobs_per_day)`."""
        until = f" until {self.time:%Y-%m-%d %H:%M} UTC" if self.time else ""
        return f"held{until}: {_why(self.reason)}"


def _why(reason: HoldReason) -> str:
    match reason:
        case HoldReason.MALWARE_SCAN:
            return "the malware scan of the file has no result yet (malware_scan)"
        case HoldReason.JOBS_PER_DAY:
            return "the pool's import jobs of 24 hours are used up (jobs_per_day)"
        case HoldReason.PAUSED:
            return "imports into the pool are paused (`cognito-drop resume [ALIAS]`)"
        case HoldReason.IMPORT_WINDOW:
            return "outside the pool's import window (import_window)"
        case HoldReason.FIRST_PART:
            return "too many rows of the first part failed (`cognito-drop continue` or `stop`)"
        case _:
            assert_never(reason)
