"""One user among many: found by the command, and compared with the pool, in the memory that few users take."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.kept_state import END, START
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.command import run
from tests.patience import PATIENCE
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.scenarios.world import user
from tools.toolchain import python_script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.world import World

pytestmark = [pytest.mark.scenario, pytest.mark.nightly]

FEW, MANY = 100, 20_000
MORE_MEMORY = 12_000_000
"""Bytes by which many users may differ from few: buffers that do not depend on their number."""
PAGE = 60
"""Users in an answer of ListUsers."""


def _command(world: World, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [python_script("cognito-drop"), *arguments, "--output", "json"],
        env={"PATH": os.defpath, "HOME": "/nonexistent", **world.cloud.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ended(world: World, *arguments: str) -> tuple[dict[str, Any], int]:
    """What a command has said, and the bytes of memory that its process took at most."""
    begun = _command(world, *arguments)
    assert begun.stdout is not None
    said: dict[str, Any] = json.load(begun.stdout)
    _, _, usage = os.wait4(begun.pid, 0)
    begun.returncode = 0  # it was waited for
    return said, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _listed(state: Path) -> int:
    """Users whom a comparison has found in the pool, and kept; -1 before it lists any."""
    if not state.exists():
        return -1
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as kept:
        try:
            (place,) = kept.execute("select value from notes where name = 'place'").fetchone() or (START,)
            (users,) = kept.execute("select count(*) from users where is_there = 1").fetchone()
        except sqlite3.OperationalError:  # it is written just now, or has no table yet
            return -1
    return -1 if place in {START, END} else int(users)


def _imported(world: World, name: str, alias: str, count: int) -> str:
    watch = world.drop(world.csv(alias, (user(f"{name}{at}") for at in range(count))), f"{alias}/{name}.csv")
    assert world.end_of(watch).rows == {"total": count, "imported": count}
    return watch.run_id


def test_many_users_are_found_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line and the outcome of one; who is missing or different; after a kill, only the pages that are left."""
    with deployed_world("--clock-factor", str(FACTOR)) as world:
        few, many = _imported(world, "few", "crowd", FEW), _imported(world, "many", "giant", MANY)
        cognito, pool = world.cloud.client("cognito-idp"), world.pools["giant"]
        cognito.admin_delete_user(UserPoolId=pool, Username="many7")
        other = [{"Name": "email", "Value": "other@example.com"}]
        cognito.admin_update_user_attributes(UserPoolId=pool, Username="many19000", UserAttributes=other)

        found, memory = _ended(world, "find", f"many{MANY - 1}@example.com")
        assert [(row["run_id"], row["place"], row["outcome"]) for row in found["data"]["rows"]] == [
            (many, MANY + 1, "imported")
        ]
        _, least = _ended(world, "find", f"few{FEW - 1}", "--pool", "crowd")
        assert memory - least < MORE_MEMORY

        state = tmp_path / "state"
        begun, deadline = _command(world, "verify", many, "--state", str(state)), time.monotonic() + PATIENCE
        while (listed := _listed(state)) < PAGE and time.monotonic() < deadline and begun.poll() is None:
            time.sleep(0.05)
        begun.kill()
        begun.communicate()
        assert PAGE <= listed < MANY

        asked, users = list[str](), UserSearches.users

        def counted(self: UserSearches, pool_id: str, token: str, until: float) -> tuple[list[dict[str, str]], str]:
            asked.append(token)
            return users(self, pool_id, token, until)

        monkeypatch.setattr(UserSearches, "users", counted)
        said = run("verify", many, "--state", state, "--output", "json", env=world.cloud.variables)
        counts = {name: said.data[name] for name in ("users", "missing", "different", "attributes")}
        assert counts == {"users": MANY, "missing": 1, "different": 1, "attributes": {"email": 1}}
        assert said.code == ExitCode.INCOMPLETE
        assert 0 < len(asked) <= -(-(MANY - 1) // PAGE) - listed // PAGE

        whole, memory = _ended(world, "verify", many)
        assert whole["data"] == said.data
        _, least = _ended(world, "verify", few)
        assert memory - least < MORE_MEMORY
