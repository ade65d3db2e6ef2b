"""What the model knows of a drop: its item in the ledger, its executions, its jobs, and the calls made for it.

All of it is one value, a `Run`; what runs share (the lock, the place for an active job) is seen through `Around`.
Values are compared and hashed by the million, so they are named tuples; what decides is the product's own code, which
is given the `RunRecord` and the `ImportJob` that a value stands for.
"""

from __future__ import annotations

import enum
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from cognito_drop.contract.statuses import ExecutionStatus, HoldReason, JobStatus, RunState
from cognito_drop.core.imports.import_job import ImportJob, JobCounts
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode

LONG_AGO = -1e9
"""When things happened in the explorations, where every pause is over."""


class At(enum.Enum):
    """What a call does next. The first step of a function is also where an execution stands before the call."""

    PREFLIGHT = "Preflight: read what is recorded, else check the file"
    KEEP_FILE = "Preflight: note what was found"
    TAKE = "Wait for lock: enqueue"
    ENQUEUE = "Wait for lock: enqueue by what it has read"
    HOLD = "Wait for lock: give the lock back until there is a decision"
    STAY = "Wait for lock: note what wakes the held run"
    GIVE_UP = "Wait for lock: stop the run, as no decision came in time"
    ASLEEP = "Wait for lock: sleep behind the token"
    BEGIN = "Start import: note until when this call may act, look at the job"
    CREATE = "Start import: create a job and note it"
    UPLOAD = "Start import: upload the part and note it"
    START = "Start import: start the job"
    RECORD = "Start import: note the job that was started"
    END = "Start import: take the note of this call back"
    CHECK = "Check import: look until the job has ended"
    COLLECT = "Collect: read the log"
    STOP = "Stop import: close, look at the job, stop it"
    CLOSE = "Release lock: close, look whether a job is alive"
    LEAVE = "Release lock: release the lock or leave the queue"
    REPORT = "Report: write results, note it"
    PUBLISH = "Notify: publish"
    MARK = "Mark notified: the run has ended"


WAIT_WRITES = frozenset({At.ENQUEUE, At.HOLD, At.STAY, At.GIVE_UP})
"""What Wait for lock writes after it has read the run, where the two are not one step: `tests.model.decision_steps`."""

FIRST_STEPS = (
    frozenset(At) - {At.KEEP_FILE, At.CREATE, At.UPLOAD, At.START, At.RECORD, At.END, At.LEAVE, At.ASLEEP} - WAIT_WRITES
)
"""Steps at which the workflow calls a function anew."""

STARTING = frozenset({At.BEGIN, At.CREATE, At.UPLOAD, At.START, At.RECORD, At.END})
"""Steps of start_import."""


class Checked(enum.Enum):
    """What preflight says of a file."""

    GOOD = "good"
    BAD = "bad"


class Scan(NamedTuple):
    """The malware scan of a file whose pool asks for one."""

    is_known: bool = False
    """Whether its result is recorded, one that lets the file be read."""
    is_lost: bool = False
    """Whether no event of it will come; while one may, it may come again and again."""
    is_awaited: bool = False
    """Whether the run's item says that it waits for the result."""
    was_stopped: bool = False
    """Whether the run was stopped while it waited."""


class Late(enum.Enum):
    """What a call that serves the queue, or goes through the locks or the held runs, writes after it has read a run."""

    GRANT = "the lock is granted"
    HOLD = "the gate holds the run"
    REFUSE = "the gate refuses the file"
    RELEASE = "the sweep releases the held run"
    FREE = "the sweep frees a stale lock"


class Decision(NamedTuple):
    """What becomes of the rest of a file of whose first part too many rows may fail."""

    is_judged: bool = False
    """Whether the ledger says how the first part's job has ended."""
    is_held: bool = False
    """Whether the run's item has the hold of this reason."""
    is_continued: bool = False
    """Whether an operator has continued the run."""
    was_stopped: bool = False
    """Whether it was stopped while it waited for the decision."""
    was_refused: bool = False
    """Whether its file was refused late, as one of which no row is imported."""
    late: Late | None = None
    """What a call that read the run some time ago may still write."""


