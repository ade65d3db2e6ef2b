"""The ledger, read only: runs by id, by the start of their ids, by state and time; and the line of those that wait."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.pauses import resume_commands
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE
from cognito_drop.core.runs.run_record import SHORT_ID, RunRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.aws.pauses import Pauses
    from cognito_drop.contract.statuses import Outcome
    from cognito_drop.core.undo.undo_record import UndoRecord

_ID = re.compile(r"[0-9a-f]{4,32}")
_LENGTH = 32
_CANDIDATES = 5


class LedgerReader:
    """The ledger of the deployed stack."""

    def __init__(self, client: DynamoDBClient, table: str, pauses: Pauses | None = None) -> None:
        """Use the client of boto3's DynamoDB resource. Without the pauses, holds are as they were recorded."""
        self._pauses = pauses
        self._runs = RunLedger(client, table)
        self._queue = ImportQueue(client, table)
        self._undos = UndoLedger(client, table)

    @cached_property
    def _all_undos(self) -> list[UndoRecord]:
        """The newest first, as they were when they were read first."""
        return list(self._undos.newest())

    def find(self, run_id: str) -> RunRecord | None:
        """The run of this whole id, as it was written last."""
        run = self._runs.find(run_id)
        return run and self._with_pauses([run])[0]

    def run(self, given: str) -> RunRecord:
        """The run whose id starts so. Raises CommandError when there is none, or several."""
        run = self.find(self.full_id(given))
        if run is None:
            raise self.unknown(given)
        return run

    def full_id(self, given: str) -> str:
        """The one id that starts so; a whole id is taken as it is. Raises CommandError."""
        start = given.strip().lower()
        if not _ID.fullmatch(start):
            raise CommandError(
                ErrorCode.BAD_RUN_ID,
                f"{given!r} is not a run ID: use at least the first 4 of its 32 hexadecimal digits.",
                "`cognito-drop runs` lists the runs.",
            )
        if len(start) == _LENGTH:
            return start
        found = sorted(self._runs.starting_with(start), key=lambda run: run.dropped_at, reverse=True)
        if not found:
            raise self.unknown(given)
        if len(found) > 1:
            named = "; ".join(f"{_distinguished(run, found)} {run.drop.file_name}" for run in found[:_CANDIDATES])
            more = f"; and {len(found) - _CANDIDATES:,} more" if len(found) > _CANDIDATES else ""
            raise CommandError(
                ErrorCode.AMBIGUOUS_RUN, f"{len(found):,} runs start with {start}.", f"Give more digits: {named}{more}."
            )
        return found[0].run_id

    def undo(self, given: str) -> UndoRecord | None:
        """The undo whose id starts so; None where there is none. Raises CommandError when there are several."""
        start = given.strip().lower()
        if not _ID.fullmatch(start):
            return None
        if len(start) == _LENGTH:
            return self._undos.find(start)
        found = [undo for undo in self._all_undos if undo.plan.undo_id.startswith(start)]
        if len(found) > 1:
            raise CommandError(
                ErrorCode.AMBIGUOUS_RUN, f"{len(found):,} undos start with {start}.", "Give more digits."
            )
        return found[0] if found else None

    def unknown(self, given: str) -> CommandError:
        """The error of an id that is no run's. Raises the one of an undo's id."""
        self.refuse_undo(given)
        return CommandError(
            ErrorCode.RUN_NOT_FOUND,
            f"The run {given} does not exist.",
            "`cognito-drop runs` lists the runs; a drop becomes a run a few seconds after its upload.",
        )

    def refuse_undo(self, given: str) -> None:
        """Raise CommandError if an undo's id starts so."""
        undo = self.undo(given)
        if undo:
            plan = undo.plan
            raise CommandError(
                ErrorCode.RUN_NOT_FOUND,
                f"{plan.short_id} is the undo of the run {plan.run_id[:SHORT_ID]}, and not an import.",
                f"`cognito-drop status {plan.short_id}` shows it, `cognito-drop results {plan.short_id}` lists its "
                f"files, and `{plan.command}` follows or continues it.",
            )

    def undos_of(self, run_ids: Iterable[str]) -> list[UndoRecord]:
        """The undos of these runs, the newest first."""
        undone = set(run_ids)
        return [undo for undo in self._all_undos if undo.plan.run_id in undone] if undone else []

    def undos(self, *, since: datetime | None, alias: str | None, most: int | None = None) -> list[UndoRecord]:
        """The undos, the newest first."""
        wanted = (
            undo
            for undo in self._undos.newest()
            if alias in (None, undo.plan.alias) and (since is None or datetime.fromisoformat(undo.started_at) >= since)
        )
        return list(islice(wanted, most))

    def runs(
        self,
        states: Iterable[RunState] = RunState,
        *,
        since: datetime | None = None,
        alias: str | None = None,
        outcome: Outcome | None = None,
        ids: Collection[str] | None = None,
        most: int | None = None,
    ) -> list[RunRecord]:
        """The runs in these states, with this outcome, and of these ids, the newest drop first."""
        start = since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else ""
        found = [self._runs.in_state(state, since=start, newest_first=True) for state in states]
        newest_first = merge(*found, key=lambda run: run.dropped_at, reverse=True)
        wanted = (
            run
            for run in newest_first
            if alias in (None, run.drop.alias) and outcome in (None, run.outcome) and (ids is None or run.run_id in ids)
        )
        return self._with_pauses(list(islice(wanted, most)))

    def _with_pauses(self, runs: list[RunRecord]) -> list[RunRecord]:
        """The runs as pauses hold them now: the ledger has a pause that has ended until the next sweep."""
        if self._pauses is None or not any(map(_is_paused, runs)):
            return runs
        try:
            paused = self._pauses.all()
        except ClientError as error:
            if is_denied(error):  # somebody who may read the ledger only
                return runs
            raise
        return [
            replace(run, hold=replace(run.hold, resume=resume_commands(run.drop.alias, paused)))
            if run.hold and _is_paused(run)
            else run
            for run in runs
        ]

    def position(self, run: RunRecord) -> int | None:
        """The run's position in the queue for the import lock, 1 = next; None when it is not in the queue."""
        waiting = self._queue.waiting(run.scope or ACCOUNT_SCOPE)
        return next((position for position, run_id in enumerate(waiting, 1) if run_id == run.run_id), None)


def _is_paused(run: RunRecord) -> bool:
    return run.hold is not None and run.hold.reason is HoldReason.PAUSED and run.is_held


def _distinguished(run: RunRecord, others: list[RunRecord]) -> str:
    """As many digits as it takes to tell it from the others."""
    ids = [other.run_id for other in others if other is not run]
    return next(
        run.run_id[:digits]
        for digits in range(SHORT_ID, _LENGTH + 1)
        if digits == _LENGTH or not any(other.startswith(run.run_id[:digits]) for other in ids)
    )
