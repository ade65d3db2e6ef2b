"""Which process gets which tests: `GroupScheduling` of tests/conftest.py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from xdist import scheduler  # type: ignore[import-untyped]  # it comes without types

from tests.conftest import GroupScheduling, pytest_collection_modifyitems

FILES = ("cli/test_a.py", "cli/test_b.py", "scenarios/test_c.py", "scenarios/test_d.py", "localcloud/test_e.py",
         "localcloud/test_f.py", "unit/test_g.py", "unit/test_h.py")  # fmt: skip
TESTS = [f"tests/{file}::test_{number}" for file in FILES for number in range(3)]


class Node:
    """A process of xdist's."""

    shutting_down = False
    gateway = SimpleNamespace(id="gw")

    def __init__(self) -> None:
        self.given: list[str] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        """Get these tests."""
        self.given += [TESTS[at] for at in indices]

    def shutdown(self) -> None:
        """Get no more."""
        self.shutting_down = True


@pytest.fixture
def nodes(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> list[Node]:
    """Two processes that have run all tests, each as soon as it got it."""
    monkeypatch.setattr(pytestconfig.option, "shuffle", None)
    made = [Node(), Node()]
    monkeypatch.setattr(scheduler.loadscope, "parse_tx_spec_config", lambda _config: made)
    monkeypatch.setattr(pytestconfig.option, "loadscopereorder", False, raising=False)
    scheduling: Any = GroupScheduling(pytestconfig)
    for node in made:
        scheduling.add_node(node)
        scheduling.add_node_collection(node, TESTS)
    scheduling.schedule()
    done = dict.fromkeys(made, 0)
    while waiting := [node for node in made if len(node.given) > done[node]]:
        for node in waiting:
            scheduling.mark_test_complete(node, TESTS.index(node.given[done[node]]))
            done[node] += 1
    return made


def test_every_test_runs_once_and_a_file_in_one_process(nodes: list[Node]) -> None:
    """A folder whose set-up is expensive, too."""
    assert sorted(name for node in nodes for name in node.given) == sorted(TESTS)
    for part in ("tests/cli/", *(f"tests/{file}" for file in FILES)):
        assert sum(any(name.startswith(part) for name in node.given) for node in nodes) == 1


def test_the_first_process_begins_with_tests_that_do_not_wait(nodes: list[Node]) -> None:
    """The other one begins with what takes longest; small files come last."""
    first, second = (list(dict.fromkeys(name.split("/")[1] for name in node.given)) for node in nodes)
    assert first[0] == "localcloud"
    assert second[0] == "cli"
    assert {first[-1], second[-1]} == {"unit"}


def test_a_seed_shuffles_files_and_the_tests_of_each(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each seed in its own way, the same one every time; what goes to one process stays together."""

    def shuffled(seed: int, names: list[str]) -> list[str]:
        monkeypatch.setattr(pytestconfig.option, "shuffle", seed)
        items: Any = [SimpleNamespace(nodeid=name) for name in names]
        pytest_collection_modifyitems(pytestconfig, items)
        return [item.nodeid for item in items]

    one = shuffled(1, TESTS)
    assert one == shuffled(1, TESTS[::-1])
    assert sorted(one) == sorted(TESTS)
    assert len({tuple(shuffled(seed, TESTS)) for seed in range(5)}) == 5
    for part in ("tests/cli/", *(f"tests/{file}" for file in FILES)):
        at = [place for place, name in enumerate(one) if name.startswith(part)]
        assert at == list(range(at[0], at[-1] + 1))
