"""The time of the day at which a pool's imports may start: `22:00-05:00 Europe/Berlin`.

Guarantees the wall clock of the time zone on days on which it changes. A time that does not exist, or exists twice, is
read as `zoneinfo` does: the first of two (PEP 495). The time zones are the system's: Lambda's runtimes on Amazon Linux
2023 have them. Source: https://github.com/aws/aws-lambda-dotnet/issues/1620
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) ([A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)")


@dataclass(frozen=True, slots=True)
class ImportWindow:
    """From when until when; over midnight where the end is not later than the start."""

    opens: time
    closes: time
    zone: str
    """A name of the IANA time zone database."""

    @classmethod
    def takes(cls, value: object) -> bool:
        """Whether `parse` reads it. Whether the time zone exists is not asked."""
        found = _FORM.fullmatch(value) if isinstance(value, str) else None
        return found is not None and found.group(1, 2) != found.group(3, 4)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `22:00-05:00 Europe/Berlin`. Raises ValueError."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(text)
        numbers = [int(part) for part in found.groups()[:4]]
        return cls(time(numbers[0], numbers[1]), time(numbers[2], numbers[3]), found[5])

    @property
    def has_zone(self) -> bool:
        """Whether the time zone is known here."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return False
        return True

    def next_opening(self, now: float) -> float | None:
        """When it opens next, in epoch seconds; None while it is open. `now` is in epoch seconds."""
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(now, zone).date()
        openings = []
        for day in (today + timedelta(days=ahead) for ahead in (-1, 0, 1)):
            last = day if self.closes > self.opens else day + timedelta(days=1)
            begin = datetime.combine(day, self.opens, zone).astimezone(UTC).timestamp()
            end = datetime.combine(last, self.closes, zone).astimezone(UTC).timestamp()
            if begin <= now < end:
                return None
            openings.append(begin)
        return next(begin for begin in openings if begin > now)
