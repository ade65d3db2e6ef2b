"""No client of the tests gives up, and repeats, what a busy machine is slow to answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
from botocore.config import Config

from tests.patience import PATIENCE
from tools.local_cloud import REGION, LocalCloud

if TYPE_CHECKING:
    from botocore.client import BaseClient


def test_a_client_waits_as_long_as_a_test() -> None:
    """For the connection, and for the answer."""
    assert timeouts(boto3.client("s3", region_name=REGION)) == (PATIENCE, PATIENCE)


def test_a_client_of_the_emulator_waits_as_long_outside_the_tests() -> None:
    """Whatever botocore's own timeouts are."""
    with patch.dict(Config.OPTION_DEFAULTS, connect_timeout=60, read_timeout=60):
        client = LocalCloud("http://localhost:1", Path(), 1).client("cloudformation")
    assert timeouts(client) == (PATIENCE, PATIENCE)


def timeouts(client: BaseClient) -> tuple[float, float]:
    """Seconds for the connection, and for the answer."""
    config = client.meta.config
    return config.connect_timeout, config.read_timeout  # type: ignore[attr-defined]  # missing in the stubs
