"""How long an import takes, and what Cognito refuses meanwhile: to be known before an import, not during a deployment.

Source: UserImportInProgressException of UpdateUserPool, AddCustomAttributes, and DeleteUserPool in AWS's API reference,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.limits import USUAL_RATES
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.text.figures import counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.text.json_types import WarningJson

_LEAST_ROWS: Final = 100
"""Rows of a job that say something about the rate."""
_LOOKED_AT: Final = 60
"""The newest jobs: one page of Cognito's list."""
_SHORT: Final = 60
"""Seconds of an import that is not worth a word."""
_REFUSED: Final = (
    "Cognito refuses UpdateUserPool, AddCustomAttributes, and DeleteUserPool, so a deployment of the pool fails"
)


def import_time(rows: int, jobs: Iterable[ImportJob] = ()) -> list[WarningJson]:
    """For how long the pool cannot be changed, by the rate of its newest job that has a rate, else by the usual one;
    nothing for a short import. `jobs` are the pool's, the newest first.
    """
    slow, fast = USUAL_RATES
    if rows <= slow * _SHORT:
        return []
    if rate := _measured(jobs):
        takes = f"about {_minutes(rows / rate)}, at the {rate:,.0f} rows per second of the pool's latest import job"
    else:
        least, most = _minutes(rows / fast), _minutes(rows / slow)
        span = f"about {most}" if least == most else f"{least} to {most}"
        takes = f"{span}, at the usual {slow} to {fast} rows per second of Cognito"
    message = f"The import of {counted(rows, 'row')} takes {takes}. Meanwhile {_REFUSED}."
    return [{"code": "pool_unchangeable", "message": message}]


def _measured(jobs: Iterable[ImportJob]) -> float | None:
    for job in islice(jobs, _LOOKED_AT):
        if job.status is JobStatus.SUCCEEDED and job.seconds and job.counts.done >= _LEAST_ROWS:
            return job.counts.done / job.seconds
    return None


def _minutes(seconds: float) -> str:
    return duration(60 * max(1, round(seconds / 60)))
