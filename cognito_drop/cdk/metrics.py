"""The metrics that the functions write, as the dashboard and the alarms read them."""

from __future__ import annotations

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cognito_drop.contract.metric_names import DIMENSION, Metric

PERIOD = Duration.minutes(5)
"""Of metrics, and of the sweep, which measures some of them: every period then has a value."""


def service_metric(
    metric: Metric,
    statistic: str,
    label: str | None = None,
    color: str | None = None,
    *,
    namespace: str = Aws.STACK_NAME,
) -> cloudwatch.Metric:
    """A metric of the function that measures it."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=metric.value,
        dimensions_map={DIMENSION: metric.measured_by.value},
        statistic=statistic,
        period=PERIOD,
        label=label,
        color=color,
    )
