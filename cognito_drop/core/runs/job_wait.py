"""A run that has the import lock and whose import job Cognito does not start yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from cognito_drop.core.text.figures import duration

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class JobWait:
    """What the job waits for, and since when."""

    is_for_other: bool
    since: datetime

    @property
    def sentence(self) -> str:
        """`waiting for another import job in this account`."""
        what = "another import job in this account" if self.is_for_other else "Cognito to start the import job"
        return f"waiting for {what}"

    def lasted(self, now: datetime) -> str:
        """`since 8 min`, in whole minutes; in seconds within the first."""
        seconds = max(0.0, (now - self.since).total_seconds())
        return f"since {duration(seconds if seconds < _MINUTE else seconds // _MINUTE * _MINUTE)}"


def job_wait_of(run: RunRecord) -> JobWait | None:
    """What the run waits for; None where it does not wait for a job."""
    part = run.parts[max(run.parts)] if run.parts else None
    if run.state is not RunState.IMPORTING or part is None or part.status or not part.refused_since:
        return None
    return JobWait(part.waits_for_other, datetime.fromisoformat(part.refused_since))
