"""The names of CDK's context keys: one that was mistyped, or is in the wrong place, is found instead of ignored.

Other keys are left alone: CDK and its plugins have keys of their own.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.core.pools.pool_settings import POOL_SETTINGS
from stacks.config import Config
from stacks.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTINGS = tuple(field.name for field in fields(Config))
"""What can be chosen outside of `environments`, and in each of them."""
PLACE = ("account", "region")
"""Where an environment is."""
PIPELINE_KEYS = ("github", "gitlab", "branch", "oidc_provider", "connection", "repository")
_KNOWN = ("env", "environments", *SETTINGS, *PIPELINE_KEYS)
_ELSEWHERE = {
    **dict.fromkeys(POOL_SETTINGS, "a setting of a pool: write it in the object of the pool in `pools`."),
    **dict.fromkeys(PLACE, "a setting of an environment: write it in `environments`."),
}
_OWN_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
"""Keys of CDK and others have an `@`, a colon or a slash."""


def check_context_keys(keys: Iterable[str]) -> None:
    """Refuse a key that looks like one of ours and is not read. Raises ConfigError."""
    for key in keys:
        if key in _KNOWN or not _OWN_NAME.fullmatch(key):
            continue
        if key in _ELSEWHERE:
            raise ConfigError(f"The context key `{key}` is {_ELSEWHERE[key]}")
        if near := nearest(key, (*_KNOWN, *_ELSEWHERE)):
            raise ConfigError(f"The context key `{key}` does not exist; did you mean `{near}`?")
