"""The construct: composes the others. What one of them is made of is its own business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Annotations, Aws, CfnOutput, Duration, RemovalPolicy, Stack, Token

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.deployed_import import DeployedImport
from cognito_drop.cdk.drop_zone import DropZone
from cognito_drop.cdk.encryption import EncryptionKey
from cognito_drop.cdk.event_functions import ACCEPT_TIMEOUT, EventFunctions
from cognito_drop.cdk.functions import FunctionFactory
from cognito_drop.cdk.grants import Grants, allow
from cognito_drop.cdk.import_base import ImportBase
from cognito_drop.cdk.import_functions import ImportFunctions
from cognito_drop.cdk.import_workflow import ImportWorkflow
from cognito_drop.cdk.ledger_table import LedgerTable
from cognito_drop.cdk.logs_role import CognitoLogsRole
from cognito_drop.cdk.monitoring import Monitoring, Watched
from cognito_drop.cdk.notifications import Notifications
from cognito_drop.cdk.packaging import lambda_code
from cognito_drop.cdk.pool_parameters import POOLS_PATH, PoolParameters
from cognito_drop.cdk.removal import apply_removal
from cognito_drop.cdk.role_policies import Sizes
from cognito_drop.cdk.settings import check_region, shared_pools
from cognito_drop.cdk.sweep import SweepSchedule
from cognito_drop.cdk.undo_workflow import UndoWorkflow, undo_function
from cognito_drop.cdk.workflow_states import WorkflowFunctions
from cognito_drop.contract.object_keys import INBOX
from cognito_drop.contract.stack_outputs import EXPORTED, StackOutput, export_name
from cognito_drop.core.pools.open_to_files import open_to_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn
    from constructs import Construct

    from cognito_drop.cdk.settings import ImportSettings
    from cognito_drop.contract.metric_names import Metric

_FLAGS = (
    "@aws-cdk/aws-events:eventsTargetQueueSameAccount",
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy",
)
"""The feature flags of CDK that the template depends on: set here, so that it is the same in every app."""


class CognitoDrop(ImportBase):
    """Drop bucket → event rule → queue → accept_drop → state machine → results and notification.

    One for each stack, because its alarms, dashboard, metrics, and outputs have the stack's name; the command
    `cognito-drop --stack NAME` finds it by them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        settings: ImportSettings,
        *,
        bucket: s3.IBucket | None = None,
        topic: sns.ITopic | None = None,
        before_import: sfn.IChainable | None = None,
        after_report: sfn.IChainable | None = None,
        code: lambda_.Code | None = None,
        removal_policy: RemovalPolicy | None = None,
    ) -> None:
        """Add the import to a stack.

        Args:
            scope: The stack, or a construct in it.
            construct_id: The name within the scope. With `Default`, the logical ids are those of the stack that is
                deployed by itself.
            settings: The pools, recipients, waits, and retention.
            bucket: The bucket that files are dropped into and results are written to, instead of a new one. It must be
                versioned and send events to EventBridge; for a bucket of the same app the construct enables the events.
            topic: The topic that notifications and alarms are published to, instead of a new one.
            before_import: States that run after preflight, before the import lock is acquired. Their failure ends the
                run as failed, with results and notification, and nothing is imported.
            after_report: States that run when a run has ended and was notified. Their failure fails the execution, and
                changes nothing of the run.
            code: The functions' code, for tests that need no functions; by default it is built with uv.
            removal_policy: What happens to bucket, ledger, key, and logs when the stack is deleted, instead of
                keeping them. With `DESTROY`, empty the bucket first: CloudFormation deletes none that has objects.

        Raises:
            ConfigError: The stack has one already, a user pool is in another region, the bucket keeps no
                versions, the topic is a FIFO topic, or a hook's state has the name of another state.
        """
        super().__init__(scope, construct_id)
        self._be_the_only_one()
        region = Stack.of(self).region
        check_region(settings.pools, None if Token.is_unresolved(region) else region)
        for alias, pool in settings.pools.items():
            for sentence in open_to_files(pool):
                Annotations.of(self).add_info(f"Pool {alias}: {sentence}")
        for aliases in shared_pools(settings.pools):
            Annotations.of(self).add_info(f"The aliases {', '.join(aliases)} of `pools` are of one user pool.")
        for flag in _FLAGS:
            self.node.set_context(flag, value=True)
        self._settings = settings
        self._key = EncryptionKey(self, "Encryption").key
        self._zone = DropZone(
            self,
            "DropZone",
            key=self._key,
            retention_days=settings.retention_days,
            hash_retention_days=settings.hash_retention_days,
            # AWS recommends six times the function's timeout for the queue of an event source mapping.
            visibility_timeout=Duration.seconds(6 * int(ACCEPT_TIMEOUT.to_seconds())),
            scans_malware=settings.scans_malware,
            bucket=bucket,
        )
        self._table = LedgerTable(self, "Ledger", key=self._key).table
        self._logs_role = CognitoLogsRole(self, "CognitoLogs").role
        self._notifications = Notifications(
            self, "Notifications", key=self._key, subscribers=settings.subscribers, topic=topic
        )
        grants = Grants(Stack.of(self), config=settings, zone=self._zone, table=self._table, key=self._key)
        factory = FunctionFactory(
            self,
            code=code or lambda_code(),
            key=self._key,
            retention_days=settings.retention_days,
            sizes=Sizes(Stack.of(self), grants.pool_ids),
            monitoring=settings.monitoring,
        )
        make = ImportFunctions(
            factory,
            grants,
            config=settings,
            table=self._table,
            logs_role=self._logs_role,
            notifications=self._notifications,
        )
        functions = WorkflowFunctions(
            import_queue=make.import_queue(),
            preflight=make.preflight(),
            start_import=make.start_import(),
            check_import=make.check_import(),
            collect_part=make.collect_part(),
            stop_import=make.stop_import(),
            add_members=make.add_members(),
            report_run=make.report_run(),
            note_ids=make.note_ids(),
        )
        topic_key = self._notifications.other_key
        self._workflow = ImportWorkflow(
            self,
            "Workflow",
            functions=functions,
            table=self._table,
            topic=self._notifications.topic,
            keys=[self._key, topic_key] if topic_key else [self._key],
            retention_days=settings.retention_days,
            before_import=before_import,
            after_report=after_report,
        )
        machine = self._workflow.state_machine
        functions.import_queue.allow_besides("WakePolicy", allow(["states:SendTaskSuccess"], machine.state_machine_arn))
        on_events = EventFunctions(factory, grants, config=settings, zone=self._zone, table=self._table)
        accept_drop, sweep = on_events.accept_drop(machine), on_events.sweep(machine)
        undo = self._undo(factory, grants) if settings.undoes else None
        PoolParameters(
            self,
            "Pools",
            pools=settings.pools,
            importers=functions.all,
            readers=[accept_drop, functions.preflight, functions.import_queue, functions.start_import, sweep],
        )
        schedule = SweepSchedule(
            self,
            "SweepSchedule",
            sweep=sweep,
            state_machine=machine,
            dead_letters=self._zone.dead_letters,
        )
        rules = {"of-drops": self._zone.rule, "of-the-schedule": schedule.regularly, "of-executions": schedule.died}
        if self._zone.scan_rule:
            rules["of-scans"] = self._zone.scan_rule
        if undo:
            rules["of-undos"] = undo.rule
        watched = Watched(
            accept_drop, functions, sweep, self._workflow, rules, self._zone.dead_letters, self._notifications, undo
        )
        self._alarms = Monitoring(self, "Monitoring", config=settings, watched=watched).alarms
        self._outputs(sweep.function, undo)
        if removal_policy:
            apply_removal(self, removal_policy)

    @staticmethod
    def from_stack_name(scope: Construct, construct_id: str, stack_name: str) -> DeployedImport:
        """Refer to an import that another stack of the account and region has deployed, by that stack's name."""
        return DeployedImport(scope, construct_id, stack_name=stack_name)

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket: drops under `inbox/` and `check/`, results under `results/`."""
        return self._zone.bucket

    @property
    def topic(self) -> sns.ITopic:
        """The topic with the notifications of all runs, and alarms."""
        return self._notifications.topic

    @property
    def state_machine(self) -> sfn.IStateMachine:
        """The workflow: one execution a run, and another one each time the sweep resumes it."""
        return self._workflow.state_machine

    @property
    def ledger(self) -> dynamodb.ITable:
        """The table with one item a run. Read it only: docs/ledger.md says what is in it."""
        return self._table

    @property
    def dead_letters(self) -> sqs.IQueue:
        """The queue of events that could not be delivered or accepted."""
        return self._zone.dead_letters

    @property
    def alarms(self) -> Sequence[cloudwatch.IAlarm]:
        """The alarms, which publish to the topic; each name ends with its entry of docs/runbook.md."""
        return tuple(self._alarms)

    @property
    def encryption_key(self) -> kms.IKey:
        """The key of all resources that the construct creates."""
        return self._key

    @property
    def _deployed_as(self) -> str:
        return Stack.of(self).stack_name

    def _check_alias(self, alias: str, method: str) -> None:
        if alias not in self._settings.pools:
            raise ConfigError(f"`{method}` has the alias {alias!r}, which is not one of `pools`.")

    def _check_recorded(self, metric: Metric) -> None:
        if not self._settings.monitoring.records(metric, 1):
            raise ConfigError(
                f"`metric` has the name {metric.value!r}, which `monitoring` = {self._settings.monitoring} leaves out."
            )

    def _be_the_only_one(self) -> None:
        stack = Stack.of(self)
        others = [one for one in stack.node.find_all() if isinstance(one, CognitoDrop) and one != self]
        if others:
            raise ConfigError(
                f"The stack {stack.stack_name} has {others[0].node.path} already: one construct serves any number of "
                "pools."
            )

    def _undo(self, factory: FunctionFactory, grants: Grants) -> UndoWorkflow:
        """What deletes the users of a run: nothing of it is in a stack without a pool whose imports can be undone."""
        function = undo_function(factory, grants, config=self._settings, table=self._table, bucket=self._zone.bucket)
        topic_key = self._notifications.other_key
        return UndoWorkflow(
            self,
            "Undo",
            function=function,
            topic=self._notifications.topic,
            keys=[self._key, topic_key] if topic_key else [self._key],
            retention_days=self._settings.retention_days,
            dead_letters=self._zone.dead_letters,
        )

    def _outputs(self, sweep: lambda_.IFunction, undo: UndoWorkflow | None) -> None:
        for name, value, description in (
            (StackOutput.DROP_BUCKET, self.bucket.bucket_name, f"Drop files under {INBOX}<pool alias>/"),
            (
                StackOutput.BUCKET_KEY_ARN,
                (self.bucket.encryption_key or self._key).key_arn,
                "The key of the bucket; this stack's own where the bucket's is not known",
            ),
            (StackOutput.TOPIC_ARN, self.topic.topic_arn, "Publishes the result of every run"),
            (StackOutput.STATE_MACHINE_ARN, self.state_machine.state_machine_arn, "One execution per run"),
            (StackOutput.LEDGER_TABLE, self.ledger.table_name, "One item per run"),
            (StackOutput.LOGS_ROLE_ARN, self._logs_role.role_arn, "The role with which Cognito writes import logs"),
            (
                StackOutput.DEAD_LETTER_QUEUE_URL,
                self.dead_letters.queue_url,
                "Events that could not be delivered or accepted",
            ),
            (
                StackOutput.IMPORT_JOB_QUOTA,
                str(self._settings.import_job_quota),
                "Import jobs that a pool allows in total",
            ),
            (StackOutput.POOLS_PATH, POOLS_PATH, "Path of the pools' parameters, one per alias"),
            (StackOutput.SWEEP_FUNCTION, sweep.function_name, "Resumes stuck runs; cognito-drop repair calls it"),
            *(
                [
                    (
                        StackOutput.UNDO_STATE_MACHINE_ARN,
                        undo.state_machine.state_machine_arn,
                        "One execution per undo of a run",
                    )
                ]
                if undo
                else []
            ),
        ):
            # The command finds them by these names, wherever in the stack the construct is.
            output = CfnOutput(self, name.value, value=value, description=description)
            output.override_logical_id(name.value)
            if name in EXPORTED:
                output.export_name = export_name(Aws.STACK_NAME, name)
