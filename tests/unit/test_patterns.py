"""Regular expressions of the core, which read files that anyone may have made: the time is linear in the text."""

from __future__ import annotations

import importlib
import pkgutil
import re

from cognito_drop import core

REPEAT_FIRST = re.compile(r"(?:\(\?\w+\)|\(\?:|\()*(?:\[[^\]]+\]|\\.|\.)[*+](?!\+)[^|)]")
"""A repeat and something after it: where that is not found, a search starts anew at each character of the repeat."""
NEVER_SEARCHED = {"presets.json_records._BETWEEN_LINES", "presets.json_records._COMMA"}
"""Only matched at a known place."""


def _patterns() -> dict[str, str]:
    found = {}
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                place = f"{module.name}.{name}".removeprefix(f"{core.__name__}.")
                found[place] = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
    return found


def test_no_pattern_that_is_searched_for_starts_with_a_repeat() -> None:
    """It takes time that is quadratic in a text that repeats what it starts with."""
    patterns = _patterns()
    assert {name for name, form in patterns.items() if REPEAT_FIRST.match(form)} == NEVER_SEARCHED
    assert REPEAT_FIRST.match(r"\s*[\[(][^\[\]()]*[\])]")
