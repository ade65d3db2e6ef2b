"""A pool, a bucket, and the real preflight between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.staging import Staging
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.pool_settings import PoolSettings
from lambdas.preflight.file_preflight import FilePreflight
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.fakes import InMemoryImports, InMemorySignIn
from tests.unit.in_memory_groups import InMemoryGroups
from tests.unit.lookup_world import Clock, lookup_in
from tests.unit.queue_world import FakePauses
from tests.unit.samples import POOL_ID, csv_file, drop, pool, row
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from cognito_drop.aws.import_jobs import DescribedPool
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile
    from tests.unit.lookup_world import InMemoryDirectory

STAGING = f"staging/{drop().run_id}/"
GOOD = csv_file(row("maria"), row("jose"))
BAD = row("bad", verified="perhaps")


def without_settings(file: CheckedFile | None) -> CheckedFile:
    """What was found in a file, without the settings that it was checked with."""
    assert file is not None
    return replace(file, settings="", part_versions=())


class PreflightWorld:
    """A pool, a bucket, and what is chosen for the pool."""

    def __init__(self, of_pool: DescribedPool | None = None, **settings: Any) -> None:  # noqa: ANN401  (settings have many types)
        self.imports = InMemoryImports(of_pool or pool())
        self.s3 = InMemoryS3()
        self.staging = Staging(self.s3.client)
        pools = {"people": PoolSettings(POOL_ID, **settings), "gone": PoolSettings("us-east-1_Gone")}
        self.ledger = WatchedLedger()
        self.pauses = FakePauses()
        drops = DropBucket(self.s3.client)
        self.groups = InMemoryGroups(Clock())
        self.sign_in = InMemorySignIn()
        self.preflight = FilePreflight(
            self.imports,
            drops,
            self.staging,
            self.ledger,
            self.ledger.scans,
            pools,
            self.ledger.gate_rules(pools, self.pauses, self.imports),
            CallRate(10),
            lookup_in(self.imports),
            self.groups,
            self.sign_in,
        )

    def check(self, data: bytes | None = GOOD, dropped: Drop | None = None) -> CheckedFile:
        """Drop a file, or delete it, and check it; the settings that a run keeps are left out."""
        dropped = dropped or drop()
        if data is not None:
            self.s3.drop(dropped, data)
        return without_settings(self.preflight.check(dropped))

    @property
    def directory(self) -> InMemoryDirectory:
        """The users of the pools."""
        return cast("InMemoryDirectory", self.preflight.users.directory)

    def part(self, number: int) -> str:
        """A part that was written."""
        return self.s3.body(f"{STAGING}part-{number:04}.csv").decode()

    @property
    def written(self) -> set[str]:
        """The names in the run's staging."""
        return self.s3.under(STAGING)
