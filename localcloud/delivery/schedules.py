"""Scheduled rules fire in cloud time.

moto 5.2.5 stores a rule's ScheduleExpression and never fires. Promised: `rate` counts from the rule's creation,
`cron` follows UTC; a deleted or replaced rule fires no more; firings missed while the process was busy come as one.
Left to others: the event (rules.py) and the grammar (schedule_expressions.py).

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.events.exceptions import ValidationException
from moto.events.models import events_backends

from localcloud.cloud import current
from localcloud.delivery.schedule_expressions import Schedule, ScheduleError, parse
from localcloud.delivery.workers import timetable

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.events.models import Rule


def enter(rule: Rule, fire: Callable[[], None]) -> None:
    """Call `fire` whenever the rule is due, until it is gone. Raises ValidationException for a bad expression."""
    try:
        schedule = parse(str(rule.scheduled_expression))
    except ScheduleError as error:
        raise ValidationException("Parameter ScheduleExpression is not valid.") from error
    _enter_next(rule, schedule, fire, current().clock.now())


def _enter_next(rule: Rule, schedule: Schedule, fire: Callable[[], None], after: float) -> None:
    due = schedule.next_after(after)
    if due is None:
        return

    def run() -> None:
        if _is_current(rule):
            fire()
            # Not from `now`: a rate keeps its phase. What was missed meanwhile is skipped.
            latest = max(due, schedule.last_until(due, current().clock.now()))
            _enter_next(rule, schedule, fire, latest)

    timetable.at(due, run)


def _is_current(rule: Rule) -> bool:
    bus = events_backends[rule.account_id][rule.region_name].event_buses.get(rule.event_bus_name)
    return bus is not None and bus.rules.get(rule.name) is rule
