"""A run that has the lock and whose parts can be imported, and what surrounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.staging import Staging
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.imports.pacing import PollBounds
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from lambdas.start_import import part_start
from lambdas.start_import.part_start import PartStart, PartToImport
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.fakes import InMemoryImports
from tests.unit.samples import POOL_ID, ROLE, checked, drop, pool
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from cognito_drop.core.runs.run_state import JobProgress

OTHER_POOL = "us-east-1_Other"
FIRST, SECOND = "import-0000000000", "import-0000000001"
RUN = drop().run_id
PART = f"staging/{RUN}/part-0001.csv"


class StartWorld:
    """Calls of start_import, which may meet each other, and the outcome of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, watched: Sequence[str] = ()) -> None:
        self.imports = InMemoryImports(pool(), pool(pool_id=OTHER_POOL))
        self.s3 = InMemoryS3()
        staging = Staging(self.s3.client)
        for number, text in enumerate((b"the file", b"the second part"), 1):
            with staging.part_writer(drop(), number) as part:
                part.write(text)
        self.ledger = WatchedLedger()
        self.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.ledger.put(RUN, state=RunState.IMPORTING, file=checked(1, 1))
        self.time = 1_000.0
        """Epoch seconds; they do not go by."""
        self.parts = PartStart(
            self.imports, staging, self.ledger,
            logs_role_arn=ROLE, watched_pools=tuple(watched), bounds=PollBounds(10, 600), now=lambda: self.time,
        )  # fmt: skip
        monkeypatch.setattr(part_start, "upload", self.imports.upload)

    def call(self, part: int = 1, seconds_left: float = 600) -> JobProgress:
        """What the function answers to the workflow."""
        return self.parts.start(PartToImport(drop(), part, POOL_ID), seconds_left)

    def dies_before_upload(self) -> None:
        """An earlier call has created and recorded a job, and was killed: no one knows that it is over."""
        self.note_job(self.create())
        self.ledger.put(RUN, lease_until=self.time + 660)

    def create(self) -> str:
        """Someone creates a job."""
        return self.imports.create(POOL_ID, "a job", ROLE, None)[0].job_id

    def note_job(self, job_id: str) -> None:
        """And notes it as the first part's."""
        self.ledger.record_job(RUN, 1, PartJob(job_id), instead_of=None, start=0)

    @property
    def run(self) -> RunRecord:
        """The run as the ledger knows it."""
        return self.ledger.read(RUN)

    @property
    def started(self) -> list[str]:
        """The jobs that were started."""
        return [job_id for job_id, job in self.imports.jobs.items() if job.started]
