"""What a run leaves in the emulator's memory, in objects: once the history is full, what AWS would keep, too."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from moto.backends import get_backend
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from localcloud.cloud import current
from localcloud.cognito_import.models import import_backends
from localcloud.server import Server
from localcloud.settings import Settings
from tools.bench.memory import POOL, Growth, run_files
from tools.created_stack import create_stack
from tools.local_cloud import LocalCloud
from tools.second_cloud.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.deployment import Deployment

RUNS = 6
"""Runs before the count, which fill the history, and runs that are counted."""
MOST = {
    "s3": 85, "dynamodb": 90, "cognito-idp": 20, "logs": 40, "stepfunctions": 40, "sns": 10, "sqs": 10, "cloud": 10,
}  # fmt: skip
"""Objects of a run, by the service that keeps them: its file and results, its item in the ledger, its three users.

The histories that are kept have lines and events of any run: without their bound, one would leave hundreds of objects.
"""
SKIPPED = (type, ModuleType, FunctionType)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    """A fast cloud in this process that keeps the least history."""
    settings = Settings(port=0, data_dir=tmp_path, keep=1, clock_factor=30, import_rate=500, import_pending=1)
    with Server(settings) as server:
        yield LocalCloud(server.url, tmp_path, os.getpid())


def test_a_run_leaves_its_results_and_no_history(cloud: LocalCloud) -> None:
    """Lines of logs, events of executions, messages, and versions of staging are forgotten."""
    pool = cloud.client("cognito-idp").create_user_pool(PoolName=POOL, AutoVerifiedAttributes=["email"])
    deployment = create_stack(cloud, {"pools": json.dumps({POOL: {"id": pool["UserPool"]["Id"]}})})
    before = _objects_after(cloud, deployment, "first")
    after = _objects_after(cloud, deployment, "second")
    grown = {service: (after[service] - before[service]) / RUNS for service in after}
    assert {service: objects for service, objects in grown.items() if objects > MOST.get(service, 0)} == {}
    assert grown["dynamodb"] > 1, "the runs were counted"


def test_the_memory_of_more_runs_is_reckoned_from_fewer() -> None:
    """What stays for good grows on, and the history of more runs takes more."""
    kept, lasting, start = 100, 0.02, 300.0
    samples = [(runs, start + 0.2 * min(runs, kept) + lasting * runs) for runs in range(0, 501, 10)]
    samples[0] = (0, start - 20)  # the first runs warm it up
    assert Growth(kept, samples).after(10_000, 1000) == pytest.approx(start + 0.2 * 1000 + lasting * 10_000)


def _objects_after(cloud: LocalCloud, deployment: Deployment, name: str) -> Counter[str]:
    """The objects of each service after more runs, and the sweep that deletes what these have left."""
    run_files(cloud, deployment, [f"{name}-{number}" for number in range(RUNS)])
    World("", cloud, deployment, "", "").sweep()
    seen = set[int]()
    return Counter({service: _reached(state, seen) for service, state in _states().items()})


def _states() -> dict[str, Any]:
    services = ("s3", "logs", "dynamodb", "cognito-idp", "sqs", "sns", "events", "cloudwatch", "xray")
    backend: Any = get_backend
    return {
        **{service: backend(service) for service in services},
        "stepfunctions": stepfunctions_parser_backends,
        "cloud": [current(), import_backends],
    }


def _reached(root: object, seen: set[int]) -> int:
    """How many objects that were not seen yet hang on one, and remember them."""
    left, count = [root], 0
    while left:
        found = left.pop()
        if id(found) not in seen and not isinstance(found, SKIPPED):
            seen.add(id(found))
            count += 1
            left += gc.get_referents(found)
    return count
