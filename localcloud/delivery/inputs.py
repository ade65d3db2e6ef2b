"""What a target of a rule gets of an event: all of it, a part, a constant, or a template filled from it.

Guaranteed: a variable inside quotation marks is text, outside of them JSON; one that the event does not have is empty.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, Final

from localcloud.cloud import current

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[[\"']([^\"']+)[\"']\]")
_TEXTS_AND_VARIABLES: Final = re.compile(r"\"(?:\\.|[^\"\\])*\"|<[^<>]+>")
_VARIABLE: Final = re.compile(r"<([^<>]+)>")


def text_for(target: dict[str, Any], event: dict[str, Any], rule_arn: str) -> str:
    """The text that the target is sent."""
    if "Input" in target:
        return str(target["Input"])
    if transformer := target.get("InputTransformer"):
        paths = transformer.get("InputPathsMap") or {}
        values = {name: at(event, path) for name, path in paths.items()} | _predefined(event, rule_arn)
        return _filled(str(transformer["InputTemplate"]), values)
    return json.dumps(at(event, target["InputPath"]) if target.get("InputPath") else event)


def at(event: Any, path: str) -> Any:  # noqa: ANN401  (any JSON)
    """What the event has at a path such as `$.detail.items[0]`; None for nothing."""
    found = event
    for member, index, quoted in _STEP.findall(path):
        if isinstance(found, list) and index and int(index) < len(found):
            found = found[int(index)]
        elif isinstance(found, dict) and not index:
            found = found.get(member or quoted)
        else:
            return None
    return found


def iso_time(seconds: float) -> str:
    """Epoch seconds as EventBridge writes a time: UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _predefined(event: dict[str, Any], rule_arn: str) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event.ingestion-time": iso_time(current().clock.now()),
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }


def _filled(template: str, values: dict[str, Any]) -> str:
    def as_text(variable: re.Match[str]) -> str:
        value = values.get(variable[1])
        plain = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(plain)[1:-1] if value is not None else ""

    def fill(part: re.Match[str]) -> str:
        if part[0].startswith('"'):
            return _VARIABLE.sub(as_text, part[0])
        value = values.get(part[0][1:-1])
        return json.dumps(value) if value is not None else ""

    return _TEXTS_AND_VARIABLES.sub(fill, template)
