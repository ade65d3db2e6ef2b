"""Pools whose name CloudWatch does not allow in a log group's name go the whole way, with a log and without one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import Ending, World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

ODD = ("odd-blanks", "odd-signs")
"""The pools `User pool - k3xmzn` and `a+b@c`, in parts of three rows."""


@pytest.mark.parametrize("alias", ODD)
def test_pool_with_an_odd_name_goes_the_whole_way_with_a_log(world: World, alias: str) -> None:
    """The log is found by the pool's id: every row of two parts has its outcome, and imported users their group."""
    ending, taken = _imported(world, alias)
    assert (ending.summary["details_incomplete"], ending.summary["details_missing"]) == (False, [])
    assert ending.summary["rows_unknown"] == 0
    assert world.table(ending.watch, "imported.csv") == [(line, "imported") for line in (2, 3, 4, 5, 6)]
    assert world.table(ending.watch, "skipped.csv") == [(7, "already_exists")]
    assert ending.summary["memberships"]["added"] == 5
    assert _members(world, alias) == {f"{alias}-{number}" for number in range(6)} - {taken}
    assert "log" not in ending.mail.get_content()


@pytest.mark.parametrize("alias", ODD)
def test_pool_with_an_odd_name_goes_the_whole_way_without_a_log(world_without_logs: World, alias: str) -> None:
    """By the counts nothing is unattempted and nothing is to be retried; groups are added where an outcome is known."""
    world = world_without_logs
    ending, _ = _imported(world, alias)
    (gap,) = ending.summary["details_missing"]
    assert (gap["code"], gap["parts"]) == ("log_unnameable", [1, 2])
    assert (ending.summary["details_incomplete"], ending.summary["rows_unknown"]) == (True, 3)
    assert world.table(ending.watch, "imported.csv") == [(line, "imported") for line in (2, 3, 4)]
    assert world.table(ending.watch, "unknown.csv") == [(line, "imported_or_skipped") for line in (5, 6, 7)]
    assert not {"unprocessed.csv", "retry.csv"} & set(ending.summary["files"])
    assert _members(world, alias) == {f"{alias}-{number}" for number in range(3)}
    assert _groups(world, ending.watch) == [*["added"] * 3, *["row_unknown"] * 3]
    for shown in (
        ending.mail.get_content(),
        world.result(ending.watch, "summary.html").decode(),
        ending.message["details_missing"][0]["message"],
    ):
        assert "not allowed in a log group name" in " ".join(shown.split())


def _imported(world: World, alias: str) -> tuple[Ending, str]:
    """Six users in two parts, all for one group; the last is already in the pool."""
    taken = f"{alias}-5"
    attributes = [{"Name": "email", "Value": f"{taken}@example.com"}]
    world.cloud.client("cognito-idp").admin_create_user(
        UserPoolId=world.pools[alias], Username=taken, UserAttributes=attributes
    )
    header = [*world.header(alias), "cognito:groups"]
    users = [user(f"{alias}-{number}", cognito__groups="staff") for number in range(6)]
    lines = [",".join(header), *(",".join(each.get(column, "") for column in header) for each in users)]
    ending = world.end_of(world.drop("".join(f"{line}\n" for line in lines).encode(), f"{alias}/odd.csv"))
    assert (ending.status, ending.summary["outcome"]) == ("SUCCEEDED", "partly_imported")
    assert ending.rows == {"total": 6, "imported": 5, "skipped": 1}
    assert [job["status"] for job in ending.jobs] == ["Succeeded", "Succeeded"]
    return ending, taken


def _members(world: World, alias: str) -> set[str]:
    pages = world.cloud.client("cognito-idp").get_paginator("list_users_in_group")
    found = pages.paginate(UserPoolId=world.pools[alias], GroupName="staff")
    return {member["Username"] for page in found for member in page["Users"]}


def _groups(world: World, watch: RunWatch) -> list[str]:
    rows = csv.DictReader(io.StringIO(world.result(watch, "groups.csv").decode()))
    return [row["code"] for row in rows]
