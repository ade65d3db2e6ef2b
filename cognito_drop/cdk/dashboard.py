"""The dashboard: outcomes of drops, waiting runs, import rates, recoveries, and the state of AWS services.

Guarantees that every metric of the functions is on it. docs/monitoring.md says how to read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cognito_drop.cdk.alarms import JOBS_SHARE, MOST_EXECUTIONS, RUNBOOK
from cognito_drop.cdk.metrics import PERIOD, service_metric
from cognito_drop.contract import limits
from cognito_drop.contract.metric_names import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

    from cognito_drop.cdk.functions import ImportFunction
    from cognito_drop.cdk.notifications import Notifications
    from cognito_drop.cdk.settings import ImportSettings

_HALF, _THIRD = 12, 8  # of the 24 columns
_HEIGHT = 6
_SUM, _MAX, _AVERAGE = cloudwatch.Stats.SUM, cloudwatch.Stats.MAXIMUM, cloudwatch.Stats.AVERAGE
_LONGEST_CALL = Duration.minutes(15)  # Lambda's own limit
_GREEN, _AMBER, _RED, _GREY = "#2ca02c", "#ff9900", "#d13212", "#7f7f7f"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the dashboard besides the functions' own metrics."""

    functions: Sequence[ImportFunction]
    state_machine: sfn.IStateMachine
    dead_letters: sqs.IQueue
    notifications: Notifications
    alarms: Sequence[cloudwatch.IAlarm]


class ImportDashboard(Construct):
    """One dashboard, named after stack and region, because dashboards are the account's and not the region's."""

    def __init__(self, scope: Construct, construct_id: str, *, config: ImportSettings, shown: Shown) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._shown = shown
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"{Aws.STACK_NAME}-{Aws.REGION}",
            default_interval=Duration.days(7),
            period_override=cloudwatch.PeriodOverride.AUTO,
        )
        own = (self._head(), self._outcomes(), self._line(), self._jobs(), self._groups(), self._recovered())
        for row in (*own, *self._aws()):
            dashboard.add_widgets(*row)

    def _head(self) -> list[cloudwatch.IWidget]:
        return [
            cloudwatch.TextWidget(
                markdown=f"# {Aws.STACK_NAME}\nAbout the graphs: docs/monitoring.md. When an alarm fires: {RUNBOOK}.",
                width=_THIRD,
                height=_HEIGHT // 2,
            ),
            cloudwatch.AlarmStatusWidget(
                title="Alarms", alarms=list(self._shown.alarms), width=2 * _THIRD, height=_HEIGHT // 2
            ),
        ]

    def _outcomes(self) -> list[cloudwatch.IWidget]:
        runs = {
            Metric.RUNS_IMPORTED: ("imported", _GREEN),
            Metric.RUNS_PARTLY_IMPORTED: ("partly imported", "#98df8a"),
            Metric.RUNS_CHECKED: ("checked only", "#1f77b4"),
            Metric.RUNS_REJECTED: ("rejected", _AMBER),
            Metric.RUNS_FAILED: ("failed", _RED),
            Metric.RUNS_STOPPED: ("stopped", "#8c564b"),
            Metric.RUNS_EXPIRED: ("expired", _GREY),
        }
        rows = {
            Metric.ROWS_IMPORTED: ("imported", _GREEN),
            Metric.ROWS_SKIPPED: ("skipped (already in the pool)", "#1f77b4"),
            Metric.ROWS_FAILED: ("failed in Cognito", _RED),
            Metric.ROWS_REJECTED: ("rejected before the import", _AMBER),
            Metric.ROWS_UNPROCESSED: ("not attempted", _GREY),
        }
        return [
            _graph("Runs by outcome", "count", _sums(runs), _HALF, stack=True),
            _graph("Rows by outcome", "count", _sums(rows), _HALF, stack=True),
        ]

    def _line(self) -> list[cloudwatch.IWidget]:
        hours = self._config.run_alarm_hours
        return [
            _graph(
                "Runs waiting",
                "runs",
                [
                    service_metric(Metric.RUNS_WAITING, _MAX, "for the import lock"),
                    service_metric(Metric.RUNS_HELD, _MAX, "held"),
                    service_metric(Metric.RUNS_WAITING_FOR_JOB, _MAX, "for an import job of another program"),
                ],
            ),
            _graph(
                "Age of the oldest run that has not ended",
                "hours",
                [_in_hours(service_metric(Metric.OLDEST_RUN_AGE, _MAX), "age")],
                marks=[_mark(hours, "alarm", _RED)] if hours else [],
            ),
            _graph(
                "Wait for the import lock",
                "hours",
                [
                    _in_hours(service_metric(Metric.LOCK_WAIT, _AVERAGE), "average"),
                    _in_hours(service_metric(Metric.LOCK_WAIT, _MAX), "longest"),
                ],
            ),
        ]

    def _jobs(self) -> list[cloudwatch.IWidget]:
        quota = self._config.import_job_quota
        left = cloudwatch.MathExpression(
            expression=f"{quota} - used",
            using_metrics={"used": service_metric(Metric.IMPORT_JOBS_USED, _MAX)},
            label="left",
            period=PERIOD,
        )
        return [
            _graph(
                "Duration of import jobs",
                "hours",
                [
                    _in_hours(service_metric(Metric.JOB_DURATION, _AVERAGE), "average"),
                    _in_hours(service_metric(Metric.JOB_DURATION, _MAX), "longest"),
                ],
            ),
            _graph(
                "Rate of import jobs",
                "rows per second",
                [
                    service_metric(Metric.JOB_RATE, _AVERAGE, "average"),
                    service_metric(Metric.JOB_RATE, cloudwatch.Stats.MINIMUM, "slowest"),
                ],
                marks=[_mark(rate, f"usual: {rate}", _GREY) for rate in limits.USUAL_RATES],
            ),
            _graph(
                f"Import jobs left of {quota}, in the pool with the fewest left",
                "jobs",
                [left],
                marks=[_mark(quota - round(quota * JOBS_SHARE), "alarm", _RED)],
            ),
        ]

    def _groups(self) -> list[cloudwatch.IWidget]:
        memberships = {
            Metric.MEMBERSHIPS_ADDED: ("added", _GREEN),
            Metric.MEMBERSHIPS_FAILED: ("failed", _RED),
            Metric.MEMBERSHIPS_THROTTLED: ("throttled calls", _GREY),
        }
        return [_graph("Users added to groups", "count", _sums(memberships), 2 * _HALF)]

    def _recovered(self) -> list[cloudwatch.IWidget]:
        orphaned = service_metric(Metric.IMPORT_JOBS_ORPHANED, _MAX, "in all pools")
        return [
            _graph(
                "Recovered by the sweep",
                "count",
                [
                    service_metric(Metric.DROPS_MISSED, _SUM, "missed drops accepted"),
                    service_metric(Metric.RUNS_RESUMED, _SUM, "runs resumed"),
                    service_metric(Metric.RUNS_FINALIZED, _SUM, "stopped runs finalized"),
                    service_metric(Metric.SWEEP_FAILURES, _SUM, "failures of the sweep"),
                ],
            ),
            _graph(
                "Most executions of a run that has not ended",
                "executions",
                [service_metric(Metric.MOST_EXECUTIONS, _MAX, "executions")],
                marks=[_mark(MOST_EXECUTIONS, "alarm", _RED)],
            ),
            _graph("Import jobs created and never started", "jobs", [orphaned]),
        ]

    def _aws(self) -> list[list[cloudwatch.IWidget]]:
        shown = self._shown
        machine, topic, undelivered = shown.state_machine, shown.notifications.topic, shown.notifications.undelivered
        letters = [_letters(shown.dead_letters, "events not accepted")]
        if undelivered:
            letters.append(_letters(undelivered, "notifications not accepted by a program"))
        limit = _mark(_LONGEST_CALL.to_minutes(), "Lambda's limit", _RED)
        minutes = [
            _scaled(function.function.metric_duration(statistic=_MAX, period=PERIOD), function.name, 60_000)
            for function in shown.functions
        ]
        return [
            [
                _graph("Errors of functions", "calls", _of(shown.functions, "metric_errors")),
                _graph("Throttles of functions", "calls", _of(shown.functions, "metric_throttles")),
                _graph("Longest calls of functions", "minutes", minutes, marks=[limit]),
            ],
            [
                _graph(
                    "Executions that did not succeed",
                    "executions",
                    [
                        machine.metric_failed(statistic=_SUM, period=PERIOD, label="failed"),
                        machine.metric_timed_out(statistic=_SUM, period=PERIOD, label="timed out"),
                        machine.metric_aborted(statistic=_SUM, period=PERIOD, label="stopped"),
                    ],
                ),
                _graph(
                    "Dead letters",
                    "messages",
                    letters,
                    marks=[_mark(1, "alarm", _RED)],
                ),
                _graph(
                    "Notifications",
                    "notifications",
                    [
                        topic.metric_number_of_notifications_delivered(
                            statistic=_SUM, period=PERIOD, label="delivered"
                        ),
                        topic.metric_number_of_notifications_failed(
                            statistic=_SUM, period=PERIOD, label="not delivered", color=_RED
                        ),
                    ],
                ),
            ],
        ]


