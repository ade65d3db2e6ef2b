"""What is chosen for a delivery pipeline, from CDK context: where the sources are, and who may deploy them."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.cdk.config_error import ConfigError

if TYPE_CHECKING:
    from stacks.config import ContextSource

_REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)
_BRANCH = re.compile(r"[\w.-][\w./-]{0,99}", re.ASCII)
_CONNECTION = re.compile(
    r"arn:aws[a-z-]*:(?:codeconnections|codestar-connections):([a-z0-9-]+):(\d{12}):connection/[0-9a-f-]{36}"
)


class Forge(enum.StrEnum):
    """Who runs the pipeline, and proves it to AWS by tokens of OpenID Connect."""

    GITHUB = "github"
    GITLAB = "gitlab"


class ProviderIs(enum.StrEnum):
    """Whether the account has the forge as an identity provider already; it can have it once."""

    NEW = "new"
    EXISTING = "existing"


@dataclass(frozen=True, slots=True)
class RepositoryConfig:
    """The repository whose pipeline may deploy."""

    forge: Forge
    repository: str
    """`owner/name`, in GitLab with all groups."""
    branch: str = "main"
    """The branch that is deployed."""
    provider: ProviderIs = ProviderIs.NEW

    @classmethod
    def from_context(cls, node: ContextSource) -> RepositoryConfig:
        """Read and validate `github` or `gitlab`, `branch` and `oidc_provider`. Raises ConfigError."""
        given = [(forge, node.try_get_context(forge.value)) for forge in Forge]
        named = [(forge, value) for forge, value in given if value is not None]
        if len(named) != 1:
            raise ConfigError("Give the repository as one context key, such as -c github=OWNER/NAME or -c gitlab=….")
        forge, repository = named[0]
        provider = node.try_get_context("oidc_provider") or ProviderIs.NEW.value
        if provider not in [it.value for it in ProviderIs]:
            raise ConfigError(f"The context key `oidc_provider` is {provider!r}: it must be `new` or `existing`.")
        return cls(forge, _repository(forge.value, repository), _branch(node), ProviderIs(provider))


@dataclass(frozen=True, slots=True)
class CodePipelineConfig:
    """The source of a pipeline in AWS CodePipeline."""

    connection: str
    """ARN of the connection to the forge, made in the console and confirmed there."""
    account: str
    region: str
    """The connection's account and region: the pipeline's."""
    repository: str
    branch: str = "main"

    @classmethod
    def from_context(cls, node: ContextSource) -> CodePipelineConfig:
        """Read and validate `connection`, `repository` and `branch`. Raises ConfigError."""
        connection = node.try_get_context("connection")
        found = _CONNECTION.fullmatch(connection) if isinstance(connection, str) else None
        if found is None:
            raise ConfigError(
                f"The context key `connection` is {connection!r}: give the ARN of a connection of CodePipeline, "
                "such as arn:aws:codeconnections:eu-west-1:123456789012:connection/…."
            )
        repository = _repository("repository", node.try_get_context("repository"))
        return cls(found[0], found[2], found[1], repository, _branch(node))


def _repository(key: str, value: object) -> str:
    if not isinstance(value, str) or not _REPOSITORY.fullmatch(value):
        raise ConfigError(f"The context key `{key}` is {value!r}: give the repository as OWNER/NAME.")
    return value


def _branch(node: ContextSource) -> str:
    value = node.try_get_context("branch")
    if value is None:
        return "main"
    if not isinstance(value, str) or not _BRANCH.fullmatch(value):
        raise ConfigError(f"The context key `branch` is {value!r}, which is not the name of a branch.")
    return value
