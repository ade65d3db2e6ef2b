"""Starts a runtime client in the cloud's time.

Runs as a process of its own: `python -m localcloud_start DESCRIPTOR CLIENT HANDLER`. Guarantees that `time.time()` and
`time.time_ns()` are cloud time before the client, the handler and the libraries of both are imported, and that a
function finds no trace of it in its environment variables and `sys.argv`. Left out: what reads the system's clock
without the module `time`, as `datetime.now()` does.
"""

from __future__ import annotations

import mmap
import os
import runpy
import struct
import sys
import time

SHARED = struct.Struct("q")
"""What the descriptor's file holds: nanoseconds that cloud time is ahead of the monotonic clock."""


def main(descriptor: int, client: str, handler: str) -> None:
    """Shift the time and become the client."""
    _shift(mmap.mmap(descriptor, SHARED.size, access=mmap.ACCESS_READ))
    os.close(descriptor)
    sys.argv = [client, handler]
    runpy.run_module(client, run_name="__main__", alter_sys=True)


def _shift(shared: mmap.mmap) -> None:
    def time_ns() -> int:
        """Return the cloud's time in nanoseconds since the Epoch."""
        lead: int = SHARED.unpack_from(shared)[0]
        return time.monotonic_ns() + lead

    def seconds() -> float:
        """Return the cloud's time in seconds since the Epoch."""
        return time_ns() / 1e9

    time.time_ns = time_ns
    time.time = seconds


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
