"""The adapters' promises kept in memory: the same classes for the functions, without AWS behind them.

They imitate what the functions rely on (an upload belongs to a job, a job starts once, one is active at a time) and
nothing else. `test_ledger` holds the ledger and its imitation against the same promises.
"""

# ruff: noqa: D102  (the promises stand at the methods of the adapters)

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lambdas.adapters.cognito import (
    JobNotFoundError,
    Pool,
    PoolNotFoundError,
    StartRefusedError,
    UploadTarget,
    UserImports,
)
from lambdas.adapters.executions import Executions
from lambdas.adapters.job_log import JobLog
from lambdas.adapters.ledger import JobEntry, Ledger
from lambdas.adapters.upload import UploadExpiredError
from lambdas.core.import_job import ImportJob, JobCounts, JobStatus
from tests.unit.samples import CREATED, STARTED, job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_cognito_idp.literals import PasswordHashingAlgorithmTypeType

    from lambdas.adapters.upload import Readable
    from lambdas.core.drop import Drop
    from lambdas.core.summary import Summary


class LostAnswerError(OSError):
    """The call was heard, and its answer lost on the way: what `then_lose` makes of the next call."""


class InMemoryImports(UserImports):
    """Pools and jobs of one account; a job starts when its file is there and no other is active."""

    def __init__(self, *pools: Pool) -> None:
        self.pools = {pool.pool_id: pool for pool in pools}
        self.jobs: dict[str, ImportJob] = {}
        self.pool_of: dict[str, str] = {}
        self.names: list[str] = []
        self.algorithms: list[str | None] = []
        self.users: dict[str, set[str]] = {}
        """Users of pools by name."""
        self.asked: list[str] = []
        """Users that were looked up."""
        self.files: dict[str, bytes] = {}
        self.expired_urls: set[str] = set()
        self.refusal = ""
        """Why no job is started at the moment; empty when nothing speaks against it."""
        self.loses: set[str] = set()
        """Names of operations whose next answer is lost after the operation has taken place."""

    def pool(self, pool_id: str) -> Pool:
        if pool_id not in self.pools:
            raise PoolNotFoundError(pool_id)
        return self.pools[pool_id]

    def has_user(self, pool_id: str, username: str) -> bool:
        self.asked.append(username)
        return username in self.users.get(pool_id, set())

    def create(
        self,
        pool_id: str,
        name: str,
        logs_role_arn: str,  # noqa: ARG002
        algorithm: PasswordHashingAlgorithmTypeType | None,
    ) -> tuple[ImportJob, UploadTarget]:
        self.names.append(name)
        self.algorithms.append(algorithm)
        made = job("Created", job_id=f"import-{len(self.jobs):010}", name=name, created=CREATED)
        self.jobs[made.job_id] = made
        self.pool_of[made.job_id] = pool_id
        self._lose("create")
        return made, UploadTarget(made.job_id)

    def describe(self, pool_id: str, job_id: str) -> tuple[ImportJob, UploadTarget]:
        if self.pool_of.get(job_id) != pool_id:
            raise JobNotFoundError(job_id)
        return self.jobs[job_id], UploadTarget(job_id)

    def start(self, pool_id: str, job_id: str) -> ImportJob:
        found, _ = self.describe(pool_id, job_id)
        if self.refusal:
            raise StartRefusedError(self.refusal)
        if job_id not in self.files:
            raise StartRefusedError(f"No csv file was uploaded for {job_id}")
        if found.status is not JobStatus.CREATED or any(each.status.is_active for each in self.jobs.values()):
            raise StartRefusedError("The moon is in the wrong phase.")
        self.advance(job_id, "Pending", started=STARTED)
        self._lose("start")
        return self.jobs[job_id]

    def newest(self, pool_id: str) -> Iterator[ImportJob]:
        return (found for job_id, found in reversed(self.jobs.items()) if self.pool_of[job_id] == pool_id)

    def upload(self, target: UploadTarget, body: Readable, size: int) -> None:
        """What stands in for the PUT to the pre-signed URL."""
        if target.url in self.expired_urls:
            raise UploadExpiredError
        data = body.read()
        assert len(data) == size
        self.files[target.url] = data
        self._lose("upload")

    def advance(self, job_id: str, status: str, counts: JobCounts | None = None, **changes: Any) -> None:  # noqa: ANN401
        """Let time pass: the job has this status now."""
        before = self.jobs[job_id]
        self.jobs[job_id] = replace(
            before, status=JobStatus(status), status_text=status, counts=counts or before.counts, **changes
        )

    def add(self, pool_id: str, other: ImportJob) -> None:
        """Somebody else's job."""
        self.jobs[other.job_id] = other
        self.pool_of[other.job_id] = pool_id

    def _lose(self, operation: str) -> None:
        if operation in self.loses:
            self.loses.remove(operation)
            raise LostAnswerError(operation)


