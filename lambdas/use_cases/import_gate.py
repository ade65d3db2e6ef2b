"""The gate before the import lock: may a run's import start now, is it held, or is its file refused?

It asks the pool's settings as they are deployed now, not those that the run continues with: they say when imports
start, and a change of them concerns the files that are held as well. Jobs are counted from Cognito's list, which has
the newest first, and from the sweep's last count in the ledger, so that a look takes a page or two. A dry run asks for
the verdict only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.errors import LedgerConflictError, error_code, is_transient
from cognito_drop.aws.import_jobs import PoolNotFoundError
from cognito_drop.aws.pauses import resume_commands
from cognito_drop.contract.job_names import run_and_part_of
from cognito_drop.contract.ledger_keys import jobs_note
from cognito_drop.contract.statuses import HoldReason, ScanStatus
from cognito_drop.core.pools.import_window import ImportWindow
from cognito_drop.core.pools.malware_scan import scan_problem
from cognito_drop.core.pools.pool_settings import OverRate
from cognito_drop.core.queue.job_budget import DAY, JobBudget, JobUse, over_rate
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.problem import Problem
from lambdas.runtime.logs import logger
from lambdas.use_cases.pool_choices import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.scan_results import ScanResults
    from cognito_drop.aws.sweep_notes import SweepNotes
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.pools.pools import Pools
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.first_part import FirstPartResult
    from cognito_drop.core.runs.run_record import RunRecord


COUNT_AGAIN: Final = 600
"""Seconds for which a run is held whose pool's jobs could not be counted: longer than from one sweep to the next, which
asks for all held runs at once, so that they do not ask one by one."""


class Pausing(Protocol):
    """Which imports are paused."""

    def all(self) -> Mapping[str, str]:
        """Since when, by alias."""


@dataclass(frozen=True, slots=True)
class GateRules:
    """What the gate decides by."""

    pools: Pools
    pauses: Pausing
    imports: UserImports
    ledger: RunLedger
    notes: SweepNotes
    scans: ScanResults
    quota: int
    """Import jobs that a pool can have."""
    now: Callable[[], float]
    """Epoch seconds."""

    def look(self) -> GateVerdicts:
        """Verdicts of one moment, for which the jobs of a pool are counted once."""
        return GateVerdicts(self)


@dataclass(frozen=True, slots=True)
class ImportGate:
    """Holds, refuses, and releases runs."""

    rules: GateRules
    import_queue: ImportQueue
    executions: Executions

    def look(self) -> GateLook:
        """A look at some runs, in which the jobs of a pool are counted once."""
        return GateLook(self, self.rules.look())


@dataclass(frozen=True, slots=True)
class GateVerdicts:
    """The verdicts on some files at one moment."""

    rules: GateRules
    pauses: list[Mapping[str, str]] = field(default_factory=list)
    """The answer to what is paused, when it was asked for."""
    pools: dict[str, PoolSettings | None] = field(default_factory=dict)
    """By alias."""
    uses: dict[str, JobUse | Hold | None] = field(default_factory=dict)
    """By pool id, also that of one whose jobs could not be counted: it is asked once."""

    def verdict(self, drop: Drop, jobs: int, ahead: int = 0) -> Hold | Problem | None:
        """Why the import of a file that needs so many jobs does not start now; None where it may.

        `ahead` jobs are used by runs before it.
        """
        if not self.pauses:
            self.pauses.append(self.rules.pauses.all())
        if resume := resume_commands(drop.alias, self.pauses[0]):
            return Hold(HoldReason.PAUSED, resume=resume)
        settings = self.settings(drop.alias)
        if settings is None:
            return None  # the pool was taken out of the deployment; the run goes on with the settings that it has
        if settings.waits_for_scan and self.rules.scans.find(drop.run_id) is ScanStatus.THREATS_FOUND:
            return scan_problem(ScanStatus.THREATS_FOUND)  # by another scan, since the file was checked
        return self._outside_window(settings) or self._by_jobs(jobs, settings, ahead)

    def _outside_window(self, settings: PoolSettings) -> Hold | None:
        if settings.import_window is None:
            return None
        window = ImportWindow.parse(settings.import_window)
        if not window.has_zone:
            logger.error("The time zone of an import window is not known; imports start at any time.", zone=window.zone)
            return None
        opening = window.next_opening(self.rules.now())
        return Hold(HoldReason.IMPORT_WINDOW, opening) if opening else None

    def _by_jobs(self, jobs: int, settings: PoolSettings, ahead: int) -> Hold | Problem | None:
        use = self._use_of(settings.pool_id)
        if not isinstance(use, JobUse):
            return use
        budget = JobBudget(self.rules.quota, settings.jobs_in_reserve, settings.jobs_per_day)
        if problem := budget.refusal(jobs, use, settings.pool_id):
            return problem
        hold = budget.hold(jobs + ahead, use, self.rules.now())
        refuses = hold is not None and settings.over_rate == OverRate.REFUSE
        return over_rate(settings.jobs_per_day, settings.pool_id) if refuses else hold

    def settings(self, alias: str) -> PoolSettings | None:
        """What is chosen for a pool now; None for an alias that is none any more, and where that cannot be read."""
        if alias not in self.pools:
            self.pools[alias] = settings_of(self.rules.pools, alias)
        return self.pools[alias]

    def _use_of(self, pool_id: str) -> JobUse | Hold | None:
        """The jobs of a pool. A hold where they cannot be listed for the moment, because the rate and the reserve must
        be kept; None where they cannot be listed at all: Cognito itself keeps the quota then.
        """
        if pool_id not in self.uses:
            try:
                self.uses[pool_id] = self._counted(pool_id)
            except (ClientError, BotoCoreError, PoolNotFoundError) as error:
                # One pool that cannot be read must not keep the others from being imported into.
                code = type(error).__name__ if isinstance(error, BotoCoreError) else error_code(error)
                logger.warning("Import jobs of a pool could not be counted.", pool=pool_id, error=code)
                held = Hold(HoldReason.JOBS_UNKNOWN, self.rules.now() + COUNT_AGAIN)
                self.uses[pool_id] = held if is_transient(error) else None
        return self.uses[pool_id]

    def _counted(self, pool_id: str) -> JobUse:
        note = self.rules.notes.numbers(jobs_note(pool_id))
        counted_at, since = note.get("counted_at", 0.0), self.rules.now() - DAY
        newer, lately = 0, list[float]()
        for job in self.rules.imports.all(pool_id):
            created = job.created.timestamp() if job.created else 0.0
            if created <= min(counted_at, since):
                break
            newer += created > counted_at
            if created > since and run_and_part_of(job.name):
                lately.append(created)
        return JobUse(int(note.get("jobs_used", 0)) + newer, sorted(lately))


@dataclass(frozen=True, slots=True)
class GateLook:
    """Some runs at one moment."""

    gate: ImportGate
    verdicts: GateVerdicts

    def admits(self, run_id: str) -> bool:
        """Whether a run may get the lock; if not, it is held or refused, and that is recorded."""
        record = self.gate.rules.ledger.find(run_id)
        if record is None or record.is_held:
            return True  # the lock is not granted to it, and its entry is deleted
        match self.verdict(record):
            case Hold() as hold:
                self.hold(record, hold)
            case Problem() as problem:
                self.refuse(record, problem)
            case None:
                return True
        return False

    def verdict(self, record: RunRecord, ahead: int = 0) -> Hold | Problem | None:
        """Why the run's import does not start now; None where it may. `ahead` jobs are used by runs before it.

        A damaged run is not refused, as its jobs may not be known: it gets the lock, starts no job, and is reported.
        """
        verdict = self.verdicts.verdict(record.drop, record.jobs_needed, ahead)
        return None if isinstance(verdict, Problem) and record.unreadable else verdict

    def hold(self, record: RunRecord, hold: Hold) -> None:
        """Let a waiting run wait outside the queue."""
        held = self.gate.import_queue.hold(record, hold)
        logger.info("The run is held.", run_id=record.run_id, reason=hold.reason, until=hold.until, held=held)

    def give_up(self, record: RunRecord, found: FirstPartResult) -> bool:
        """Stop a run that was not continued in time: its execution is woken, and reports it. False for one that
        does not wait for a decision any more.
        """
        error = f"{found.sentence}, and the run was not continued within {counted(found.rule.continue_within, 'day')}"
        if not self.gate.import_queue.give_up(record, error):
            return False
        woken = bool(record.token) and self.gate.executions.wake(record.token)
        logger.warning("The run was not continued in time.", run_id=record.run_id, woken=woken)
        return True

    def refuse(self, record: RunRecord, problem: Problem) -> None:
        """End a waiting run: its execution is woken, and reports it. One that imports by now is left alone."""
        try:
            self.gate.rules.ledger.refuse(record.run_id, problem, after=len(record.parts))
        except LedgerConflictError:
            return
        woken = bool(record.token) and self.gate.executions.wake(record.token)
        logger.warning("The file is refused.", run_id=record.run_id, code=problem.code, woken=woken)
