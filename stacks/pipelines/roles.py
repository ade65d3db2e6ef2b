"""The CDK app with the roles of a pipeline in GitHub or GitLab, for one environment.

`cdk deploy --app "python3 -m stacks.pipelines.roles" -c env=dev -c github=OWNER/NAME`
"""

from __future__ import annotations

from stacks.context_keys import check_context_keys
from stacks.environment import named_environment
from stacks.pipeline_config import RepositoryConfig
from stacks.synthesis import errors_as_sentences

import aws_cdk as cdk  # isort: skip  (after `stacks`, which finds the Node that CDK starts)
from cdk_nag import AwsSolutionsChecks

from stacks.pipeline_roles_stack import PipelineRolesStack


def main() -> None:
    """Synthesize the app; a finding of cdk-nag that is not acknowledged fails it."""
    app = cdk.App()
    with errors_as_sentences():
        check_context_keys(app.node.get_all_context())
        environment = named_environment(app.node)
        repository = RepositoryConfig.from_context(app.node)
        name = f"{environment.config.name_prefix}-{repository.forge.value}"
        PipelineRolesStack(app, name, environment=environment, repository=repository)
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        app.synth()


if __name__ == "__main__":
    main()
