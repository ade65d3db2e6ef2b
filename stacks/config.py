"""The stack's configuration: CDK context in, one frozen, validated dataclass out.

Every value comes from `cdk.json` or from `-c key=value`; a missing or wrong one raises ConfigError, one plain sentence
that names the key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.settings import RANGES, ImportSettings, TargetPool
from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.metric_names import Monitoring
from cognito_drop.contract.pool_names import DEFAULT_ALIAS
from cognito_drop.contract.stack_outputs import DEFAULT_STACK
from cognito_drop.core.pools.pool_settings import POOL_SETTINGS
from stacks.spelling import did_you_mean
from stacks.subscriptions import read_subscriptions

if TYPE_CHECKING:
    import typing
    from collections.abc import Callable, Mapping

    from cognito_drop.cdk.subscription_config import Subscription

    class ContextSource(typing.Protocol):
        """What has CDK context: any construct's node, an environment of cdk.json."""

        def try_get_context(self, key: str, /) -> Any:  # noqa: ANN401  (context is JSON)
            """The value of a key, None when there is none."""


__all__ = ["Config", "ConfigError", "PoolsMissingError", "read_json"]


_NAME_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_POOLS_EXAMPLE = (
    "give one pool ID, or alias=ID for each pool, such as -c pools=staff=us-east-1_AbCdEf123,guests=us-east-1_GhIjKl456"
)


class PoolsMissingError(ConfigError):
    """No pool is given, as in every new checkout; the other settings can be read."""

    def __init__(self, sentence: str, name_prefix: str, aws: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.name_prefix = name_prefix
        """The name of the stack."""
        self.aws = aws
        """The account and region of the stack; None where the CDK CLI chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ImportSettings):
    """What can be chosen about a deployment of the stack."""

    name_prefix: str = DEFAULT_STACK
    """Name of the stack and start of its resources' names."""

    @classmethod
    def from_context(cls, node: ContextSource) -> Config:
        """Read and validate the context. Raises ConfigError, PoolsMissingError when only the pools are missing."""
        given = {key: node.try_get_context(key) for key in _READERS}
        read = {key: _READERS[key](value) for key, value in given.items() if value is not None}
        if "pools" not in read:
            prefix = read.get("name_prefix", DEFAULT_STACK)
            raise PoolsMissingError(f"The context key `pools` is missing: {_POOLS_EXAMPLE}", prefix)
        try:
            return cls(**read)
        except ConfigError as error:
            raise ConfigError(f"The context key {error}") from None


def _pools(value: object) -> dict[str, TargetPool]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = read_json("pools", value)
    if isinstance(value, str):
        pairs = [_pool_pair(entry.strip()) for entry in value.split(",")]
    elif isinstance(value, dict):
        pairs = [(str(alias), _pool(str(alias), entry)) for alias, entry in value.items()]
    else:
        raise ConfigError(f"The context key `pools` must be a string or an object: {_POOLS_EXAMPLE}")
    if not pairs:
        raise ConfigError(f"The context key `pools` names no pool: {_POOLS_EXAMPLE}")
    pools = dict(pairs)
    if len(pools) < len(pairs):
        raise ConfigError("The context key `pools` names an alias twice.")
    return pools


def read_json(key: str, text: str) -> object:
    """The value of a context key that is JSON in a text, as `-c` gives it. Raises ConfigError."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigError(f"The context key `{key}` is not valid JSON: {error}.") from None


def _pool_pair(entry: str) -> tuple[str, TargetPool]:
    alias, separator, pool_id = entry.partition("=")
    alias, pool_id = (alias.strip(), pool_id.strip()) if separator else (DEFAULT_ALIAS, entry)
    return alias, _pool(alias, pool_id)


def _pool(alias: str, entry: object) -> TargetPool:
    """A pool's id, or an object with the id and what is chosen for the pool."""
    given: dict[str, Any] = entry if isinstance(entry, dict) else {"id": entry}
    settings = {name: value for name, value in given.items() if value is not None}
    if algorithm := settings.get("password_hash_algorithm"):
        raise ConfigError(
            f"The context key `pools` has password_hash_algorithm for {alias}, which was replaced by a list: "
            f'write "password_hashes": ["{algorithm}"].'
        )
    unknown = sorted(settings.keys() - {"id", *POOL_SETTINGS})
    if unknown:
        raise ConfigError(
            f"The context key `pools` has {unknown[0]!r} for {alias}, which is not a setting of a pool"
            f"{did_you_mean(unknown[0], POOL_SETTINGS)}"
        )
    pool_id = settings.pop("id", None)
    if not isinstance(pool_id, str):
        raise ConfigError(
            f"The context key `pools` has {pool_id!r}, which is not a user pool id such as us-east-1_AbCdEf123."
        )
    return TargetPool(pool_id, **settings)


def _emails(value: object) -> tuple[str, ...]:
    if not isinstance(value, (str, list)):
        raise ConfigError("The context key `emails` must be a list, or addresses separated by commas.")
    found = value.split(",") if isinstance(value, str) else [str(entry) for entry in value]
    return tuple(dict.fromkeys(entry.strip() for entry in found if entry.strip()))


def _subscriptions(value: object) -> tuple[Subscription, ...]:
    return read_subscriptions(read_json("subscriptions", value) if isinstance(value, str) else value)


def _lock_scope(value: object) -> LockScope:
    if value not in [scope.value for scope in LockScope]:
        raise ConfigError(f"The context key `lock_scope` is {value!r}: it must be `account` or `pool`.")
    return LockScope(str(value))


def _monitoring(value: object) -> Monitoring:
    if value not in [level.value for level in Monitoring]:
        raise ConfigError(f"The context key `monitoring` is {value!r}: it must be `full`, `alarms`, or `none`.")
    return Monitoring(str(value))


def _name_prefix(value: object) -> str:
    if not isinstance(value, str) or not _NAME_PREFIX.fullmatch(value):
        raise ConfigError(
            f"The context key `name_prefix` is {value!r}: it must start with a letter and have at most 40 "
            "letters, digits, and dashes."
        )
    return value


def _whole_number(key: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value)
        if not text.isascii() or not text.isdigit():
            allowed = RANGES[key]
            raise ConfigError(
                f"The context key `{key}` is {value!r}: it must be a whole number from {allowed[0]} to {allowed[-1]}."
            )
        return int(text)

    return read


_READERS: Mapping[str, Callable[[object], Any]] = {
    "pools": _pools,
    "emails": _emails,
    "subscriptions": _subscriptions,
    "lock_scope": _lock_scope,
    "monitoring": _monitoring,
    **{key: _whole_number(key) for key in RANGES},
    "name_prefix": _name_prefix,
}
