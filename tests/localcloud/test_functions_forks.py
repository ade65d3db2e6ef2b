"""What processes of functions share: the libraries of their package, imported once, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.functions import code, forks
from localcloud.functions.start import SHARED
from tests.localcloud.command import Command, eventually, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANDLER = """
import os
import library
LOADED_IN = os.getpid()
def handler(event, context):
    return {
        "process": os.getpid(), "module": LOADED_IN, "library": library.LOADED_IN, "read": library.READ,
        "variables": sorted(name for name in os.environ if name.startswith("OF_")),
        "files": os.listdir("/proc/self/fd"),
    }
"""
LIBRARY = """
import os
LOADED_IN = os.getpid()
CACHE = os.path.expanduser("~/.aws")  # boto3 does this
READ = os.environ.get("AT_IMPORT")
"""
READER = """
import boto3
from botocore.loaders import JSONFileLoader
ORIGINAL, READ = JSONFileLoader.load_file, []
def load_file(loader, path):
    found = ORIGINAL(loader, path)
    READ.extend([path] if found is not None else [])
    return found
JSONFileLoader.load_file = load_file
def handler(event, context):
    client = boto3.client("sqs")
    boto3.resource("dynamodb")
    return {"read": READ, "queues": client.list_queues().get("QueueUrls", [])}
"""
INSTALLED = {"library.py": LIBRARY, "library-1.0.dist-info/RECORD": "library.py,sha256=x,1\n"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A cloud for the functions of these tests."""
    with running(tmp_path_factory.mktemp("forks")) as command:
        yield command


def _answer(cloud: Command, package: str, name: str, **variables: str) -> dict[str, Any]:
    """What a new function of the package says: each test has one of its own, whose first function imports for all."""
    cloud.deploy(name, HANDLER, {**INSTALLED, f"{package}.txt": ""}, Environment={"Variables": variables})
    answer: dict[str, Any] = cloud.invoke(name).payload
    return answer


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="functions are forked on Linux only")
def test_a_library_is_imported_once_and_a_functions_own_modules_by_each(cloud: Command) -> None:
    """The processes have their own environment variables, and no file of each other."""
    one, other = (_answer(cloud, "shared", name, **{f"OF_{name.upper()}": "1"}) for name in ("one", "other"))
    assert one["library"] == other["library"]
    assert len({one["library"], one["process"], other["process"]}) == 3
    assert [one["module"], other["module"]] == [one["process"], other["process"]]
    assert [one["variables"], other["variables"]] == [["OF_ONE"], ["OF_OTHER"]]
    assert len(one["files"]) == len(other["files"])


def test_a_library_finds_the_functions_own_variables_at_its_import(cloud: Command) -> None:
    """What an import reads is not that of another function."""
    read = [_answer(cloud, "reading", f"reads-{value}", AT_IMPORT=value)["read"] for value in ("this", "that")]
    assert read == ["this", "that"]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="functions are forked on Linux only")
def test_what_botocore_knows_of_a_service_is_read_once(cloud: Command) -> None:
    """For the services that the code names. A function that names models of its own reads them all by itself."""
    for name in ("one-reader", "another-reader"):
        cloud.deploy(name, READER)
        assert cloud.invoke(name).payload == {"read": [], "queues": []}
    cloud.deploy("reader-of-its-own", READER, Environment={"Variables": {"AWS_DATA_PATH": "/var/task"}})
    read = cloud.invoke("reader-of-its-own").payload["read"]
    assert any("/sqs/" in path for path in read)


@pytest.fixture
def starter() -> Iterator[forks.Forks]:
    """What starts processes of functions."""
    made = forks.Forks()
    yield made
    made.close()


def _forks(starter: forks.Forks, folder: Path) -> bool:
    """Whether a function of the package is forked; it ends at once."""
    time = os.memfd_create("time")
    os.truncate(time, SHARED.size)
    variables = {"PYTHONPATH": f"{folder}{os.pathsep}{code.runtime_folder(folder.parent)}"}
    start = forks.Start("client", "main.handler", folder, variables, time, lead=0)
    with open(os.devnull, "wb") as output:  # noqa: PTH123  (its descriptor is what is needed)
        child = starter.start(start, output.fileno())
    os.close(time)
    assert child.wait() == 0
    return isinstance(child, forks._Forked)  # noqa: SLF001


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="functions are forked on Linux only")
def test_imports_that_take_long_are_waited_for_once(
    tmp_path: Path, starter: forks.Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Functions start by themselves until the libraries are imported, and are forked from then on."""
    monkeypatch.setattr(forks, "_PATIENCE", 0.0)
    folder = tmp_path / "package"
    folder.mkdir()
    os.mkfifo(folder / "gate")
    (folder / "library.py").write_text("open('gate').read()\n")
    (folder / "library-1.0.dist-info").mkdir()
    (folder / "library-1.0.dist-info" / "RECORD").write_text("library.py,,\n")
    (folder / "main.py").write_text("import library\n")
    (folder / "client.py").write_text("")
    assert not _forks(starter, folder)
    (folder / "gate").write_text("open")
    eventually(lambda: _forks(starter, folder))


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="functions are forked on Linux only")
def test_a_process_to_fork_from_that_is_killed_is_done_without(tmp_path: Path, starter: forks.Forks) -> None:
    """As the system does when memory is short: functions import for themselves then."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "client.py").write_text("")
    assert _forks(starter, folder)
    (server,) = starter._servers.values()  # noqa: SLF001
    server._process.kill()  # noqa: SLF001
    server._process.wait()  # noqa: SLF001
    assert not _forks(starter, folder)
