"""Environments from cdk.json: what one says, what stands outside of it, and one sentence for each mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.config import Config, ConfigError, PoolsMissingError
from stacks.environment import all_environments, chosen_environment, named_environment
from tests.unit.test_config import Context

STAFF = "us-east-1_AbCdEf123"
PLACE = {"account": "123456789012", "region": "us-east-1"}
DEV: dict[str, Any] = {"pools": f"staff={STAFF}", "name_prefix": "drop-dev", "retention_days": 7}
PROD: dict[str, Any] = {**PLACE, "pools": f"staff={STAFF}", "emails": ["a@example.com"]}


def _context(*, dev: Any = DEV, prod: Any = PROD, **outside: object) -> Context:  # noqa: ANN401  (any JSON)
    return Context(environments={"dev": dev, "prod": prod}, **outside)


def test_one_key_chooses_everything() -> None:
    """The values of the named environment; account and region where it has them."""
    dev, prod = (chosen_environment(_context(env=name)) for name in ("dev", "prod"))
    assert (dev.config.name_prefix, dev.config.retention_days, dev.config.emails, dev.aws) == ("drop-dev", 7, (), None)
    assert (prod.config.name_prefix, prod.config.emails, prod.aws) == ("cognito-drop", ("a@example.com",), PLACE)


def test_they_may_be_given_as_text() -> None:
    """As `-c` does."""
    assert chosen_environment(Context(env="dev", environments=json.dumps({"dev": DEV}))).config.retention_days == 7
    with pytest.raises(ConfigError, match=r"^The context key `environments` is not valid JSON: "):
        all_environments(Context(environments="dev"))


def test_what_is_given_outside_counts() -> None:
    """As `-c key=value` does on the command line."""
    config = chosen_environment(_context(env="dev", retention_days="30", log_wait="5")).config
    assert (config.retention_days, config.log_wait, config.name_prefix) == (30, 5, "drop-dev")


def test_what_is_given_outside_is_meant_for_the_chosen_one() -> None:
    """Another one, in another region, is looked at as cdk.json has it."""
    far = {**PLACE, "region": "eu-west-1", "pools": "staff=eu-west-1_AbCdEf123"}
    assert chosen_environment(_context(env="dev", prod=far, pools=STAFF)).config.pools["default"].id == STAFF


@pytest.mark.parametrize("environments", [None, {}, {"dev": DEV}, {"dev": {"pools": "wrong"}}])
def test_without_the_key_the_flat_context_counts(environments: object) -> None:
    """As if there were no environments."""
    context = Context(environments=environments, pools=STAFF)
    assert chosen_environment(context).config == Config.from_context(context)
    assert chosen_environment(context).aws is None


def test_all_are_read_in_their_order() -> None:
    """So a pipeline deploys them one after the other."""
    assert [environment.name for environment in all_environments(_context())] == ["dev", "prod"]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (_context(env="prd"), "The context key `env` is 'prd': cdk.json has dev, prod."),
        (_context(env=["dev"]), "The context key `env` is ['dev']: cdk.json has dev, prod."),
        (Context(env="dev", pools=STAFF), "The context key `env` is 'dev': cdk.json has no `environments`."),
        (
            Context(environments=["dev"]),
            "The context key `environments` must be an object: the settings of each by its name.",
        ),
        (_context(dev="x"), "The environment dev must be an object with its settings."),
        (
            Context(environments={"Dev": DEV}),
            ("The context key `environments` has the name 'Dev': "
             "it must start with a lowercase letter and have at most 20 lowercase letters, digits, and dashes."),
        ),
        (
            _context(dev={**DEV, "emial": "a@example.com"}),
            "The environment dev has `emial`, which is not a setting; did you mean `emails`?",
        ),
        (_context(dev={**DEV, "x": 1}), "The environment dev has `x`, which is not a setting."),
        (
            _context(dev={**DEV, "retention_days": "many"}),
            ("The environment dev: The context key `retention_days` is 'many': "
             "it must be a whole number from 1 to 3653."),
        ),
        (
            _context(dev={**DEV, **PLACE, "account": 123456789012}),
            "The environment dev has the account 123456789012: it must be a string such as \"123456789012\".",
        ),
        (
            _context(dev={**DEV, **PLACE, "region": "Ireland"}),
            "The environment dev has the region 'Ireland': it must be a string such as \"eu-west-1\".",
        ),
        (
            _context(dev={**DEV, "region": "us-east-1"}),
            "The environment dev must have both `account` and `region`, or neither.",
        ),
        (
            _context(dev={**DEV, **PLACE, "region": "eu-west-1"}),
            (f"The environment dev: `pools` has {STAFF} for staff, and the stack is in eu-west-1: deploy the stack in "
            "the Region of the pool. Import jobs do not run in the replica of a multi-Region user pool."),
        ),
        (
            _context(dev=PROD),
            ("The environments dev and prod would be the same stack: give each its own `name_prefix`, or its own "
            "`account` and `region`."),
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_plain_sentence(context: Context, said: str) -> None:
    """Whichever environment is chosen."""
    if "env" not in context.values:
        context.values["env"] = "prod"
    with pytest.raises(ConfigError) as raised:
        chosen_environment(context)
    assert str(raised.value) == said


def test_who_needs_an_environment_says_so() -> None:
    """The roles of a pipeline are those of one."""
    with pytest.raises(ConfigError, match=r"^The context key `env` is missing: .* -c env=prod\.$"):
        named_environment(_context())


def test_a_missing_pool_is_a_mistake_of_the_environment() -> None:
    """Its sentence ends with what to give."""
    with pytest.raises(ConfigError, match=r"^The environment dev: The context key `pools` is missing: "):
        all_environments(_context(dev={"name_prefix": "drop-dev"}))


def test_an_environment_without_pools_still_has_a_stack() -> None:
    """Its name, account and region are known where it is the chosen one; elsewhere it is a mistake like others."""
    without_pools = {**PLACE, "name_prefix": "drop-dev"}
    with pytest.raises(
        PoolsMissingError, match=r"^The environment dev: The context key `pools` is missing: "
    ) as raised:
        chosen_environment(_context(env="dev", dev=without_pools))
    assert (raised.value.name_prefix, raised.value.aws) == ("drop-dev", PLACE)
    with pytest.raises(ConfigError, match=r"^The environment dev: ") as raised_for_prod:
        chosen_environment(_context(env="prod", dev=without_pools))
    assert not isinstance(raised_for_prod.value, PoolsMissingError)
