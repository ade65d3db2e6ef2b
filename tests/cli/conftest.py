"""Fixtures of the command's tests: the command alone, and one deployed stack for all that need it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from laptop.demo_pool import create_demo_pool
from laptop.deployment import bootstrap, deploy
from laptop.local_cloud import local_cloud
from tests.cli.command import Command
from tests.cli.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTOR = 30
"""An import of 750 rows a second: a large file is under way for long enough to be looked at."""


@pytest.fixture
def check(tmp_path: Path) -> Command:
    """`cognito-drop check` in an empty folder."""
    return Command(tmp_path)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The stack, deployed by the real CDK CLI, with two pools under three aliases and an unconfirmed subscription."""
    with local_cloud("--clock-factor", str(FACTOR), "--no-confirm-subscriptions") as cloud:
        cognito = cloud.client("cognito-idp")
        guests = cognito.create_user_pool(PoolName="guests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        pools = {
            "people": {"id": create_demo_pool(cloud)},
            "guests": {"id": guests},
            "parts": {"id": guests, "part_rows": 400, "unknown_columns": "leave_out"},
        }
        bootstrap(cloud)
        deployment = deploy(cloud, {"pools": json.dumps(pools), "emails": "ops@example.com"})
        yield Stage(cloud, deployment, {alias: str(pool["id"]) for alias, pool in pools.items()})
