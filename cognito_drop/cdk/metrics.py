"""The metrics that the functions write, as the dashboard and the alarms read them.

The names are spelled here and in cognito_drop/core/metrics/run_metrics.py; a test compares the two. docs/monitoring.md
explains them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIOD = Duration.minutes(5)
"""The sweep measures as often."""

JOBS_USED = "ImportJobsUsed"
"""Of the pool that has used most: CloudWatch charges every metric and alarm, so that no pool has its own."""
JOBS_ORPHANED = "ImportJobsOrphaned"

BY_SERVICE: Mapping[str, tuple[str, ...]] = {
    "report_run": (
        *("RunsImported", "RunsPartlyImported", "RunsChecked", "RunsRejected"),
        *("RunsFailed", "RunsStopped", "RunsExpired"),
        *("RowsImported", "RowsSkipped", "RowsFailed", "RowsRejected", "RowsUnprocessed"),
    ),
    "collect_part": ("JobDuration", "JobRate"),
    "add_members": ("MembershipsAdded", "MembershipsFailed", "MembershipsThrottled"),
    "turn": ("LockWait",),
    "sweep": (
        "RunsWaiting",
        "OldestRunAge",
        "MostExecutions",
        "DropsMissed",
        "RunsResumed",
        "RunsFinalized",
        JOBS_USED,
        JOBS_ORPHANED,
    ),
}
"""The function that measures → its metrics, which have the dimension `service`."""

_SERVICE_OF = {name: service for service, names in BY_SERVICE.items() for name in names}


def service_metric(name: str, statistic: str, label: str | None = None, color: str | None = None) -> cloudwatch.Metric:
    """A metric of a function. Raises KeyError for a name that none measures."""
    return cloudwatch.Metric(
        namespace=Aws.STACK_NAME,
        metric_name=name,
        dimensions_map={"service": _SERVICE_OF[name]},
        statistic=statistic,
        period=PERIOD,
        label=label,
        color=color,
    )
