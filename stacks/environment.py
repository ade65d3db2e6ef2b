"""Environments such as dev and prod: what `environments` in cdk.json says of each, one of them chosen by `-c env=NAME`.

A setting that is given outside of `environments`, flat in cdk.json or by `-c key=value`, counts instead of the
environment's own. Without the key `env` only those count. When one is chosen, all are validated: a mistake in prod is
found while dev is deployed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.settings import check_region
from stacks.config import Config, PoolsMissingError, read_json
from stacks.context_keys import PLACE, SETTINGS
from stacks.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.config import ContextSource

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_ENTRIES = (*PLACE, *SETTINGS)


@dataclass(frozen=True, slots=True)
class Environment:
    """One place to deploy to, and what is chosen for it."""

    name: str
    """As in cdk.json; empty where none was chosen."""
    config: Config
    account: str | None = None
    """The account's twelve digits; None: the account of the deploying identity."""
    region: str | None = None

    @property
    def aws(self) -> dict[str, str] | None:
        """Account and region as a CDK stack takes them; None where the CDK CLI chooses."""
        return _aws(self.account, self.region)


@dataclass(frozen=True, slots=True)
class _Own:
    """What an environment says by itself."""

    entry: Mapping[str, Any]

    def try_get_context(self, key: str, /) -> Any:  # noqa: ANN401  (context is JSON)
        """The value of a key, None when there is none."""
        return self.entry.get(key)


@dataclass(frozen=True, slots=True)
class _Layers:
    """The first of two sources that has a value."""

    upper: ContextSource
    lower: ContextSource

    def try_get_context(self, key: str, /) -> Any:  # noqa: ANN401  (context is JSON)
        """The value of a key, None when there is none."""
        value = self.upper.try_get_context(key)
        return self.lower.try_get_context(key) if value is None else value


def chosen_environment(node: ContextSource) -> Environment:
    """The environment that `env` names, or the flat context when it names none.

    Raises ConfigError, PoolsMissingError when only the pools of this environment are missing.
    """
    name = node.try_get_context("env")
    if name is None:
        return Environment("", Config.from_context(node))
    given = _given(node)
    if not isinstance(name, str) or name not in given:
        known = f"cdk.json has {', '.join(given)}" if given else "cdk.json has no `environments`"
        raise ConfigError(f"The context key `env` is {name!r}: {known}.")
    for other, entry in given.items():
        if other != name:  # what `-c` gives is meant for the one that is chosen
            try:
                _environment(other, entry, _Layers(_Own(entry), node))
            except PoolsMissingError as error:
                raise ConfigError(str(error)) from None
    return _environment(name, given[name], _Layers(node, _Own(given[name])))


def named_environment(node: ContextSource) -> Environment:
    """The environment that `env` names. Raises ConfigError, also when it names none."""
    if node.try_get_context("env") is None:
        raise ConfigError(
            "The context key `env` is missing: choose one of the environments in cdk.json, such as -c env=prod."
        )
    return chosen_environment(node)


def all_environments(node: ContextSource) -> list[Environment]:
    """Every environment of cdk.json, in its order. Raises ConfigError."""
    return [_environment(name, entry, _Layers(node, _Own(entry))) for name, entry in _given(node).items()]


def _given(node: ContextSource) -> dict[str, dict[str, Any]]:
    given = node.try_get_context("environments") or {}
    if isinstance(given, str):
        given = read_json("environments", given)
    if not isinstance(given, dict):
        raise ConfigError("The context key `environments` must be an object: the settings of each by its name.")
    _check_places(given)
    return given


def _environment(name: str, entry: Mapping[str, Any], source: ContextSource) -> Environment:
    unknown = next((key for key in entry if key not in _ENTRIES), None)
    if unknown is not None:
        hint = did_you_mean(unknown, _ENTRIES)
        raise ConfigError(f"The environment {name} has `{unknown}`, which is not a setting{hint}")
    account, region = (_place(name, entry, key) for key in PLACE)
    if (account is None) != (region is None):
        raise ConfigError(f"The environment {name} must have both `account` and `region`, or neither.")
    try:
        config = Config.from_context(source)
        check_region(config.pools, region)
    except PoolsMissingError as error:
        raise PoolsMissingError(f"The environment {name}: {error}", error.name_prefix, _aws(account, region)) from None
    except ConfigError as error:
        raise ConfigError(f"The environment {name}: {error}") from None
    return Environment(name, config, account, region)


def _aws(account: str | None, region: str | None) -> dict[str, str] | None:
    return {"account": account, "region": region} if account and region else None


def _place(name: str, entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    pattern, example = (_ACCOUNT, '"123456789012"') if key == "account" else (_REGION, '"eu-west-1"')
    if value is None or (isinstance(value, str) and pattern.fullmatch(value)):
        return value
    raise ConfigError(f"The environment {name} has the {key} {value!r}: it must be a string such as {example}.")


def _check_places(given: Mapping[str, Any]) -> None:
    """No two environments are the same stack, which the one deployed last would have for itself."""
    taken: dict[tuple[object, ...], str] = {}
    for name, entry in given.items():
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"The context key `environments` has the name {name!r}: "
                "it must start with a lowercase letter and have at most 20 lowercase letters, digits, and dashes."
            )
        if not isinstance(entry, dict):
            raise ConfigError(f"The environment {name} must be an object with its settings.")
        place = (*(str(entry.get(key)) for key in PLACE), str(entry.get("name_prefix")))
        if place in taken:
            raise ConfigError(
                f"The environments {taken[place]} and {name} would be the same stack: give each its own "
                "`name_prefix`, or its own `account` and `region`."
            )
        taken[place] = name
