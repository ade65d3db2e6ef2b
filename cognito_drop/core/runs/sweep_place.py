"""The order in which a sweep takes the open runs, by where the one before it stopped.

Guarantees that no run is first for ever: neither one that fails, nor those before the place that the time suffices for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.statuses import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.runs.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class SweepPlace:
    """Where a sweep has stopped, and which runs have failed in it."""

    after: str = ""
    """The id of the last run that it had time for; empty where it had time for all."""
    failed: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> SweepPlace:
        """What a sweep has kept."""
        return cls(str(kept.get("after", "")), tuple(map(str, kept.get("failed", ()))))

    def in_order(self, runs: Sequence[RunRecord]) -> list[RunRecord]:
        """The runs in the order of the next sweep: holders of a lock first, then from behind the place on."""
        ids = [record.run_id for record in runs]
        start = ids.index(self.after) + 1 if self.after in ids else 0
        failed = set(self.failed)
        return sorted(
            [*runs[start:], *runs[:start]],
            key=lambda record: (record.run_id in failed, record.state is not RunState.IMPORTING),
        )
