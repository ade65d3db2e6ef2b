"""One poll of a part's import job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.import_jobs import JobNotFoundError
from cognito_drop.core.imports.pacing import Progress, seconds_to_wait
from cognito_drop.core.runs.run_state import JobProgress

if TYPE_CHECKING:
    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.imports.pacing import PollBounds


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """Polls jobs."""

    imports: UserImports
    ledger: RunLedger
    bounds: PollBounds

    def poll(self, run_id: str, before: JobProgress) -> JobProgress:
        """Describe the job; the wait follows from its progress since the poll before. Raises RefusedError."""
        file = self.ledger.checked_file(run_id)
        try:
            job, _ = self.imports.describe(file.pool_id, before.job_id)
        except JobNotFoundError:
            raise RefusedError("The import job no longer exists") from None
        rows = file.part_rows[before.part - 1]
        progress = Progress(rows, job.counts, done_before=before.done, waited=before.wait_seconds)
        wait = seconds_to_wait(progress, self.bounds)
        return JobProgress(before.part, job.job_id, job.status_text, wait, job.counts.done)
