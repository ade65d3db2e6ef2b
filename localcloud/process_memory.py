"""Memory that is not used any more goes back to the system, where the C library is glibc.

By default each of many threads has a heap of its own, and large blocks come from these heaps once one was freed: the
packages of functions and their copies left 90 MB behind.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Parameters of mallopt: https://man7.org/linux/man-pages/man3/mallopt.3.html."""


def keep_heaps_small() -> None:
    """Let this process have two heaps, and return large blocks at once."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:  # musl, for one, has none
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, 1 << 18)
        mallopt(_TRIM_THRESHOLD, 1 << 20)
