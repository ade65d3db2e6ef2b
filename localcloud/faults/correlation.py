"""What ties events, calls and invocations together: texts at known places in the events that functions receive.

Where they are is said when a recording or a plan is set: `$.run_id`, `$.state.run_id`,
`$.Records[*].body.detail.object.key`. A text that holds JSON, as the body of a queue's message does, is opened by the
step that goes into it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = re.compile(r"\.(?P<name>[\w-]+)|\[(?P<index>\d+|\*)\]")


class PathError(ValueError):
    """A path that is not `$` and then `.name`, `[0]` or `[*]`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A place in a JSON document; several with `[*]`."""

    steps: tuple[str | int, ...]
    """Names, indices, and `*`."""

    @classmethod
    def of(cls, text: str) -> Path:
        """Read it. Raises PathError."""
        rest = text.removeprefix("$")
        steps = [match["name"] or match["index"] for match in _STEP.finditer(rest)]
        if rest == text or "".join(match.group() for match in _STEP.finditer(rest)) != rest:
            raise PathError(f"The path {text!r} is not $ and then .name, [0] or [*].")
        return cls(tuple(int(step) if step.isdecimal() else step for step in steps))

    def texts(self, document: object) -> Iterator[str]:
        """The texts at this place."""
        found = [document]
        for step in self.steps:
            found = [child for value in found for child in _children(value, step)]
        return (value for value in found if isinstance(value, str))


def correlations(paths: tuple[Path, ...], payload: str | bytes) -> frozenset[str]:
    """The texts at any of the places in a JSON text; none in what is no JSON."""
    try:
        document = json.loads(payload) if paths else None
    except ValueError:
        return frozenset()
    return frozenset(text for path in paths for text in path.texts(document))


def _children(value: Any, step: str | int) -> list[Any]:  # noqa: ANN401  (any JSON value)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, list):
        if step == "*":
            return value
        return value[step : step + 1] if isinstance(step, int) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
