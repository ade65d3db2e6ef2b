"""A dry run says whether an import of the file would start now."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.preflight_world import GOOD, PreflightWorld
from tests.unit.samples import POOL_ID, STARTED, drop, job

pytestmark = pytest.mark.usefixtures("aws")

DRY = drop("check/people/users.csv")


def _said(world: PreflightWorld, key: str = DRY.key, data: bytes = GOOD) -> list[str]:
    world.check(data, drop(key))
    kept = json.loads(world.s3.body(f"staging/{drop(key).run_id}/preflight.json"))
    return [warning["message"] for warning in kept["warnings"] if warning["code"].startswith("would_be")]


def _world(jobs: int, **settings: Any) -> PreflightWorld:  # noqa: ANN401  (settings of many types)
    """A pool with so many jobs of drops, created an hour ago."""
    world = PreflightWorld(**settings)
    for number in range(jobs):
        name, created = f"cognito-drop-{number:032}-1", STARTED - timedelta(hours=1)
        world.imports.add(POOL_ID, job("Succeeded", job_id=f"import-{number}", name=name, created=created))
    return world


def test_a_file_beyond_the_rate_would_be_held() -> None:
    """Until when and why; its verdict is the same as without that."""
    (said,) = _said(_world(3, jobs_per_day=3))
    until = STARTED + timedelta(hours=23)
    assert said == (
        f"An import of the file would be held until {until:%Y-%m-%d %H:%M} UTC: the pool's import jobs of 24 hours are "
        "used up (jobs_per_day)."
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"jobs_per_day": 3, "over_rate": "refuse"}, "has used the 3 import jobs of its files for 24 hours."),
        ({"jobs_in_reserve": 998}, "of which 998 are kept in reserve."),
    ],
)
def test_a_file_that_would_be_refused_is_reported_so(settings: dict[str, Any], sentence: str) -> None:
    """In the words of the refusal."""
    (said,) = _said(_world(3, **settings))
    assert said.startswith("An import of the file would be refused. ")
    assert said.endswith(sentence)


def test_nothing_is_said_where_an_import_would_start() -> None:
    """Nor of a file that is imported, of which the gate itself decides, nor of one without a good row."""
    assert _said(_world(2, jobs_per_day=3)) == []
    assert _said(_world(3, jobs_per_day=3), "inbox/people/users.csv") == []
    assert _said(_world(3, jobs_per_day=3), data=GOOD.splitlines(keepends=True)[0]) == []


def test_a_pause_is_said_too() -> None:
    """As everything else that the gate asks."""
    world = _world(0)
    world.pauses["people"] = "2026-07-01T12:00:00Z"
    assert _said(world) == [
        "An import of the file would be held: imports into the pool are paused (`cognito-drop resume people`)."
    ]
