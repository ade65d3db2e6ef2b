"""Deletes what ended runs have kept on their way: parts, rejected rows, and outcomes, with values of users.

Guarantees that nothing is deleted of a run that has not ended, or that the ledger does not know: until its end its
report may be made again. What is left here expires by the bucket's lifecycle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from lambdas.runtime.logs import log_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging


@dataclass(slots=True)
class StagingCleared:
    """What a sweep of staging has done."""

    cleared: int = 0
    """Runs whose staging was deleted."""
    failures: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StagingSweep:
    """Goes through the staging of all runs. What one sweep has no time for, the next one finds: the rest is gone."""

    bucket: str
    staging: Staging
    ledger: RunLedger

    def run(self, *, has_time: Callable[[], bool]) -> StagingCleared:
        """Delete the staging of ended runs. A run whose staging cannot be deleted delays none of the others."""
        done = StagingCleared()
        for run_ids in self.staging.runs(self.bucket):
            states = self.ledger.states(run_ids)
            undone = self.ledger.ended_undos(run_id for run_id in run_ids if run_id not in states)
            for run_id in run_ids:
                if not has_time():
                    return done
                if states.get(run_id) == RunState.ENDED or run_id in undone:
                    self._clear(run_id, done)
        return done

    def _clear(self, run_id: str, done: StagingCleared) -> None:
        try:
            self.staging.clear(self.bucket, run_id)
        except Exception as error:  # noqa: BLE001  (the staging of the other runs is deleted; the sweep raises it)
            log_failure("The staging of a run could not be deleted.", error, run_id=run_id)
            done.failures.append(error)
        else:
            done.cleared += 1
