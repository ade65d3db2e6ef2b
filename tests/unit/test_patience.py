"""No client of the tests gives up, and repeats, what a busy machine is slow to answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.patience import PATIENCE
from tools.local_cloud import REGION, LocalCloud

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "client",
    [
        lambda: boto3.client("s3", region_name=REGION),
        lambda: LocalCloud("http://localhost:1", Path(), 1).client("cloudformation"),
    ],
    ids=["any client", "of the emulator"],
)
def test_a_client_waits_as_long_as_a_test(client: Callable[[], Any]) -> None:
    """For the connection, and for the answer."""
    config = client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (PATIENCE, PATIENCE)
