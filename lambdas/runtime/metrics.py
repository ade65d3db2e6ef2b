"""CloudWatch metrics in the embedded format: a line in the function's log, and no call.

The namespace is the stack's name, from POWERTOOLS_METRICS_NAMESPACE. A metric has one dimension: `service`, the
function that measures, or `pool`, the user pool it is about.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics

if TYPE_CHECKING:
    from lambdas.core.measures import Measures

_NO_SERVICE = ""
"""Powertools adds the function's name to the dimensions of whatever names no service."""


def measure(measures: Measures, *, service: str | None = None) -> None:
    """Write measures of a function, by default of this one; nothing where there are none."""
    _write(EphemeralMetrics(service=service), measures)


def measure_pool(pool_id: str, measures: Measures) -> None:
    """Write measures of a user pool."""
    line = EphemeralMetrics(service=_NO_SERVICE)
    line.add_dimension("pool", pool_id)
    _write(line, measures)


def _write(line: EphemeralMetrics, measures: Measures) -> None:
    for metric, value in measures.items():
        line.add_metric(metric.value, metric.unit.value, value)
    if measures:
        line.flush_metrics()
