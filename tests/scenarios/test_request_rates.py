"""The product stays below the rates of Cognito, which its account's applications need too."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.control import Control
from tests.scenarios.world import user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

MOST = {
    "AdminAddUserToGroup": 25, "ListUsers": 30, "DescribeUserPool": 15, "ListGroups": 5, "CreateGroup": 5,
    "GetCSVHeader": 5, "CreateUserImportJob": 5, "StartUserImportJob": 5, "DescribeUserImportJob": 5,
    "ListUserImportJobs": 20, "GetUserPoolMfaConfig": 5, "ListUserPoolClients": 5,
}  # fmt: skip
"""Requests in a second; the files are for one pool, and the sweep counts the jobs of all pools."""
USERS = 36


def test_two_files_for_one_pool_stay_below_every_rate(world: World) -> None:
    """Groups and lookups included. While a function works, cloud time has the pace of the wall clock."""
    control = Control(world.cloud.endpoint)
    control.record()
    rows = [user(f"rates-{number}", cognito__groups="rates") for number in range(USERS)]
    others = [user(f"asked-{number}") for number in range(USERS // 2)]
    both = [
        world.drop(world.csv("people", rows, "cognito:groups"), "teams/rates.csv"),
        world.drop(world.csv("people", others), "looked-up/rates.csv"),
    ]
    endings = [world.end_of(watch) for watch in both]
    entries = [entry for entry in control.entries() if entry.get("service") == "cognito-idp"]
    control.clear()
    assert endings[0].summary["memberships"]["added"] == USERS
    times = defaultdict[str, list[float]](list)
    for entry in entries:
        times[entry["operation"]].append(entry["at"])
    assert times.keys() <= MOST.keys(), "every operation of the product is judged"
    assert times.keys() >= MOST.keys() - {"ListUserImportJobs"}, "which the sweep calls once an hour"
    assert len(times["AdminAddUserToGroup"]) >= USERS
    assert {name: count for name, count in map(_busiest, times.items()) if count > MOST[name]} == {}


def _busiest(item: tuple[str, Iterable[float]]) -> tuple[str, int]:
    """How many calls of an operation began within one second, at most."""
    name, times = item
    found = Counter(sum(begun <= time < begun + 1 for time in times) for begun in times)
    return name, max(found)
