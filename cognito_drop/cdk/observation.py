"""What an app may watch of an import: its metrics, and an event rule for runs that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from constructs import Construct

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.metrics import PERIOD, service_metric
from cognito_drop.contract.event_names import SOURCE, RunEventKind
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.statuses import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_s3 as s3

    from cognito_drop.cdk.settings import ImportSettings


class ObservableImport(Construct):
    """An import as others may watch it."""

    _settings: ImportSettings

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket that files are dropped into."""
        raise NotImplementedError

    def metric(
        self, name: str, *, statistic: str = cloudwatch.Stats.SUM, period: Duration = PERIOD, label: str | None = None
    ) -> cloudwatch.Metric:
        """A metric of docs/monitoring.md by its name, such as `RunsFailed`.

        Raises:
            ConfigError: There is no such metric, or the setting `monitoring` does not record it.
        """
        if name not in [metric.value for metric in Metric]:
            raise ConfigError(f"`metric` has the name {name!r}, which is not a metric of docs/monitoring.md.")
        if not self._settings.monitoring.records(Metric(name), 1):
            raise ConfigError(
                f"`metric` has the name {name!r}, which `monitoring` = {self._settings.monitoring} leaves out."
            )
        return service_metric(Metric(name), statistic, label).with_(period=period)

    def metric_runs(self, outcome: str, *, period: Duration = PERIOD) -> cloudwatch.Metric:
        """How many runs have ended with an outcome: `imported`, `partly_imported`, `rejected`, `failed` and so on.

        Raises:
            ConfigError: There is no such outcome, or the setting `monitoring` does not record it.
        """
        return self.metric(f"Runs{_known(outcome, 'metric_runs').title().replace('_', '')}", period=period)

    def metric_rows_imported(self, *, period: Duration = PERIOD) -> cloudwatch.Metric:
        """How many users were imported.

        Raises:
            ConfigError: The setting `monitoring` does not record it.
        """
        return self.metric(Metric.ROWS_IMPORTED, period=period)

    def metric_oldest_run_age(self, *, period: Duration = PERIOD) -> cloudwatch.Metric:
        """How many seconds ago the oldest file was dropped whose run has not ended.

        Raises:
            ConfigError: The setting `monitoring` does not record it.
        """
        return self.metric(Metric.OLDEST_RUN_AGE, statistic=cloudwatch.Stats.MAXIMUM, period=period)

    def on_run_ended(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        pools: Sequence[str] = (),
        outcomes: Sequence[str] = (),
        description: str | None = None,
    ) -> events.Rule:
        """An event rule for runs that have ended and are reported: of some pools and outcomes, or of all.

        Raises:
            ConfigError: There is no pool with such an alias, or no such outcome.
        """
        for alias in pools:
            if alias not in self._settings.pools:
                raise ConfigError(f"`on_run_ended` has the alias {alias!r}, which is not one of `pools`.")
        detail: dict[str, object] = {"file": {"bucket": [self.bucket.bucket_name]}}
        if pools:
            detail["pool"] = {"alias": list(pools)}
        if outcomes:
            detail["outcome"] = [_known(outcome, "on_run_ended") for outcome in outcomes]
        pattern = events.EventPattern(source=[SOURCE], detail_type=[RunEventKind.FINISHED.value], detail=detail)
        rule = events.Rule(self, construct_id, event_pattern=pattern, description=description)
        if target:
            rule.add_target(target)
        return rule


def _known(outcome: str, method: str) -> str:
    if outcome not in [each.value for each in Outcome]:
        raise ConfigError(f"`{method}` has the outcome {outcome!r}: it must be one of {', '.join(Outcome)}.")
    return outcome
