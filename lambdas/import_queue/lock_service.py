"""How a run gets the import lock and releases it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.import_jobs import JobHiddenError, JobNotFoundError
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.notification.first_part_notice import first_part_notice
from cognito_drop.core.notification.run_events import run_waiting
from cognito_drop.core.queue.job_life import JobLife, life_of, life_of_hidden
from cognito_drop.core.queue.queue_order import scope_of
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.hold import Hold
from lambdas.runtime.logs import log_failure, logger
from lambdas.runtime.metrics import record_metrics
from lambdas.use_cases.publishing import publish_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.import_queue import ImportQueue
    from cognito_drop.aws.notification_topic import NotificationTopic
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.contract.environment import LockScope
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.first_part import FirstPartResult
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.use_cases.damaged_run import DamagedRuns
    from lambdas.use_cases.import_gate import ImportGate


@dataclass(frozen=True, slots=True)
class LockRelease:
    """Whether the lock is released; otherwise, in how many seconds to try again."""

    released: bool
    wait_seconds: int = 0
    has_members: bool = False
    """Whether users are to be added to groups: a run that was stopped is only brought to its end."""
    has_ids: bool = False
    """Whether the new ids of its users are to be recorded, also those of a run that was stopped."""


@dataclass(frozen=True, slots=True)
class LockService:
    """Gives and releases the import lock."""

    ledger: RunLedger
    import_queue: ImportQueue
    executions: Executions
    imports: UserImports
    bus: EventBus
    topic: NotificationTopic
    gate: ImportGate
    damaged: DamagedRuns
    lock_scope: LockScope
    """`account` or `pool`."""
    wait_for_job: int
    """Seconds between two polls of a job that keeps the lock from being released."""
    now: Callable[[], datetime]

    def take(self, run_id: str, token: str) -> int:
        """Enqueue the run, and wake the lock's holder: maybe this run itself. Return its position, 0 for the holder
        and for a run that is held.

        A run of whose first part too many rows failed gives the lock back, and waits for a decision. Raises
        RefusedError for a run whose import is over.
        """
        record = self.ledger.read(run_id)
        if (found := to_decide(record)) and not record.is_closing:
            self._await_decision(record, found, token)
            return 0
        if (
            record.hold
            and not record.hold.is_due(self.now().timestamp())
            and self.import_queue.stay_held(record, token)
        ):
            return 0
        scope = record.scope or scope_of(self.lock_scope, record.jobs_pool_id)
        now = self.now()
        if self.import_queue.enqueue(record, scope, token, now.isoformat()):
            self.serve(scope)
            record = self.ledger.read(run_id)
            if record.state is not RunState.IMPORTING and not record.is_held:
                place = self.import_queue.place(record, scope, now.isoformat())
                self._publish_waiting(record, place, now)
                return place
            return 0
        record = self.ledger.read(run_id)
        if record.state.is_before_lock and not record.is_closing:
            raise TransientError("The run's hold changed while it came to the queue")
        if record.is_closing or record.state is not RunState.IMPORTING:
            raise RefusedError(f"The run is {record.state}, and can no longer take the import lock")
        # It was given the lock when no execution waited: before a crash, or after its wait was over.
        self.executions.wake(token)
        return 0

    def release(self, drop: Drop, error: str) -> LockRelease:
        """End the run's import, unless a job of it may still be active, and give the lock to the next run."""
        record = self.damaged.readable(drop, self.ledger.close(drop.run_id, error=error))
        if not record.state.is_before_report:
            return self._released(record)
        life = self._life(record)
        if life is not JobLife.OVER:
            logger.info("Import lock kept: a job of the run is still active.", life=life)
            return LockRelease(released=False, wait_seconds=self.wait_for_job)
        if not self.import_queue.leave(record):
            raise TransientError("The run changed while its import lock was released")
        return self._released(record)

    def serve(self, scope: str) -> None:
        """Give the lock, if it is free, to the first in the queue, and wake that run."""
        served = self.import_queue.serve(scope, self.now().timestamp(), self.gate.look().admits)
        record = self.ledger.find(served) if served else None
        if record is not None:  # damaged or not: it must not fail the run that calls
            record_metrics(run_metrics.of_lock(record))
            woken = bool(record.token) and self.executions.wake(record.token)
            logger.info("Import lock granted.", scope=scope, served=served, woken=woken)

    def _await_decision(self, record: RunRecord, found: FirstPartResult, token: str) -> None:
        """Hold the run, unless its time is over; publish that it is held."""
        now, hold = self.now().timestamp(), record.hold
        if hold is None:
            hold = Hold(HoldReason.FIRST_PART, now + found.rule.seconds)
            if not self.import_queue.hold_after_first_part(record, hold, token):
                raise TransientError("The run changed while its first part was judged")
            logger.warning("The run waits for a decision.", failed=found.failed, rows=found.rows, until=hold.until)
            self.serve(record.scope)
        elif hold.is_due(now) and self.gate.look().give_up(record, found):
            raise RefusedError("The run was not continued in time")
        elif not self.import_queue.stay_held(record, token):
            raise TransientError("The run changed while it waited for a decision")
        if not record.is_hold_notified:
            self._notify(record, found, hold)

    def _notify(self, record: RunRecord, found: FirstPartResult, hold: Hold) -> None:
        """Publish, then note it: a crash between the two publishes twice. What fails is tried again at the next poll,
        some minutes later: the run waits either way.
        """
        notice = first_part_notice(record, found, datetime.fromtimestamp(hold.until, UTC))
        try:
            self.topic.publish(notice)
        except (ClientError, BotoCoreError) as error:
            log_failure("The notification that the run waits for a decision was not published.", error)
            return
        self.import_queue.note_hold_notified(record)

    def _publish_waiting(self, record: RunRecord, place: int, now: datetime) -> None:
        if record.file is not None:
            dropped = datetime.fromisoformat(record.dropped_at)
            event = run_waiting(record.drop, record.file, position=place, since=now, dropped=dropped)
            publish_progress(self.bus, event)

    def _released(self, record: RunRecord) -> LockRelease:
        if record.scope:
            self.serve(record.scope)
        is_open = record.file is not None and record.file.memberships > 0 and not record.memberships.is_over
        has_ids = record.notes_ids and record.ids is None and not record.is_over
        return LockRelease(released=True, has_members=is_open and not record.is_stopped, has_ids=has_ids)

    def _life(self, record: RunRecord) -> JobLife:
        """The liveliest of the run's jobs; those that are recorded as ended are not asked for."""
        now = self.now().timestamp()
        found = {JobLife.OVER}
        for part in record.parts.values():
            if part.status is None:
                try:
                    found.add(life_of(self.imports.describe(record.jobs_pool_id, part.job_id)[0].status, record, now))
                except JobNotFoundError:
                    found.add(life_of(None, record, now))
                except JobHiddenError as error:
                    logger.warning("Access to a job of the run was denied.", job_id=part.job_id, reason=str(error))
                    found.add(life_of_hidden(record, now))
        return next(life for life in JobLife if life in found)
