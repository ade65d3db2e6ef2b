"""The role that a pipeline in AWS becomes for the smoke test of an environment, in the environment's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam

from cognito_drop.cdk.role_policies import Sizes, allow_role
from stacks.smoke_test_grants import acknowledge_patterns, pool_ids, smoke_test_statements

if TYPE_CHECKING:
    from constructs import Construct

    from stacks.config import Config
    from stacks.environment import Environment


class SmokeTestRoleStack(Stack):
    """One role with a name that is known before it exists. `tester` is the role of the pipeline that may become it."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, tester: str) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=construct_id,
            description=f"Lets a pipeline test {config.name_prefix} after it was deployed",
        )
        role = iam.Role(
            self,
            "Role",
            role_name=_role_name(config),
            description=f"Drops a row into {config.name_prefix} as a dry run",
            assumed_by=iam.ArnPrincipal(tester),
        )
        statements = smoke_test_statements(self, config)
        allow_role(self, role, f"of {config.name_prefix}'s smoke test", statements, Sizes(self, pool_ids(config)))
        acknowledge_patterns(self, statements)

    @staticmethod
    def role_arn(environment: Environment) -> str:
        """The role's ARN in an environment."""
        return f"arn:{Aws.PARTITION}:iam::{environment.account}:role/{_role_name(environment.config)}"


def _role_name(config: Config) -> str:
    return f"{config.name_prefix}-smoke-test"
