"""Fixtures of the command's tests: the command alone, and one deployed stack for all that need it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.config import Config

from cognito_drop.cli import aws, following
from tests.cli.command import Command
from tests.cli.stage import Stage
from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.open_queue import OPEN as OPEN_QUEUE
from tests.patience import PATIENCE
from tools.demo_pool import OPEN, create_demo_pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTOR = 30
"""With the rate below an import of 150 rows a second: a large file is under way while a slow machine looks at it."""


@pytest.fixture
def check(tmp_path: Path) -> Command:
    """`cognito-drop check` in an empty folder."""
    return Command(tmp_path)


@pytest.fixture
def map_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`cognito-drop map` in an empty folder, to which it writes."""
    monkeypatch.chdir(tmp_path)
    return Command(tmp_path, "map")


@pytest.fixture(autouse=True)
def _own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pace of its own for each command: no test waits for another one, or for this machine's user."""
    monkeypatch.setattr("cognito_drop.cli.pool_users.pace_file", lambda: None)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No command gives up what a busy machine is slow to do."""
    patient = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE)
    monkeypatch.setattr(aws, "_CONFIG", aws._CONFIG.merge(patient))  # noqa: SLF001
    monkeypatch.setattr(following, "_ACCEPTED_WITHIN", PATIENCE)
    monkeypatch.setattr(following, "_NOTIFIED_WITHIN", PATIENCE)


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """The stack: two pools under four aliases, an unconfirmed subscriber, a queue."""
    replicas = ("--replica-pools", "replica", "--replica-refuses", "GetUserPoolMfaConfig,ListUserPoolClients")
    flags = ("--clock-factor", str(FACTOR), "--import-rate", "5", "--no-confirm-subscriptions", *replicas)
    with cloud_of_known_pools(*OBSERVED, *flags) as cloud:
        cognito = cloud.client("cognito-idp")
        guests = cognito.create_user_pool(PoolName="guests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        pools = {
            "people": {"id": create_demo_pool(cloud), **OPEN},
            "guests": {
                "id": guests,
                "mappings": "from_drops",
                "presets": ["auth0", "keycloak"],
                "groups": {"allow": ["nowhere"]},
            },
            "parts": {
                "id": guests,
                "part_rows": 400,
                "unknown_columns": "leave_out",
                "ids": True,
                "undo": True,
            },
            "exports": {"id": guests, "preset": "okta"},
        }
        queue = cloud.client("sqs").create_queue(QueueName="machines", Attributes=OPEN_QUEUE)["QueueUrl"]
        shown = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        subscriptions = json.dumps([{"to": shown["QueueArn"]}])
        deployment = deploy_kept(
            cloud, {"pools": json.dumps(pools), "emails": "ops@example.com", "subscriptions": subscriptions}
        )
        yield Stage(cloud, deployment, {alias: str(pool["id"]) for alias, pool in pools.items()})
