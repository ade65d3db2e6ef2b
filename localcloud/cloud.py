"""What the parts of the emulator share: its settings, its clock, who calls, what was done, and who watches.

moto finds its backends through module globals, so the parts find the cloud in the same way: `current()`.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.access_log import AccessLog
from localcloud.clock import Clock
from localcloud.faults.watch import Watch
from localcloud.settings import Settings

if TYPE_CHECKING:
    from localcloud.caller import Caller


@dataclass(frozen=True, slots=True)
class Cloud:
    """One emulator in this process.

    A part's background thread ends when `ending` is set; what else a part must end goes on `endings`.
    """

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    ending: threading.Event = field(default_factory=threading.Event)
    endings: ExitStack = field(default_factory=ExitStack)
    callers: dict[str, Caller] = field(default_factory=dict)
    """Who holds an access key, as far as it is known; `localcloud.credentials` reads and writes it."""
    watch: Watch = field(default_factory=Watch)
    """What functions and state machines do is recorded, and made to fail, here."""
    access_log: AccessLog = field(default_factory=lambda: AccessLog(Settings().keep))

    @classmethod
    def of(cls, settings: Settings) -> Cloud:
        """The cloud that these settings describe."""
        return cls(settings, Clock(settings.clock_factor), access_log=AccessLog(settings.keep))

    def close(self) -> None:
        """End what the parts run: set `ending`, then call `endings`, the last one first."""
        self.ending.set()
        self.endings.close()


_current = Cloud()


def current() -> Cloud:
    """The cloud of this process; one with default settings until `use` was called."""
    return _current


def use(cloud: Cloud) -> Cloud:
    """Make `cloud` the cloud of this process and return the one before it."""
    global _current  # moto keeps its registries in module globals too; this one has a single writer
    before, _current = _current, cloud
    return before
