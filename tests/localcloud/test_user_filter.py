"""ListUsers with a filter, as AWS documents it; and our searches find their users whatever is not documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_removal import UserRemoval
from cognito_drop.core.pools.user_search import searches_for
from cognito_drop.core.rows import PoolRules
from tests.localcloud.import_world import good_rows, opened_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localcloud.import_world import ImportWorld

NAMES = ("ana", "Anatol", 'a"b', "CORP\\ben", "end\\")


def _pool(world: ImportWorld, *names: str) -> str:
    pool = world.make_pool()
    for number, name in enumerate(names):
        world.cognito.admin_create_user(
            UserPoolId=pool,
            Username=name,
            UserAttributes=[{"Name": "email", "Value": f"{number}@example.com"}],
        )
    return pool


def _found(world: ImportWorld, pool: str, text: str) -> list[str]:
    return [user["Username"] for user in world.cognito.list_users(UserPoolId=pool, Filter=text)["Users"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('username = "ana"', ["ana"]),
        ('username="ana"', ["ana"]),
        ('username = "ANA"', []),
        ('username ^= "An"', ["Anatol"]),
        ('username ^= ""', [*NAMES]),
        ('username = "a\\"b"', ['a"b']),
        ('username = "CORP\\\\ben"', ["CORP\\ben"]),
        ('username = "end\\\\"', ["end\\"]),
        ('email = "1@example.com"', ["Anatol"]),
        ('name = "ana"', []),
        ('status = "Enabled"', [*NAMES]),
        ('status = "enabled"', []),
        ('cognito:user_status = "force_change_password"', [*NAMES]),
    ],
)
def test_a_filter_selects_users(world: ImportWorld, text: str, names: list[str]) -> None:
    """By one attribute, exactly or by its beginning."""
    assert _found(world, _pool(world, *NAMES), text) == names


@pytest.mark.parametrize(
    "text",
    ["foo", 'username = ana"', 'username = "a"b"', 'username = "a\\"', 'username = "a\\b"', 'custom:tier = "gold"',
     'username = "' + "x" * 250 + '"', 'username = "a" and email = "b"'],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(world: ImportWorld, text: str) -> None:
    """Custom attributes are not searchable, and a filter has one attribute and 256 characters."""
    with pytest.raises(ClientError, match="InvalidParameterException"):
        _found(world, _pool(world), text)


def test_a_filter_has_pages_and_the_attributes_that_are_asked_for(world: ImportWorld) -> None:
    """As the whole list has."""
    pool = _pool(world, *NAMES)
    asked: dict[str, Any] = {"UserPoolId": pool, "Filter": 'username ^= "a"', "Limit": 1, "AttributesToGet": ["email"]}
    first = world.cognito.list_users(**asked)
    second = world.cognito.list_users(**asked, PaginationToken=first["PaginationToken"])
    assert [user["Username"] for user in (*first["Users"], *second["Users"])] == ["ana", 'a"b']
    assert first["Users"][0]["Attributes"] == [{"Name": "email", "Value": "0@example.com"}]
    assert "PaginationToken" not in second


@pytest.mark.parametrize("has_empty_page", [True, False])
def test_a_filter_may_begin_with_an_empty_page(tmp_path: Path, *, has_empty_page: bool) -> None:
    """Whose token leads to the users; a list without a filter begins with them, and a wrong filter is refused."""
    with opened_world(tmp_path, user_filter_empty_page=has_empty_page) as world:
        pool = _pool(world, *NAMES)
        pages = world.cognito.get_paginator("list_users").paginate(
            UserPoolId=pool, Filter='username ^= "a"', PaginationConfig={"PageSize": 1}
        )
        sizes = [len(page["Users"]) for page in pages]
        assert sizes == [0, 1, 1] if has_empty_page else sizes == [1, 1]
        assert len(world.cognito.list_users(UserPoolId=pool)["Users"]) == len(NAMES)
        with pytest.raises(ClientError, match="InvalidParameterException"):
            world.cognito.list_users(UserPoolId=pool, Filter="foo")


def test_the_product_finds_users_behind_an_empty_page(tmp_path: Path) -> None:
    """By name, with their ids, and by `sub`."""
    with opened_world(tmp_path, user_filter_empty_page=True) as world:
        pool, directory = _pool(world, *NAMES), UserDirectory(world.cognito)
        (search,) = searches_for("ana", PoolRules((), ()))
        assert directory.has(pool, search)
        (ids,) = directory.ids(pool, search)
        (user,) = UserRemoval(world.cognito).with_sub(pool, ids["sub"])
        assert user.username == "ana"


@pytest.mark.parametrize("user_filter_reads_backslashes", [True, False])
@pytest.mark.parametrize("user_filter_ignores_case", [True, False])
def test_a_search_finds_its_user_and_no_other(
    tmp_path: Path, *, user_filter_reads_backslashes: bool, user_filter_ignores_case: bool
) -> None:
    """However filters take backslashes and case."""
    settings = {
        "user_filter_reads_backslashes": user_filter_reads_backslashes,
        "user_filter_ignores_case": user_filter_ignores_case,
    }
    rules, folding = (PoolRules((), (), is_case_sensitive=is_sensitive) for is_sensitive in (True, False))
    with opened_world(tmp_path, **settings) as world:
        pool, directory = _pool(world, *NAMES), UserDirectory(world.cognito)

        def has(name: str, rules: PoolRules) -> bool:
            return any(directory.has(pool, search) for search in searches_for(name, rules))

        found = [name for name in (*NAMES, "ANA", "a", "CORPben", "CORP\\\\ben", "end") if has(name, rules)]
        assert found == [*NAMES]
        assert has("ANA", folding)


def test_new_users_are_shown_late_where_that_is_chosen(tmp_path: Path) -> None:
    """In pages and in searches."""
    with opened_world(tmp_path, user_listing_delay=100_000) as world:
        pool = world.make_pool()
        (row,) = good_rows(1)
        name = row["cognito:username"]
        world.run_rows(pool, row)
        for later, shown in ((0, []), (100_000, [name])):
            world.pass_time(later)
            listed = world.cognito.list_users(UserPoolId=pool)["Users"]
            assert [user["Username"] for user in listed] == _found(world, pool, f'username = "{name}"') == shown


@pytest.mark.parametrize(("given", "tier"), [({}, "ESSENTIALS"), ({"UserPoolTier": "LITE"}, "LITE")])
def test_a_pool_says_its_tier(world: ImportWorld, given: dict[str, str], tier: str) -> None:
    """Essentials unless it was made otherwise."""
    pool = world.make_pool(**given)
    assert world.cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["UserPoolTier"] == tier
