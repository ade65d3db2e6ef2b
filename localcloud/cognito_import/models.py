"""Keeps the import jobs of an account and region, in the shape of a moto backend.

It hands out jobs, upload places and listings; every reading first brings the jobs to the cloud's time. Requests are
checked against the model before they come here (`localcloud.api_model`)."""

from __future__ import annotations

import string
import threading
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Final

from moto.cognitoidp.exceptions import InvalidParameterException, ResourceNotFoundError
from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.utils import PAGINATION_MODEL
from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random
from moto.utilities.paginator import paginate

from localcloud.choices import JobScope
from localcloud.cloud import current
from localcloud.cognito_import import presigned_url, texts
from localcloud.cognito_import.csv_header import columns_of
from localcloud.cognito_import.engine import ImportRun
from localcloud.cognito_import.exceptions import (
    LimitExceededError,
    OperationNotEnabledError,
    UserImportInProgressError,
    refused,
)
from localcloud.cognito_import.job import HashAlgorithm, JobStatus, UserImportJob
from localcloud.cognito_import.start_checks import check_start
from localcloud.cognito_import.user_filter import UserFilter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool

_ID_CHARACTERS: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 10
_ROWS_FOR_A_READER: Final = 50_000  # a reading must be answered within a client's patience

guard = threading.RLock()
"""Held while jobs are read or moved: requests, uploads and the ticker come from several threads."""


