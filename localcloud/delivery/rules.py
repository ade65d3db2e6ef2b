"""EventBridge: matching events with rules and handing them to the rules' targets.

The seams in moto 5.2.5 are `Rule.send_to_targets` (its targets and patterns are incomplete, it delivers to disabled
rules and lets rules without a pattern match everything), `EventsBackend.put_rule` (patterns are not checked,
schedules never fire), `EventsBackend.put_targets` (it takes state machines without a role), and
`EventsBackend.put_events` (it takes sources that are reserved for AWS's services). `targets` delivers, `schedules`
fires.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
"""

from __future__ import annotations

import functools
import json
import uuid
from typing import TYPE_CHECKING, Any

from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventsBackend, Rule, events_backends

from localcloud.cloud import current
from localcloud.delivery import patterns, schedules
from localcloud.delivery.inputs import iso_time
from localcloud.delivery.targets import RuleDelivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.events.models import EventBus

_RESERVED = {
    "ErrorCode": "NotAuthorizedForSourceException",
    "ErrorMessage": "Not authorized for the source.",
}
_ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


def publish(
    account_id: str, region: str, *, source: str, detail_type: str, detail: dict[str, Any], resources: list[str]
) -> str:
    """Put an event of an AWS service on the default bus; return its id."""
    event: Any = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": iso_time(current().clock.now()),
        "region": region,
        "resources": resources,
        "detail": detail,
        "ingestion-time": current().clock.now(),  # which moto's archives ask for
    }
    for rule in _of_default_bus(account_id, region):
        rule.send_to_targets(event)
    return str(event["id"])


def ask_for(account_id: str, region: str, source: str) -> bool:
    """Whether the pattern of some enabled rule on the default bus names this source."""
    found = (rule for rule in _of_default_bus(account_id, region) if rule.state in _ENABLED)
    asked = (rule.event_pattern.get_pattern() for rule in found if rule.event_pattern.dump())
    return any(source in pattern.get("source", ()) for pattern in asked)


def _of_default_bus(account_id: str, region: str) -> list[Rule]:
    return list(events_backends[account_id][region].event_buses["default"].rules.values())


def fire(rule: Rule) -> None:
    """Send a scheduled rule's event to its targets, if the rule is enabled."""
    if rule.state in _ENABLED:
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account_id,
            "time": iso_time(current().clock.now()),
            "region": rule.region_name,
            "resources": [rule.arn],
            "detail": {},
        }
        _send(rule, event)


def install() -> None:
    """Patch rules into moto; idempotent."""
    if not hasattr(Rule.send_to_targets, "__wrapped__"):
        Rule.send_to_targets = _sender(Rule.send_to_targets)  # type: ignore[method-assign]
        EventsBackend.put_rule = _rule_maker(EventsBackend.put_rule)  # type: ignore[method-assign]
        EventsBackend.put_targets = _with_roles(EventsBackend.put_targets)  # type: ignore[method-assign]
        EventsBackend.put_events = _without_reserved(EventsBackend.put_events)  # type: ignore[method-assign, assignment]


def _with_roles(original: Callable[..., None]) -> Callable[..., None]:
    """Refuse a state machine without the role that starts it; the text is of public reports."""

    @functools.wraps(original)
    def put_targets(self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
        for target in targets:
            if target["Arn"].split(":")[2:3] == ["states"] and not target.get("RoleArn"):
                raise ValidationException(f"RoleArn is required for target {target['Arn']}.")
        original(self, name, event_bus_arn, targets)

    return put_targets


def _without_reserved(
    original: Callable[[EventsBackend, list[dict[str, Any]]], list[dict[str, Any]]],
) -> Callable[[EventsBackend, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Refuse the entries whose source only AWS's own services may use; moto takes them."""

    @functools.wraps(original)
    def put_events(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not any(_is_reserved(event) for event in events):
            return original(self, events)
        return [dict(_RESERVED) if _is_reserved(event) else original(self, [event])[0] for event in events]

    return put_events


def _is_reserved(event: dict[str, Any]) -> bool:
    return str(event.get("Source", "")).startswith("aws.")


def _sender(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:  # noqa: ANN401  (moto's signature)
        if self.managed_by:
            # The rule behind an archive: moto's own and internal.
            original(self, original_event, transform_input)
            return
        event = _as_delivered(original_event)
        pattern = self.event_pattern.get_pattern()
        if self.state in _ENABLED and pattern and patterns.matches(pattern, event):
            _send(self, event)

    return send_to_targets


def _as_delivered(event: dict[str, Any]) -> dict[str, Any]:
    # moto keeps the time as a number and adds a field of its own.
    seconds = event.get("time")
    plain = {key: value for key, value in event.items() if key != "ingestion-time"}
    if not isinstance(seconds, str):
        plain["time"] = iso_time(float(seconds) if seconds is not None else current().clock.now())
    decoded: dict[str, Any] = json.loads(json.dumps(plain))
    return decoded


def _send(rule: Rule, event: dict[str, Any]) -> None:
    for target in list(rule.targets):
        RuleDelivery(rule.arn, target, event).post()


def _rule_maker(original: Callable[..., Rule]) -> Callable[..., Rule]:
    @functools.wraps(original)
    def put_rule(self: EventsBackend, name: str, *args: Any, **kwargs: Any) -> Rule:  # noqa: ANN401  (moto's signature)
        before = {bus.name: bus.rules.get(name) for bus in self.event_buses.values()}
        rule = original(self, name, *args, **kwargs)
        try:
            if rule.event_pattern.dump():
                patterns.check(rule.event_pattern.get_pattern())
            if rule.scheduled_expression:
                schedules.enter(rule, functools.partial(fire, rule))
        except (patterns.PatternError, ValidationException) as error:
            _restore(self.event_buses[rule.event_bus_name], name, before[rule.event_bus_name])
            if isinstance(error, patterns.PatternError):
                raise InvalidEventPatternException(reason=str(error)) from error
            raise
        return rule

    return put_rule


def _restore(bus: EventBus, name: str, before: Rule | None) -> None:
    """What is refused changes nothing."""
    if before is None:
        bus.rules.pop(name)
    else:
        bus.rules[name] = before
