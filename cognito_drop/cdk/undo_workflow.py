"""The undo: a function that deletes users, a small state machine that calls it and notifies, and another one that does
so for an execution which has ended early.

It is deployed only if a pool has the setting `undo`. Guarantees that nothing else of the stack may delete users, or
start it: that is for people, by a policy of their own. What an event starts calls the function only to end an undo, and
then it deletes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cognito_drop.cdk.cfn import run_after
from cognito_drop.cdk.grants import Grants, allow
from cognito_drop.cdk.logged_machine import (
    acknowledge_log_delivery,
    ended_early,
    log_delivery,
    log_group,
    logged_machine,
)
from cognito_drop.cdk.pool_parameters import POOLS_PATH
from cognito_drop.cdk.workflow_steps import WorkflowSteps, is_there_and_true, is_true
from cognito_drop.contract.environment import UndoUsersVariables
from cognito_drop.contract.function_names import FunctionName
from cognito_drop.contract.object_keys import RESULTS, STAGING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs

    from cognito_drop.cdk.functions import FunctionFactory, ImportFunction
    from cognito_drop.cdk.settings import ImportSettings

_TIMEOUT = Duration.days(7)  # 1,000,000 users at 10 a second take 28 hours
_TIMEOUT_OF_ENDED = Duration.days(1)
_ATTEMPTS = 100  # with at most five minutes between two: the undo waits for hours for a Cognito that takes no calls


def undo_function(
    factory: FunctionFactory, grants: Grants, *, config: ImportSettings, table: dynamodb.ITable, bucket: s3.IBucket
) -> ImportFunction:
    """The function that deletes users."""
    function = factory.make(
        "UndoUsers",
        FunctionName.UNDO_USERS,
        environment=UndoUsersVariables(
            table_name=table.table_name,
            pools_path=POOLS_PATH,
            bucket_name=bucket.bucket_name,
            memberships_per_second=config.memberships_per_second,
            lookups_per_second=config.lookups_per_second,
            ledger_days=config.ledger_days,
        ).to_env(),
        statements=[
            allow(["cognito-idp:AdminDeleteUser", "cognito-idp:ListUsers"], *grants.arns_of(lambda pool: pool.undo)),
            grants.read_pool(),
            grants.use_ledger("GetItem", "PutItem", "UpdateItem"),
            grants.on_objects("s3:GetObjectVersion", RESULTS),
            grants.on_objects("s3:GetObject", STAGING),
            grants.list_bucket(),
            *grants.write(RESULTS, STAGING),
        ],
        memory_mb=512,
        timeout=Duration.minutes(15),
    )
    grants.acknowledge_pools(function)
    grants.acknowledge_objects(function, "The objects of a run and of an undo are under their IDs.", RESULTS, STAGING)
    return function


class UndoWorkflow(Construct):
    """The state machines, their role and their log, and the rule that starts the second one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: ImportFunction,
        topic: sns.ITopic,
        keys: Sequence[kms.IKey],
        retention_days: int,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        policy = self._policy(role, function, topic, keys)
        log = log_group(self, f"{Aws.STACK_NAME}-undo", key=keys[0], retention_days=retention_days)
        self.state_machine = logged_machine(self, self._states(function, topic), log=log, role=role, timeout=_TIMEOUT)
        run_after(self.state_machine, policy)
        early = Construct(self, "EndedEarly")
        self.of_ended = logged_machine(
            early, _states_of_ended(early, function, topic), log=log, role=role, timeout=_TIMEOUT_OF_ENDED
        )
        run_after(self.of_ended, policy)
        self.rule = events.Rule(
            early,
            "Rule",
            description="An execution of an undo ended early",
            event_pattern=ended_early(self.state_machine),
            targets=[targets.SfnStateMachine(self.of_ended, dead_letter_queue=dead_letters)],
        )

    def _states(self, function: ImportFunction, topic: sns.ITopic) -> sfn.IChainable:
        """Call after call; after an error, the function writes the results so far."""
        steps = WorkflowSteps(self)
        asked = {
            "request": sfn.JsonPath.object_at("$$.Execution.Input"),
            "execution": sfn.JsonPath.string_at("$$.Execution.Name"),
        }
        undo = steps.call("Undo users", function, "$", attempts=_ATTEMPTS, payload=sfn.TaskInput.from_object({**asked}))
        end = steps.call(
            "End undo",
            function,
            "$",
            payload=sfn.TaskInput.from_object({**asked, "error": sfn.JsonPath.object_at("$.error")}),
        )
        notify = steps.notify(topic, "$.notification")
        undo.add_catch(end, result_path="$.error")
        end.add_catch(steps.fail("Not undone", "The run cannot be undone, or the results could not be written."))
        notify.add_catch(steps.fail("Not notified", "The undo has ended but its notification was not sent."))
        undo.next(steps.choice("All processed?").when(is_true("$.more"), undo).otherwise(notify))
        end.next(notify)
        return undo

    def _policy(
        self, role: iam.Role, function: ImportFunction, topic: sns.ITopic, keys: Sequence[kms.IKey]
    ) -> iam.Policy:
        """Both state machines do the same, so they share a role."""
        policy = iam.Policy(
            self,
            "Policy",
            roles=[role],
            statements=[
                allow(["lambda:InvokeFunction"], function.function.function_arn),
                allow(["sns:Publish"], topic.topic_arn),
                allow(["kms:Decrypt", "kms:GenerateDataKey"], *(key.key_arn for key in keys)),
                log_delivery(),
            ],
        )
        acknowledge_log_delivery(policy)
        return policy


def _states_of_ended(scope: Construct, function: ImportFunction, topic: sns.ITopic) -> sfn.IChainable:
    """End the undo of an execution that has ended early, and notify. The input is the event of the execution."""
    steps = WorkflowSteps(scope)
    ended = {
        "request": sfn.JsonPath.string_to_json(sfn.JsonPath.string_at("$.detail.input")),
        "execution": sfn.JsonPath.string_at("$.detail.name"),
        "ended_as": sfn.JsonPath.string_at("$.detail.status"),
    }
    end = steps.call("End undo", function, "$", payload=sfn.TaskInput.from_object(ended))
    notify = steps.notify(topic, "$.notification")
    end.add_catch(steps.fail("Not ended", "The run cannot be undone, or the results could not be written."))
    notify.add_catch(steps.fail("Not notified", "The undo has ended but its notification was not sent."))
    continued = sfn.Succeed(scope, "Continued", comment="A later execution is at the undo.")
    return end.next(steps.choice("Ended?").when(is_there_and_true("$.is_continued"), continued).otherwise(notify))
