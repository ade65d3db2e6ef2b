"""The stack: composes the constructs and says what each function may do.

What a construct is made of is its own business.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_stepfunctions as sfn

from stacks.acknowledgement import acknowledge
from stacks.cfn import cfn_resource
from stacks.drop_zone import CHECK, INBOX, RESULTS, WORK, DropZone
from stacks.encryption import EncryptionKey
from stacks.functions import SYNCHRONOUS, ImportFunction
from stacks.import_workflow import ImportWorkflow
from stacks.ledger import BY_STATE, Ledger
from stacks.logs_role import CognitoLogsRole
from stacks.monitoring import Monitoring, Watched
from stacks.notifications import Notifications
from stacks.sweep import SweepSchedule
from stacks.workflow_states import WorkflowFunctions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from stacks.config import Config

_ACCEPT_TIMEOUT = Duration.seconds(60)
_ACCEPTS_AT_ONCE = 5
_STREAMING_TIMEOUT = Duration.minutes(15)
_STREAMING_MEMORY = 1769  # MB; from here on a function has a whole processor
_LOG_LOOKS = 6


class CognitoDropStack(Stack):
    """Drop bucket → event rule → queue → accept_drop → state machine → results and notification.

    `code` is the functions' code asset: given from outside, so that template tests need no packaging.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, code: lambda_.Code) -> None:
        super().__init__(scope, construct_id, description="Imports dropped CSV files into Amazon Cognito user pools")
        self._config = config
        self._code = code
        self._key = EncryptionKey(self, "Encryption").key
        self._zone = DropZone(
            self,
            "DropZone",
            key=self._key,
            retention_days=config.retention_days,
            # AWS recommends six times the function's timeout for the queue of an event source mapping.
            visibility_timeout=Duration.seconds(6 * int(_ACCEPT_TIMEOUT.to_seconds())),
        )
        self._table = Ledger(self, "Ledger", key=self._key).table
        self._logs_role = CognitoLogsRole(self, "CognitoLogs").role
        self._notifications = Notifications(self, "Notifications", key=self._key, subscribers=config.subscribers)
        turn = self._turn()
        functions = WorkflowFunctions(
            preflight=self._preflight(),
            turn=turn,
            start_import=self._start_import(),
            check_import=self._check_import(),
            collect_part=self._collect_part(),
            stop_import=self._stop_import(),
            report_run=self._report_run(),
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
        turn.allow_besides(
            "WakePolicy", _allow(["states:SendTaskSuccess"], self._workflow.state_machine.state_machine_arn)
        )
        accept_drop, sweep = self._accept_drop(), self._sweep()
        SweepSchedule(
            self,
            "SweepSchedule",
            sweep=sweep,
            state_machine=self._workflow.state_machine,
            dead_letters=self._zone.dead_letters,
        )
        watched = Watched(accept_drop, functions, sweep, self._workflow, self._zone.dead_letters, self._notifications)
        Monitoring(self, "Monitoring", config=config, watched=watched)
        self._outputs()

    def _accept_drop(self) -> ImportFunction:
        queue, machine = self._zone.queue, self._workflow.state_machine
        function = self._function(
            "AcceptDrop",
            "accept_drop",
            environment={"TABLE_NAME": self._table.table_name, "STATE_MACHINE_ARN": machine.state_machine_arn},
            statements=[
                self._use_ledger("PutItem"),
                _allow(["states:StartExecution"], machine.state_machine_arn),
                _allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.queue_arn),
                self._use_key(),
            ],
            timeout=_ACCEPT_TIMEOUT,
        )
        function.function.add_event_source(
            event_sources.SqsEventSource(
                queue, batch_size=10, report_batch_item_failures=True, max_concurrency=_ACCEPTS_AT_ONCE
            )
        )
        acknowledge(
            function,
            "Serverless::Serverless-LambdaEventSourceMappingDestination",
            "The queue's own redrive policy keeps what fails; a destination is for streams.",
        )
        return function

    def _preflight(self) -> ImportFunction:
        function = self._function(
            "Preflight",
            "preflight",
            environment={"POOLS": self._pools_json, "TABLE_NAME": self._table.table_name},
            statements=[
                self._use_ledger("GetItem", "UpdateItem"),
                _allow(
                    ["cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", "cognito-idp:AdminGetUser"],
                    *self._pool_arns,
                ),
                self._read("s3:GetObjectVersion", INBOX, CHECK),
                self._list_bucket(),
                *self._write(WORK),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._acknowledge_objects(function, "It reads whatever file is dropped.", INBOX, CHECK)
        self._acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        return function

    def _turn(self) -> ImportFunction:
        return self._function(
            "Turn",
            "turn",
            environment={
                "TABLE_NAME": self._table.table_name,
                "TURN_SCOPE": self._config.turn_scope.value,
                "LONGEST_WAIT": str(self._config.longest_wait),
            },
            statements=[
                _allow(["cognito-idp:DescribeUserImportJob"], *self._pool_arns),
                self._use_ledger("GetItem", "Query", "UpdateItem", "PutItem", "DeleteItem", "ConditionCheckItem"),
                self._tell_events(),
                self._use_key(),
            ],
        )

    def _start_import(self) -> ImportFunction:
        function = self._function(
            "StartImport",
            "start_import",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LOGS_ROLE_ARN": self._logs_role.role_arn,
                "POOLS": self._pools_json,
                "TURN_SCOPE": self._config.turn_scope.value,
                **self._waits,
            },
            statements=[
                _allow(
                    [
                        "cognito-idp:CreateUserImportJob",
                        "cognito-idp:DescribeUserImportJob",
                        "cognito-idp:ListUserImportJobs",
                        "cognito-idp:StartUserImportJob",
                    ],
                    *self._pool_arns,
                ),
                iam.PolicyStatement(
                    actions=["iam:PassRole"],
                    resources=[self._logs_role.role_arn],
                    conditions={"StringEquals": {"iam:PassedToService": "cognito-idp.amazonaws.com"}},
                ),
                self._use_ledger("GetItem", "UpdateItem"),
                self._tell_events(),
                self._read("s3:GetObject", WORK),
                self._list_bucket(),
                self._use_key(),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        return function

    def _check_import(self) -> ImportFunction:
        return self._function(
            "CheckImport",
            "check_import",
            environment=self._waits,
            statements=[_allow(["cognito-idp:DescribeUserImportJob"], *self._pool_arns)],
        )

    def _collect_part(self) -> ImportFunction:
        function = self._function(
            "CollectPart",
            "collect_part",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LOG_LOOKS": str(_LOG_LOOKS),
                "LOG_WAIT": str(self._config.log_wait),
            },
            statements=[
                self._use_ledger("UpdateItem"),
                _allow(["cognito-idp:DescribeUserImportJob"], *self._pool_arns),
                _allow(["logs:GetLogEvents"], *self._import_logs),
                *self._write(WORK),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        self._acknowledge_import_logs(function)
        return function

    def _stop_import(self) -> ImportFunction:
        return self._function(
            "StopImport",
            "stop_import",
            environment={
                "TABLE_NAME": self._table.table_name,
                "SHORTEST_WAIT": str(self._config.shortest_wait),
            },
            statements=[
                _allow(["cognito-idp:DescribeUserImportJob", "cognito-idp:StopUserImportJob"], *self._pool_arns),
                self._use_ledger("UpdateItem"),
                self._use_key(),
            ],
        )

    def _sweep(self) -> ImportFunction:
        machine = self._workflow.state_machine
        function = self._function(
            "Sweep",
            "sweep",
            environment={
                "TABLE_NAME": self._table.table_name,
                "STATE_MACHINE_ARN": machine.state_machine_arn,
                "BUCKET_NAME": self._zone.bucket.bucket_name,
                "POOLS": self._pools_json,
                "TURN_SCOPE": self._config.turn_scope.value,
            },
            statements=[
                _allow(["cognito-idp:ListUserImportJobs"], *self._pool_arns),
                _allow(["states:StartExecution"], machine.state_machine_arn),
                _allow(["states:SendTaskSuccess"], machine.state_machine_arn),
                _allow(["states:DescribeExecution"], self._executions(machine)),
                _allow(["s3:ListBucketVersions"], self._zone.bucket.bucket_arn),
                self._use_ledger(
                    "GetItem", "BatchGetItem", "Query", "UpdateItem", "PutItem", "DeleteItem", "ConditionCheckItem"
                ),
                _allow(["dynamodb:Query"], f"{self._table.table_arn}/index/{BY_STATE}"),
                self._use_key(),
            ],
            memory_mb=512,
            timeout=Duration.minutes(5),
            on_failure="What a sweep that fails leaves undone, the next one finds five minutes later.",
        )
        acknowledge(
            function,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
            f"execution:<{self.get_logical_id(cfn_resource(machine))}.Name>:*]",
            "It looks at the executions of every run, whose names are made of the runs' ids.",
        )
        return function

    def _report_run(self) -> ImportFunction:
        function = self._function(
            "ReportRun",
            "report_run",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LEDGER_DAYS": str(self._config.ledger_days),
            },
            statements=[
                _allow(["cognito-idp:DescribeUserImportJob"], *self._pool_arns),
                self._use_ledger("GetItem", "UpdateItem"),
                self._tell_events(),
                self._read("s3:GetObjectVersion", INBOX, CHECK),
                self._read("s3:PutObjectVersionTagging", INBOX, CHECK),
                self._read("s3:GetObject", WORK),
                self._list_bucket(),
                *self._write(RESULTS),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._acknowledge_objects(function, "It reads whatever file was dropped, and tags it.", INBOX, CHECK)
        self._acknowledge_objects(function, "What a run needs and gives lies under its id.", WORK, RESULTS)
        return function

    def _function(
        self,
        name: str,
        folder: str,
        *,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        memory_mb: int = 256,
        timeout: Duration = Duration.seconds(60),  # noqa: B008  (immutable)
        on_failure: str = SYNCHRONOUS,
    ) -> ImportFunction:
        return ImportFunction(
            self,
            name,
            folder=folder,
            code=self._code,
            key=self._key,
            retention_days=self._config.retention_days,
            environment=environment,
            statements=statements,
            memory_mb=memory_mb,
            timeout=timeout,
            on_failure=on_failure,
        )

    def _read(self, action: str, *prefixes: str) -> iam.PolicyStatement:
        return _allow([action], *(self._zone.bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes))

    def _write(self, *prefixes: str) -> list[iam.PolicyStatement]:
        objects = [self._zone.bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
        return [_allow(["s3:PutObject", "s3:AbortMultipartUpload"], *objects), self._use_key()]

    def _list_bucket(self) -> iam.PolicyStatement:
        # Without it, S3 answers 403 for an object that is gone, and "gone" could not be told from "forbidden".
        return _allow(["s3:ListBucket", "s3:ListBucketVersions"], self._zone.bucket.bucket_arn)

    def _use_ledger(self, *actions: str) -> iam.PolicyStatement:
        return _allow([f"dynamodb:{action}" for action in actions], self._table.table_arn)

    def _executions(self, machine: sfn.StateMachine) -> str:
        return self.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _tell_events(self) -> iam.PolicyStatement:
        return _allow(
            ["events:PutEvents"], self.format_arn(service="events", resource="event-bus", resource_name="default")
        )

    def _use_key(self) -> iam.PolicyStatement:
        return _allow(["kms:Decrypt", "kms:GenerateDataKey"], self._key.key_arn)

    def _acknowledge_objects(self, function: ImportFunction, reason: str, *prefixes: str) -> None:
        bucket_id = self.get_logical_id(cfn_resource(self._zone.bucket))
        for prefix in prefixes:
            acknowledge(function, f"AwsSolutions::AwsSolutions-IAM5[Resource::<{bucket_id}.Arn>/{prefix}*]", reason)

    def _acknowledge_import_logs(self, function: ImportFunction) -> None:
        for pool_id in self._pool_ids:
            acknowledge(
                function,
                f"AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:"
                f"log-group:/aws/cognito/userpools/{pool_id}/*]",
                "Cognito names the group after the pool's name, and the stream after the job: known only at run time.",
            )

    @property
    def _pools_json(self) -> str:
        return json.dumps({alias: asdict(pool) for alias, pool in self._config.pools.items()})

    @property
    def _pool_ids(self) -> list[str]:
        return list(dict.fromkeys(pool.id for pool in self._config.pools.values()))

    @property
    def _pool_arns(self) -> list[str]:
        start = f"arn:{Aws.PARTITION}:cognito-idp:{Aws.REGION}:{Aws.ACCOUNT_ID}:userpool"
        return [f"{start}/{pool_id}" for pool_id in self._pool_ids]

    @property
    def _import_logs(self) -> list[str]:
        start = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:/aws/cognito/userpools"
        return [f"{start}/{pool_id}/*" for pool_id in self._pool_ids]

    @property
    def _waits(self) -> dict[str, str]:
        return {"SHORTEST_WAIT": str(self._config.shortest_wait), "LONGEST_WAIT": str(self._config.longest_wait)}

    def _outputs(self) -> None:
        for name, value, description in (
            ("DropBucket", self._zone.bucket.bucket_name, f"Drop files under {INBOX}<pool alias>/"),
            ("TopicArn", self._notifications.topic.topic_arn, "Tells what became of every run"),
            ("StateMachineArn", self._workflow.state_machine.state_machine_arn, "One execution a run"),
            ("LedgerTable", self._table.table_name, "One item a run"),
            ("LogsRoleArn", self._logs_role.role_arn, "The role with which Cognito writes import logs"),
            ("DeadLetterQueueUrl", self._zone.dead_letters.queue_url, "Events that could not be accepted"),
            ("Pools", self._pools_json, "The pools by alias, and what is chosen for them"),
        ):
            CfnOutput(self, name, value=value, description=description)


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
