"""What an app may do with an import, made by itself or deployed by another: grants, metrics, and event rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.metrics import PERIOD, service_metric
from cognito_drop.contract.event_names import SOURCE, RunEventKind
from cognito_drop.contract.metric_names import Metric
from cognito_drop.contract.object_keys import CHECK, INBOX, MAPPINGS, RESULTS
from cognito_drop.contract.pool_names import pools_path
from cognito_drop.contract.statuses import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_s3 as s3


class ImportBase(Construct):
    """An import as its app uses it, whichever app deploys it."""

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket: drops under `inbox/` and `check/`, results under `results/`."""
        raise NotImplementedError

    @property
    def _deployed_as(self) -> str:
        """The name of the stack that the import is in: of its metrics, and of its pools' parameters."""
        raise NotImplementedError

    def _check_alias(self, alias: str, method: str) -> None:
        """Raise ConfigError for an alias that no pool has."""
        raise NotImplementedError

    def _check_recorded(self, metric: Metric) -> None:
        """Raise ConfigError for a metric that the setting `monitoring` leaves out."""
        raise NotImplementedError

    def grant_drop(self, grantee: iam.IGrantable, alias: str) -> iam.Grant:
        """Let a principal drop files for one pool, with the command too: it reads no object and sets no tags.

        Raises:
            ConfigError: There is no pool with this alias.
        """
        self._check_alias(alias, "grant_drop")
        folders = [self.bucket.arn_for_objects(f"{prefix}{alias}/*") for prefix in (INBOX, CHECK, MAPPINGS)]
        stack = Stack.of(self)
        granted = _grant(grantee, ["s3:PutObject", "s3:AbortMultipartUpload"], *folders)
        self._grant_key(grantee, "kms:GenerateDataKey", "kms:Decrypt")
        name = f"{self._deployed_as}/*"
        _grant(
            grantee,
            ["cloudformation:DescribeStacks"],
            stack.format_arn(service="cloudformation", resource="stack", resource_name=name),
        )
        path = pools_path(self._deployed_as).removeprefix("/")
        parameters = stack.format_arn(service="ssm", resource="parameter", resource_name=path)
        _grant(grantee, ["ssm:GetParametersByPath"], parameters)
        return granted

    def grant_read_results(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list and read the results of all runs, which hold rows that came back."""
        granted = _grant(grantee, ["s3:GetObject"], self.bucket.arn_for_objects(f"{RESULTS}*"))
        only_results = {"StringLike": {"s3:prefix": f"{RESULTS}*"}}
        _grant(grantee, ["s3:ListBucket"], self.bucket.bucket_arn, conditions=only_results)
        self._grant_key(grantee, "kms:Decrypt")
        return granted

    def _grant_key(self, grantee: iam.IGrantable, *actions: str) -> None:
        """Let a principal use the key of the bucket, through S3 only."""
        if self.bucket.encryption_key:
            through = {"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.{Aws.URL_SUFFIX}"}}
            _grant(grantee, list(actions), self.bucket.encryption_key.key_arn, conditions=through)

    def metric(
        self, name: str, *, statistic: str = cloudwatch.Stats.SUM, period: Duration = PERIOD, label: str | None = None
    ) -> cloudwatch.Metric:
        """A metric of docs/monitoring.md by its name, such as `RunsFailed`.

        Raises:
            ConfigError: There is no such metric, or the setting `monitoring` does not record it.
        """
        if name not in [metric.value for metric in Metric]:
            raise ConfigError(f"`metric` has the name {name!r}, which is not a metric of docs/monitoring.md.")
        self._check_recorded(Metric(name))
        return service_metric(Metric(name), statistic, label, namespace=self._deployed_as).with_(period=period)

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
            self._check_alias(alias, "on_run_ended")
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


def _grant(
    grantee: iam.IGrantable, actions: list[str], *resources: str, conditions: dict[str, dict[str, str]] | None = None
) -> iam.Grant:
    """Add a statement to a principal's own policy."""
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=actions, resource_arns=list(resources), conditions=conditions
    )
