"""A run that is reported: what its report says by the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.object_keys import IDS
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.results.summary import Summary, Times
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.noted_ids import IdsAccount
from cognito_drop.core.runs.outcome import account_for, outcome_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.runs.run_record import PartJob, RunRecord
    from cognito_drop.core.runs.run_state import CheckedFile


_IDS_NOT_REACHED: Final = "the run ended before"


@dataclass(frozen=True, slots=True)
class ReportedRun:
    """A run, why its execution has ended early, and the time."""

    record: RunRecord
    error: str
    now: datetime
    ids_error: str = ""
    """Why the new ids of its users are not recorded, as this execution knows it."""

    @property
    def ids(self) -> IdsAccount | None:
        """What is recorded of the new ids of its users; None if none were to be."""
        record = self.record
        if not record.notes_ids and record.ids is None:
            return None
        return IdsAccount(record.ids, "" if record.ids else record.ids_error or self.ids_error or _IDS_NOT_REACHED)

    @property
    def ids_files(self) -> tuple[str, ...]:
        """The result file with them, where it was written."""
        ids = self.record.ids
        return (IDS,) if ids and ids.recorded + ids.missing else ()

    @property
    def gaps(self) -> list[DetailGap]:
        """What the ledger itself lacks."""
        return [DetailGap.LEDGER_DAMAGED] if self.record.damage else []

    def summary(self, file: CheckedFile, known: Sequence[ImportJob | PartJob | None]) -> Summary:
        """The report of the file, by what is known of the job of each part; details are added to it."""
        record = self.record
        rows = account_for(file, known)
        ended = datetime.fromisoformat(record.ended_at) if record.ended_at else self.now
        return Summary(
            drop=record.drop,
            file=file,
            outcome=outcome_of(file, known, rows, is_stopped=record.is_stopped) if record.file else self._outcome(),
            rows=rows,
            times=Times(datetime.fromisoformat(record.dropped_at), ended),
            jobs=[None] * len(known),
            counts=[each.counts if each else JobCounts() for each in known],
            ids=self.ids,
            error=record.error or ("" if file.problem else self.error) or self._damage(),
        )

    def _outcome(self) -> Outcome:
        """Of a run of whose file nothing is known: it was never checked, or the ledger has lost it."""
        return Outcome.STOPPED if self.record.is_stopped else Outcome.FAILED

    def _damage(self) -> str:
        names = ", ".join(self.record.damage)
        return f"The run's item in the ledger was lost or damaged: {names}" if names else ""
