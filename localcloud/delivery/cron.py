"""Cron expressions of EventBridge: minutes, hours, day of the month, month, day of the week, and year, in UTC.

Guarantees the documented wildcards `, - * ? / L W #`, names of months and days, and that one of the two fields for days
is `?`. Days of the week count from 1, which is Sunday.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FORM: Final = re.compile(r"cron\((.+)\)")
_MONTHS: Final = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_YEARS: Final = (1970, 2199)
_SATURDAY: Final = 7
_WEEK: Final = 7


class CronError(ValueError):
    """The expression is not valid."""


@dataclass(frozen=True, slots=True)
class Cron:
    """When it is due."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    is_day: Callable[[date], bool]

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Read `cron(…)`. Raises CronError."""
        form = _FORM.fullmatch(expression)
        fields = form[1].upper().split() if form else []
        if len(fields) != 6:  # noqa: PLR2004  (the fields are named below)
            raise CronError("six fields are needed")
        minutes, hours, of_month, months, of_week, years = fields
        if [of_month, of_week].count("?") != 1:
            raise CronError("one of the fields for days, and only one, is ?")
        return cls(
            _numbers(minutes, (0, 59)),
            _numbers(hours, (0, 23)),
            _numbers(months, (1, 12), _MONTHS),
            _numbers(years, _YEARS),
            _any(of_month, _day_of_month) if of_week == "?" else _any(of_week, _day_of_week),
        )

    def after(self, moment: float) -> float | None:
        """The first time that is due after this one, both in seconds since 1970; None if none is."""
        since = datetime.fromtimestamp(moment, UTC)
        for day in self._days(since.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    due = datetime.combine(day, time(hour, minute), UTC)
                    if due > since:
                        return due.timestamp()
        return None

    def _days(self, day: date) -> Iterator[date]:
        while day.year <= max(self.years):
            if day.year in self.years and day.month in self.months and self.is_day(day):
                yield day
            day += timedelta(days=1)


def _numbers(field: str, bounds: tuple[int, int], names: dict[str, int] | None = None) -> frozenset[int]:
    return frozenset(number for part in field.split(",") for number in _part(part, bounds, names or {}))


def _part(part: str, bounds: tuple[int, int], names: dict[str, int]) -> Iterator[int]:
    span, _, step = part.partition("/")
    first, is_range, last = span.partition("-")
    low, high = bounds
    begin = low if span == "*" else _number(first, bounds, names)
    end = _number(last, bounds, names) if is_range else high if span == "*" or step else begin
    by = _number(step, (1, high), {}) if "/" in part else 1
    if begin > end:
        raise CronError(f"{part} ends before it begins")
    return iter(range(begin, end + 1, by))


def _number(text: str, bounds: tuple[int, int], names: dict[str, int]) -> int:
    number = names.get(text, int(text) if text.isdecimal() else -1)
    if not bounds[0] <= number <= bounds[1]:
        raise CronError(f"{text} is none of {bounds[0]} to {bounds[1]}")
    return number


def _any(field: str, test_of: Callable[[str], Callable[[date], bool]]) -> Callable[[date], bool]:
    tests = [test_of(part) for part in field.split(",")]
    return lambda day: any(test(day) for test in tests)


def _day_of_month(part: str) -> Callable[[date], bool]:
    if part == "L":
        return lambda day: day.day == _last(day)
    if part.endswith("W"):
        wanted = _number(part[:-1], (1, 31), {})
        return lambda day: day.day == _weekday_near(day, wanted)
    days = _numbers(part, (1, 31))
    return lambda day: day.day in days


def _day_of_week(part: str) -> Callable[[date], bool]:
    if part == "L":
        return lambda day: _of_week(day) == _SATURDAY
    if part.endswith("L"):
        wanted = _number(part[:-1], (1, 7), _DAYS)
        return lambda day: _of_week(day) == wanted and day.day > _last(day) - _WEEK
    if "#" in part:
        name, _, nth = part.partition("#")
        wanted, week = _number(name, (1, 7), _DAYS), _number(nth, (1, 5), {})
        return lambda day: _of_week(day) == wanted and (day.day - 1) // _WEEK == week - 1
    days = _numbers(part, (1, 7), _DAYS)
    return lambda day: _of_week(day) in days


def _of_week(day: date) -> int:
    return day.isoweekday() % _WEEK + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_near(day: date, wanted: int) -> int:
    """The day of the month that is no Saturday or Sunday, is nearest to the wanted one, and is in the same month."""
    last = _last(day)
    near = day.replace(day=min(wanted, last))
    match near.isoweekday():
        case 6:
            return near.day - 1 if near.day > 1 else near.day + 2
        case 7:
            return near.day + 1 if near.day < last else near.day - 2
    return near.day
