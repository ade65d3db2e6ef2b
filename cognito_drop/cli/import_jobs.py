"""Cognito's own list of import jobs, and whose each job is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract.job_names import run_and_part_of
from cognito_drop.core.imports.import_job import ImportJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from cognito_drop.cli.command_json import ListedJobJson

_PAGE = 60
_BETWEEN_PAGES = 0.4
"""Seconds: half of the five calls in a second that Cognito allows for a pool, so that the sweep and the command fit in.
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job, and the run that its name tells; empty and 0 for somebody else's."""

    job: ImportJob
    run_id: str
    part: int

    def to_json(self) -> ListedJobJson:
        """The `job` of docs/schemas/command-1.json."""
        job = self.job
        return {
            "id": job.job_id,
            "name": job.name,
            "status": job.status_text,
            "imported": job.counts.imported,
            "skipped": job.counts.skipped,
            "failed": job.counts.failed,
            "created_at": job.created.isoformat() if job.created else None,
            "started_at": job.started.isoformat() if job.started else None,
            "completed_at": job.completed.isoformat() if job.completed else None,
            "message": job.message or None,
            "ours": bool(self.run_id),
            "run_id": self.run_id or None,
            "part": self.part or None,
        }


def job_pages(
    cognito: CognitoIdentityProviderClient, pool_id: str, sleep: Callable[[float], None] = time.sleep
) -> Iterator[list[ListedJob]]:
    """A pool's jobs, the newest first, page by page, with a pause before each page but the first."""
    answer = cognito.list_user_import_jobs(UserPoolId=pool_id, MaxResults=_PAGE)
    while True:
        # The answer has each job's pre-signed URL too, which is a credential and goes no further.
        yield [_listed(ImportJob.of(job)) for job in answer.get("UserImportJobs", ())]
        token = answer.get("PaginationToken")
        if not token:
            return
        sleep(_BETWEEN_PAGES)
        answer = cognito.list_user_import_jobs(UserPoolId=pool_id, MaxResults=_PAGE, PaginationToken=token)


def _listed(job: ImportJob) -> ListedJob:
    return ListedJob(job, *(run_and_part_of(job.name) or ("", 0)))
