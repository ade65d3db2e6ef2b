"""What to do next with the job of a part, so that no part has two started jobs.

Guarantees that a job is replaced only when it can never start: it has expired, or no live call knows it. What
Cognito says when it does not start a job is public in one case only, so all others are guesses in one place, and an
unknown sentence is handled safely: check whether a job is active, and otherwise retry a bounded number of times (a new
logs role, for example, cannot be assumed for some seconds).
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.statuses import JobStatus

if TYPE_CHECKING:
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.run_record import PartJob

NO_FILE = re.compile(r"no csv file was uploaded", re.IGNORECASE)
"""Seen in real answers: `No csv file was uploaded for import-9sHxosU7BP`."""

ANOTHER_JOB = re.compile(r"another .*job|job .*(active|in progress|running)|one .*job .*at a time", re.IGNORECASE)
"""A guess: what Cognito says while another job is active is not public."""

MALFORMED = re.compile(r"validation errors? detected", re.IGNORECASE)
"""What Cognito says of a request that it can never grant, such as one with an id that is none."""

PATIENCE = 8
"""How often a job that is refused for no reason that we know is tried again."""

MOST_JOBS = 5
"""Jobs that a part may use up before one starts; a pool has a limited number of them for its life."""

LEASE_MARGIN = 60
"""Seconds by which the clocks of two calls may differ."""


class Step(enum.Enum):
    """What is next."""

    CREATE = "create"
    UPLOAD = "upload"
    START = "start"
    FOLLOW = "follow"
    """It was started, now or by an earlier call."""


def next_step(entry: PartJob | None, job: ImportJob | None) -> Step:
    """By what the ledger notes of the part's job and what Cognito says of it."""
    if entry is None or job is None:
        return Step.CREATE
    match job.status:
        case JobStatus.CREATED:
            return Step.START if entry.uploaded else Step.UPLOAD
        case JobStatus.EXPIRED:
            return Step.CREATE if job.started is None else Step.FOLLOW
        case (
            JobStatus.PENDING
            | JobStatus.IN_PROGRESS
            | JobStatus.STOPPING
            | JobStatus.STOPPED
            | JobStatus.FAILED
            | JobStatus.SUCCEEDED
            | JobStatus.UNKNOWN
        ):
            return Step.FOLLOW
        case _:
            assert_never(job.status)


def may_replace(job: ImportJob, *, others_until: float, now: float) -> bool:
    """Whether a job whose upload failed for good may be left to expire and another be created.

    Not while a call that knows it may still run, until `others_until`: that call could yet start it.
    """
    return job.status is JobStatus.EXPIRED or now >= others_until


class Advice(enum.Enum):
    """What to do next with a job that was not started."""

    UPLOAD_AGAIN = "upload again"
    WAIT = "wait"
    GIVE_UP = "give up"


def is_for_other(reason: str, *, other_is_active: bool) -> bool:
    """Whether a job is not started because another one is active, by Cognito's sentence or by the list of jobs."""
    return other_is_active or ANOTHER_JOB.search(reason) is not None


def advice_on(reason: str, *, other_is_active: bool, refusals: int) -> Advice:
    """Decide by Cognito's sentence, by what the list of jobs shows, and by how often it has refused this job."""
    if MALFORMED.search(reason):
        return Advice.GIVE_UP
    if NO_FILE.search(reason):
        return Advice.UPLOAD_AGAIN if refusals < PATIENCE else Advice.GIVE_UP
    if is_for_other(reason, other_is_active=other_is_active) or refusals < PATIENCE:
        return Advice.WAIT
    return Advice.GIVE_UP
