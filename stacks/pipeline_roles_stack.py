"""The roles of a pipeline that runs outside of AWS: one deploys an environment, one shows the difference.

They are assumed with the tokens that GitHub or GitLab give to a job, so there is no access key to keep. The deploying
role may become the roles of `cdk bootstrap`, and run the smoke test; the other may become the one that reads.

Sources: https://docs.github.com/en/actions/reference/security/oidc,
https://docs.gitlab.com/ci/secrets/id_token_authentication/,
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, DefaultStackSynthesizer, Stack
from aws_cdk import aws_iam as iam

from cognito_drop.cdk.role_policies import Sizes, allow_role
from stacks.pipeline_config import Forge, ProviderIs, RepositoryConfig
from stacks.smoke_test_grants import acknowledge_patterns, pool_ids, smoke_test_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from stacks.environment import Environment

_ISSUER = {Forge.GITHUB: "token.actions.githubusercontent.com", Forge.GITLAB: "gitlab.com"}
_AUDIENCE = {Forge.GITHUB: "sts.amazonaws.com", Forge.GITLAB: "https://gitlab.com"}
_FORGE_NAME = {Forge.GITHUB: "GitHub", Forge.GITLAB: "GitLab"}
_QUALIFIER = "@aws-cdk/core:bootstrapQualifier"
"""The CDK's own context key for a bootstrap that is not the usual one."""
_DEPLOYING = ("deploy", "file-publishing", "lookup")
_READING = ("lookup",)


class PipelineRolesStack(Stack):
    """Two roles for the pipeline of a repository, and the identity provider, in the account of an environment."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, repository: RepositoryConfig
    ) -> None:
        forge, prefix = repository.forge, environment.config.name_prefix
        super().__init__(
            scope,
            construct_id,
            description=f"Lets the pipeline of {repository.repository} deploy {prefix}",
            env=environment.aws,
        )
        self._repository = repository
        self._provider = self._provider_arn()
        deployer = self._role(
            "Deploy",
            f"{prefix}-{forge.value}-deploy",
            f"Deploys {prefix} from {_FORGE_NAME[forge]}",
            {"StringEquals": self._claims(_deploying_subject(repository, environment.name))},
        )
        difference = self._role(
            "Diff",
            f"{prefix}-{forge.value}-diff",
            f"Previews changes to {prefix}",
            self._proposals(),
        )
        self._sizes = Sizes(self, pool_ids(environment.config))
        self._allow(deployer, _DEPLOYING, smoke_test_statements(self, environment.config))
        self._allow(difference, _READING, [])
        CfnOutput(self, "DeployRole", value=deployer.role_arn, description="Deploys and runs the smoke test")
        CfnOutput(self, "DiffRole", value=difference.role_arn, description="Reads what is deployed")

    def _provider_arn(self) -> str:
        issuer = _ISSUER[self._repository.forge]
        if self._repository.provider is ProviderIs.EXISTING:
            return self.format_arn(service="iam", region="", resource="oidc-provider", resource_name=issuer)
        provider = iam.OidcProviderNative(
            self, "Provider", url=f"https://{issuer}", client_ids=[_AUDIENCE[self._repository.forge]]
        )
        return provider.oidc_provider_arn

    def _claims(self, subject: str) -> dict[str, str]:
        issuer = _ISSUER[self._repository.forge]
        return {f"{issuer}:aud": _AUDIENCE[self._repository.forge], f"{issuer}:sub": subject}

    def _proposals(self) -> Mapping[str, Mapping[str, str]]:
        """What a job for a proposed change proves: in GitHub a pull request, in GitLab any branch of the project."""
        issuer, name = _ISSUER[self._repository.forge], self._repository.repository
        if self._repository.forge is Forge.GITHUB:
            return {"StringEquals": self._claims(f"repo:{name}:pull_request")}
        audience = _AUDIENCE[self._repository.forge]
        return {
            "StringEquals": {f"{issuer}:aud": audience},
            "StringLike": {f"{issuer}:sub": f"project_path:{name}:*"},
        }

    def _role(
        self, construct_id: str, name: str, description: str, conditions: Mapping[str, Mapping[str, str]]
    ) -> iam.Role:
        principal = iam.FederatedPrincipal(self._provider, conditions, "sts:AssumeRoleWithWebIdentity")
        return iam.Role(self, construct_id, role_name=name, description=description, assumed_by=principal)

    def _allow(self, role: iam.Role, bootstrapped: tuple[str, ...], besides: list[iam.PolicyStatement]) -> None:
        qualifier = self.node.try_get_context(_QUALIFIER) or DefaultStackSynthesizer.DEFAULT_QUALIFIER
        roles = [
            f"arn:{self.partition}:iam::{self.account}:role/cdk-{qualifier}-{name}-role-{self.account}-{self.region}"
            for name in bootstrapped
        ]
        become = iam.PolicyStatement(actions=["sts:AssumeRole"], resources=roles)
        allow_role(role, role, f"of the {self._repository.forge.value} deployment", [become, *besides], self._sizes)
        acknowledge_patterns(role, besides)


def _deploying_subject(repository: RepositoryConfig, environment: str) -> str:
    """What a job proves that deploys: in GitHub its environment, in GitLab the branch."""
    if repository.forge is Forge.GITHUB:
        return f"repo:{repository.repository}:environment:{environment}"
    return f"project_path:{repository.repository}:ref_type:branch:ref:{repository.branch}"