class Knows(enum.Enum):
    """Which job of its part a call of start_import is about."""

    NONE = "none"
    RECORDED = "the one in the ledger"
    OTHER = "one that is not in the ledger, or not any more"


class Job(NamedTuple):
    """An import job in Cognito."""

    status: JobStatus = JobStatus.CREATED
    has_file: bool = False
    was_started: bool = False


class Part(NamedTuple):
    """A part of the file: the ledger's entry and Cognito's jobs."""

    recorded: Job | None = None
    """The job that the ledger names."""
    uploaded: bool = False
    """The ledger's word on the file of that job."""
    other: Job | None = None
    """A job that the ledger does not name and someone may know."""
    started: int = 0
    """How many jobs of the part were ever started."""


class Call(NamedTuple):
    """A function call: by the execution that stands there, or outliving the caller that gave it up (a zombie)."""

    at: At
    part: int = 0
    """From 0."""
    finalizes: bool = False
    """Whether the execution was started to bring the run to its end."""
    found: Checked | None = None
    """What preflight has found and not recorded yet."""
    knows: Knows = Knows.NONE
    until: float = 0.0
    """Until when start_import may act, as it has recorded; 0 before it has."""
    others_until: float = 0.0
    """Until when calls before it may act, as it has read."""
    is_newest: bool = False
    """Whether no other call of start_import has begun since this one has."""
    then: At | None = None
    """Where the workflow goes when start_import is through."""
    was: RunState | None = None
    """The state of the run when Release lock closed it."""


class Execution(NamedTuple):
    """An execution of the state machine."""

    status: ExecutionStatus = ExecutionStatus.MISSING
    call: Call | None = None
    """Where it stands while it runs."""


class Sweep(NamedTuple):
    """A sweep that has found an execution aborted: it closes the run, then asks for another execution."""

    closed: bool
    number: int
    """The execution that it has found aborted."""


