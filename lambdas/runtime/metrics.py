"""CloudWatch metrics in the embedded format: written to the log, and free of calls.

The namespace is the stack's name, from POWERTOOLS_METRICS_NAMESPACE; every metric has the dimension `service`, the
function's name, unless it is about a pool.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

metrics = Metrics()


def pool_metric(name: str, pool_id: str, value: float, unit: MetricUnit = MetricUnit.Count) -> None:
    """A metric with the one dimension `pool`."""
    with single_metric(name, unit, value, default_dimensions={"pool": pool_id}):
        pass
