"""Starts runtime clients in the cloud's time, each in a process of its own.

`python -m localcloud_start DESCRIPTOR CLIENT HANDLER` becomes one client. `python -m localcloud_start SOCKET LEAD`
imports the libraries that the code in the current folder imports, reads what botocore knows of the services that it
names, and forks a process for each client that is asked for on the socket: both are most of what a start costs.

Guarantees that `time.time()` and `time.time_ns()` are cloud time before any library is imported, that a function's own
modules are imported in its own process, and that a function finds no trace of this in its environment variables and
`sys.argv`. Left out: what reads the system's clock without the module `time`, as `datetime.now()` does; what a library
prints, and what its code in C reads of the environment, when it is imported.
"""

from __future__ import annotations

import gc
import importlib
import json
import mmap
import os
import re
import runpy
import select
import socket
import struct
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = struct.Struct("q")
"""What the descriptor's file holds: nanoseconds that cloud time is ahead of the monotonic clock."""
LARGEST_REQUEST = 1 << 17  # bytes
STARTED = b"started"
"""What a forked process says, with its id; what it is forked from says how it has ended."""
_IMPORTS = re.compile(r"^(?:import|from) ([\w.]+)", re.MULTILINE)
_CLIENTS = re.compile(r"""\b(?:client|resource)\(\s*["']([\w-]+)["']""")
"""How boto3 is asked for a client."""
_MODELS = ("service-2", "endpoint-rule-set-1", "paginators-1", "resources-1")
_DATA = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
"""What botocore reads for each client of a service, and for all."""
_CLIENT = "awslambdaric.lambda_runtime_marshaller"
"""What AWS's client imports without looking at the environment. Its code in C does that when it is imported."""


class _Time:
    """The time of the cloud; `shared` is replaced in a forked process."""

    def __init__(self, shared: mmap.mmap) -> None:
        self.shared = shared
        time.time_ns = self._time_ns
        time.time = self._time

    def _time_ns(self) -> int:
        """Return the cloud's time in nanoseconds since the Epoch."""
        lead: int = SHARED.unpack_from(self.shared)[0]
        return time.monotonic_ns() + lead

    def _time(self) -> float:
        """Return the cloud's time in seconds since the Epoch."""
        return self._time_ns() / 1e9


def become(client: str, handler: str) -> None:
    """Be the client."""
    sys.argv = [client, handler]
    runpy.run_module(client, run_name="__main__", alter_sys=True)


def serve(descriptor: int, lead: int) -> None:
    """Import the libraries, say what they have read of the environment, and fork until the socket is closed."""
    shared = mmap.mmap(-1, SHARED.size)
    SHARED.pack_into(shared, 0, lead)
    clock = _Time(shared)
    with _names_read() as names:
        for module in (*_libraries(Path.cwd()), _CLIENT):
            with suppress(Exception):  # a function that needs it fails by itself
                importlib.import_module(module)
    _read_models(Path.cwd())
    if threading.active_count() > 1:
        return  # a process with threads cannot be forked safely
    gc.collect()
    gc.freeze()
    server = socket.socket(fileno=descriptor)
    server.send(json.dumps(sorted(names)).encode())
    become(*_forked(server, clock))


def _forked(server: socket.socket, clock: _Time) -> tuple[str, str]:
    """The client and the handler that a forked process is to be. The server itself ends in here."""
    poll, processes = select.poll(), dict[int, tuple[int, int]]()
    poll.register(server, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready in processes:
                poll.unregister(ready)
                _say_end(ready, *processes.pop(ready))
                continue
            message, descriptors, _, _ = socket.recv_fds(server, LARGEST_REQUEST, 3)
            if not message:
                sys.exit()
            shared, output, status = descriptors
            process = os.fork()
            if not process:
                for ending, (_, other) in processes.items():
                    os.close(ending)
                    os.close(other)
                server.close()
                return _take_over(json.loads(message), clock, shared, output, status)
            os.close(shared)
            os.close(output)
            ending = os.pidfd_open(process)
            processes[ending] = (process, status)
            poll.register(ending, select.POLLIN)


def _take_over(request: dict[str, Any], clock: _Time, shared: int, output: int, status: int) -> tuple[str, str]:
    """Make this process the one that was asked for, in a session of its own."""
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(request["variables"])
    time.tzset()
    clock.shared = mmap.mmap(shared, SHARED.size, access=mmap.ACCESS_READ)
    os.write(status, STARTED + f" {os.getpid()}".encode())
    for descriptor in (shared, output, status):
        os.close(descriptor)
    return request["client"], request["handler"]


def _say_end(ending: int, process: int, status: int) -> None:
    _, code = os.waitpid(process, 0)
    with suppress(BrokenPipeError):  # it is not waited for any more
        os.write(status, f"ended {os.waitstatus_to_exitcode(code)}".encode())
    os.close(ending)
    os.close(status)


@contextmanager
def _names_read() -> Iterator[set[str]]:
    """The environment variables that are read in the block."""
    names = set[str]()
    kind = type(os.environ)
    original = kind.__getitem__

    def read(self: os._Environ[str], name: str) -> str:
        names.add(name)
        return original(self, name)

    kind.__getitem__ = read  # type: ignore[method-assign]
    try:
        yield names
    finally:
        kind.__getitem__ = original  # type: ignore[method-assign]


def _libraries(folder: Path) -> list[str]:
    """What the function's own modules import as they are loaded, but for themselves."""
    modules = {module for text in _own_code(folder) for module in _IMPORTS.findall(text)}
    ours = {path.stem for path in _own(folder)}
    return sorted(module for module in modules if module.partition(".")[0] not in ours)


def _read_models(folder: Path) -> None:
    """Let all sessions of a forked process share what botocore has read here of the services that the code names.

    The environment is not read: where it names other folders of models, botocore makes a loader of its own.
    """
    session, boto3 = sys.modules.get("botocore.session"), sys.modules.get("boto3")
    if not session or not boto3 or not boto3.__file__:
        return
    session.create_loader = cache(session.create_loader)  # type: ignore[attr-defined]
    loader = session.create_loader(None)
    loader.search_paths.append(str(Path(boto3.__file__).with_name("data")))  # as each session of boto3 does
    for service in {service for text in _own_code(folder) for service in _CLIENTS.findall(text)}:
        for kind in _MODELS:
            with suppress(Exception):  # there is none, which a function that needs it sees by itself
                loader.load_service_model(service, kind)
    for name in _DATA:
        with suppress(Exception):
            loader.load_data(name)


def _own_code(folder: Path) -> list[str]:
    """The texts of the function's own modules."""
    files = [file for path in _own(folder) for file in ([path] if path.suffix == ".py" else path.rglob("*.py"))]
    return [file.read_text(errors="replace") for file in files]


def _own(folder: Path) -> list[Path]:
    """What no package has installed in the folder."""
    installed = {
        line.partition("/")[0].partition(",")[0]
        for record in folder.glob("*.dist-info/RECORD")
        for line in record.read_text().splitlines()
    }
    return [path for path in folder.iterdir() if path.name not in installed]


def main(arguments: list[str]) -> None:
    """Become a client, or fork clients."""
    match arguments:
        case [shared, client, handler]:
            _Time(mmap.mmap(int(shared), SHARED.size, access=mmap.ACCESS_READ))
            os.close(int(shared))
            become(client, handler)
        case [server, lead]:
            serve(int(server), int(lead))


if __name__ == "__main__":
    main(sys.argv[1:])
