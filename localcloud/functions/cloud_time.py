"""The cloud's time as a function's process sees it: a few shared bytes, written here and read by `start`.

While a function works, cloud time keeps the wall clock's pace, so once an invocation it is written how far cloud time
is ahead of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import mmap
import tempfile
from typing import TYPE_CHECKING

from localcloud.functions.start import SHARED

if TYPE_CHECKING:
    from localcloud.clock import Clock


class SharedTime:
    """What one process knows of the clock. `descriptor` is to be inherited by it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (open for as long as the process lives)
        self._file.truncate(SHARED.size)
        self._bytes = mmap.mmap(self._file.fileno(), SHARED.size)
        self.update()

    @property
    def descriptor(self) -> int:
        """The open file that the process maps into its memory."""
        return self._file.fileno()

    @property
    def lead(self) -> int:
        """How many nanoseconds cloud time is ahead of the monotonic clock now."""
        return round(self._clock.lead() * 1e9)

    def update(self) -> None:
        """Let the process have the clock's present time."""
        SHARED.pack_into(self._bytes, 0, self.lead)

    def close(self) -> None:
        """Forget the bytes; a process that has them keeps them."""
        self._bytes.close()
        self._file.close()
