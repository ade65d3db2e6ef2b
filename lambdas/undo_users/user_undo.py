"""The undo of a run: deletes the users that it has imported, call after call, and writes the results.

Guarantees that what is deleted follows from the ledger, and from the execution's input the run's id and the choices
only; that an undo that has ended deletes nothing more; and that an undo which an error has ended says so, and goes on
when it is started again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.contract.execution_names import number_of
from cognito_drop.core.undo.request import NoUndoError, UndoRequest, undo_of
from cognito_drop.core.undo.undo_record import ENDED_EARLY, outcome_of
from cognito_drop.core.undo.undo_report import notification_of_undo, undo_json
from lambdas.runtime.logs import logger
from lambdas.undo_users.undo_round import UndoRound

if TYPE_CHECKING:
    from datetime import timedelta

    from cognito_drop.aws.pool_parameters import PoolParameters
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.contract.statuses import ExecutionStatus
    from cognito_drop.core.notification.message import Notification
    from cognito_drop.core.undo.undo_record import UndoPlan, UndoRecord
    from lambdas.undo_users.undo_round import Tools


@dataclass(frozen=True, slots=True)
class UndoAnswer:
    """What the state machine reads."""

    more: bool
    """Whether the function is to be called again."""
    undo_id: str
    is_continued: bool = False
    """Whether a later execution is at an undo that was to be ended."""
    notification: Notification | None = None
    """What is published at the end."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class UserUndo:
    """Undoes runs."""

    runs: RunLedger
    pools: PoolParameters
    bucket: str
    """The drop bucket: a run of another one is not undone."""
    kept_for: timedelta
    """How long the ledger keeps an undo after its end."""
    tools: Tools

    def go_on(self, given: object, execution: str, error: str, seconds_left: float) -> UndoAnswer:
        """Delete users for as long as a round lasts; write the results if all were processed, or after an error.

        Raises RefusedError for a run that cannot be undone, and TransientError while another call is at the same undo.
        """
        return self._go_on(self._plan(given), execution, error, seconds_left)

    def execution_ended(self, given: object, execution: str, status: ExecutionStatus) -> UndoAnswer:
        """End the undo of an execution that has ended with this status: write the results so far, and delete nothing.

        A later execution that begins meanwhile is not disturbed. Raises RefusedError and TransientError as `go_on`.
        """
        plan = self._plan(given)
        undo = self.tools.ledger.find(plan.undo_id)
        if undo and number_of(undo.execution) > number_of(execution):
            return UndoAnswer(more=False, undo_id=plan.undo_id, is_continued=True)
        error = f"its execution {ENDED_EARLY[status]}"
        return self._go_on(plan, execution, error, 0, rounds=undo.rounds if undo else 0)

    def _go_on(
        self, plan: UndoPlan, execution: str, error: str, seconds_left: float, *, rounds: int | None = None
    ) -> UndoAnswer:
        logger.append_keys(run_id=plan.undo_id)
        try:
            undo = self.tools.ledger.begin(plan, execution, self._now.isoformat(), rounds=rounds)
        except LedgerConflictError:
            return self._ended(plan)
        try:
            if not error:
                undo, is_over = UndoRound(self.tools, undo, seconds_left).go_on()
                if not is_over:
                    return UndoAnswer(more=True, undo_id=plan.undo_id)
            return self._end(undo, error)
        except LedgerConflictError:
            raise TransientError("A concurrent call is at the same undo") from None

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.tools.searches.now(), UTC)

    def _plan(self, given: object) -> UndoPlan:
        try:
            request = UndoRequest.read(given)
            run = self.runs.find(request.run_id)
            is_known = run is not None and not run.unreadable and run.drop.bucket == self.bucket
            return undo_of(run if is_known else None, self.pools, request.choices)
        except NoUndoError as refusal:
            raise RefusedError(str(refusal).removesuffix(".")) from None

    def _end(self, undo: UndoRecord, error: str) -> UndoAnswer:
        """Write the results, and then note that they are written.

        A call that is late writes none: when the undo has ended, what they are made of may be deleted.
        """
        newest = self.tools.ledger.find(undo.plan.undo_id)
        if newest is None or newest.rounds != undo.rounds:
            raise LedgerConflictError
        now = self._now
        outcome = outcome_of(undo.progress, undo.plan.users, error)
        ended = replace(undo, outcome=outcome, error=error, ended_at=now.isoformat())
        self._write(ended)
        try:
            self.tools.ledger.end(undo, outcome, error=error, now=now, expires_at=now + self.kept_for)
        except LedgerConflictError:
            newest = self.tools.ledger.find(undo.plan.undo_id)
            if newest and newest.is_over:  # in a later call, whose results these may have overwritten
                self._write(newest)
            raise
        progress = undo.progress
        logger.info(
            "Undo ended.", outcome=outcome.value, deleted=progress.deleted, gone=progress.gone, left=progress.left,
            unprocessed=undo.unprocessed,
        )  # fmt: skip
        return UndoAnswer(more=False, undo_id=undo.plan.undo_id, notification=notification_of_undo(ended))

    def _write(self, undo: UndoRecord) -> None:
        self.tools.results.write(undo)
        self.tools.results.write_summary(undo.plan, undo_json(undo))

    def _ended(self, plan: UndoPlan) -> UndoAnswer:
        """The answer for an undo that has ended: that of the call that ended it may have been lost."""
        undo = self.tools.ledger.find(plan.undo_id)
        if undo is None or not undo.is_over:
            raise TransientError("A concurrent call is at the same undo")
        return UndoAnswer(more=False, undo_id=plan.undo_id, notification=notification_of_undo(undo))
