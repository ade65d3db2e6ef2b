"""The CDK app: configuration in, stack out. No AWS call, no Docker."""

from __future__ import annotations

import sys

from cognito_drop.config_error import ConfigError
from stacks.environment import chosen_environment

import aws_cdk as cdk  # isort: skip  (after `stacks`, which finds the Node that CDK starts)
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.cognito_drop_stack import CognitoDropStack


def main() -> None:
    """Synthesise the app; a finding of cdk-nag that nobody has acknowledged fails it."""
    app = cdk.App()
    try:
        environment = chosen_environment(app.node)
    except ConfigError as error:
        sys.exit(str(error))
    config = environment.config
    CognitoDropStack(app, config.name_prefix, config=config, env=environment.aws)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    app.synth()


if __name__ == "__main__":
    main()
