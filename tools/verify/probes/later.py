"""What takes a day: the first visit leaves a job and a full pool behind, the second one looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tools.verify.account import PREFIX, AccountError, good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tools.verify.account import Account

_POOL: Final = "later"


def expiry_begins(account: Account) -> Seen:
    """Leaves a job with its file and one without, which are never started."""
    pool = account.pool(_POOL)
    account.ready(pool, account.file(pool, good_rows(1, "expiring")))
    account.create(pool)
    return Seen("two jobs are left to expire")


def expiry(account: Account) -> Seen:
    """How long after Create a job that was not started is expired, and what it says."""
    jobs = list(_jobs(account))
    if not jobs or any(job["Status"] != "Expired" for job in jobs):
        raise AccountError("The jobs of the first visit have not expired yet: AWS says 24 to 48 hours.")
    seconds = [round((job["CompletionDate"] - job["CreationDate"]).total_seconds(), 3) for job in jobs]
    seen = {"seconds": seconds, "message": jobs[0].get("CompletionMessage"), "has_start": "StartDate" in jobs[0]}
    return Seen(seen, {"import_job_lifetime": min(seconds)})


def _jobs(account: Account) -> Iterator[dict[str, Any]]:
    """The jobs in the pool of the first visit."""
    pages = account.cognito.get_paginator("list_user_pools").paginate(MaxResults=60)
    found = [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == f"{PREFIX}-{_POOL}"]
    for pool in found:
        yield from account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60).get("UserImportJobs", [])
