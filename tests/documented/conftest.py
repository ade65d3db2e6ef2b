"""One checkout and one cloud for all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.documented.reader import Reader
from tests.kept_stack import cloud_of_known_pools

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Imports last long enough to stop one."""
    with cloud_of_known_pools("--clock-factor", "300", "--import-rate", "0.1") as cloud:
        yield Reader(cloud, tmp_path_factory.mktemp("checkout"))
