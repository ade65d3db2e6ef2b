"""What is measured of runs, import jobs, the import lock, and pools: the values of the metrics.

Guarantees counts, seconds, and rates, and nothing that comes from a row or names a run. The runtime writes them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.runs.sweep_action import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.run_record import RunRecord

    MetricValues = Mapping[Metric, float]


def of_run(summary: Summary) -> MetricValues:
    """A run that was reported, and its rows by outcome; a dry run has no rows that could have been imported."""
    run = {Metric[f"RUNS_{summary.outcome.name}"]: 1}
    if summary.file.is_dry_run:
        return run
    rows = summary.rows
    return run | {
        Metric.ROWS_IMPORTED: rows.imported,
        Metric.ROWS_SKIPPED: rows.skipped,
        Metric.ROWS_FAILED: rows.failed,
        Metric.ROWS_REJECTED: rows.rejected,
        Metric.ROWS_UNPROCESSED: rows.unprocessed,
    }


def of_job(job: ImportJob) -> MetricValues:
    """How long the job of a part took, and how many rows a second that were; nothing where Cognito does not tell."""
    if job.seconds is None:
        return {}
    rate = {Metric.JOB_RATE: job.counts.done / job.seconds} if job.seconds > 0 else {}
    return {Metric.JOB_DURATION: job.seconds, **rate}


def of_memberships(before: MembershipProgress, after: MembershipProgress) -> MetricValues:
    """Users who were added to groups, who could not be, and calls that Cognito asked to make later."""
    return {
        Metric.MEMBERSHIPS_ADDED: after.added - before.added,
        Metric.MEMBERSHIPS_FAILED: after.failed - before.failed,
        Metric.MEMBERSHIPS_THROTTLED: after.throttled - before.throttled,
    }


def of_lock(record: RunRecord) -> MetricValues:
    """How long a run waited for the import lock that it got, without its holds; nothing for a run without it."""
    since = max(record.released_at, record.waiting_since)  # a run that waited for its scan was released before
    if not since or not record.lock_at:
        return {}
    return {Metric.LOCK_WAIT: max(0.0, record.lock_at - datetime.fromisoformat(since).timestamp())}


def of_open_runs(records: Sequence[RunRecord], now: float) -> MetricValues:
    """The queue, the held runs, the oldest run that has not come to its end, and the run that was started most often.

    A held run is as old as it should be: it counts from its release. `now` is in epoch seconds.
    """
    begun = [record.released_at or record.dropped_at for record in records if not record.is_held]
    ages = [now - datetime.fromisoformat(moment).timestamp() for moment in begun]
    return {
        Metric.RUNS_WAITING: sum(record.state is RunState.WAITING and not record.is_held for record in records),
        Metric.RUNS_HELD: sum(record.is_held for record in records),
        Metric.RUNS_WAITING_FOR_JOB: sum(_waits_for_other(record) for record in records),
        Metric.OLDEST_RUN_AGE: max([0.0, *ages]),
        Metric.MOST_EXECUTIONS: max((record.executions for record in records), default=0),
    }


def _waits_for_other(record: RunRecord) -> bool:
    wait = job_wait_of(record)
    return wait is not None and wait.is_for_other


def of_pools(jobs: Sequence[tuple[int, int]]) -> MetricValues:
    """The import jobs of the pool that has used most, and those that were created and forgotten in any pool.

    Each entry is a pool's number of jobs, and how many of them were forgotten. No metric for each pool: CloudWatch
    charges every one of them.
    """
    if not jobs:
        return {}
    return {
        Metric.IMPORT_JOBS_USED: max(used for used, _ in jobs),
        Metric.IMPORT_JOBS_ORPHANED: sum(orphans for _, orphans in jobs),
    }


def of_actions(actions: Mapping[Action, int]) -> MetricValues:
    """How many runs the sweep has brought on their way, and how many to their end."""
    by_metric = {Metric.RUNS_RESUMED: 0, Metric.RUNS_FINALIZED: 0}
    for action, count in actions.items():
        match action:
            case Action.LEAVE:
                pass
            case Action.START | Action.RESUME | Action.WAKE:
                by_metric[Metric.RUNS_RESUMED] += count
            case Action.FINALIZE:
                by_metric[Metric.RUNS_FINALIZED] = count
            case _:
                assert_never(action)
    return by_metric
