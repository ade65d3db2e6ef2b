"""The memory of a process: its real peak, so that a function that would not fit into Lambda does not fit here.

Linux knows the peak itself (VmHWM). Elsewhere `ps` shows the size at the moment, and the peak is the largest size seen.
Memory of child processes is not counted.
"""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

_PS_INTERVAL = 0.5  # wall seconds between two calls of ps

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class PeakMemory:
    """The largest resident size of a process so far."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._status = Path(f"/proc/{pid}/status")
        self._largest = 0.0
        self._next_ps = 0.0

    def megabytes(self) -> float:
        """The peak up to now; what was last seen when the process has ended."""
        self._largest = max(self._largest, self._seen() / 1024)
        return self._largest

    def _seen(self) -> int:
        """Kilobytes, 0 when the process has ended."""
        if not Path("/proc/self/status").exists():
            return self._seen_by_ps()
        try:
            found = _PEAK.search(self._status.read_text())
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return int(found[1]) if found else 0

    def _seen_by_ps(self) -> int:
        if time.monotonic() < self._next_ps:
            return 0
        self._next_ps = time.monotonic() + _PS_INTERVAL
        listing = subprocess.run(  # noqa: S603  (a number of our own)
            ["/bin/ps", "-o", "rss=", "-p", str(self._pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return int(listing.stdout.strip() or 0)
