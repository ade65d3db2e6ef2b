"""What takes a day: the first visit leaves a job and a full pool behind, the second one looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tools.verify.account import PREFIX, AccountError, good_rows, refusal
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tools.verify.account import Account

_POOL: Final = "later"
_FULL: Final = "later-full"
_MOST_JOBS: Final = 1_100


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


def job_limit_begins(account: Account) -> Seen:
    """Creates jobs in a pool until Cognito refuses one: at the quota of 1,000, unless it was raised."""
    pool, jobs = account.pool(_FULL), 0
    while jobs < _MOST_JOBS:
        if error := refusal(lambda: account.create(pool)):
            return Seen({"jobs": jobs, "error": error.as_json()}, {"import_job_limit": jobs})
        jobs += 1
        account.wait(0.25)  # five calls in a second are allowed
    return Seen({"jobs": jobs, "error": None})


def job_limit(account: Account) -> Seen:
    """Whether jobs that have expired leave the count: whether the full pool takes another one."""
    job = next(_jobs(account, _FULL), None)
    if job is None or job["Status"] != "Expired":
        raise AccountError("The full pool's jobs have not expired yet, or there is no such pool.")
    role = job["CloudWatchLogsRoleArn"]
    error = refusal(lambda: account.create(job["UserPoolId"], CloudWatchLogsRoleArn=role))
    return Seen(error.as_json() if error else "created")


def _jobs(account: Account, name: str = _POOL) -> Iterator[dict[str, Any]]:
    """The newest jobs in a pool of the first visit."""
    pages = account.cognito.get_paginator("list_user_pools").paginate(MaxResults=60)
    found = [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == f"{PREFIX}-{name}"]
    for pool in found:
        yield from account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60).get("UserImportJobs", [])
