"""A sweep of everything, or of the run of one execution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.execution_names import run_id_of
from cognito_drop.contract.metric_names import Metric
from cognito_drop.core.metrics import run_metrics
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.run_ledger import RunLedger
    from lambdas.sweep.hold_sweep import HoldSweep
    from lambdas.sweep.inbox_sweep import InboxSweep
    from lambdas.sweep.job_census import JobCensus
    from lambdas.sweep.run_sweep import RunSweep


@dataclass(frozen=True, slots=True)
class WholeSweep:
    """Sweeps inbox, runs and jobs."""

    ledger: RunLedger
    inbox: InboxSweep
    holds: HoldSweep
    runs: RunSweep
    jobs: JobCensus
    now: Callable[[], float]
    """Epoch seconds."""

    def of_run(self, execution: str) -> dict[str, Any]:
        """Act on the run of an execution, if that is its newest one."""
        record = self.ledger.find(run_id_of(execution))
        if record is None or record.execution_name != execution:
            logger.info("Ignored: not the newest execution of a run.", execution=execution)
            return {}
        action = self.runs.act_on(record)
        record_metrics(run_metrics.of_actions({action: 1}))
        return {"actions": {action.value: 1}}

    def of_all(self) -> dict[str, Any]:
        """Go through the inbox, the runs, the locks and the jobs."""
        missed = self.inbox.run()
        holds = self.holds.run()  # before the locks are given
        seen = self.runs.run()
        # After the runs, whatever was found: for an alarm this is the sign that a sweep has completed.
        open_runs, done = run_metrics.of_open_runs(seen.runs, self.now()), run_metrics.of_actions(seen.actions)
        record_metrics({Metric.DROPS_MISSED: missed, **open_runs, **done})
        record_metrics(run_metrics.of_pools([(pool.used, pool.orphans) for pool in self.jobs.run()]))
        actions = {action.value: count for action, count in seen.actions.items()}
        logger.info(
            "Sweep finished.", missed=missed, released=holds.released, runs=dict(seen.by_state), actions=actions
        )
        if holds.failures:
            raise holds.failures[0]
        return {"missed": missed, "released": holds.released, "actions": actions}
