"""A ledger with one run, for the tests of what it guarantees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from tests.unit.samples import drop
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.runs.run_record import PartJob, RunRecord

RUN = drop().run_id
DROPPED_AT = "2026-07-01T12:00:00Z"


@dataclass
class Kept:
    """A ledger with one run, and the run in a state that someone else brings it to. Needs the fixture `aws`."""

    ledger: WatchedLedger = field(default_factory=WatchedLedger)

    def __post_init__(self) -> None:
        accept_run(self.ledger)

    @property
    def run(self) -> RunRecord:
        """The run as it is now."""
        return self.ledger.read(RUN)

    def put(self, state: RunState) -> None:
        """Bring the run into a state."""
        self.ledger.put(RUN, state=state, token="a token")  # noqa: S106  (no secret)

    def begin_import(self, **parts: PartJob) -> None:
        """Give the run the lock, and a job to parts."""
        self.put(RunState.IMPORTING)
        for number, entry in parts.items():
            self.ledger.record_job(RUN, int(number.removeprefix("part")), entry, instead_of=None, start=0)


def accept_run(ledger: RunLedger, version: str = "v1", dropped_at: str = DROPPED_AT) -> bool:
    """Accept a run of the sample file."""
    return ledger.accept(drop(version_id=version), size=10, dropped_at=dropped_at, dropped_by="123456789012")
