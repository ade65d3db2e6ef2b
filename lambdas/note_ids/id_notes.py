"""The new ids of a run's imported users, recorded in `ids.csv` of its results.

Guarantees that every imported user has a line; that a later call continues where an earlier one has ended; that all
functions together call ListUsers no faster than was chosen; and that the ledger names the version that was written.
ListUsers shows some users late: those who are missing are looked for again, a few times.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.aws.import_jobs import PoolNotFoundError
from cognito_drop.aws.user_ids import HEADER
from cognito_drop.aws.user_searches import LookupGivenUpError
from cognito_drop.contract.object_keys import IDS, results_of
from cognito_drop.core.rows import PoolRules
from cognito_drop.core.runs.noted_ids import NotedIds
from cognito_drop.core.runs.run_state import IdsProgress
from lambdas.note_ids.imported_rows import ImportedRows
from lambdas.note_ids.staged_ids import staged_ids
from lambdas.runtime.logs import logger
from lambdas.use_cases.kept_details import KeptDetails

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cognito_drop.aws.drops import DropBucket
    from cognito_drop.aws.import_jobs import DescribedPool, UserImports
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.aws.user_searches import UserSearches
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import RunRecord
    from lambdas.note_ids.staged_ids import StagedIds

LAST_SECONDS: Final = 60
"""Seconds before the end of a call in which no calls to Cognito are planned any more: for those that are late, and for
writing the file."""
_SECONDS_UNSTAGED: Final = 120.0
"""So many seconds of work are done again after a crash, at most."""
WAITS: Final = (10, 60, 240)
"""Seconds before each further look for users who are missing. How late ListUsers may show a user is not documented."""
_READ, _LOOKS = "read", "looks"
"""Notes of the state: whether it has the imported rows, and how often the pool was looked at."""
_ROWS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class IdNotes:
    """Notes ids."""

    imports: UserImports
    drops: DropBucket
    staging: Staging
    ledger: RunLedger
    searches: UserSearches
    now: Callable[[], float]
    """Epoch seconds."""
    state_file: Path
    """Where the state is meanwhile, on the function's own disk."""

    def go_on(self, drop: Drop, seconds_left: float) -> IdsProgress:
        """Note ids for as long as this call can last.

        Raises TransientError when Cognito takes no calls, and RefusedError when they cannot be recorded.
        """
        ends_at = self.now() + seconds_left
        record = self.ledger.read(drop.run_id)
        if not record.has_ids_to_note or record.file is None:
            return IdsProgress(more=False, recorded=record.ids.recorded if record.ids else 0)
        pool = self._pool(record.file.pool_id)
        rules = PoolRules.of(pool.description, pool.columns)
        with staged_ids(self.staging, drop, self.state_file, rules) as ids:
            has_read = self._read(record, ids)
            progress = self._look(ids, pool, ends_at, has_done=has_read)
            if not progress.more:
                self._write(drop, ids)
            logger.info("IDs recorded.", recorded=progress.recorded, missing=ids.missing, more=progress.more)
        return progress

    def _pool(self, pool_id: str) -> DescribedPool:
        try:
            return self.imports.pool(pool_id)
        except PoolNotFoundError:
            raise RefusedError("The user pool does not exist") from None

    def _read(self, record: RunRecord, ids: StagedIds) -> bool:
        """Take the imported rows, once; whether this call has done so."""
        if ids.note(_READ) or record.file is None:
            return False
        kept = KeptDetails(self.staging, record.drop, record.file)
        ids.take_imported(ImportedRows(self.drops, kept, record, ids.rules))
        ids.keep_note(_READ, "yes")
        ids.stage()
        return True

    def _look(self, ids: StagedIds, pool: DescribedPool, ends_at: float, *, has_done: bool) -> IdsProgress:
        """Look for those who are missing, as far as time allows; `has_done` says that this call has done something."""
        if (looks := int(ids.note(_LOOKS) or 0)) > len(WAITS):
            return IdsProgress(more=False, recorded=ids.recorded)  # a call before this one was to write the file
        pool_users = int(pool.description.get("EstimatedNumberOfUsers") or 0)
        staged_at = self.now()
        try:
            for _ in ids.look(self.searches, pool.pool_id, pool_users, ends_at - LAST_SECONDS):
                has_done = True
                if self.now() - staged_at >= _SECONDS_UNSTAGED:
                    ids.stage()
                    staged_at = self.now()
            ids.keep_note(_LOOKS, str(looks + 1))
        except LookupGivenUpError:
            if not has_done:
                raise TransientError("Cognito does not take calls of ListUsers") from None
            return IdsProgress(more=True, recorded=ids.recorded)
        finally:
            ids.stage()
        if ids.missing and looks < len(WAITS):
            return IdsProgress(more=True, recorded=ids.recorded, wait_seconds=WAITS[looks])
        return IdsProgress(more=False, recorded=ids.recorded)

    def _write(self, drop: Drop, ids: StagedIds) -> None:
        """Write the file, and then note its version: after a crash between the two it is written again."""
        version_id, rows = "", ids.ids()
        if ids.imported:
            with self.drops.writer(drop.bucket, f"{results_of(drop.run_id)}{IDS}") as file:
                text = io.StringIO()
                written = csv.writer(text, lineterminator="\n")
                written.writerow(HEADER)
                for some in iter(lambda: list(islice(rows, _ROWS_AT_ONCE)), []):
                    written.writerows(some)
                    file.write(text.getvalue().encode())
                    text.seek(0)
                    text.truncate()
            version_id = file.version_id
        try:
            self.ledger.record_ids(drop.run_id, NotedIds(ids.recorded, ids.missing, version_id))
        except LedgerConflictError:
            self._take_back(drop, version_id)
            raise TransientError("A concurrent call has recorded the same IDs, or the run has ended") from None

    def _take_back(self, drop: Drop, version_id: str) -> None:
        """Delete a version that was written for nothing. It may have less than the recorded one, which would expire
        behind it, and an undo reads that one.
        """
        recorded = self.ledger.read(drop.run_id).ids
        if version_id and recorded and recorded.version_id != version_id:
            self.drops.delete_version(drop.bucket, f"{results_of(drop.run_id)}{IDS}", version_id)
