"""Users who are looked up in the pool before a job is spent: known ones are told, and not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def test_known_users_are_skipped_without_being_sent(world: World) -> None:
    """The second drop sends its new user alone; the third one, of known users only, spends no job."""
    first = world.end_of(world.drop(world.csv("people", [user("looked-a"), user("looked-b")]), "people/looked.csv"))
    assert first.rows == {"total": 2, "imported": 2}
    both = world.csv("people", [user("looked-a"), user("looked-new"), user("looked-b")])
    dry = world.end_of(world.drop(both, "looked-up/looked-dry.csv", "check"))
    assert [warning["code"] for warning in dry.summary["warnings"]][-1] == "lookup_estimate"
    watch = world.drop(both, "looked-up/looked-both.csv")
    second = world.end_of(watch)
    assert second.rows == {"total": 3, "imported": 1, "skipped": 2}
    assert [part["rows"] for part in second.summary["parts"]] == [1]
    assert second.summary["lookup"]["known"] == 2
    assert world.table(watch, "skipped.csv") == [(2, "known_user"), (4, "known_user")]
    jobs = len(world.jobs("people"))
    third = world.end_of(world.drop(both, "looked-up/looked-again.csv"))
    assert third.rows == {"total": 3, "skipped": 3}
    assert third.summary["lookup"]["known"] == 3
    assert third.summary["outcome"] == "partly_imported"
    assert len(world.jobs("people")) == jobs
