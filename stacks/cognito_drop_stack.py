"""The stack that is deployed by itself: the construct and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack

from cognito_drop.cdk import CognitoDrop

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from stacks.config import Config


class CognitoDropStack(Stack):
    """One import with everything of its own.

    `code` is the functions' code asset: given from outside, so that template tests need no packaging. `env` is the
    account and region, where the CDK CLI is not to choose them. The stack has the name of the configuration.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        code: lambda_.Code | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Imports dropped CSV files into Amazon Cognito user pools",
            env=env,
            stack_name=config.name_prefix,
            suppress_template_indentation=True,  # a template has a megabyte, of which many pools take half with blanks
        )
        # CDK leaves `Default` out of logical ids: what was deployed without the construct keeps its names.
        CognitoDrop(self, "Default", config, code=code)
