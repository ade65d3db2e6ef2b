"""Processes of functions, forked from one that has imported the libraries of their package, and their data, already.

Such an import takes half a second of CPU, for each function and each environment of it. Guarantees that a process is
forked only for a function in whose environment those imports would have read the same; every other one, and all of them
where Linux's process descriptors are missing, import for themselves.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from localcloud.functions import code
from localcloud.functions.start import LARGEST_REQUEST, STARTED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PATIENCE = 60.0  # wall seconds for which the first function waits until libraries are imported
_LINE = 64  # bytes
_READ_BY_PYTHON = ("PYTHON", "LD_", "LC_", "LANG", "TZ")
"""How the names of variables begin that take effect when an interpreter starts."""


_PYTHON = (sys.executable, "-S", "-m", code.STARTER)
"""-S keeps this virtual environment's packages away: what a function does not ship must not be found here."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a process is to be."""

    client: str
    handler: str
    folder: Path
    """Where the function's code is."""
    variables: Mapping[str, str]
    time: int
    """The descriptor of the cloud's time."""
    lead: int
    """How many nanoseconds that time is ahead of the monotonic clock."""


class Child(Protocol):
    """A process that runs a client."""

    @property
    def pid(self) -> int:
        """The process id, which is that of its process group, too."""

    def poll(self) -> int | None:
        """The exit status, negative for a signal, None while it runs."""

    def wait(self) -> int:
        """The exit status, as soon as there is one."""


class Forks:
    """Starts the processes of one cloud's functions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[Path, _Server] = {}

    def start(self, start: Start, output: int) -> Child:
        """A process that runs the client; `output` is where it writes to."""
        server = self._server(start) if hasattr(os, "pidfd_open") else None
        if server and server.suits(start.variables) and (forked := server.fork(start, output)):
            return forked
        return subprocess.Popen(  # noqa: S603  (running the deployed code is the purpose)
            [*_PYTHON, str(start.time), start.client, start.handler],
            pass_fds=[start.time],
            cwd=start.folder,
            env=dict(start.variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C at the terminal is for the emulator, not for its functions
        )

    def close(self) -> None:
        """End what processes are forked from."""
        with self._lock:
            for server in self._servers.values():
                server.close()
            self._servers.clear()

    def _server(self, start: Start) -> _Server:
        with self._lock:
            if start.folder not in self._servers:
                self._servers[start.folder] = _Server(start)
            return self._servers[start.folder]


class _Server:
    """The process that has imported the libraries of the package in a folder."""

    def __init__(self, start: Start) -> None:
        self._variables = start.variables
        self._lock = threading.Lock()
        self._patience = _PATIENCE
        self._names: frozenset[str] | None = None
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (running the deployed code is the purpose)
                [*_PYTHON, str(theirs.fileno()), str(start.lead)],
                pass_fds=[theirs.fileno()],
                cwd=start.folder,
                env=dict(start.variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def suits(self, variables: Mapping[str, str]) -> bool:
        """Whether its imports would have read the same in an environment with these variables."""
        names = self._names_read()
        if names is None:
            return False
        of_python = (name for name in {*self._variables, *variables} if name.startswith(_READ_BY_PYTHON))
        return all(self._variables.get(name) == variables.get(name) for name in {*names, *of_python})

    def fork(self, start: Start, output: int) -> Child | None:
        """A process of its own for a client; None when it could not be made."""
        request = {"client": start.client, "handler": start.handler, "variables": dict(start.variables)}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            descriptors = [start.time, output, theirs.fileno()]
            with suppress(ConnectionError):  # it was killed
                socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)
        said, _, process = ours.recv(_LINE).partition(b" ")
        if said != STARTED:
            ours.close()
            return None
        return _Forked(int(process), ours)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.kill()  # it may be importing
        self._process.wait()

    def _names_read(self) -> frozenset[str] | None:
        """The variables that its imports have read; None when it cannot fork, or not yet."""
        with self._lock:
            poll = select.poll()
            poll.register(self._socket, select.POLLIN)
            if self._names is None and poll.poll(self._patience * 1000):
                said = self._socket.recv(LARGEST_REQUEST)  # nothing when it has ended
                self._names = frozenset(json.loads(said)) if said else None
            self._patience = 0.0  # what takes so long is waited for once
            return self._names


class _Forked:
    """A process that another one has forked, and whose end that one reports."""

    def __init__(self, pid: int, status: socket.socket) -> None:
        self.pid = pid
        self._status = status
        self._exit_status: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """The exit status, negative for a signal, None while it runs."""
        return self._ended(0)

    def wait(self) -> int:
        """The exit status, as soon as there is one."""
        status = self._ended(None)
        assert status is not None, "it was waited for"  # noqa: S101  (for the type checker)
        return status

    def _ended(self, patience: float | None) -> int | None:
        with self._lock:
            if self._exit_status is None:
                poll = select.poll()
                poll.register(self._status, select.POLLIN)
                if poll.poll(patience):
                    said = self._status.recv(_LINE)  # nothing when the server was killed
                    self._exit_status = int(said.partition(b" ")[2]) if said else -signal.SIGKILL
                    self._status.close()
            return self._exit_status
