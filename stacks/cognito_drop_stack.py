"""The stack: composes the constructs. What a construct is made of is its own business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from stacks.drop_zone import INBOX, DropZone
from stacks.encryption import EncryptionKey
from stacks.grants import allow, pools_json
from stacks.import_functions import ACCEPT_TIMEOUT, ImportFunctions
from stacks.import_workflow import ImportWorkflow
from stacks.ledger import Ledger
from stacks.logs_role import CognitoLogsRole
from stacks.monitoring import Monitoring, Watched
from stacks.notifications import Notifications
from stacks.sweep import SweepSchedule
from stacks.workflow_states import WorkflowFunctions

if TYPE_CHECKING:
    from constructs import Construct

    from stacks.config import Config


class CognitoDropStack(Stack):
    """Drop bucket → event rule → queue → accept_drop → state machine → results and notification.

    `code` is the functions' code asset: given from outside, so that template tests need no packaging. `env` is the
    account and region, where the CDK CLI is not to choose them. The stack has the name of the configuration.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        code: lambda_.Code,
        env: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Imports dropped CSV files into Amazon Cognito user pools",
            env=env,
            stack_name=config.name_prefix,
        )
        self._key = EncryptionKey(self, "Encryption").key
        self._zone = DropZone(
            self,
            "DropZone",
            key=self._key,
            retention_days=config.retention_days,
            # AWS recommends six times the function's timeout for the queue of an event source mapping.
            visibility_timeout=Duration.seconds(6 * int(ACCEPT_TIMEOUT.to_seconds())),
        )
        self._table = Ledger(self, "Ledger", key=self._key).table
        self._logs_role = CognitoLogsRole(self, "CognitoLogs").role
        self._notifications = Notifications(self, "Notifications", key=self._key, subscribers=config.subscribers)
        make = ImportFunctions(
            self,
            config=config,
            code=code,
            key=self._key,
            zone=self._zone,
            table=self._table,
            logs_role=self._logs_role,
        )
        functions = WorkflowFunctions(
            turn=make.turn(),
            preflight=make.preflight(),
            start_import=make.start_import(),
            check_import=make.check_import(),
            collect_part=make.collect_part(),
            stop_import=make.stop_import(),
            report_run=make.report_run(),
        )
        self._workflow = ImportWorkflow(
            self,
            "Workflow",
            functions=functions,
            table=self._table,
            topic=self._notifications.topic,
            key=self._key,
            retention_days=config.retention_days,
        )
        machine = self._workflow.state_machine
        functions.turn.allow_besides("WakePolicy", allow(["states:SendTaskSuccess"], machine.state_machine_arn))
        accept_drop, sweep = make.accept_drop(machine), make.sweep(machine)
        SweepSchedule(
            self,
            "SweepSchedule",
            sweep=sweep,
            state_machine=machine,
            dead_letters=self._zone.dead_letters,
        )
        watched = Watched(accept_drop, functions, sweep, self._workflow, self._zone.dead_letters, self._notifications)
        Monitoring(self, "Monitoring", config=config, watched=watched)
        self._outputs(config)

    def _outputs(self, config: Config) -> None:
        for name, value, description in (
            ("DropBucket", self._zone.bucket.bucket_name, f"Drop files under {INBOX}<pool alias>/"),
            ("TopicArn", self._notifications.topic.topic_arn, "Tells what became of every run"),
            ("StateMachineArn", self._workflow.state_machine.state_machine_arn, "One execution a run"),
            ("LedgerTable", self._table.table_name, "One item a run"),
            ("LogsRoleArn", self._logs_role.role_arn, "The role with which Cognito writes import logs"),
            ("DeadLetterQueueUrl", self._zone.dead_letters.queue_url, "Events that could not be accepted"),
            ("Pools", pools_json(config), "The pools by alias, and what is chosen for them"),
        ):
            CfnOutput(self, name, value=value, description=description)