class InMemoryLog(JobLog):
    """The logs of jobs; `written` maps a job's id to its lines."""

    def __init__(self) -> None:
        self.written: dict[str, list[str]] = {}
        self.reads = 0

    def lines(self, pool_id: str, pool_name: str, job_id: str, job_name: str) -> Iterator[str]:  # noqa: ARG002
        self.reads += 1
        return iter(self.written.get(job_id, []))


@dataclass(slots=True)
class LedgerItem:
    """What the ledger holds of a run."""

    accepted: dict[str, Any] | None = None
    pool_id: str = ""
    jobs: dict[int, JobEntry] = field(default_factory=dict)
    summary: Summary | None = None
    expires_at: datetime | None = None


class InMemoryLedger(Ledger):
    """The items of the runs in a dict."""

    def __init__(self) -> None:
        self.items: dict[str, LedgerItem] = {}
        self.crashes_before: set[str] = set()
        """Names of methods before which the function dies, once each."""

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> bool:
        if drop.run_id in self.items:
            return False
        self._item(drop.run_id).accepted = {"size": size, "dropped_at": dropped_at, "dropped_by": dropped_by}
        return True

    def jobs(self, run_id: str) -> dict[int, JobEntry]:
        return dict(self.items[run_id].jobs) if run_id in self.items else {}

    def dropped_at(self, run_id: str) -> str | None:
        accepted = self.items[run_id].accepted if run_id in self.items else None
        return accepted["dropped_at"] if accepted else None

    def record_job(self, run_id: str, pool_id: str, part: int, job_id: str) -> JobEntry:
        self._crash("record_job")
        entry = JobEntry(job_id, uploaded=False, refusals=0)
        self._item(run_id).jobs[part] = entry
        self._item(run_id).pool_id = pool_id
        return entry

    def record_upload(self, run_id: str, part: int, *, done: bool) -> None:
        self._crash("record_upload")
        jobs = self._item(run_id).jobs
        jobs[part] = replace(jobs[part], uploaded=done)

    def record_refusal(self, run_id: str, part: int) -> None:
        jobs = self._item(run_id).jobs
        jobs[part] = replace(jobs[part], refusals=jobs[part].refusals + 1)

    def end(self, summary: Summary, expires_at: datetime) -> None:
        item = self._item(summary.drop.run_id)
        item.summary, item.expires_at = summary, expires_at

    def _item(self, run_id: str) -> LedgerItem:
        return self.items.setdefault(run_id, LedgerItem())

    def _crash(self, method: str) -> None:
        if method in self.crashes_before:
            self.crashes_before.remove(method)
            raise MemoryError(method)


class InMemoryExecutions(Executions):
    """Executions by name."""

    def __init__(self) -> None:
        self.started: list[Drop] = []
        self.is_broken = False

    def start(self, drop: Drop) -> bool:
        if self.is_broken:
            raise ConnectionError
        if drop in self.started:
            return False
        self.started.append(drop)
        return True
