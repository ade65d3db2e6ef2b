"""The start of a part's import: into which pool the file goes, and who learns that the run has started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cognito_drop.aws.errors import RefusedError
from cognito_drop.contract.statuses import PartStatus
from cognito_drop.core.notification.run_events import run_started
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.rows import HashAlgorithm
from cognito_drop.core.runs.first_part import to_decide
from cognito_drop.core.runs.part_order import part_to_import
from cognito_drop.core.runs.run_state import JobProgress
from lambdas.start_import.part_start import PartStart, PartToImport
from lambdas.use_cases.publishing import publish_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.event_bus import EventBus
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile


@dataclass(frozen=True, slots=True)
class ImportStart:
    """Starts the imports of parts."""

    parts: PartStart
    ledger: RunLedger
    bus: EventBus
    now: Callable[[], datetime]

    def start(self, drop: Drop, seconds_left: float) -> JobProgress:
        """Start the job of the next part of the file; publish that the run has started, with its first part.

        `seconds_left` is how long this call can last at most.
        """
        record = self.ledger.read(drop.run_id)
        if record.file is None:
            raise RefusedError("The run's file was not checked")
        if to_decide(record) and not record.is_closing:
            # The rest of the file is not imported now: the run gives the lock back where it waits for it.
            return JobProgress(1, "", PartStatus.NO_LOCK, self.parts.bounds.shortest)
        file, number = record.file, part_to_import(record.file.part_rows, record.parts)
        part = PartToImport(drop, number, file.pool_id, _algorithm(file, number), file.version_of(number))
        progress = self.parts.start(part, seconds_left)
        if number == 1 and progress.is_started:
            dropped = datetime.fromisoformat(record.dropped_at)
            publish_progress(self.bus, run_started(drop, file, started=self.now(), dropped=dropped))
        return progress


def _algorithm(file: CheckedFile, number: int) -> HashAlgorithm | None:
    """That of the part's hashes. A file that an older version has checked has the pool's only one."""
    named = file.part_algorithms[number - 1 : number] or PoolSettings.from_kept(file.settings).hashes.algorithms
    return HashAlgorithm(named[0]) if named else None
