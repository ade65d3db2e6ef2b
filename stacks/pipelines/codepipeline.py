"""The CDK app with a pipeline in AWS CodePipeline, for all environments of cdk.json.

`cdk deploy --app "python3 -m stacks.pipelines.codepipeline" -c connection=ARN -c repository=OWNER/NAME`
"""

from __future__ import annotations

import json
from pathlib import Path

from cognito_drop.cdk.packaging import lambda_code
from stacks.context_keys import check_context_keys
from stacks.environment import all_environments
from stacks.pipeline_config import CodePipelineConfig
from stacks.synthesis import errors_as_sentences

import aws_cdk as cdk  # isort: skip  (after `stacks`, which finds the Node that CDK starts)
from cdk_nag import AwsSolutionsChecks

from stacks.codepipeline_stack import CodePipelineStack

NAME = "cognito-drop-pipeline"


def main() -> None:
    """Synthesize the app; a finding of cdk-nag that is not acknowledged fails it."""
    app = cdk.App()
    with errors_as_sentences():
        check_context_keys(app.node.get_all_context())
        environments, source = all_environments(app.node), CodePipelineConfig.from_context(app.node)
        CodePipelineStack(
            app, NAME, environments=environments, source=source, make_code=lambda_code, cli_version=cli_version()
        )
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        app.synth()


def cli_version() -> str:
    """The version of the CDK CLI that the checkout pins."""
    package = json.loads((Path(__file__).resolve().parents[2] / "package.json").read_text())
    version: str = package["devDependencies"]["aws-cdk"]
    return version


if __name__ == "__main__":
    main()
