"""The CDK app: configuration in, stack out. No AWS call, no Docker."""

from __future__ import annotations

import os

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.settings import check_region
from stacks.config import PoolsMissingError
from stacks.context_keys import check_context_keys
from stacks.environment import chosen_environment
from stacks.synthesis import errors_as_sentences

import aws_cdk as cdk  # isort: skip  (after `stacks`, which finds the Node that CDK starts)
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.cognito_drop_stack import CognitoDropStack
from stacks.unconfigured_stack import UnconfiguredStack


def main() -> None:
    """Synthesize the app; a finding of cdk-nag that is not acknowledged fails it."""
    app = cdk.App()
    with errors_as_sentences():
        check_context_keys(app.node.get_all_context())
        _add_stack(app)
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
        app.synth()


def _add_stack(app: cdk.App) -> None:
    """Add the stack of the chosen environment. Raises ConfigError.

    Commands that need no pools, such as `cdk bootstrap`, `cdk ls` and `cdk destroy`, need a stack all the same.
    """
    try:
        environment = chosen_environment(app.node)
    except PoolsMissingError as error:
        UnconfiguredStack(app, error.name_prefix, missing=str(error), env=error.aws)
        return
    config = environment.config
    stack = CognitoDropStack(app, config.name_prefix, config=config, env=environment.aws)
    if environment.region is None:
        try:
            check_region(config.pools, os.environ.get("CDK_DEFAULT_REGION"))  # the CDK CLI deploys into this one
        except ConfigError as error:
            cdk.Annotations.of(stack).add_error(f"The context key {error} Set AWS_REGION, or `region` and `account`.")


if __name__ == "__main__":
    main()
