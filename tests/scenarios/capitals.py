"""A pool that ignores case, and a run whose few users have capital letters in their names."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tests.cli.command import run_installed
from tests.scenarios.test_undo import undo
from tests.scenarios.world import user

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenarios.world import World

NAMES = ("P1013", "Mix5001")
CROWD = 250
"""Users in more pages of ListUsers than there are searches for these names."""


def check_capitals(world: World, alias: str, folder: Path, spelled: Callable[[str], str]) -> None:
    """The run records the IDs of both, `ids` and `verify` find them, and the undo deletes them; the pool has them as
    `spelled` says."""
    crowd = (user(f"crowd-{number}") for number in range(CROWD))
    world.end_of(world.drop(world.csv(alias, crowd), f"{alias}/crowd.csv"))
    watch = world.drop(world.csv(alias, map(user, NAMES)), f"{alias}/capitals.csv")
    ending = world.end_of(watch)
    assert ending.summary["ids"] == {"complete": True, "recorded": 2, "missing": 0, "cause": None}
    saved = folder / "ids.csv"
    asked = ("--from-pool", "--save", str(saved), "--output", "json")
    said = run_installed("ids", watch.run_id, *asked, env=world.cloud.variables)
    assert (said.code, said.data["missing"]) == (0, 0)
    written = saved.read_bytes()
    assert written == world.result(watch, "ids.csv")
    assert [row["username"] for row in csv.DictReader(written.decode().splitlines())] == [*map(spelled, NAMES)]
    compared = run_installed("verify", watch.run_id, "--output", "json", env=world.cloud.variables)
    assert compared.code == 0
    found = run_installed("find", NAMES[0], "--pool", alias, "--live", "--output", "json", env=world.cloud.variables)
    assert [each["attribute"] for each in found.data["users"]] == ["username"]
    again = world.end_of(world.drop(world.csv(alias, map(user, map(str.swapcase, NAMES))), f"{alias}/again.csv"))
    assert again.rows == {"total": 2, "skipped": 2}
    undone = undo(world, watch, "--yes")
    assert (undone.code, undone.data["result"]["users"]["deleted"]) == (0, 2)
