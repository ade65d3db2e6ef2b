"""The functions of the import: what each finds in its environment, may do, and gets of memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_stepfunctions as sfn

from cognito_drop.acknowledgement import acknowledge
from cognito_drop.cfn import cfn_resource
from cognito_drop.drop_zone import CHECK, INBOX, RESULTS, WORK
from cognito_drop.functions import SYNCHRONOUS, ImportFunction
from cognito_drop.grants import Grants, allow, pools_json
from cognito_drop.ledger import BY_STATE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from cognito_drop.drop_zone import DropZone
    from cognito_drop.settings import Settings

ACCEPT_TIMEOUT = Duration.seconds(60)

_ACCEPTS_AT_ONCE = 5
_STREAMING_TIMEOUT = Duration.minutes(15)
_STREAMING_MEMORY = 1769  # MB; from here on a function has a whole processor
_LOG_LOOKS = 6


class ImportFunctions:
    """Makes the functions in a scope, each once."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Settings,
        code: lambda_.Code,
        key: kms.IKey,
        zone: DropZone,
        table: dynamodb.ITable,
        logs_role: iam.IRole,
    ) -> None:
        self._scope = scope
        self._config = config
        self._code = code
        self._key = key
        self._zone = zone
        self._table = table
        self._logs_role = logs_role
        self._grants = Grants(Stack.of(scope), config=config, zone=zone, table=table, key=key)

    def accept_drop(self, machine: sfn.StateMachine) -> ImportFunction:
        """Turns upload events into runs of this state machine."""
        queue = self._zone.queue
        function = self._function(
            "AcceptDrop",
            "accept_drop",
            environment={"TABLE_NAME": self._table.table_name, "STATE_MACHINE_ARN": machine.state_machine_arn},
            statements=[
                self._grants.use_ledger("PutItem"),
                allow(["states:StartExecution"], machine.state_machine_arn),
                allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.queue_arn),
                self._grants.use_key(),
            ],
            timeout=ACCEPT_TIMEOUT,
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

    def preflight(self) -> ImportFunction:
        """Checks a drop."""
        function = self._function(
            "Preflight",
            "preflight",
            environment={"POOLS": pools_json(self._config), "TABLE_NAME": self._table.table_name},
            statements=[
                self._grants.use_ledger("GetItem", "UpdateItem"),
                allow(
                    ["cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", "cognito-idp:AdminGetUser"],
                    *self._grants.pool_arns,
                ),
                self._grants.read("s3:GetObjectVersion", INBOX, CHECK),
                self._grants.list_bucket(),
                *self._grants.write(WORK),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_objects(function, "It reads whatever file is dropped.", INBOX, CHECK)
        self._grants.acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        return function

    def turn(self) -> ImportFunction:
        """Takes and passes turns."""
        return self._function(
            "Turn",
            "turn",
            environment={
                "TABLE_NAME": self._table.table_name,
                "TURN_SCOPE": self._config.turn_scope.value,
                "LONGEST_WAIT": str(self._config.longest_wait),
            },
            statements=[
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger(
                    "GetItem", "Query", "UpdateItem", "PutItem", "DeleteItem", "ConditionCheckItem"
                ),
                self._grants.tell_events(),
                self._grants.use_key(),
            ],
        )

    def start_import(self) -> ImportFunction:
        """Creates, uploads and starts import jobs."""
        function = self._function(
            "StartImport",
            "start_import",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LOGS_ROLE_ARN": self._logs_role.role_arn,
                "POOLS": pools_json(self._config),
                "TURN_SCOPE": self._config.turn_scope.value,
                **self._grants.waits,
            },
            statements=[
                allow(
                    [
                        "cognito-idp:CreateUserImportJob",
                        "cognito-idp:DescribeUserImportJob",
                        "cognito-idp:ListUserImportJobs",
                        "cognito-idp:StartUserImportJob",
                    ],
                    *self._grants.pool_arns,
                ),
                iam.PolicyStatement(
                    actions=["iam:PassRole"],
                    resources=[self._logs_role.role_arn],
                    conditions={"StringEquals": {"iam:PassedToService": "cognito-idp.amazonaws.com"}},
                ),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.tell_events(),
                self._grants.read("s3:GetObject", WORK),
                self._grants.list_bucket(),
                self._grants.use_key(of_objects=True),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._grants.acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        return function

    def check_import(self) -> ImportFunction:
        """Looks at a job."""
        return self._function(
            "CheckImport",
            "check_import",
            environment=self._grants.waits,
            statements=[allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns)],
        )

    def collect_part(self) -> ImportFunction:
        """Reads a job's log."""
        function = self._function(
            "CollectPart",
            "collect_part",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LOG_LOOKS": str(_LOG_LOOKS),
                "LOG_WAIT": str(self._config.log_wait),
            },
            statements=[
                self._grants.use_ledger("UpdateItem"),
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                allow(["logs:GetLogEvents"], *self._grants.import_logs),
                *self._grants.write(WORK),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._grants.acknowledge_objects(function, "What a run needs on its way lies under its id.", WORK)
        self._grants.acknowledge_import_logs(function)
        return function

    def stop_import(self) -> ImportFunction:
        """Stops a job."""
        return self._function(
            "StopImport",
            "stop_import",
            environment={
                "TABLE_NAME": self._table.table_name,
                "SHORTEST_WAIT": str(self._config.shortest_wait),
            },
            statements=[
                allow(["cognito-idp:DescribeUserImportJob", "cognito-idp:StopUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger("UpdateItem"),
                self._grants.use_key(),
            ],
        )

    def sweep(self, machine: sfn.StateMachine) -> ImportFunction:
        """Finds what is stuck."""
        function = self._function(
            "Sweep",
            "sweep",
            environment={
                "TABLE_NAME": self._table.table_name,
                "STATE_MACHINE_ARN": machine.state_machine_arn,
                "BUCKET_NAME": self._zone.bucket.bucket_name,
                "POOLS": pools_json(self._config),
                "TURN_SCOPE": self._config.turn_scope.value,
            },
            statements=[
                allow(["cognito-idp:ListUserImportJobs"], *self._grants.pool_arns),
                allow(["states:StartExecution"], machine.state_machine_arn),
                allow(["states:SendTaskSuccess"], machine.state_machine_arn),
                allow(["states:DescribeExecution"], self._grants.executions(machine)),
                allow(["s3:ListBucketVersions"], self._zone.bucket.bucket_arn),
                self._grants.use_ledger(
                    "GetItem", "BatchGetItem", "Query", "UpdateItem", "PutItem", "DeleteItem", "ConditionCheckItem"
                ),
                allow(["dynamodb:Query"], f"{self._table.table_arn}/index/{BY_STATE}"),
                self._grants.use_key(),
            ],
            memory_mb=512,
            timeout=Duration.minutes(5),
            on_failure="What a sweep that fails leaves undone, the next one finds five minutes later.",
        )
        acknowledge(
            function,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
            f"execution:<{Stack.of(self._scope).get_logical_id(cfn_resource(machine))}.Name>:*]",
            "It looks at the executions of every run, whose names are made of the runs' ids.",
        )
        return function

    def report_run(self) -> ImportFunction:
        """Writes the report."""
        function = self._function(
            "ReportRun",
            "report_run",
            environment={
                "TABLE_NAME": self._table.table_name,
                "LEDGER_DAYS": str(self._config.ledger_days),
            },
            statements=[
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.tell_events(),
                self._grants.read("s3:GetObjectVersion", INBOX, CHECK),
                self._grants.read("s3:PutObjectVersionTagging", INBOX, CHECK),
                self._grants.read("s3:GetObject", WORK),
                self._grants.list_bucket(),
                *self._grants.write(RESULTS),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_objects(function, "It reads whatever file was dropped, and tags it.", INBOX, CHECK)
        self._grants.acknowledge_objects(function, "What a run needs and gives lies under its id.", WORK, RESULTS)
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
            self._scope,
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
