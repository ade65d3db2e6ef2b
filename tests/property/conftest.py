"""Fixtures of the property tests: small things made small, so that thousands of files take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from localcloud.moto_patches import repeated_work

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """The table of users starts small and has to grow; the key of all pools is read once."""
    repeated_work.install()
    with mock.patch("cognito_drop.core.rows.duplicates._SMALLEST", 4):
        yield
