"""Fixtures of the emulator's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.control import Control
from tests.localcloud.command import Command, running
from tests.localcloud.import_world import ImportWorld, opened_world
from tests.localcloud.watched_cloud import deploy_worker, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of no one, so that no test meets those of the machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ImportWorld]:
    """Import jobs under `mock_aws`, with a clock that the test moves."""
    with opened_world(tmp_path) as world:
        yield world


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator as it is by default but for request rates, which tests exceed; its endpoint URL."""
    variables = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with running(tmp_path_factory.mktemp("localcloud"), "--request-rates", "none", environment=variables) as command:
        yield command.url


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A fast cloud with a table `ledger` and the function of `watched_cloud`."""
    with running(tmp_path_factory.mktemp("watched"), "--clock-factor", "1000") as command:
        make_table(command)
        deploy_worker(command)
        yield command


@pytest.fixture
def control(watched: Command) -> Iterator[Control]:
    """The control paths of the watched cloud; nothing is watched afterwards."""
    control = Control(watched.url)
    yield control
    control.clear()
