"""The state machine of a run: preflight, import job, report, notification.

Promises that every way through it ends in a report and a notification, and that no state sees a pre-signed URL: Cognito
is called from functions only, which answer with ids, statuses and counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.cfn import run_after
from stacks.log_retention import log_retention

if TYPE_CHECKING:
    from stacks.functions import ImportFunction

STILL_RUNNING = ("Created", "Pending", "InProgress", "Stopping")
ENDED = ("Succeeded", "Failed", "Stopped", "Expired")
WAITING = "Waiting"
"""start_import's own word for a job that Cognito does not start yet."""

_TRANSIENT = [
    "TransientError",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
]
_RUN_TIMEOUT = Duration.days(30)  # fifty files of 500,000 users, one after the other, take ten days
_ATTEMPTS = 8
_ATTEMPTS_TO_LOOK = 100  # with at most five minutes between two, a job is not given up for most of a working day


@dataclass(frozen=True, slots=True)
class WorkflowFunctions:
    """The functions that the states call."""

    preflight: ImportFunction
    start_import: ImportFunction
    check_import: ImportFunction
    collect_part: ImportFunction
    report_run: ImportFunction


class ImportWorkflow(Construct):
    """The state machine, its role and its log."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: WorkflowFunctions,
        table: dynamodb.ITable,
        topic: sns.ITopic,
        key: kms.IKey,
        retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._table = table
        self._topic = topic
        self._functions = functions
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        policy = self._policy(role, key)
        group = logs.LogGroup(
            self,
            "Logs",
            # Log delivery writes to groups under this prefix without a growing resource policy.
            log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}",
            retention=log_retention(retention_days),
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_chainable(self._definition()),
            role=role.without_policy_updates(),
            timeout=_RUN_TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        run_after(self.state_machine, policy)

    def _definition(self) -> sfn.IChainable:
        report = self._call("Report", self._functions.report_run, "$.report")
        finish = self._finish()
        report.next(finish)
        report.add_catch(self._plain_report(finish), result_path="$.report_error")

        check = self._call("Check import", self._functions.check_import, "$.job", attempts=_ATTEMPTS_TO_LOOK)
        collect = self._call("Collect", self._functions.collect_part, "$.part")
        wait_for_log = sfn.Wait(self, "Wait for log", time=sfn.WaitTime.seconds_path("$.part.wait_seconds"))
        wait = sfn.Wait(self, "Wait", time=sfn.WaitTime.seconds_path("$.job.wait_seconds"))
        status = "$.job.status"
        wait.next(check).next(
            sfn.Choice(self, "Import ended?", comment="A status that Cognito does not document ends the run as failed.")
            .when(_is_one_of(status, STILL_RUNNING), wait)
            .when(_is_one_of(status, ENDED), collect)
            .otherwise(report)
        )
        start = self._call("Start import", self._functions.start_import, "$.job")
        wait_for_other = sfn.Wait(self, "Wait for other job", time=sfn.WaitTime.seconds_path("$.job.wait_seconds"))
        start.next(
            sfn.Choice(self, "Import started?")
            .when(sfn.Condition.string_equals(status, WAITING), wait_for_other.next(start))
            .otherwise(wait)
        )
        collect.next(
            sfn.Choice(self, "Next part?")
            .when(sfn.Condition.boolean_equals("$.part.complete", value=False), wait_for_log.next(collect))
            .when(sfn.Condition.boolean_equals("$.part.more", value=True), start)
            .otherwise(report)
        )
        preflight = self._call("Preflight", self._functions.preflight, "$.file")
        preflight.next(
            sfn.Choice(self, "Anything to import?")
            .when(sfn.Condition.boolean_equals("$.file.importable", value=True), start)
            .otherwise(report)
        )
        for step in (preflight, start, check, collect):
            step.add_catch(report, result_path="$.error")
        return preflight

    def _call(
        self, name: str, function: ImportFunction, result_path: str, *, attempts: int = _ATTEMPTS
    ) -> tasks.LambdaInvoke:
        """A state that gives the whole state to a function and puts its answer at `result_path`."""
        task = tasks.LambdaInvoke(
            self,
            name,
            lambda_function=function.function,
            payload_response_only=True,  # the answer alone: no metadata to carry along
            result_path=result_path,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(function.timeout.plus(Duration.seconds(30))),
        )
        task.add_retry(
            errors=_TRANSIENT,
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_delay=Duration.seconds(300),
            max_attempts=attempts,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task

    def _plain_report(self, finish: sfn.IChainable) -> sfn.IChainable:
        """What is told when the report itself could not be made."""
        say = sfn.Pass(
            self,
            "Say it plainly",
            parameters={
                "default.$": "States.Format('The run {} of the file {} ended, and its report could not be written. "
                "The execution of that name shows what happened.', $.run_id, $.key)"
            },
            result_path="$.plain",
        )
        return say.next(
            sfn.Pass(
                self,
                "Report failed",
                parameters={
                    "outcome": "failed",
                    "succeeded": False,
                    "headline": "Failed, and the report could not be written",
                    "notification": {
                        "subject": "Failed, and the report could not be written",
                        "message.$": "States.JsonToString($.plain)",
                        "outcome": "failed",
                        "pool": "unknown",
                        "has_failures": "true",
                    },
                },
                result_path="$.report",
            )
        ).next(finish)

    def _finish(self) -> sfn.IChainable:
        """Notify, mark as notified, and end as the run has ended."""
        said = "$.report.notification"
        notify = tasks.SnsPublish(
            self,
            "Notify",
            topic=self._topic,
            subject=sfn.JsonPath.string_at(f"{said}.subject"),
            message=sfn.TaskInput.from_json_path_at(f"{said}.message"),
            message_per_subscription_type=True,
            message_attributes={
                name: tasks.MessageAttribute(value=sfn.JsonPath.string_at(f"{said}.{name}"))
                for name in ("outcome", "pool", "has_failures")
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        item_key = sfn.JsonPath.format("run#{}", sfn.JsonPath.string_at("$.run_id"))
        mark = tasks.DynamoUpdateItem(
            self,
            "Mark notified",
            table=self._table,
            key={"pk": tasks.DynamoAttributeValue.from_string(item_key)},
            update_expression="SET notified = :yes",
            expression_attribute_values={":yes": tasks.DynamoAttributeValue.from_boolean(value=True)},
            result_path=sfn.JsonPath.DISCARD,
        )
        not_notified = sfn.Fail(
            self,
            "Not notified",
            error="NotNotified",
            cause="The run has ended and is reported, but the notification could not be published or marked.",
        )
        for task in (notify, mark):
            task.add_retry(
                errors=["States.TaskFailed", "States.Timeout"],
                interval=Duration.seconds(2),
                backoff_rate=2,
                max_delay=Duration.seconds(300),
                max_attempts=_ATTEMPTS,
                jitter_strategy=sfn.JitterType.FULL,
            )
            task.add_catch(not_notified, result_path="$.notify_error")
        return notify.next(mark).next(
            sfn.Choice(self, "Imported?")
            .when(sfn.Condition.boolean_equals("$.report.succeeded", value=True), sfn.Succeed(self, "Succeeded"))
            .otherwise(sfn.Fail(self, "Not imported", error_path="$.report.outcome", cause_path="$.report.headline"))
        )

    def _policy(self, role: iam.Role, key: kms.IKey) -> iam.Policy:
        functions = self._functions
        callees = (
            functions.preflight,
            functions.start_import,
            functions.check_import,
            functions.collect_part,
            functions.report_run,
        )
        policy = iam.Policy(
            self,
            "Policy",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"],
                    resources=[callee.function.function_arn for callee in callees],
                ),
                iam.PolicyStatement(actions=["sns:Publish"], resources=[self._topic.topic_arn]),
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[self._table.table_arn]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
                iam.PolicyStatement(
                    actions=[
                        "logs:CreateLogDelivery",
                        "logs:GetLogDelivery",
                        "logs:UpdateLogDelivery",
                        "logs:DeleteLogDelivery",
                        "logs:ListLogDeliveries",
                        "logs:PutResourcePolicy",
                        "logs:DescribeResourcePolicies",
                        "logs:DescribeLogGroups",
                        "xray:PutTraceSegments",
                        "xray:PutTelemetryRecords",
                        "xray:GetSamplingRules",
                        "xray:GetSamplingTargets",
                    ],
                    resources=["*"],
                ),
            ],
        )
        acknowledge(
            policy,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "Log delivery and X-Ray have no resources that a policy could name; AWS's guide lists these actions.",
        )
        return policy


def _is_one_of(path: str, values: tuple[str, ...]) -> sfn.Condition:
    return sfn.Condition.or_(*(sfn.Condition.string_equals(path, value) for value in values))
