"""A storm that fits into the tests' time; `make storm` blows the whole one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storm.field import deployed_field
from tests.storm.weather import crowd, duplicates, killings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.storm.field import Field

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    """One deployment for all storms."""
    with deployed_field() as it:
        yield it


def test_event_that_comes_a_hundred_times_makes_one_run_and_one_job(field: Field) -> None:
    """However often an upload's event is delivered, the file is imported and notified once."""
    toll = duplicates(field, copies=100)
    assert toll.is_harmless, toll
    assert toll.jobs == 1


def test_files_that_come_at_once_are_served_in_order_one_at_a_time(field: Field) -> None:
    """Ten files into two pools: never two active jobs, no one is passed over, every run is notified."""
    toll = crowd(field, files=10)
    assert toll.is_harmless, toll
    assert toll.jobs == 10


def test_nothing_is_lost_while_functions_are_killed(field: Field) -> None:
    """A killed function delays a file and neither loses nor doubles it."""
    toll = killings(field, files=12, seed=7)
    assert toll.is_harmless, toll
    assert toll.kills > 0
