"""Users become monthly active users by their groups alone, and what that costs is said before."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore import xform_name

from cognito_drop.core.notification.message import notification_of
from cognito_drop.core.pools.active_users import PRICES_AS_OF, active_users_json, active_users_sentences
from cognito_drop.core.pools.pool_settings import GroupsOfKnownUsers
from cognito_drop.core.report_page.page import render
from cognito_drop.core.results.wording import made_active
from tests.active_user_calls import IS_MADE, MAKE_ACTIVE
from tests.published_schemas import validator
from tests.unit.members_world import ANY_GROUP, member, members_file
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, as_read, drop, pool, row
from tests.unit.summary_schema import validate

pytestmark = pytest.mark.usefixtures("aws")

PROJECT = Path(__file__).parents[2]
PRODUCT = ("lambdas", "cli", "cognito_drop", "stacks", "pipelines", "app.py", "examples")
FILE = members_file(member("ana", "staff|ops"), member("ben", "staff"), member("eve", "ops"), f"{row('joe')},")
DRY = drop("check/people/users.csv")


@pytest.mark.parametrize(
    ("tier", "users", "usd", "with_free_users"),
    [
        ("ESSENTIALS", 100_000, 1_500.0, 1_350.0),
        ("LITE", 100_000, 550.0, 495.0),
        ("PLUS", 100_000, 2_000.0, 2_000.0),
        ("ESSENTIALS", 10_000, 150.0, 0.0),
        ("LITE", 1, 0.01, 0.0),
        ("PLUS", 3, 0.06, 0.06),
    ],
)
def test_a_tier_has_its_price(tier: str, users: int, usd: float, with_free_users: float) -> None:
    """With and without the account's free users, rounded up to cents."""
    made = active_users_json(users, tier)
    assert made is not None
    (cost,) = made["costs"]
    assert (made["at_most"], cost["tier"]) == (users, tier)
    assert (cost["usd"], cost["usd_with_free_users"]) == (usd, with_free_users)


@pytest.mark.parametrize("tier", [None, "TIER_OF_2030"])
def test_a_pool_without_a_known_tier_gets_the_prices_of_all(tier: str | None) -> None:
    """DescribeUserPool leaves it out for some pools."""
    made = active_users_json(100_000, tier)
    assert made is not None
    assert [(cost["tier"], cost["usd"]) for cost in made["costs"]] == [
        ("LITE", 550.0), ("ESSENTIALS", 1_500.0), ("PLUS", 2_000.0),
    ]  # fmt: skip
    assert active_users_json(0, tier) is None


def test_the_sentences_have_the_number_the_costs_and_the_date() -> None:
    """And say that it is an estimate."""
    cost = "1,500.00 USD in the Essentials tier (1,350.00 USD if all 10,000 free users are left)"
    assert active_users_sentences(active_users_json(100_000, "ESSENTIALS")) == [
        "Adding users to groups makes at most 100,000 users monthly active users of Amazon Cognito.",
        f"This costs at most {cost} for the month.",
        f"Estimate from AWS's list prices of {PRICES_AS_OF}; prices vary by Region.",
    ]
    assert "2,000.00 USD in the Plus tier for" in " ".join(active_users_sentences(active_users_json(100_000, "PLUS")))
    assert active_users_sentences(None) == []


def test_the_docs_have_the_same_prices() -> None:
    """The table of groups.md is the module's."""
    page = (PROJECT / "docs/groups.md").read_text()
    for tier in ("LITE", "ESSENTIALS", "PLUS"):
        made = active_users_json(100_000, tier)
        assert made is not None
        (cost,) = made["costs"]
        line = next(line for line in page.splitlines() if line.startswith(f"| {tier.capitalize()} |"))
        assert [f"{cost[name]:,.0f} USD" for name in ("usd", "usd_with_free_users")] == re.split(r" \| ", line[2:-2])[
            2:
        ]
    assert f"as of {PRICES_AS_OF}" in page


