"""Mistyped and misplaced context keys at each level: one sentence with the key that was meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacks.config import Config, ConfigError
from stacks.context_keys import check_context_keys
from stacks.environment import chosen_environment
from tests.unit.test_config import STAFF, Context

CDK_JSON = Path(__file__).resolve().parent.parent.parent / "cdk.json"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("email", "emails"),
        ("retentiondays", "retention_days"),
        ("retention-days", "retention_days"),
        ("RETENTION_DAYS", "retention_days"),
        ("pool", "pools"),
        ("subscription", "subscriptions"),
        ("environment", "environments"),
        ("prefix", "name_prefix"),
        ("ENV", "env"),
        ("gitHub", "github"),
        ("partrows", "part_rows"),
        ("regions", "region"),
    ],
)
def test_a_key_that_is_close_to_a_known_one_is_refused(key: str, meant: str) -> None:
    """CDK itself ignores what is not read."""
    with pytest.raises(ConfigError) as raised:
        check_context_keys([key])
    assert str(raised.value) == f"The context key `{key}` does not exist; did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("look_up_users", "a setting of a pool: write it in the object of the pool in `pools`."),
        ("account", "a setting of an environment: write it in `environments`."),
    ],
)
def test_a_key_of_another_level_is_refused(key: str, said: str) -> None:
    """It would not be read."""
    with pytest.raises(ConfigError) as raised:
        check_context_keys([key])
    assert str(raised.value) == f"The context key `{key}` is {said}"


def test_other_keys_are_left_alone() -> None:
    """Those of cdk.json, those that the CDK CLI adds, and those of other tools."""
    cli = ["aws:cdk:enable-path-metadata", "cdk-migrate", "availability-zones:account=1:region=us-east-1", "owner"]
    check_context_keys([*json.loads(CDK_JSON.read_text())["context"], *cli])


@pytest.mark.parametrize(
    ("values", "meant"),
    [
        ({"pools": {"staff": {"id": STAFF, "known_user": "warn"}}}, "known_users"),
        ({"pools": {"staff": {"id": STAFF, "partRows": 7}}}, "part_rows"),
        ({"pools": STAFF, "subscriptions": [{"to": "a@example.com", "outcome": ["failed"]}]}, "outcomes"),
    ],
)
def test_a_mistyped_setting_of_a_pool_or_a_subscription_is_refused(values: dict[str, object], meant: str) -> None:
    """Outside of `environments`, and within."""
    ending = rf"; did you mean `{meant}`\?$"
    with pytest.raises(ConfigError, match=rf"^The context key `[^\n]+{ending}"):
        Config.from_context(Context(**values))
    with pytest.raises(ConfigError, match=rf"^The environment dev: [^\n]+{ending}"):
        chosen_environment(Context(env="dev", environments={"dev": values}))
