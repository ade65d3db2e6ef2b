"""What holds for all tests: how they are shared out among processes, and what they leave out to save CPU."""

from __future__ import annotations

import gc
import os
import random
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from botocore.config import Config
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it comes without types

from tests.patience import PATIENCE
from tests.shared_botocore import shared_botocore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

_TOGETHER = ("cli", "infra")
"""Folders whose files share what takes long to set up: each goes to one process, the other files one by one."""
_EARLY = (*_TOGETHER, "documented", "faults", "scenarios", "chaos", "costs", "verify", "contract")
"""What takes long comes first, so that all processes end together."""
_LAST = ("unit",)
"""Files that take little each: they even out what the others have left."""
_OF_TERMINALS = {"CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PYTHONIOENCODING"}
_NEW_OBJECTS = 50_000
"""So many of them, and the youngest generation is collected."""


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]  # its base comes without types
    """Gives each process whole files, or whole folders. What many files share is made once in each process.

    xdist's own groups need a private attribute of pytest's items that pytest 9.2 does not read any more: with them,
    every test goes to any process.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Let the first process begin with what never waits: the others wait for clouds much of their time."""
        if node == self.nodes[0] and self.config.option.shuffle is None:
            busy = (scope for scope in self.workqueue if _folder(scope) not in {*_EARLY, *_LAST})
            if (scope := next(busy, None)) is not None:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def _folder(nodeid: str) -> str:
    return nodeid.removeprefix("tests/").partition("/")[0]


def _scope(nodeid: str) -> str:
    """What goes to one process as a whole: a folder or a file."""
    folder = _folder(nodeid)
    return folder if folder in _TOGETHER else nodeid.partition("::")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--shuffle`."""
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run files, and the tests of each, in a random order")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    """Share the tests out by `GroupScheduling`, whatever the command line says."""
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


def pytest_configure() -> None:
    """Synthesize without CDK's own validation, half of the CPU of a synthesis; infra/test_app.py has it run.

    What the machine chooses of accounts and of terminals is not seen by any test.
    """
    for name in [name for name in os.environ if name.startswith("AWS_") or name in _OF_TERMINALS]:
        del os.environ[name]
    os.environ["CDK_VALIDATION"] = "false"


@pytest.fixture(scope="session", autouse=True)
def _models_of_services() -> Iterator[None]:
    """Let all sessions of a process share what botocore knows of services: a command would read it anew each time."""
    with shared_botocore():
        yield


@pytest.fixture(scope="session", autouse=True)
def _patient_clients() -> Iterator[None]:
    """Let no client give up, and repeat, what a busy machine is slow to answer."""
    with patch.dict(Config.OPTION_DEFAULTS, connect_timeout=PATIENCE, read_timeout=PATIENCE):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let what takes long come first, or shuffle the tests: processes take them in this order."""
    seed = config.option.shuffle
    items.sort(key=_rank if seed is None else lambda item: _places(seed, item.nodeid))


def _rank(item: pytest.Item) -> int:
    folder = _folder(item.nodeid)
    return _EARLY.index(folder) if folder in _EARLY else len(_EARLY) + (folder in _LAST)


def _places(seed: int, nodeid: str) -> list[float]:
    """Where a test comes in a random order that leaves together what goes to one process."""
    names = (_scope(nodeid), nodeid.partition("::")[0], nodeid)
    return [random.Random(f"{seed} {name}").random() for name in names]  # noqa: S311  (of order, not of secrets)


def pytest_collection_finish() -> None:
    """Collect garbage seldom: what thousands of tests leave in caches would be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 100)
