"""The grammar of schedules: `rate(5 minutes)` and `cron(0 10 * * ? *)`, in UTC.

Left to others: who waits for the moments.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html (cron has six fields:
minutes, hours, day of month, month, day of week with 1 = Sunday, year; `?` in exactly one of the two day fields; L, W
and # as documented there).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {calendar.month_abbr[number].upper(): number for number in range(1, 13)}
_WEEKDAYS = {calendar.day_abbr[(number + 5) % 7].upper(): number for number in range(1, 8)}  # 1 is Sunday
_FIELDS = 6
_HORIZON_DAYS = 366 * 8  # 29 February is at most eight years away


class ScheduleError(ValueError):
    """Not a schedule expression."""


class Schedule(Protocol):
    """Moments of time."""

    def next_after(self, moment: float) -> float | None:
        """The first firing after the moment (epoch seconds), or None if there is none."""

    def last_until(self, start: float, moment: float) -> float:
        """The last firing until the moment, counted from the firing `start`; `start` if there is none."""


def parse(expression: str) -> Schedule:
    """The schedule that the expression describes. Raises ScheduleError."""
    if rate := _RATE.fullmatch(expression):
        number, unit = int(rate[1]), rate[2]
        if number < 1 or (number == 1) is unit.endswith("s"):
            raise ScheduleError(f"{expression}: one takes the singular, more the plural.")
        return Rate(float(number * _SECONDS[unit.removesuffix("s")]))
    if expression.startswith("cron(") and expression.endswith(")"):
        return Cron.of(expression[5:-1])
    raise ScheduleError(f"{expression} is neither rate(...) nor cron(...).")


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds."""

    seconds: float

    def next_after(self, moment: float) -> float:
        """One period later."""
        return moment + self.seconds

    def last_until(self, start: float, moment: float) -> float:
        """In phase with `start`."""
        return start + max(0, (moment - start) // self.seconds) * self.seconds


@dataclass(frozen=True, slots=True)
class Cron:
    """Moments that fit six fields."""

    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Cron:
        """The schedule of six fields. Raises ScheduleError."""
        fields = text.upper().split()
        if len(fields) != _FIELDS:
            raise ScheduleError(f"cron({text}) has {len(fields)} fields, not {_FIELDS}.")
        if (fields[2] == "?") is (fields[4] == "?"):
            raise ScheduleError(f"cron({text}) needs ? in exactly one of the fields for days.")
        cron = cls(
            _numbers(fields[0], 0, 59),
            _numbers(fields[1], 0, 23),
            fields[2],
            _numbers(fields[3], 1, 12, _MONTHS),
            fields[4],
            _numbers(fields[5], 1970, 2199),
        )
        cron.fits(dt.date(2000, 1, 1))  # raises for day fields that cannot be read
        return cron

    def next_after(self, moment: float) -> float | None:
        """The first minute after the moment that fits."""
        start = dt.datetime.fromtimestamp(moment // 60 * 60 + 60, tz=dt.UTC)
        for days in range(_HORIZON_DAYS):
            day = start.date() + dt.timedelta(days)
            if not self.fits(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    candidate = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=dt.UTC)
                    if candidate >= start:
                        return candidate.timestamp()
        return None

    def last_until(self, start: float, moment: float) -> float:
        """The minute of the moment: whatever was due until then has been missed."""
        return max(start, moment // 60 * 60)

    def fits(self, day: dt.date) -> bool:
        """Whether the schedule fires on that day."""
        in_season = day.month in self.months and day.year in self.years
        if self.day_of_month == "?":
            return _fits_week(self.day_of_week, day) and in_season
        return _fits_month(self.day_of_month, day) and in_season


def _fits_month(field: str, day: dt.date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if field == "LW" or re.fullmatch(r"\d{1,2}W", field):
        wanted = last if field == "LW" else min(int(field[:-1]), last)
        return day == _nearest_weekday(day.replace(day=wanted))
    return day.day in _numbers(field, 1, 31)


def _nearest_weekday(day: dt.date) -> dt.date:
    match day.weekday():
        case 5:
            return day - dt.timedelta(1) if day.day > 1 else day + dt.timedelta(2)
        case 6:
            last = calendar.monthrange(day.year, day.month)[1]
            return day + dt.timedelta(1) if day.day < last else day - dt.timedelta(2)
        case _:
            return day


def _fits_week(field: str, day: dt.date) -> bool:
    weekday = day.isoweekday() % 7 + 1
    if nth := re.fullmatch(r"(\w+)#([1-5])", field):
        return weekday in _numbers(nth[1], 1, 7, _WEEKDAYS) and (day.day - 1) // 7 + 1 == int(nth[2])
    if last := re.fullmatch(r"(\w*)L", field):
        in_last_week = day.day + 7 > calendar.monthrange(day.year, day.month)[1]
        return weekday in _numbers(last[1] or "7", 1, 7, _WEEKDAYS) and (in_last_week or not last[1])
    return weekday in _numbers(field, 1, 7, _WEEKDAYS)


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    chosen: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            bounds = (low, high)
        else:
            start = _number(first, names)
            bounds = (start, _number(last, names) if dash else (high if step else start))
        if not low <= bounds[0] <= high or not low <= bounds[1] <= high or (step and not step.isdigit()) or step == "0":
            raise ScheduleError(f"{field} is not within {low} to {high}.")
        # FRI-MON wraps around the end of the week.
        values = (
            range(bounds[0], bounds[1] + 1)
            if bounds[0] <= bounds[1]
            else [*range(bounds[0], high + 1), *range(low, bounds[1] + 1)]
        )
        chosen.update(list(values)[:: int(step or 1)])
    return frozenset(chosen)


def _number(text: str, names: dict[str, int] | None) -> int:
    if names and text in names:
        return names[text]
    if not text.isdigit():
        raise ScheduleError(f"{text!r} is not a number.")
    return int(text)
