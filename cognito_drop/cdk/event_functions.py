"""The functions that events call: an upload, and the sweep's schedule.

Says what each finds in its environment, may do, and gets of memory and time. Both start executions, so they are made
after the state machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_stepfunctions as sfn

from cognito_drop.cdk.acknowledgement import acknowledge
from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.cdk.grants import Grants, allow
from cognito_drop.cdk.metrics import PERIOD
from cognito_drop.cdk.pool_parameters import POOLS_PATH
from cognito_drop.contract.environment import AcceptDropVariables, SweepVariables
from cognito_drop.contract.function_names import FunctionName
from cognito_drop.contract.ledger_keys import BY_STATE
from cognito_drop.contract.object_keys import STAGING

if TYPE_CHECKING:
    from cognito_drop.cdk.drop_zone import DropZone
    from cognito_drop.cdk.functions import FunctionFactory, ImportFunction
    from cognito_drop.cdk.settings import ImportSettings

ACCEPT_TIMEOUT = Duration.seconds(60)


class EventFunctions:
    """Makes the functions, each once."""

    def __init__(
        self,
        factory: FunctionFactory,
        grants: Grants,
        *,
        config: ImportSettings,
        zone: DropZone,
        table: dynamodb.ITable,
    ) -> None:
        self._factory = factory
        self._grants = grants
        self._config = config
        self._zone = zone
        self._table = table

    def accept_drop(self, machine: sfn.StateMachine) -> ImportFunction:
        """Turns upload events into runs of this state machine."""
        queue = self._zone.queue
        function = self._factory.make(
            "AcceptDrop",
            FunctionName.ACCEPT_DROP,
            environment=AcceptDropVariables(
                table_name=self._table.table_name,
                pools_path=POOLS_PATH,
                state_machine_arn=machine.state_machine_arn,
                bucket_name=self._zone.bucket.bucket_name,
            ).to_env(),
            statements=[
                self._grants.read_pool(),
                self._grants.use_ledger("PutItem", *(("GetItem", "UpdateItem") if self._config.scans_malware else ())),
                allow(["states:StartExecution"], machine.state_machine_arn),
                allow(["states:DescribeExecution"], self._grants.executions(machine)),
                allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.queue_arn),
                self._grants.use_key(),
            ],
            timeout=ACCEPT_TIMEOUT,
        )
        function.function.add_event_source(
            # Without a maximum concurrency Lambda reads an idle queue with two requests at a time instead of five:
            # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
            # What the template does not set is not checked for drift: a mapping that was disabled would not be found.
            event_sources.SqsEventSource(queue, batch_size=10, report_batch_item_failures=True, enabled=True)
        )
        self._grants.acknowledge_pools(function)
        _acknowledge_executions(function, machine)
        acknowledge(
            function,
            "Serverless::Serverless-LambdaEventSourceMappingDestination",
            "The queue's own redrive policy keeps what fails; a destination is for streams.",
        )
        return function

    def sweep(self, machine: sfn.StateMachine) -> ImportFunction:
        """Finds what is stuck."""
        function = self._factory.make(
            "Sweep",
            FunctionName.SWEEP,
            environment=SweepVariables(
                table_name=self._table.table_name,
                pools_path=POOLS_PATH,
                import_job_quota=self._config.import_job_quota,
                state_machine_arn=machine.state_machine_arn,
                bucket_name=self._zone.bucket.bucket_name,
                lock_scope=self._config.lock_scope,
            ).to_env(),
            statements=[
                self._grants.read_pool(),
                self._grants.read_pools(),
                self._grants.read_pauses(),
                allow(["cognito-idp:ListUserImportJobs"], *self._grants.pool_arns),
                allow(["states:StartExecution"], machine.state_machine_arn),
                allow(["states:ListExecutions"], machine.state_machine_arn),
                allow(["states:SendTaskSuccess"], machine.state_machine_arn),
                allow(["states:DescribeExecution"], self._grants.executions(machine)),
                allow(["s3:ListBucketVersions"], self._zone.bucket.bucket_arn),
                self._grants.on_objects("s3:DeleteObjectVersion", STAGING),
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
        # While the account's functions are throttled, Lambda would keep the sweeps of six hours and then call them all.
        # A failed sweep needs no retry: the next one comes on schedule.
        # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
        function.function.configure_async_invoke(max_event_age=PERIOD, retry_attempts=0)
        acknowledge(
            function,
            "Serverless::Serverless-LambdaAsyncFailureDestination",
            "The next sweep does what this one did not.",
        )
        self._grants.acknowledge_pools(function)
        self._grants.acknowledge_objects(function, "It deletes the staging objects of every ended run.", STAGING)
        _acknowledge_executions(function, machine)
        return function


def _acknowledge_executions(function: ImportFunction, machine: sfn.StateMachine) -> None:
    """Say why a function may look at every execution."""
    acknowledge(
        function,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
        f"execution:<{Stack.of(machine).get_logical_id(cfn_resource(machine))}.Name>:*]",
        "It looks at the executions of every run, whose names are made of the runs' ids.",
    )
