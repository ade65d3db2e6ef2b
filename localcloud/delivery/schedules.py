"""Scheduled rules fire in cloud time.

moto 5.2.5 stores a rule's ScheduleExpression and never fires. Guaranteed: `rate` counts from the rule's creation; a
deleted or replaced rule fires no more; firings missed while the process was busy come as one. `cron` is not imitated: a
rule with it is refused. The event is that of `rules`.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from moto.events.exceptions import ValidationException
from moto.events.models import events_backends

from localcloud.cloud import current
from localcloud.delivery.workers import timetable

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.events.models import Rule

_RATE = re.compile(r"rate\((?:1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


def enter(rule: Rule, fire: Callable[[], None]) -> None:
    """Call `fire` whenever the rule is due, until it is gone. Raises ValidationException for a bad expression."""
    _enter_next(rule, _period(str(rule.scheduled_expression)), fire, current().clock.now())


def _period(expression: str) -> float:
    """Seconds between two firings. Raises ValidationException."""
    if expression.startswith("cron("):
        raise ValidationException(f"localcloud runs schedules with rate(...) only, not {expression}.")
    rate = _RATE.fullmatch(expression)
    if rate is None:
        raise ValidationException("Parameter ScheduleExpression is not valid.")
    return float(int(rate[2] or 1) * _SECONDS[rate[1] or rate[3]])


def _enter_next(rule: Rule, period: float, fire: Callable[[], None], after: float) -> None:
    due = after + period

    def run() -> None:
        if _is_current(rule):
            fire()
            # Not from `now`: a rate keeps its phase. What was missed meanwhile is skipped.
            missed = max(0, (current().clock.now() - due) // period)
            _enter_next(rule, period, fire, due + missed * period)

    timetable.at(due, run)


def _is_current(rule: Rule) -> bool:
    bus = events_backends[rule.account_id][rule.region_name].event_buses.get(rule.event_bus_name)
    return bus is not None and bus.rules.get(rule.name) is rule
