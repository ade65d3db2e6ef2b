"""The alarms: each needs an action by the operator and names the runbook entry that describes it.

Guarantees that every alarm notifies the topic, and that the topic allows exactly these alarms to publish. What the
pipeline recovers by itself raises none. An alarm that has ended says nothing: that message would count as a
notification, and could keep the alarm on notifications ringing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from constructs import Construct

from cognito_drop.cdk.metrics import PERIOD, service_metric
from cognito_drop.contract.metric_names import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_events as events
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs

    from cognito_drop.cdk.functions import ImportFunction
    from cognito_drop.cdk.settings import ImportSettings
    from cognito_drop.cdk.undo_workflow import UndoWorkflow

RUNBOOK = "docs/runbook.md"

MOST_EXECUTIONS = 5
"""Executions of a run: the sweep asks for the fifth about a quarter of an hour after the first has died."""
JOBS_SHARE = 0.8
"""Of the import jobs that a pool takes in its life."""

_QUARTER = Duration.minutes(15)
_CENSUS = Duration.hours(6)
"""The jobs of a pool are counted about once an hour: several counts are missed before the alarm has no data."""
_AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD


class Alarms(Construct):
    """The alarms and their way to the topic."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: ImportSettings,
        topic: sns.ITopic,
        is_own_topic: bool,
        undelivered: sqs.IQueue | None,
        rules: Mapping[str, events.IRule],
        dead_letters: sqs.IQueue,
        accept_drop: ImportFunction,
        undo: UndoWorkflow | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._topic = topic
        self.all: list[cloudwatch.Alarm] = []
        self._on_rules(rules)
        self._on_drops(dead_letters, accept_drop)
        self._on_runs(config.run_alarm_hours)
        self._on_sweep()
        self._on_jobs(config.import_job_quota)
        self._on_notifications(undelivered)
        if undo:
            self._on_undos(undo)
        self._let_publish(is_own_topic=is_own_topic)

    def _on_rules(self, rules: Mapping[str, events.IRule]) -> None:
        # What EventBridge cannot deliver goes into the dead-letter queue. That has the same key and can fail for the
        # same reason, and then nothing else would show it.
        for name, rule in rules.items():
            self._alarm(
                "events-are-lost",
                "EventBridge could not deliver an event to its target or to the dead-letter queue.",
                cloudwatch.Metric(
                    namespace="AWS/Events",
                    metric_name="InvocationsFailedToBeSentToDlq",
                    dimensions_map={"RuleName": rule.rule_name},
                    statistic=cloudwatch.Stats.SUM,
                    period=PERIOD,
                ),
                threshold=1,
                about=name,
            )

    def _on_drops(self, dead_letters: sqs.IQueue, accept_drop: ImportFunction) -> None:
        self._alarm(
            "drops-are-not-accepted",
            "The dead-letter queue contains events.",
            _letters(dead_letters),
            threshold=1,
        )
        self._alarm(
            "accepting-fails",
            "The function accept_drop failed at least twice within 15 minutes.",
            accept_drop.function.metric_errors(period=_QUARTER, statistic=cloudwatch.Stats.SUM),
            threshold=2,
        )

    def _on_runs(self, hours: int) -> None:
        if hours:
            self._alarm(
                "a-run-takes-too-long",
                f"A file was dropped more than {hours} hours ago and its run has not ended.",
                service_metric(Metric.OLDEST_RUN_AGE, cloudwatch.Stats.MAXIMUM),
                threshold=hours * 3600,
            )
        self._alarm(
            "a-run-does-not-end",
            f"A run has had {MOST_EXECUTIONS} executions and has not ended.",
            service_metric(Metric.MOST_EXECUTIONS, cloudwatch.Stats.MAXIMUM),
            threshold=MOST_EXECUTIONS,
        )

    def _on_sweep(self) -> None:
        # It is measured last: a sweep that was cut off, or not called, has no value; one that failed in part has one.
        self._alarm(
            "the-sweep-does-not-complete",
            "No sweep has completed without a failure for 15 minutes.",
            service_metric(Metric.SWEEP_FAILURES, cloudwatch.Stats.MINIMUM),
            threshold=1,
            periods=3,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def _on_jobs(self, quota: int) -> None:
        self._alarm(
            "import-jobs-run-out",
            f"A user pool has used {JOBS_SHARE:.0%} of its {quota} import jobs; the log of sweep names it.",
            service_metric(Metric.IMPORT_JOBS_USED, cloudwatch.Stats.MAXIMUM).with_(period=_CENSUS),
            threshold=round(quota * JOBS_SHARE),
        )

    def _on_notifications(self, undelivered: sqs.IQueue | None) -> None:
        if undelivered:
            self._alarm(
                "notifications-are-not-delivered",
                "The queue of undelivered notifications contains messages that a program did not accept.",
                _letters(undelivered),
                threshold=1,
                about="to-programs",
            )
        self._alarm(
            "notifications-are-not-delivered",
            "SNS could not deliver a notification to a subscriber.",
            self._topic.metric_number_of_notifications_failed(period=PERIOD, statistic=cloudwatch.Stats.SUM),
            threshold=1,
        )

    def _on_undos(self, undo: UndoWorkflow) -> None:
        # The sweep continues no undo. One that ends early and notifies is no failed execution.
        summed = cloudwatch.Stats.SUM
        for sentence, metric, about in (
            (
                "An execution of the undo failed.",
                undo.state_machine.metric_failed(period=PERIOD, statistic=summed),
                "",
            ),
            (
                "An execution of the undo timed out.",
                undo.state_machine.metric_timed_out(period=PERIOD, statistic=summed),
                "in-time",
            ),
            (
                "An undo that ended early could not be reported.",
                undo.of_ended.metric_failed(period=PERIOD, statistic=summed),
                "with-a-report",
            ),
        ):
            self._alarm("an-undo-fails", sentence, metric, threshold=1, about=about)

    def _alarm(
        self,
        entry: str,
        sentence: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        about: str = "",
    ) -> None:
        """An alarm with an entry in the runbook; `about` tells apart those that share an entry."""
        name = f"{entry}-{about}" if about else entry
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{Aws.STACK_NAME}-{name}",
            alarm_description=f"{sentence} What to do: {RUNBOOK}#{entry}",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=_AT_LEAST,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        self.all.append(alarm)

    def _let_publish(self, *, is_own_topic: bool) -> None:
        # A policy replaces the topic's default one, which lets all alarms of the account publish. Other alarms may use
        # a topic that was given, so they keep that permission.
        ours = {"ArnEquals": {"aws:SourceArn": [alarm.alarm_arn for alarm in self.all]}}
        all_of_the_account = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._topic.topic_arn],
                conditions=ours if is_own_topic else all_of_the_account,
            )
        )


def _letters(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=PERIOD, statistic=cloudwatch.Stats.MAXIMUM)
