"""What a rule's target receives: the event, a part of it, a constant, or a template filled from it.

Left to others: the delivery of the text. What becomes of a variable whose path finds nothing is not documented for a
bare place (`{"a": <x>}`): here it is null there, and nothing inside quotation marks.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from typing import Any

_STEP = re.compile(r"\.(?P<name>[A-Za-z0-9_\-]+)|\[['\"](?P<quoted>[^'\"]+)['\"]\]|\[(?P<index>\d+)\]")
_PLACE = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class PathError(ValueError):
    """A JSON path that is not of the simple form which EventBridge takes."""


def text_for(target: dict[str, Any], event: dict[str, Any], rule_arn: str, ingestion_time: str) -> str:
    """The text that this target receives for the event (JSON, except where a template is not). Raises PathError."""
    if (constant := target.get("Input")) is not None:
        return str(constant)
    if path := target.get("InputPath"):
        return json.dumps(find(path, event))
    if transformer := target.get("InputTransformer"):
        variables: dict[str, Any] = {
            name: find(path, event) for name, path in (transformer.get("InputPathsMap") or {}).items()
        }
        variables |= {
            "aws.events.rule-arn": rule_arn,
            "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
            "aws.events.event.ingestion-time": ingestion_time,
            "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
            "aws.events.event.json": event,
        }
        return _fill(transformer["InputTemplate"], variables)
    return json.dumps(event)


def find(path: str, event: dict[str, Any]) -> Any:  # noqa: ANN401  (any JSON value)
    """The value at the path, or None. Raises PathError for what is not `$`, `.name`, `['name']` or `[0]`."""
    if not path.startswith("$"):
        raise PathError(f"The path {path!r} does not begin with $.")
    value: Any = event
    position = 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise PathError(f"The path {path!r} is not supported from character {position}.")
        value = _child(value, step)
        position = step.end()
    return value


def _child(value: Any, step: re.Match[str]) -> Any:  # noqa: ANN401  (any JSON value)
    if (index := step["index"]) is not None:
        return value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
    return value.get(step["name"] or step["quoted"]) if isinstance(value, dict) else None


def _fill(template: str, variables: dict[str, Any]) -> str:
    filled, position = [], 0
    for quoted in _QUOTED.finditer(template):
        filled += [_bare(template[position : quoted.start()], variables), _inside(quoted.group(), variables)]
        position = quoted.end()
    return "".join([*filled, _bare(template[position:], variables)])


def _bare(text: str, variables: dict[str, Any]) -> str:
    return _PLACE.sub(lambda place: json.dumps(variables.get(place[1])) if place[1] in variables else place[0], text)


def _inside(text: str, variables: dict[str, Any]) -> str:
    def value_of(place: re.Match[str]) -> str:
        if place[1] not in variables:
            return place[0]
        value = variables[place[1]]
        if value is None:
            return ""
        plain = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(plain)[1:-1]

    return _PLACE.sub(value_of, text)
