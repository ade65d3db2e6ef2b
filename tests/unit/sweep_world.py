"""Runs that have executions, and the sweep that goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.drops import DropBucket, DroppedVersion, Place, VersionsPage
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.statuses import ExecutionStatus
from lambdas.sweep.hold_sweep import HoldSweep
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.sweep.job_census import JobCensus
from lambdas.sweep.lost_runs import LostRuns
from lambdas.sweep.run_sweep import OpenRuns, RunSweep
from lambdas.sweep.staging_sweep import StagingSweep
from lambdas.sweep.whole_sweep import WholeSweep
from lambdas.use_cases.acceptance import Acceptance
from tests.unit.queue_world import LETTERS, SCOPE, QueueWorld, run_id
from tests.unit.samples import CREATED, POOL_ID, drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from cognito_drop.core.runs.sweep_action import Action


class SweepWorld(QueueWorld):
    """Runs that have executions, and a sweep."""

    def __init__(self) -> None:
        super().__init__()
        self.sweeping = run_sweep(self)

    def started(self, *letters: str, second: int = 0) -> None:
        """These files were dropped, accepted and checked, and their executions run."""
        self.checked(*letters, second=second)
        for letter in letters:
            self.executions.start(self.run(letter).drop)

    def died(self, letter: str, status: ExecutionStatus = ExecutionStatus.FAILED) -> None:
        """The run's newest execution has ended so."""
        self.executions.statuses[self.run(letter).execution_name] = status

    def act_on(self, letter: str) -> Action:
        """What the sweep does with a run, damaged or not."""
        record = self.ledger.find(run_id(letter))
        assert record is not None
        return self.sweeping.act_on(record)

    def sweep(self, *, runs: int = 99) -> OpenRuns:
        """Go through everything, or as far as the time for so many runs suffices."""
        time = iter([True] * runs)
        return self.sweeping.run(has_time=lambda: next(time, False))

    @property
    def names(self) -> list[str]:
        """The executions that were started, by letter and number."""
        return [f"{LETTERS[name[:32]]}{name[32:]}" for name in self.executions.started]


class Bucket(DropBucket):
    """A bucket with one file that was not accepted."""

    def __init__(self) -> None:
        pass

    def pages(self, bucket: str, prefix: str, after: Place | None = None) -> Iterator[VersionsPage]:  # noqa: ARG002
        """The file, in the inbox."""
        found = [DroppedVersion(drop(version_id="missed"), 10, CREATED)] if prefix == "inbox/" else []
        yield VersionsPage(found, None)


def run_sweep(world: QueueWorld) -> RunSweep:
    """The sweep of a world's runs."""
    lost = LostRuns(world.ledger, world.executions, "drops", world.epoch)
    notes, locks = world.notes, world.import_queue
    return RunSweep(
        world.ledger, notes, world.executions, locks, world.gate, world.damaged, lost, (SCOPE,), world.epoch
    )


def whole_sweep(world: QueueWorld, s3: S3Client) -> WholeSweep:
    """The sweep of a world, a bucket with one file, and one pool."""
    acceptance = Acceptance(world.ledger, world.executions, world.scans, world.pools, lambda: world.now)
    return WholeSweep(
        world.ledger,
        InboxSweep("drops", Bucket(), world.ledger, world.notes, acceptance, world.epoch),
        HoldSweep(world.ledger, world.import_queue, world.gate, lambda: world.now),
        run_sweep(world),
        JobCensus((POOL_ID,), world.imports, world.ledger, world.notes, world.epoch),
        StagingSweep("drops", Staging(s3), world.ledger),
        world.epoch,
    )
