"""A pool that is exported and dropped into another one is the same there, but for what cannot travel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.presets.cognito import OLD_SUB
from tests.cli.command import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

GROUPS = {"staff": {"Description": "All of us", "Precedence": 2}, "ops": {}, "secret": {}}
"""The pool's files may put users into the first two."""


def _create_groups(world: World, pool: str) -> None:
    """As the page about moving a pool says: the groups come first, with their roles and precedences."""
    for name, settings in GROUPS.items():
        world.cloud.client("cognito-idp").create_group(UserPoolId=pool, GroupName=name, **settings)


def _source(world: World, count: int) -> str:
    """A pool of so many users in groups; the first one is disabled."""
    cognito = world.cloud.client("cognito-idp")
    schema = [{"Name": "size", "AttributeDataType": "Number", "Mutable": True}]
    answer = cognito.create_user_pool(PoolName=f"old-{count}", AutoVerifiedAttributes=["email"], Schema=schema)
    pool: str = answer["UserPool"]["Id"]
    _create_groups(world, pool)
    for number in range(count):
        name = f"copy{count}-{number}"
        given = {"email": f"{name}@example.com", "email_verified": "true", "name": f"Zoë, {number}", "custom:size": "7"}
        listed = [{"Name": attribute, "Value": value} for attribute, value in given.items()]
        cognito.admin_create_user(UserPoolId=pool, Username=name, UserAttributes=listed, MessageAction="SUPPRESS")
        for group in list(GROUPS)[: number % 3]:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=f"copy{count}-1", GroupName="secret")
    cognito.admin_disable_user(UserPoolId=pool, Username=f"copy{count}-0")
    return pool


def _export(world: World, pool: str, folder: Path) -> dict[str, list[Any]]:
    said = run("export", "--pool", pool, "--to", folder, env=world.cloud.variables)
    assert said.code == ExitCode.CLEAN, said
    return {file.name: [json.loads(line) for line in file.read_text().splitlines()] for file in folder.glob("*.ndjson")}


@pytest.mark.parametrize("count", [30, pytest.param(5_000, marks=pytest.mark.nightly)])
def test_an_exported_pool_is_the_same_in_another_one(world: World, tmp_path: Path, count: int) -> None:
    """Users, groups, and memberships; the old `sub` of each user is in an attribute that files may set."""
    before = _export(world, _source(world, count), tmp_path / "before")
    target = world.pools["copied"]
    cognito = world.cloud.client("cognito-idp")
    for page in cognito.get_paginator("list_users").paginate(UserPoolId=target):
        for user in page["Users"]:
            cognito.admin_delete_user(UserPoolId=target, Username=user["Username"])
    if not cognito.list_groups(UserPoolId=target)["Groups"]:
        _create_groups(world, target)
    ending = world.end_of(
        world.drop((tmp_path / "before" / "users.ndjson").read_bytes(), "copied/cognito/users.ndjson")
    )
    assert ending.rows == {"total": count, "imported": count - 1, "rejected": 1}
    assert [reason["code"] for reason in ending.summary["reasons"]] == ["user_disabled"]
    after = _export(world, target, tmp_path / "after")
    expected = {user["Username"]: user for user in before["users.ndjson"] if user["Enabled"]}
    assert [user["Username"] for user in after["users.ndjson"]] == list(expected)
    for user in after["users.ndjson"]:
        old, old_sub = expected[user["Username"]]["Attributes"], user["Attributes"].pop(OLD_SUB)
        assert old_sub == old.pop("sub") != user["Attributes"].pop("sub")
        assert user["Attributes"] == {"phone_number_verified": "false", **old}
        assert user["Groups"] == [name for name in expected[user["Username"]]["Groups"] if name != "secret"]
    allowed = [one for one in before["memberships.ndjson"] if one["GroupName"] != "secret"]
    assert after["memberships.ndjson"] == allowed
    for group in (*before["groups.ndjson"], *after["groups.ndjson"]):
        del group["CreationDate"], group["LastModifiedDate"]
    assert after["groups.ndjson"] == before["groups.ndjson"]
