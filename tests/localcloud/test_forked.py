"""The command as a forked process: it is the command, and nothing of the process that it comes from."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.forked import Forked, ForkedError, process_context
from localcloud.moto_patches import repeated_work
from tests.localcloud.command import running
from tests.patience import PATIENCE
from tools.local_cloud import LocalCloudError, local_cloud

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def test_it_ends_with_the_commands_exit_code(tmp_path: Path) -> None:
    """The line that it has said, and the end when it is asked to."""
    forked = Forked(["up", "--port", "0", "--data-dir", str(tmp_path)], os.environ)
    assert forked.said.startswith("ready http://localhost:")
    assert forked.end() == 0


def test_a_command_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    """The port is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ForkedError, match="did not start"):
            Forked(["up", "--port", str(port), "--data-dir", str(tmp_path)], os.environ)


def test_ids_are_not_those_of_a_sibling(tmp_path: Path) -> None:
    """Random numbers do not go on where the process stood that both come from."""
    found = set()
    for name in ("one", "two"):
        with running(tmp_path / name) as command:
            found.add(command.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"])
    assert len(found) == 2


def test_ids_of_pools_may_be_derived(tmp_path: Path) -> None:
    """With the environment of test clouds the same pool has the same id, so templates can be kept."""
    found = set()
    for name in ("one", "two"):
        derived = {"MOTO_COGNITO_IDP_USER_POOL_ID_STRATEGY": "HASH"}
        with running(tmp_path / name, environment=derived) as command:
            found.add(command.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"])
    assert len(found) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process is not forked")
def test_first_requests_are_answered_once_for_all(tmp_path: Path) -> None:
    """What is worked out for them is there before the fork. Nothing else is left of them: no thread, and no pool."""
    ours, theirs = process_context().Pipe(duplex=False)
    with ours:
        child = process_context().Process(target=_say_what_is_kept, args=(theirs,))
        with theirs:  # so that the end of a child that says nothing is seen
            child.start()
        assert ours.recv() == (1, 1)
        child.join(PATIENCE)
    with running(tmp_path) as command:
        assert command.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"] == []


def _say_what_is_kept(connection: Connection) -> None:
    """How many keys of pools the process has from the one it is forked from, and how many threads that one has."""
    threads = os.listdir(f"/proc/{os.getppid()}/task")  # noqa: PTH208  (names are enough)
    connection.send((repeated_work._key_once.cache_info().currsize, len(threads)))  # noqa: SLF001


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process is not forked")
def test_it_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    """And says so; nothing of it is left running."""
    program = (
        "import os, sys, time\nfrom localcloud.forked import Forked\n"
        "if __name__ == '__main__':\n"
        "    forked = Forked(['up', '--port', '0', '--data-dir', sys.argv[1]], os.environ)\n"
        "    print(forked.said, flush=True)\n    time.sleep(3600)\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline()
        started.kill()
        _, said = started.communicate(timeout=PATIENCE)  # until no process has the other end of the pipes
    assert "has ended: the emulator ends, too." in said


def test_a_program_that_waits_notices_that_its_cloud_has_died() -> None:
    """As `make local` and a kept demo do: what was in the cloud is gone."""
    with local_cloud() as cloud:
        os.kill(cloud.process_id, signal.SIGKILL)
        with pytest.raises(LocalCloudError, match=r"has ended\. Start it again"):
            cloud.run_until_end()
