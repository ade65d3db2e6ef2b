"""CloudWatch metrics in the embedded format: a line in the function's log, and no call.

The namespace is the stack's name, from POWERTOOLS_METRICS_NAMESPACE. A metric has one dimension: `service`, the
function that measures.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics

from cognito_drop.contract.environment import MONITORING
from cognito_drop.contract.metric_names import Monitoring

if TYPE_CHECKING:
    from cognito_drop.core.metrics.run_metrics import MetricValues


def record_metrics(run_metrics: MetricValues, *, service: str | None = None) -> None:
    """Write measures of a function, by default of this one: those that the stack's monitoring reads."""
    monitoring = Monitoring(os.environ[MONITORING])
    recorded = {metric: value for metric, value in run_metrics.items() if monitoring.records(metric, value)}
    line = EphemeralMetrics(service=service)
    for metric, value in recorded.items():
        line.add_metric(metric.value, metric.unit.value, value)
    if recorded:
        line.flush_metrics()
