"""`python -m localcloud up` as a process that is forked from one that has imported everything already.

For programs that start many of them, such as tests: the imports, and reading what botocore knows of the services, cost
five seconds of CPU, a fork almost none.
It is Python's own fork server. Where forking is not safe (anywhere but on Linux), each process imports for itself.
A program that is killed takes the emulator with it, which says so on stderr.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import select
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerProcess, SpawnProcess

_PATIENCE = 300  # seconds for its start and its end; guards against hanging only
_PROJECT = Path(__file__).resolve().parent.parent


class ForkedError(Exception):
    """The process did not start, or did not end when asked to."""


class Forked:
    """The command with these arguments, in a process of its own; `said` is the line it has written when it is ready.

    Raises ForkedError when no such line comes.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        ours, theirs = os.pipe()
        context = process_context()
        with os.fdopen(ours) as output:
            with Connection(theirs, readable=False) as connection:
                self._process: ForkServerProcess | SpawnProcess = context.Process(
                    target=_run, args=(list(arguments), dict(environment), connection), daemon=True
                )
                self._process.start()
            readable, _, _ = select.select([output], [], [], _PATIENCE)
            self.said = output.readline() if readable else ""
        if not self.said:
            self.end()
            raise ForkedError("The emulator did not start.")

    @property
    def process_id(self) -> int:
        """The id of the process."""
        process_id = self._process.pid
        assert process_id is not None, "it was started"  # noqa: S101  (for the type checker)
        return process_id

    def join(self) -> None:
        """Wait for its end, however long that takes."""
        self._process.join()

    def end(self) -> int:
        """Ask it to end and return its exit code. Raises ForkedError when it had to be killed."""
        self._process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait for its end and return its exit code. Raises ForkedError when it had to be killed."""
        self._process.join(_PATIENCE)
        if self._process.exitcode is None:
            self._process.kill()
            raise ForkedError("The emulator did not end when asked to, and was killed.")
        return self._process.exitcode


def process_context() -> multiprocessing.context.ForkServerContext | multiprocessing.context.SpawnContext:
    """How the process is made."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["localcloud.server", "localcloud.preloaded"])
    return context


def _run(arguments: Sequence[str], environment: Mapping[str, str], output: Connection) -> None:
    """Be the command, in a session of its own: a Ctrl-C in the terminal is for the program that has started it."""
    os.setsid()
    os.chdir(_PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(output.fileno(), sys.stdout.fileno())
    output.close()
    sys.argv[1:] = arguments
    threading.Thread(target=_end_with_parent, daemon=True).start()
    runpy.run_module("localcloud", run_name="__main__")


def _end_with_parent() -> None:
    """End the command, and what it runs, when the program that has started it ends without a word."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "it runs in a process of its own"  # noqa: S101  (for the type checker)
    parent.join()
    print("The program that started the local AWS emulator has ended: the emulator ends, too.", file=sys.stderr)
    os.kill(os.getpid(), signal.SIGTERM)
