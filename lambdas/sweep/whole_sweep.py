"""A sweep of everything, or of the run of one execution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.execution_names import run_id_of
from cognito_drop.contract.metric_names import Metric
from cognito_drop.core.metrics import run_metrics
from lambdas.runtime.logs import log_failure, logger
from lambdas.runtime.metrics import record_metrics
from lambdas.sweep.hold_sweep import HoldsSeen
from lambdas.sweep.inbox_sweep import InboxFindings
from lambdas.sweep.run_sweep import OpenRuns
from lambdas.sweep.staging_sweep import StagingCleared

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.run_ledger import RunLedger
    from lambdas.sweep.hold_sweep import HoldSweep
    from lambdas.sweep.inbox_sweep import InboxSweep
    from lambdas.sweep.job_census import JobCensus
    from lambdas.sweep.run_sweep import RunSweep
    from lambdas.sweep.staging_sweep import StagingSweep

_AFTER_RUNS: Final = 150
_AFTER_INBOX: Final = 80
_AFTER_STAGING: Final = 10
"""Seconds that are left after the pass of the runs, of the inbox, and of staging."""


@dataclass(frozen=True, slots=True)
class WholeSweep:
    """Sweeps runs, inbox, jobs and staging."""

    ledger: RunLedger
    inbox: InboxSweep
    holds: HoldSweep
    runs: RunSweep
    jobs: JobCensus
    staging: StagingSweep
    now: Callable[[], float]
    """Epoch seconds."""

    def of_run(self, execution: str) -> dict[str, Any]:
        """Act on the run of an execution, if that is its newest one."""
        record = self.ledger.find(run_id_of(execution)) or self.runs.lost.recorded_again(execution)
        if record is None or record.execution_name != execution:
            logger.info("Ignored: not the newest execution of a run.", execution=execution)
            return {}
        action = self.runs.act_on(record)
        record_metrics(run_metrics.of_actions({action: 1}))
        return {"actions": {action.value: 1}}

    def of_all(self, seconds_left: Callable[[], float]) -> dict[str, Any]:
        """Go through the runs and their locks, the inbox, the jobs, and staging: the most urgent first.

        What fails in one of them delays none of the others. Raises the first failure at the end, so that the alarm on
        the sweep and Lambda's own retry know of it.
        """
        seen, found = OpenRuns(), InboxFindings()
        holds, staged, failures = HoldsSeen(), StagingCleared(), list[Exception]()
        try:
            holds = self.holds.run()  # before the locks are given
        except Exception as error:  # noqa: BLE001  (the other passes come first; it is raised below)
            failures.append(_failed("holds", error))
        try:
            seen = self.runs.run(has_time=lambda: seconds_left() > _AFTER_RUNS)
        except Exception as error:  # noqa: BLE001  (as above)
            failures.append(_failed("runs", error))
        try:
            found = self.inbox.run(has_time=lambda: seconds_left() > _AFTER_INBOX)
        except Exception as error:  # noqa: BLE001  (as above)
            failures.append(_failed("inbox", error))
        self._act_on_odd(found, seen)
        failures += [*holds.failures, *seen.failures, *found.failures]
        open_runs, done = run_metrics.of_open_runs(seen.runs, self.now()), run_metrics.of_actions(seen.actions)
        record_metrics({Metric.DROPS_MISSED: found.missed, **open_runs, **done})
        try:
            record_metrics(run_metrics.of_pools([(pool.used, pool.orphans) for pool in self.jobs.run()]))
        except Exception as error:  # noqa: BLE001  (as above)
            failures.append(_failed("jobs", error))
        try:
            staged = self.staging.run(has_time=lambda: seconds_left() > _AFTER_STAGING)
        except Exception as error:  # noqa: BLE001  (as above)
            failures.append(_failed("staging", error))
        failures += staged.failures
        # Last, whatever was found: for an alarm its value is the sign that a sweep has completed, and how.
        record_metrics({Metric.SWEEP_FAILURES: len(failures)})
        actions = {action.value: count for action, count in seen.actions.items()}
        logger.info(
            "Sweep finished.",
            missed=found.missed,
            released=holds.released,
            runs=dict(seen.by_state),
            actions=actions,
            left=seen.left,
            whole_inbox=found.is_complete,
            staging_cleared=staged.cleared,
            failures=len(failures),
        )
        if failures:
            raise failures[0]
        return {"missed": found.missed, "released": holds.released, "actions": actions}

    def _act_on_odd(self, found: InboxFindings, seen: OpenRuns) -> None:
        """Act on runs whose state is unknown: they are in no list of the open runs."""
        for drop in found.odd:
            try:
                record = self.ledger.find(drop.run_id)
                if record is not None:
                    seen.actions[self.runs.act_on(record)] += 1
            except Exception as error:  # noqa: BLE001  (the other runs come first; the sweep fails with it at its end)
                seen.failed("A run of an unknown state could not be processed.", error, run_id=drop.run_id)


def _failed(sweep_pass: str, error: Exception) -> Exception:
    log_failure("A pass of the sweep failed.", error, sweep_pass=sweep_pass)
    return error
