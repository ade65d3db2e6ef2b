"""Memory that is not used any more goes back to the system, where the C library is glibc.

By default each of many threads has a heap of its own, and large blocks come from these heaps once one was freed: the
packages of functions and their copies left 90 MB behind. What is kept lies among what was used for a moment, so that
the heaps grow with each run unless the free pages within them are given back.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Parameters of mallopt: https://man7.org/linux/man-pages/man3/mallopt.3.html."""
_EVERY: Final = 50
_used: Final = itertools.count(1)


def keep_heaps_small() -> None:
    """Let this process have two heaps, and return large blocks at once."""
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:  # musl, for one, has none
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, 1 << 18)
        mallopt(_TRIM_THRESHOLD, 1 << 20)


def give_back() -> bool:
    """Give the free pages of the heaps back at each 50th call, and return whether it was one. To be called when an
    execution has ended.

    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    if next(_used) % _EVERY:
        return False
    malloc_trim = _of_glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)
    return True


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