def _graph(
    title: str,
    unit: str,
    metrics: Sequence[cloudwatch.IMetric],
    width: int = _THIRD,
    *,
    stack: bool = False,
    marks: Sequence[cloudwatch.HorizontalAnnotation] = (),
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        left_annotations=list(marks),
        left_y_axis=cloudwatch.YAxisProps(label=unit, min=0, show_units=False),
        stacked=stack,
        width=width,
        height=_HEIGHT,
    )


def _sums(shown: Mapping[Metric, tuple[str, str]]) -> list[cloudwatch.Metric]:
    """The sums of metrics, each with its label and its color."""
    return [service_metric(metric, _SUM, label, color) for metric, (label, color) in shown.items()]


def _of(functions: Sequence[ImportFunction], metric: str) -> list[cloudwatch.Metric]:
    """A metric of each function, by the name of its method."""
    found: list[Callable[..., cloudwatch.Metric]] = [getattr(each.function, metric) for each in functions]
    return [of(statistic=_SUM, period=PERIOD, label=each.name) for of, each in zip(found, functions, strict=True)]


def _letters(queue: sqs.IQueue, label: str) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic=_MAX, period=PERIOD, label=label)


def _in_hours(metric: cloudwatch.Metric, label: str) -> cloudwatch.MathExpression:
    return _scaled(metric, label, 3600)


def _scaled(metric: cloudwatch.Metric, label: str, divisor: int) -> cloudwatch.MathExpression:
    name = label.replace(" ", "_")
    return cloudwatch.MathExpression(
        expression=f"{name} / {divisor}", using_metrics={name: metric}, label=label, period=PERIOD
    )


def _mark(value: float, label: str, color: str) -> cloudwatch.HorizontalAnnotation:
    return cloudwatch.HorizontalAnnotation(value=value, label=label, color=color)