class ImportBackend(BaseBackend):
    """The import jobs of one account in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.jobs: dict[str, UserImportJob] = {}
        self._runs: dict[str, ImportRun] = {}
        self._forgotten: Counter[str] = Counter()

    def reset(self) -> None:
        """Forget all jobs and delete their files."""
        for job in self.jobs.values():
            job.delete_file()
        super().reset()

    def get_csv_header(self, pool_id: str) -> list[str]:
        """The columns of the pool's file."""
        pool = self._pool(pool_id)
        return columns_of(pool, current().settings.import_password_hashes.of(pool.name))

    def create_job(
        self, pool_id: str, name: str, logs_role_arn: str, algorithm: HashAlgorithm | None, endpoint: str | None
    ) -> UserImportJob:
        """A new job; `endpoint` is the server that takes its upload, None for the host that AWS would name."""
        self._pool(pool_id)
        settings, now = current().settings, current().clock.now()
        known = self._jobs_of(pool_id)
        if len(known) + self._forgotten[pool_id] >= settings.import_job_limit:
            raise LimitExceededError(texts.JOB_LIMIT.format(pool_id=pool_id, limit=settings.import_job_limit))
        job_id = "import-" + "".join(mock_random.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
        place = presigned_url.UploadPlace(self.account_id, self.region_name, pool_id, job_id)
        url = presigned_url.sign(place, endpoint or place.real_endpoint, now, settings.import_url_lifetime)
        job = UserImportJob(
            job_id=job_id,
            name=name,
            pool_id=pool_id,
            logs_role_arn=logs_role_arn,
            created=now,
            pre_signed_url=url,
            algorithm=algorithm,
        )
        self.jobs[job_id] = job
        self._forget_oldest(known)
        return job

    def describe_job(self, pool_id: str, job_id: str) -> UserImportJob:
        """The job as it stands now."""
        self._pool(pool_id)
        self.advance(_ROWS_FOR_A_READER)
        return self._job(pool_id, job_id)

    def list_jobs(self, pool_id: str, most: int, token: str | None) -> tuple[list[UserImportJob], str | None]:
        """A page of the pool's jobs, newest first, and the token of the next page, if there is one."""
        self._pool(pool_id)
        self.advance(_ROWS_FOR_A_READER)
        jobs = list(reversed(self._jobs_of(pool_id)))
        first, settings = 0, current().settings
        if token is not None:
            first = next((index for index, job in enumerate(jobs, 1) if _token(job) == token), 0)
            if not first:
                raise InvalidParameterException(texts.BAD_TOKEN)
        after = first + min(most, settings.import_page_size)
        is_full = after <= len(jobs)
        has_more = after < len(jobs) or (is_full and settings.import_token_after_full_page)
        return jobs[first:after], _token(jobs[after - 1]) if has_more else None

    def start_job(self, pool_id: str, job_id: str) -> UserImportJob:
        """Start the job, or refuse to."""
        job = self.describe_job(pool_id, job_id)
        pool = self._pool(pool_id)
        check_start(job, pool, self._active_job(None if _scope_is_account() else pool_id))
        self._runs[job_id] = ImportRun(job, pool, current().settings, current().clock.now())
        return job

    def stop_job(self, pool_id: str, job_id: str) -> UserImportJob:
        """Stop the job, or refuse to when it is not running."""
        job = self.describe_job(pool_id, job_id)
        is_second = job.status is JobStatus.STOPPING and not current().settings.import_stops_twice
        if not job.status.is_active or is_second:
            raise refused(texts.JOB_NOT_STOPPABLE.format(job_id=job_id, status=job.status.value))
        self._runs[job_id].stop(current().clock.now())
        self.advance(0)
        return job

    @paginate(pagination_model=PAGINATION_MODEL)
    def list_users(self, pool_id: str, filt: str) -> list[CognitoIdpUser]:
        """The users of the pool that match a filter; moto's decorator adds `limit` and `pagination_token`."""
        settings, pool = current().settings, self._pool(pool_id)
        if not filt:
            return _shown(pool.users.values())
        parsed = UserFilter.parse(
            filt,
            reads_backslashes=settings.user_filter_reads_backslashes,
            ignores_case=settings.user_filter_ignores_case,
        )
        return _shown(parsed.users(pool))

    def check_not_a_replica(self, pool_id: str) -> None:
        """Raise OperationNotEnabledException for a pool that is set to be a replica; DescribeUserPool works there."""
        if self._pool(pool_id).name in current().settings.replica_pools.split(","):
            raise OperationNotEnabledError(texts.NOT_ENABLED.format(pool_id=pool_id))

    def check_pool_changeable(self, pool_id: str) -> None:
        """Raise UserImportInProgressException while a job of the pool is active."""
        self.advance(_ROWS_FOR_A_READER)
        active = self._active_job(pool_id)
        if active is not None:
            raise UserImportInProgressError(texts.IMPORT_IN_PROGRESS.format(pool_id=pool_id, job_id=active.job_id))

    def forget_pool(self, pool_id: str) -> None:
        """Forget the jobs of a pool that was deleted."""
        for job in self._jobs_of(pool_id):
            job.delete_file()
            self._runs.pop(job.job_id, None)
            del self.jobs[job.job_id]
        self._forgotten.pop(pool_id, None)

    def _forget_oldest(self, jobs: list[UserImportJob]) -> None:
        """Of a pool's jobs, keep as many as are to be kept, and those that have not ended."""
        ended = [job for job in jobs if job.completed is not None]
        for job in ended[: max(0, len(jobs) - current().settings.keep)]:
            del self.jobs[job.job_id]
            self._forgotten[job.pool_id] += 1

    def awaits_upload(self, pool_id: str, job_id: str) -> bool:
        """Whether there is such a job and it was not started yet."""
        self.advance(0)
        job = self.jobs.get(job_id)
        return job is not None and job.pool_id == pool_id and job.status is JobStatus.CREATED

    def receive_file(self, job_id: str, received: Path, place: Path) -> None:
        """Make the received file the job's file, in place of an earlier one."""
        job = self.jobs[job_id]
        job.file = received.replace(place)
        job.was_uploaded = True

    def advance(self, most_rows: int) -> bool:
        """Bring every job to the cloud's time, taking at most that many rows of each; return whether more are due."""
        clock, is_behind = current().clock, False
        for job in self.jobs.values():
            expires = job.created + current().settings.import_job_lifetime
            if job.status is JobStatus.CREATED and clock.now() >= expires:
                job.end(JobStatus.EXPIRED, texts.EXPIRED, expires)
        for run in list(self._runs.values()):
            with clock.working():
                is_behind |= run.advance(clock.now(), most_rows)
            if run.is_over:
                del self._runs[run.job.job_id]
        return is_behind

    def _pool(self, pool_id: str) -> CognitoIdpUserPool:
        pool = cognitoidp_backends[self.account_id][self.region_name].user_pools.get(pool_id)
        if pool is None:
            raise ResourceNotFoundError(texts.POOL_NOT_FOUND.format(pool_id=pool_id))
        return pool

    def _job(self, pool_id: str, job_id: str) -> UserImportJob:
        job = self.jobs.get(job_id)
        if job is None or job.pool_id != pool_id:
            raise ResourceNotFoundError(texts.JOB_NOT_FOUND.format(job_id=job_id))
        return job

    def _jobs_of(self, pool_id: str) -> list[UserImportJob]:
        return [job for job in self.jobs.values() if job.pool_id == pool_id]

    def _active_job(self, pool_id: str | None) -> UserImportJob | None:
        """The active job of the pool, or of all pools."""
        candidates = self.jobs.values() if pool_id is None else self._jobs_of(pool_id)
        return next((job for job in candidates if job.status.is_active), None)


def _scope_is_account() -> bool:
    return current().settings.import_scope is JobScope.ACCOUNT


def _shown(users: Iterable[CognitoIdpUser]) -> list[CognitoIdpUser]:
    """Those whom ListUsers shows already."""
    if not (delay := current().settings.user_listing_delay):
        return list(users)
    latest = current().clock.now() - delay
    return [user for user in users if _epoch(user.create_date) <= latest]


def _epoch(moment: datetime) -> float:
    """Epoch seconds; moto's own times are of UTC and do not say so."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _token(job: UserImportJob) -> str:
    """The token of the page after this job, in the form of AWS's sample: pool, last job of the page, milliseconds.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserImportJobs.html
    """
    return f"{job.pool_id}#{job.job_id}#{round(job.created * 1000)}"


import_backends = BackendDict(ImportBackend, "cognito-idp")
