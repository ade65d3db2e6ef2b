"""The state machine of a run, its role and its log; its states are in `workflow_states`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cognito_drop.cdk.cfn import run_after
from cognito_drop.cdk.hooks import AFTER_REPORT, BEFORE_IMPORT, check_names, hook
from cognito_drop.cdk.logged_machine import acknowledge_log_delivery, log_delivery, log_group, logged_machine
from cognito_drop.cdk.workflow_states import WorkflowStates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.cdk.workflow_states import WorkflowFunctions

_RUN_TIMEOUT = Duration.days(30)  # fifty files of 500,000 users, one after the other, take ten days


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
        keys: Sequence[kms.IKey],
        retention_days: int,
        before_import: sfn.IChainable | None = None,
        after_report: sfn.IChainable | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        before = hook(self, BEFORE_IMPORT, before_import) if before_import else None
        after = hook(self, AFTER_REPORT, after_report) if after_report else None
        states = WorkflowStates(
            self,
            functions=functions,
            table=table,
            topic=topic,
            before_import=before.state if before else None,
            after_report=after.state if after else None,
        )
        definition = states.chain()
        hooks = [one for one in (before, after) if one]
        check_names(self, *hooks)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        policy = self._policy(role, functions, table, topic, keys)
        allowed = [statement for one in hooks for statement in one.statements]
        self._hooks_policy = iam.Policy(self, "HooksPolicy", roles=[role], statements=allowed) if allowed else None
        self.log_group = log_group(self, Aws.STACK_NAME, key=keys[0], retention_days=retention_days)
        self.state_machine = logged_machine(self, definition, log=self.log_group, role=role, timeout=_RUN_TIMEOUT)
        run_after(self.state_machine, policy)
        if self._hooks_policy:
            run_after(self.state_machine, self._hooks_policy)

    def _policy(
        self,
        role: iam.Role,
        functions: WorkflowFunctions,
        table: dynamodb.ITable,
        topic: sns.ITopic,
        keys: Sequence[kms.IKey],
    ) -> iam.Policy:
        policy = iam.Policy(
            self,
            "Policy",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=["lambda:InvokeFunction"],
                    resources=[callee.function.function_arn for callee in functions.all],
                ),
                iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
                iam.PolicyStatement(actions=["dynamodb:UpdateItem"], resources=[table.table_arn]),
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn for key in keys]
                ),
                log_delivery(),
            ],
        )
        acknowledge_log_delivery(policy)
        return policy
