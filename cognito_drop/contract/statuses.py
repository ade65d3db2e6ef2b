"""The statuses of import jobs and of runs, and the words for how a run ended."""

from __future__ import annotations

import enum
from typing import assert_never


class JobStatus(enum.StrEnum):
    """The eight statuses that Cognito documents, and one for whatever it may say besides."""

    CREATED = "Created"
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    EXPIRED = "Expired"
    STOPPED = "Stopped"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"
    UNKNOWN = "Unknown"

    @classmethod
    def _missing_(cls, value: object) -> JobStatus:  # noqa: ARG003
        """An undocumented word is UNKNOWN: a failure to report, never an error and never a wait."""
        return cls.UNKNOWN

    @property
    def is_active(self) -> bool:
        """Whether the job occupies the one place for an active job."""
        match self:
            case JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING:
                return True
            case JobStatus.CREATED | JobStatus.EXPIRED | JobStatus.STOPPED | JobStatus.FAILED | JobStatus.SUCCEEDED:
                return False
            case JobStatus.UNKNOWN:
                return False
            case _:
                assert_never(self)

    @property
    def has_ended(self) -> bool:
        """Whether the job goes through no more rows, ever: its counts are the last ones."""
        match self:
            case JobStatus.EXPIRED | JobStatus.STOPPED | JobStatus.FAILED | JobStatus.SUCCEEDED:
                return True
            case JobStatus.CREATED | JobStatus.PENDING | JobStatus.IN_PROGRESS | JobStatus.STOPPING | JobStatus.UNKNOWN:
                return False
            case _:
                assert_never(self)


class RunState(enum.StrEnum):
    """How far a run has come."""

    ACCEPTED = "accepted"
    """The file is to be checked, or is being checked."""
    WAITING = "waiting"
    """It is in the import queue."""
    IMPORTING = "importing"
    """It holds the import lock: the lock of its scope names it."""
    REPORTING = "reporting"
    """Its import is over and the lock is released."""
    REPORTED = "reported"
    """Its results are written, and its notification is not published yet."""
    ENDED = "ended"
    """People and machines were notified."""

    @property
    def is_before_lock(self) -> bool:
        """Whether the run may still get the lock."""
        match self:
            case RunState.ACCEPTED | RunState.WAITING:
                return True
            case RunState.IMPORTING | RunState.REPORTING | RunState.REPORTED | RunState.ENDED:
                return False
            case _:
                assert_never(self)

    @property
    def is_before_report(self) -> bool:
        """Whether there may be something left to import."""
        match self:
            case RunState.ACCEPTED | RunState.WAITING | RunState.IMPORTING:
                return True
            case RunState.REPORTING | RunState.REPORTED | RunState.ENDED:
                return False
            case _:
                assert_never(self)

    @property
    def is_over(self) -> bool:
        """Whether the results are written."""
        match self:
            case RunState.REPORTED | RunState.ENDED:
                return True
            case RunState.ACCEPTED | RunState.WAITING | RunState.IMPORTING | RunState.REPORTING:
                return False
            case _:
                assert_never(self)


OPEN_STATES = tuple(state for state in RunState if state is not RunState.ENDED)
"""The states that a run must not stay in for ever."""


class Outcome(enum.StrEnum):
    """How a run ended."""

    IMPORTED = "imported"
    PARTLY_IMPORTED = "partly_imported"
    CHECKED = "checked"
    REJECTED = "rejected"
    FAILED = "failed"
    STOPPED = "stopped"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """As people read it: `partly imported`."""
        return self.value.replace("_", " ")

    @property
    def is_success(self) -> bool:
        """Whether the run did what it was asked to: Cognito, or the check, went through the whole file."""
        match self:
            case Outcome.IMPORTED | Outcome.PARTLY_IMPORTED | Outcome.CHECKED:
                return True
            case Outcome.REJECTED | Outcome.FAILED | Outcome.STOPPED | Outcome.EXPIRED:
                return False
            case _:
                assert_never(self)

    @property
    def is_cut_short(self) -> bool:
        """Whether the run ended within its import, which may have gone through some of the rows."""
        match self:
            case Outcome.FAILED | Outcome.STOPPED | Outcome.EXPIRED:
                return True
            case Outcome.IMPORTED | Outcome.PARTLY_IMPORTED | Outcome.CHECKED | Outcome.REJECTED:
                return False
            case _:
                assert_never(self)


class PartStatus(enum.StrEnum):
    """Our own words for a part whose job has not started, where the state machine has Cognito's status otherwise."""

    WAITING = "Waiting"
    """Cognito does not start the job yet, or it is not known yet whether it has started."""
    NO_LOCK = "NoLock"
    """Another run has the import lock, or this one gives it back after its first part."""
    NOT_STARTED = "NotStarted"
    """There is no job to follow: none has begun, and none will, or its end is recorded."""


class ScanStatus(enum.StrEnum):
    """The results of malware scans that GuardDuty documents, and one for whatever it may say besides.

    https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html
    """

    NO_THREATS_FOUND = "NO_THREATS_FOUND"
    THREATS_FOUND = "THREATS_FOUND"
    UNSUPPORTED = "UNSUPPORTED"
    ACCESS_DENIED = "ACCESS_DENIED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def _missing_(cls, value: object) -> ScanStatus:  # noqa: ARG003
        """An undocumented word is UNKNOWN, which lets no file be read."""
        return cls.UNKNOWN


class HoldReason(enum.StrEnum):
    """Why a run that could be imported is not started yet."""

    MALWARE_SCAN = "malware_scan"
    """The malware scan of its file has no result yet. The file was not read, and the run has no execution."""

    JOBS_PER_DAY = "jobs_per_day"
    """The pool's files have used as many import jobs as they may within a day."""
    JOBS_UNKNOWN = "jobs_unknown"
    """Cognito does not list the pool's import jobs for the moment: whether the file may use one is not known."""
    PAUSED = "paused"
    """An operator has paused the imports into the pool."""
    IMPORT_WINDOW = "import_window"
    """It is not the time of the day at which the pool's imports start."""
    FIRST_PART = "first_part"
    """Too many rows of the file's first part failed: the rest waits for an operator, at most until the hold ends."""


class ExecutionStatus(enum.StrEnum):
    """Step Functions' words for an execution, and one for an execution that does not exist."""

    RUNNING = "RUNNING"
    PENDING_REDRIVE = "PENDING_REDRIVE"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    MISSING = "MISSING"

    @property
    def is_running(self) -> bool:
        """Whether the execution goes on."""
        match self:
            case ExecutionStatus.RUNNING | ExecutionStatus.PENDING_REDRIVE:
                return True
            case ExecutionStatus.SUCCEEDED | ExecutionStatus.FAILED | ExecutionStatus.TIMED_OUT:
                return False
            case ExecutionStatus.ABORTED | ExecutionStatus.MISSING:
                return False
            case _:
                assert_never(self)
