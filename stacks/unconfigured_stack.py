"""The stack of a checkout in which no pools are given yet: empty, with an error that says what to set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Annotations, Stack

from cognito_drop.cdk.acknowledgement import acknowledge

if TYPE_CHECKING:
    from constructs import Construct


class UnconfiguredStack(Stack):
    """Has the name of the stack, so that `cdk ls` and `cdk destroy` find it; `cdk deploy` and `cdk diff` fail."""

    def __init__(self, scope: Construct, construct_id: str, *, missing: str, env: dict[str, str] | None) -> None:
        super().__init__(scope, construct_id, stack_name=construct_id, env=env)
        Annotations.of(self).add_error(missing)
        acknowledge(
            self, "CloudFormation-Validate::F0001", "The stack is empty and cannot be deployed until `pools` is set."
        )
