"""Jobs of a server move on while no one asks, fast enough for large files, and their thread ends with the cloud."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from moto.cognitoidp.models import cognitoidp_backends

from localcloud.clock import Clock
from localcloud.cloud import Cloud, current, use
from localcloud.cognito_import.ticker import start_ticker
from tests.calls import calls_of
from tests.localcloud.import_world import ImportWorld, csv_of, good_rows, opened_world
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

TICKER = "cognito-import-ticker"


def is_alive() -> bool:
    """Whether a ticker runs in this process."""
    return any(thread.name == TICKER for thread in threading.enumerate())


def test_a_job_runs_to_its_end_without_a_reader(tmp_path: Path) -> None:
    """Users and log lines appear though no one describes the job; closing the cloud ends the thread."""
    with opened_world(tmp_path) as world:
        cloud = Cloud(current().settings, Clock(factor=10))
        before = use(cloud)
        start_ticker()
        try:
            pool = world.make_pool()
            job = world.ready(pool, csv_of(world.header(pool), good_rows(100)))
            world.start(job)
            users = cognitoidp_backends["123456789012"]["us-east-1"].user_pools[pool].users
            deadline = time.monotonic() + PATIENCE
            while len(users) < 100 or len(world.log_lines(job)) < 101:
                assert time.monotonic() < deadline, len(users)
                time.sleep(0.05)
            assert is_alive()
        finally:
            cloud.close()
            use(before)
    assert not is_alive()


def test_under_mock_aws_no_thread_is_started(world: ImportWorld) -> None:
    """A whole import under `mock_aws` leaves no thread behind."""
    pool = world.make_pool()
    before = set(threading.enumerate())
    assert world.run(pool, csv_of(world.header(pool), good_rows(3)))["Status"] == "Succeeded"
    assert set(threading.enumerate()) <= before


def test_a_large_file_costs_little(tmp_path: Path) -> None:
    """A row takes no more work than one of a smaller file: 300,000 rows fit well into a minute on a slow machine."""
    few, many = (_calls_to_import(tmp_path / str(rows), rows) for rows in (1_000, 4_000))
    assert few < 100
    assert many < 1.1 * few


def _calls_to_import(folder: Path, rows: int) -> float:
    """How many functions are called for each row of a file with so many."""
    folder.mkdir()
    with opened_world(folder, import_rate=1e6) as world:
        pool = world.make_pool()
        job = world.ready(pool, csv_of(world.header(pool), good_rows(rows)))
        world.start(job)
        world.pass_time(60)
        calls, described = calls_of(lambda: world.describe(job))
    assert described["ImportedUsers"] == rows
    return calls / rows