def _world(tier: str | None = "ESSENTIALS", dropped: Any = DRY, **settings: Any) -> ReportWorld:  # noqa: ANN401
    world = ReportWorld(dropped, **{"groups": ANY_GROUP, **settings})
    description = {"Name": "people", "AutoVerifiedAttributes": ["email"], **({"UserPoolTier": tier} if tier else {})}
    world.imports.pools[POOL_ID] = pool(description=description)
    return world


@pytest.mark.parametrize("dropped", [DRY, drop()])
def test_a_report_says_who_becomes_active(dropped: Any) -> None:  # noqa: ANN401
    """Users, not memberships, in a dry run and in a run: as data, on the page, in the notification and the email."""
    world = _world(dropped=dropped)
    summary = world.run(FILE)
    validate(world)
    made = as_read(summary.to_json())
    assert made["memberships"]["active_users"] == active_users_json(3, "ESSENTIALS")
    notification = json.loads(notification_of(summary).message)
    shown = json.loads(notification["default"])
    validator("notification-1").validate(shown)
    assert shown["memberships"] == made["memberships"]
    page = unescape(render(summary.to_json()))
    for sentence in active_users_sentences(active_users_json(3, "ESSENTIALS")):
        assert f"{sentence}\n" in notification["email"]
        assert sentence in page


@pytest.mark.parametrize(
    ("added", "left_out", "failed", "is_said"),
    [(0, 2, 0, False), (0, 1, 1, True), (1, 1, 0, True), (0, 0, 0, True)],
)
def test_memberships_that_were_left_out_make_no_user_active(
    added: int, left_out: int, failed: int, *, is_said: bool
) -> None:
    """A call that Cognito refuses may count."""
    costs = active_users_json(2, "ESSENTIALS")
    found = {"total": 2, "not_allowed": 0, "seconds": 1, "active_users": costs, "unprocessed": 0}
    made = made_active(cast("Any", found | {"added": added, "left_out": left_out, "failed": failed}))
    assert made == (costs if is_said else None)


def test_a_file_without_groups_makes_no_user_active() -> None:
    """Nor does one whose groups no one allows."""
    assert (
        "active users" not in json.loads(notification_of(_world().run(members_file(f"{row('joe')},"))).message)["email"]
    )
    assert _world(groups=None).run(FILE).to_json()["memberships"] is None


@pytest.mark.parametrize(("setting", "users"), [(GroupsOfKnownUsers.LEAVE, 2), (GroupsOfKnownUsers.ADD, 3)])
def test_known_users_become_active_only_where_they_are_added(setting: GroupsOfKnownUsers, users: int) -> None:
    """They are known by the lookup before the import."""
    world = _world(dropped=drop(), look_up_users=True, groups_of_known_users=setting)
    world.imports.users[POOL_ID] = {"ben"}
    assert as_read(world.run(FILE).to_json())["memberships"]["active_users"]["at_most"] == users


def test_the_operations_are_cognitos() -> None:
    """No name in the list is misspelled."""
    operations = boto3.client("cognito-idp", region_name="us-east-1").meta.service_model.operation_names
    assert set(operations) >= set(MAKE_ACTIVE)


def test_no_module_makes_users_active_but_by_groups() -> None:
    """Neither as a method of boto3, nor as an action of a policy, nor as a command."""
    paths = [
        path for name in PRODUCT for path in ([PROJECT / name] if name.endswith(".py") else (PROJECT / name).rglob("*"))
    ]
    texts = {path: path.read_text() for path in paths if path.suffix in {".py", ".json", ".yml", ".yaml", ".sh"}}
    assert len(texts) > 100
    found = set()
    for operation in MAKE_ACTIVE:
        snake = xform_name(operation)
        command = snake.replace("_", "-")
        named = re.compile(rf"\.{snake}\(|[\"'](?:{snake}|cognito-idp:{operation})[\"']|cognito-idp {command}\b")
        found |= {
            (path.relative_to(PROJECT).as_posix(), operation) for path, text in texts.items() if named.search(text)
        }
    assert found == {("cognito_drop/aws/user_groups.py", IS_MADE), ("cognito_drop/cdk/import_functions.py", IS_MADE)}
