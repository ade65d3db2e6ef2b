"""Event patterns as EventBridge matches them.

moto 5.2.5 does not look into arrays of objects, takes `true` for 1, lets a rule without a pattern match everything
and an unknown filter match anything. `rules` decides which rules are asked.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html,
eb-event-patterns-arrays.html
"""

from __future__ import annotations

import ipaddress
import operator
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


class PatternError(ValueError):
    """The pattern is not one that EventBridge accepts."""


def matches(pattern: dict[str, Any], event: object) -> bool:
    """Whether the event (decoded JSON) has, for every field of the pattern, a value that the field accepts.

    Raises PatternError where the pattern uses a filter that does not exist.
    """
    if isinstance(event, list):
        # All fields of one pattern object have to match within the same element.
        return any(matches(pattern, element) for element in event)
    fields = event if isinstance(event, dict) else {}
    return all(_matches_field(name, accepted, fields) for name, accepted in pattern.items())


def check(pattern: object) -> None:
    """Raise PatternError unless every leaf is a non-empty list of values and known filters."""
    if not isinstance(pattern, dict) or not pattern:
        raise PatternError("Event pattern is not valid. Reason: Filter is not an object")
    for name, accepted in pattern.items():
        if name == "$or" and isinstance(accepted, list):
            for alternative in accepted:
                check(alternative)
        elif isinstance(accepted, dict):
            check(accepted)
        elif not isinstance(accepted, list):
            raise PatternError(f'Event pattern is not valid. Reason: "{name}" must be an object or an array')
        elif not accepted:
            raise PatternError("Event pattern is not valid. Reason: Empty arrays are not allowed")
        else:
            for value in accepted:
                _accepts(value, ["x"])


def _matches_field(name: str, accepted: object, fields: dict[str, Any]) -> bool:
    if name == "$or" and isinstance(accepted, list):
        return any(matches(alternative, fields) for alternative in accepted)
    if isinstance(accepted, dict):
        return matches(accepted, fields.get(name))
    if not isinstance(accepted, list):
        raise PatternError(f'"{name}" must be an object or an array')
    values = list(_leaves(fields[name])) if name in fields else []
    return any(_accepts(value, values) for value in accepted)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif not isinstance(value, dict):
        yield value


def _accepts(accepted: object, values: list[object]) -> bool:
    if not isinstance(accepted, dict):
        return any(_equal(accepted, value) for value in values)
    if len(accepted) != 1:
        raise PatternError("A filter has exactly one name")
    ((name, operand),) = accepted.items()
    if name == "exists":
        return bool(values) is operand
    return any(_FILTERS[name](operand, value) for value in values) if name in _FILTERS else _unknown(name)


def _unknown(name: str) -> bool:
    raise PatternError(f"Event pattern is not valid. Reason: Unrecognized match type {name}")


def _equal(expected: object, value: object) -> bool:
    # In Python True == 1, in JSON it is not.
    return isinstance(expected, bool) is isinstance(value, bool) and expected == value


def _text(match: Callable[[str, str], bool]) -> Callable[[Any, object], bool]:
    """A filter of text: its operand is a string, several, or {"equals-ignore-case": string}."""

    def accept(operand: Any, value: object) -> bool:  # noqa: ANN401  (an operand is whatever JSON the pattern holds)
        if not isinstance(value, str):
            return False
        if isinstance(operand, list):
            return any(accept(one, value) for one in operand)
        if isinstance(operand, dict):
            return match(str(operand["equals-ignore-case"]).lower(), value.lower())
        return match(str(operand), value)

    return accept


def _anything_but(operand: Any, value: object) -> bool:  # noqa: ANN401  (as above)
    if isinstance(operand, dict):
        return not _accepts(operand, [value])
    excluded = operand if isinstance(operand, list) else [operand]
    return not any(_equal(one, value) for one in excluded)


def _numeric(operand: list[Any], value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    pairs = zip(operand[::2], operand[1::2], strict=True)
    return all(_COMPARE[sign](value, bound) for sign, bound in pairs)


def _cidr(operand: str, value: object) -> bool:
    try:
        return ipaddress.ip_address(str(value)) in ipaddress.ip_network(operand)
    except ValueError:
        return False


def _wildcard(pattern: str, value: str) -> bool:
    # `*` stands for any characters; a backslash escapes `*` and itself.
    parts = re.findall(r"\\[*\\]|.", pattern, re.DOTALL)
    regex = "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts)
    return re.fullmatch(regex, value, re.DOTALL) is not None


_FILTERS: dict[str, Callable[[Any, object], bool]] = {
    "prefix": _text(lambda prefix, value: value.startswith(prefix)),
    "suffix": _text(lambda suffix, value: value.endswith(suffix)),
    "equals-ignore-case": _text(lambda expected, value: value.lower() == expected.lower()),
    "wildcard": _text(_wildcard),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