class Run(NamedTuple):
    """Everything about one drop."""

    state: RunState | None = None
    """None before it is accepted."""
    scan: Scan | None = None
    """None where the pool asks for none."""
    decision: Decision | None = None
    """None where the first part decides nothing."""
    file: Checked | None = None
    """What the ledger says that preflight has found."""
    has_entry: bool = False
    has_token: bool = False
    """Whether the ledger has the token behind which the execution sleeps; one that wakes no one is as good as none."""
    is_being_woken: bool = False
    """Whether anyone who gave it the lock is about to wake it."""
    held_until: float = LONG_AGO
    lock_at: float = LONG_AGO
    parts: tuple[Part, ...] = (Part(),)
    lease_until: float = 0.0
    is_closing: bool = False
    is_stopped: bool = False
    executions: int = 1
    renewed_at: float = LONG_AGO
    newest: Execution = Execution()
    older: tuple[Execution, ...] = ()
    """Executions before the newest that still run: there should be none."""
    zombies: tuple[Call, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    is_event_lost: bool = False
    """Whether no event of the drop will come; while one may, it may come again and again."""
    shown: bool = False
    """Whether a notification was published."""
    may_publish: int = 1
    """How many notifications are allowed from here on: one, and one more for a crash between publish and mark."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls that may still do something."""
        live = tuple(execution.call for execution in (self.newest, *self.older) if execution.call)
        return (*live, *self.zombies)

    @property
    def is_held(self) -> bool:
        """Whether it waits outside the queue: the gate has held it."""
        return self.state is RunState.WAITING and not self.has_entry and not self.is_closing

    @property
    def is_undecided(self) -> bool:
        """Whether the rest must wait for a decision, by the product's rule and what the ledger says."""
        return self.decision is not None and not self.is_closing and _is_open(self.decision)

    @property
    def awaits_decision(self) -> bool:
        """Whether it waits for a decision outside the queue; what continues or ends the wait has this condition."""
        is_held = self.decision is not None and self.decision.is_held
        return is_held and self.state is RunState.WAITING and not self.is_closing

    @property
    def waits_for_scan(self) -> bool:
        """Whether it waits for its malware scan by what the ledger says."""
        return self.state is RunState.ACCEPTED and self.scan is not None and self.scan.is_awaited

    @property
    def is_unscanned(self) -> bool:
        """Whether nothing of its file may be read."""
        return self.scan is not None and not self.scan.is_known

    @property
    def is_being_executed(self) -> bool:
        """Whether an execution of it runs."""
        return bool(self.newest.call or self.older)

    @property
    def has_active_job(self) -> bool:
        """Whether a job of it takes the one place for an active job."""
        return any(job.status.is_active for part in self.parts for job in (part.recorded, part.other) if job)


class Lock(enum.Enum):
    """The lock of the scope, as a run sees it."""

    FREE = "free"
    MINE = "mine"
    OTHERS = "others"


class Context(NamedTuple):
    """What a run sees of everything else."""

    lock: Lock
    is_first: bool
    """Whether no run before it waits in the queue."""
    other_is_active: bool
    """Whether a job of another run, or someone else's, is active."""
    now: float
    is_held: bool = False
    """Whether the gate admits no file of its pool now."""


class Move(NamedTuple):
    """One thing that may happen to a run."""

    label: str
    run: Run
    lock: Lock | None = None
    """What it makes of the lock; None when it leaves it alone."""
    is_fault: bool = False


_DROP = Drop("drops", "inbox/users.csv", "v1")
_TIME = datetime(2026, 7, 1, tzinfo=UTC)
_FILES = {
    Checked.GOOD: CheckedFile("eu-west-1_pool", "pool", rows=10, part_rows=(10,)),
    Checked.BAD: CheckedFile("eu-west-1_pool", "pool", problem=Problem(ProblemCode.MOSTLY_KNOWN, "", "")),
}


def file_of(checked: Checked) -> CheckedFile:
    """Preflight's answer in the product's words."""
    return _FILES[checked]


def record_of(run: Run) -> RunRecord:
    """The run's item in the product's words; its parts are asked for one by one with `entry_of`."""
    assert run.state is not None, "it is accepted"
    return RunRecord(
        drop=_DROP,
        state=run.state,
        dropped_at="",
        executions=run.executions,
        renewed_at=run.renewed_at,
        file=file_of(run.file) if run.file else None,
        token="token" if run.has_token else "",
        lock_at=run.lock_at,
        lease_until=run.lease_until,
        hold=Hold(HoldReason.MALWARE_SCAN, run.held_until) if run.waits_for_scan else None,
        is_closing=run.is_closing,
        is_stopped=run.is_stopped,
    )


@cache
def _is_open(decision: Decision) -> bool:
    job = PartJob("import-1", status=JobStatus.SUCCEEDED if decision.is_judged else None, counts=JobCounts(failed=5))
    file = replace(_FILES[Checked.GOOD], part_rows=(5, 5), first_part=FirstPart("0%", 1))
    continued_at = "2026-07-01T12:00:00Z" if decision.is_continued else ""
    record = RunRecord(_DROP, RunState.IMPORTING, "", file=file, parts={1: job}, continued_at=continued_at)
    return to_decide(record) is not None


def entry_of(part: Part) -> PartJob | None:
    """The ledger's entry of a part's job in the product's words."""
    return PartJob("import-1", uploaded=part.uploaded) if part.recorded else None


@cache
def described(job: Job) -> ImportJob:
    """What Cognito says of a job, in the product's words."""
    started = _TIME if job.was_started else None
    return ImportJob("import-1", "name", job.status, job.status.value, JobCounts(), _TIME, started)
