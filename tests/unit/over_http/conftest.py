"""Sockets are allowed here, to this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_socket import socket_allow_hosts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    """Takes the place of the fixture that forbids all sockets."""
    socket_allow_hosts(["127.0.0.1"])
    yield
    socket_allow_hosts(None)
