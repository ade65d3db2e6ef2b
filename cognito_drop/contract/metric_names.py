"""The metrics that the functions write, and that dashboard and alarms read. docs/monitoring.md explains them.

Their namespace is the stack's name, and each has one dimension: the function that measures it.
"""

from __future__ import annotations

import enum
from typing import assert_never

from cognito_drop.contract.function_names import FunctionName

DIMENSION = "service"
"""The dimension, as Powertools calls it; the value is the function's name."""


class Unit(enum.StrEnum):
    """CloudWatch's words for what a value counts.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
    """

    COUNT = "Count"
    SECONDS = "Seconds"
    PER_SECOND = "Count/Second"


class Metric(enum.StrEnum):
    """The metrics by their names in CloudWatch."""

    RUNS_IMPORTED = "RunsImported"
    RUNS_PARTLY_IMPORTED = "RunsPartlyImported"
    RUNS_CHECKED = "RunsChecked"
    RUNS_REJECTED = "RunsRejected"
    RUNS_FAILED = "RunsFailed"
    RUNS_STOPPED = "RunsStopped"
    RUNS_EXPIRED = "RunsExpired"
    ROWS_IMPORTED = "RowsImported"
    ROWS_SKIPPED = "RowsSkipped"
    ROWS_FAILED = "RowsFailed"
    ROWS_REJECTED = "RowsRejected"
    ROWS_UNPROCESSED = "RowsUnprocessed"
    LOCK_WAIT = "LockWait"
    JOB_DURATION = "JobDuration"
    JOB_RATE = "JobRate"
    RUNS_WAITING = "RunsWaiting"
    RUNS_HELD = "RunsHeld"
    RUNS_WAITING_FOR_JOB = "RunsWaitingForJob"
    OLDEST_RUN_AGE = "OldestRunAge"
    MOST_EXECUTIONS = "MostExecutions"
    DROPS_MISSED = "DropsMissed"
    SWEEP_FAILURES = "SweepFailures"
    RUNS_RESUMED = "RunsResumed"
    RUNS_FINALIZED = "RunsFinalized"
    MEMBERSHIPS_ADDED = "MembershipsAdded"
    MEMBERSHIPS_FAILED = "MembershipsFailed"
    MEMBERSHIPS_THROTTLED = "MembershipsThrottled"
    IMPORT_JOBS_USED = "ImportJobsUsed"
    IMPORT_JOBS_ORPHANED = "ImportJobsOrphaned"

    @property
    def measured_by(self) -> FunctionName:
        """The function under whose name it is written."""
        return _MEASURED_BY[self]

    @property
    def is_watched(self) -> bool:
        """Whether an alarm reads it."""
        return self in _WATCHED

    @property
    def unit(self) -> Unit:
        """What its values count."""
        return _UNITS.get(self, Unit.COUNT)


class Monitoring(enum.StrEnum):
    """What watches a stack, from which follows what its functions record: a metric that nothing reads costs money."""

    FULL = "full"
    """Alarms, a dashboard, and saved queries."""
    ALARMS = "alarms"
    """Alarms, and saved queries."""
    NONE = "none"
    """Neither: the functions record nothing."""

    @property
    def has_alarms(self) -> bool:
        """Whether there are alarms, and saved queries for those who look into one."""
        return self is not Monitoring.NONE

    def records(self, metric: Metric, value: float) -> bool:
        """Whether a value is recorded.

        For alarms a value of 0 says the same as none, and CloudWatch bills a metric by the hours in which it has
        values; the alarm on the sweep alone misses a value.
        """
        match self:
            case Monitoring.FULL:
                return True
            case Monitoring.ALARMS:
                return metric is Metric.SWEEP_FAILURES or (metric.is_watched and value != 0)
            case Monitoring.NONE:
                return False
            case _:
                assert_never(self)


_WATCHED = (Metric.OLDEST_RUN_AGE, Metric.MOST_EXECUTIONS, Metric.SWEEP_FAILURES, Metric.IMPORT_JOBS_USED)
_UNITS = {
    Metric.LOCK_WAIT: Unit.SECONDS,
    Metric.JOB_DURATION: Unit.SECONDS,
    Metric.JOB_RATE: Unit.PER_SECOND,
    Metric.OLDEST_RUN_AGE: Unit.SECONDS,
}

_MEASURED_BY = {
    metric: function
    for function, metrics in {
        FunctionName.REPORT_RUN: (
            *(Metric.RUNS_IMPORTED, Metric.RUNS_PARTLY_IMPORTED, Metric.RUNS_CHECKED, Metric.RUNS_REJECTED),
            *(Metric.RUNS_FAILED, Metric.RUNS_STOPPED, Metric.RUNS_EXPIRED),
            *(Metric.ROWS_IMPORTED, Metric.ROWS_SKIPPED, Metric.ROWS_FAILED),
            *(Metric.ROWS_REJECTED, Metric.ROWS_UNPROCESSED),
        ),
        FunctionName.COLLECT_PART: (Metric.JOB_DURATION, Metric.JOB_RATE),
        FunctionName.ADD_MEMBERS: (Metric.MEMBERSHIPS_ADDED, Metric.MEMBERSHIPS_FAILED, Metric.MEMBERSHIPS_THROTTLED),
        FunctionName.IMPORT_QUEUE: (Metric.LOCK_WAIT,),
        FunctionName.SWEEP: (
            *(Metric.RUNS_WAITING, Metric.RUNS_HELD, Metric.RUNS_WAITING_FOR_JOB, Metric.OLDEST_RUN_AGE),
            *(Metric.MOST_EXECUTIONS, Metric.DROPS_MISSED),
            *(Metric.RUNS_RESUMED, Metric.RUNS_FINALIZED, Metric.IMPORT_JOBS_USED, Metric.IMPORT_JOBS_ORPHANED),
            Metric.SWEEP_FAILURES,
        ),
    }.items()
    for metric in metrics
}
