"""Cloud time for modules of moto that ask `datetime` for the time."""

from __future__ import annotations

import datetime as _datetime
from datetime import UTC, date, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from localcloud.cloud import current

if TYPE_CHECKING:
    from typing import Self

__all__ = ["date", "datetime", "timedelta", "timezone"]  # what a module of moto finds in place of the standard one


class datetime(_datetime.datetime):  # noqa: N801  (it takes the standard class's place)
    """The standard class, whose `now` is cloud time; without a time zone it is UTC, as in AWS, not the host's zone."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The time on the cloud's clock."""
        now = cls.fromtimestamp(current().clock.now(), tz or UTC)
        return now if tz else now.replace(tzinfo=None)
