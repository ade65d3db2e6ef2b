"""The pace of calls that all commands of one user of this machine share, and within it the share of one command.

Guarantees that commands which run at once make no more calls in a second together than one of them may. The times are
in a small SQLite file in the user's cache directory; where it cannot be used, a command keeps its own pace.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cognito_drop.core.pools.call_rate import Share

if TYPE_CHECKING:
    from cognito_drop.core.pools.call_rate import CallRate, Slots

_SECONDS_TO_WAIT: Final = 5.0
"""For another command that takes its times."""
_FARTHEST: Final = 60.0
"""Seconds ahead that other commands may have taken; what is farther is of a clock that was wrong."""
_TABLE: Final = "create table if not exists pace (calls text primary key, free_at real not null)"
_TAKE: Final = "insert into pace values (?, ?) on conflict (calls) do update set free_at = excluded.free_at"


def pace_file() -> Path | None:
    """Where the times are; None for a user without a home."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "cognito-drop" / "pace.sqlite"
    except RuntimeError:
        return None


@dataclass(slots=True)
class MachinePace:
    """Gives out times for calls, each once."""

    rate: CallRate
    calls: str
    """Which calls share the pace."""
    file: Path | None
    share: Share = field(default_factory=Share)
    """How much of the rate this command uses."""
    _free_at: float = 0.0

    def take(self, calls: int, *, now: float, until: float) -> Slots | None:
        """Times for so many calls; None, and nothing is taken, where the last of them would come after `until`."""
        if self.file is None:
            return self._taken(0.0, calls, now, until)
        try:
            return self._take_shared(self.file, calls, now, until)
        except (OSError, sqlite3.Error):  # a home that is read-only, or a file that is none of ours
            return self._taken(0.0, calls, now, until)

    def _take_shared(self, file: Path, calls: int, now: float, until: float) -> Slots | None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_SECONDS_TO_WAIT, isolation_level=None)) as store:
            store.execute("pragma synchronous = off")  # of a machine that fails, the times are over when it is back
            store.execute(_TABLE)
            store.execute("begin immediate")
            found = store.execute("select free_at from pace where calls = ?", (self.calls,)).fetchone()
            free_at = float(found[0]) if found else 0.0
            slots = self._taken(free_at if free_at <= now + _FARTHEST else 0.0, calls, now, until)
            if slots:
                store.execute(_TAKE, (self.calls, slots.free_at))
            store.execute("commit")
            return slots

    def _taken(self, free_at: float, calls: int, now: float, until: float) -> Slots | None:
        slots = self.rate.slots(max(free_at, self._free_at), now, calls, self.share.now)
        if slots.free_at > until:
            return None
        self._free_at = slots.free_at
        return slots
