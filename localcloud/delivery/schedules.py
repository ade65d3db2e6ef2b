"""Scheduled rules fire in cloud time.

moto 5.2.5 stores a rule's ScheduleExpression and never fires. Guaranteed: `rate` counts from the rule's creation, and
`cron` is in UTC; a deleted or replaced rule fires no more; firings missed while the process was busy come as one. The
event is that of `rules`.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from moto.events.exceptions import ValidationException
from moto.events.models import events_backends

from localcloud.cloud import current
from localcloud.delivery.cron import Cron, CronError
from localcloud.delivery.workers import timetable

if TYPE_CHECKING:
    from moto.events.models import Rule

_RATE = re.compile(r"rate\((?:1 (minute|hour|day)|([2-9]|[1-9]\d+) (minute|hour|day)s)\)")
_Following = Callable[[float, float], float | None]
"""When a rule is due after it was due last, and after the second time, which is now; None when it is never again."""
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


def enter(rule: Rule, fire: Callable[[], None]) -> None:
    """Call `fire` whenever the rule is due, until it is gone. Raises ValidationException for a bad expression."""
    _enter_next(rule, _following(str(rule.scheduled_expression)), fire, current().clock.now())


def _following(expression: str) -> _Following:
    """Raises ValidationException."""
    if expression.startswith("cron("):
        try:
            cron = Cron.parse(expression)
        except CronError as error:
            raise ValidationException("Parameter ScheduleExpression is not valid.") from error
        return lambda due, now: cron.after(max(due, now))
    rate = _RATE.fullmatch(expression)
    if rate is None:
        raise ValidationException("Parameter ScheduleExpression is not valid.")
    period = int(rate[2] or 1) * _SECONDS[rate[1] or rate[3]]
    # Not from `now`: a rate keeps its phase. What was missed meanwhile is skipped.
    return lambda due, now: due + period * (1 + max(0, (now - due) // period))


def _enter_next(rule: Rule, following: _Following, fire: Callable[[], None], after: float) -> None:
    due = following(after, current().clock.now())
    if due is None:
        return

    def run() -> None:
        if _is_current(rule):
            fire()
            _enter_next(rule, following, fire, due)

    timetable.at(due, run)


def _is_current(rule: Rule) -> bool:
    bus = events_backends[rule.account_id][rule.region_name].event_buses.get(rule.event_bus_name)
    return bus is not None and bus.rules.get(rule.name) is rule
