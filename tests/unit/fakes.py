"""The adapters' promises kept in memory: the same classes for the functions, without AWS behind them.

They imitate what the functions rely on (an upload belongs to a job, a job starts once, one is active at a time) and
nothing else.
"""

# ruff: noqa: D102  (the promises stand at the methods of the adapters)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.import_jobs import (
    DescribedPool,
    JobHiddenError,
    JobNotFoundError,
    PoolNotFoundError,
    StartRefusedError,
    StartUnclearError,
    StopRefusedError,
    UploadTarget,
    UserImports,
)
from cognito_drop.aws.import_log import JobLog, LogUnreadableError
from cognito_drop.aws.notification_topic import NotificationTopic
from cognito_drop.aws.pool_sign_in import PoolSignIn, SignInUnknownError
from cognito_drop.aws.upload import UploadExpiredError, UploadRefusedError
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.sign_in.facts import SignInFacts
from tests.unit.meanwhile import Meanwhile
from tests.unit.samples import CREATED, STARTED, job

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cognito_drop.aws.upload import Readable
    from cognito_drop.core.imports.import_job import ImportJob, JobCounts
    from cognito_drop.core.notification import Notification
    from cognito_drop.core.notification.run_events import RunEvent
    from cognito_drop.core.rows import HashAlgorithm
    from cognito_drop.core.runs.detail_gap import DetailGap


class LostAnswerError(OSError):
    """The call was heard, and its answer lost on the way: what `then_lose` makes of the next call."""


class InMemoryImports(UserImports):
    """Pools and jobs of one account; a job starts when its file is there and no other is active."""

    def __init__(self, *pools: DescribedPool) -> None:
        self.pools = {pool.pool_id: pool for pool in pools}
        self.is_hidden = False
        """Whether jobs may not be looked at."""
        self.hides_lists = False
        """Whether jobs may not be listed."""
        self.jobs: dict[str, ImportJob] = {}
        self.pool_of: dict[str, str] = {}
        self.names: list[str] = []
        self.algorithms: list[str | None] = []
        self.users: dict[str, set[str]] = {}
        """Users of pools by name."""
        self.files: dict[str, bytes] = {}
        self.expired_urls: set[str] = set()
        self.refusing_urls: set[str] = set()
        self.has_urls = True
        """Whether Describe repeats the upload URL."""
        self.refusal = ""
        """Why no job is started at the moment; empty when nothing speaks against it."""
        self.loses: set[str] = set()
        """Names of operations whose next answer is lost after the operation has taken place."""
        self.meanwhile = Meanwhile()

    def pool(self, pool_id: str) -> DescribedPool:
        if pool_id not in self.pools:
            raise PoolNotFoundError(pool_id)
        return self.pools[pool_id]

    def create(
        self,
        pool_id: str,
        name: str,
        logs_role_arn: str,  # noqa: ARG002
        algorithm: HashAlgorithm | None,
    ) -> tuple[ImportJob, UploadTarget]:
        self.meanwhile.reach("create")
        self.names.append(name)
        self.algorithms.append(algorithm)
        made = job("Created", job_id=f"import-{len(self.jobs):010}", name=name, created=CREATED)
        self.jobs[made.job_id] = made
        self.pool_of[made.job_id] = pool_id
        self._lose("create")
        return made, UploadTarget(made.job_id)

    def describe(self, pool_id: str, job_id: str) -> tuple[ImportJob, UploadTarget]:
        if self.is_hidden:
            raise JobHiddenError("DescribeUserImportJob: AccessDeniedException")
        if self.pool_of.get(job_id) != pool_id:
            raise JobNotFoundError(job_id)
        return self.jobs[job_id], UploadTarget(job_id if self.has_urls else "")

    def start(self, pool_id: str, job_id: str) -> ImportJob:
        self.meanwhile.reach("start")
        found, _ = self.describe(pool_id, job_id)
        if self.refusal:
            raise StartRefusedError(self.refusal)
        if job_id not in self.files:
            raise StartRefusedError(f"No csv file was uploaded for {job_id}")
        if found.status is not JobStatus.CREATED or any(each.status.is_active for each in self.jobs.values()):
            raise StartRefusedError("The moon is in the wrong phase.")
        self.advance(job_id, "Pending", started=STARTED)
        try:
            self._lose("start")
        except LostAnswerError as error:
            raise StartUnclearError(type(error).__name__) from error
        return self.jobs[job_id]

    def stop(self, pool_id: str, job_id: str) -> ImportJob:
        self.meanwhile.reach("stop")
        found, _ = self.describe(pool_id, job_id)
        if not found.status.is_active:
            raise StopRefusedError(job_id)
        self.advance(job_id, "Stopping")
        return self.jobs[job_id]

    def has_active(self, pool_ids: Iterable[str]) -> bool:
        asked = set(pool_ids)
        self.meanwhile.reach("list")
        return any(found.status.is_active for job_id, found in self.jobs.items() if self.pool_of[job_id] in asked)

    def all(self, pool_id: str) -> Iterator[ImportJob]:
        if pool_id not in self.pools:
            raise PoolNotFoundError(pool_id)
        if self.hides_lists:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListUserImportJobs")
        return (found for job_id, found in reversed(self.jobs.items()) if self.pool_of[job_id] == pool_id)

    def upload(self, target: UploadTarget, body: Readable, size: int) -> None:
        """What stands in for the PUT to the pre-signed URL."""
        self.meanwhile.reach("upload")
        if not target.url:
            raise UploadRefusedError("Cognito returned no URL")
        if target.url in self.expired_urls:
            raise UploadExpiredError
        if target.url in self.refusing_urls:
            raise UploadRefusedError("HTTP 403")
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
        """Someone else's job."""
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
        self.gap: DetailGap | None = None
        """Why the log cannot be read after the lines that are written."""
        self.expires: list[int] = []
        self.expiry_refused = False

    def expire(self, pool_id: str, days: int) -> None:  # noqa: ARG002
        self.expires.append(days)
        if self.expiry_refused:
            raise RefusedError("PutRetentionPolicy: AccessDeniedException")

    def pages(self, pool_id: str, job_id: str) -> Iterator[list[str]]:  # noqa: ARG002
        self.reads += 1
        yield self.written.get(job_id, [])
        if self.gap:
            raise LogUnreadableError(self.gap)


class InMemoryBus(EventBus):
    """Keeps the events that were told; `error` is what EventBridge says instead."""

    def __init__(self) -> None:
        self.shown: list[RunEvent] = []
        self.error: Exception | None = None

    def put(self, event: RunEvent) -> None:
        """Keep it."""
        if self.error:
            raise self.error
        self.shown.append(event)


class InMemoryTopic(NotificationTopic):
    """Keeps the notifications that were published; `error` is what SNS says instead."""

    def __init__(self) -> None:
        self.published: list[Notification] = []
        self.error: Exception | None = None

    def publish(self, notification: Notification) -> None:
        """Keep it."""
        if self.error:
            raise self.error
        self.published.append(notification)


class InMemorySignIn(PoolSignIn):
    """How users sign in, as a pool that recovers by email says; `error` is what AWS says instead."""

    def __init__(self, facts: SignInFacts | None = None, error: str = "") -> None:
        recovery = {"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}}
        self.known = facts or SignInFacts.of(recovery, {}, [])
        self.error = error

    def facts(self, pool_id: str, description: Mapping[str, Any]) -> SignInFacts:  # noqa: ARG002
        if self.error:
            raise SignInUnknownError(self.error)
        return self.known
