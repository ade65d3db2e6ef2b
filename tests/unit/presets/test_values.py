"""Values of JSON, of any type, as texts and as flags."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.presets.user import flag, is_shut_out, is_true, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((" Ada ", " Ada "), (None, ""), (True, "true"), (False, "false"), (0, "0"), (-1.5, "-1.5"), ({"a": 1}, "")),
        *(([], ""), (["a", None, False, 2, ["b"], {"c": 1}, ""], "a,,false,2,")),
        (list(range(51)), ",".join(map(str, range(50)))),
    ],
)
def test_a_value_is_written_as_a_column_holds_it(value: Any, expected: str) -> None:  # noqa: ANN401  (any JSON)
    """A list in one column, without lists and objects in it, and up to its fiftieth item."""
    assert text(value) == expected


@pytest.mark.parametrize(
    ("values", "is_set", "lets_in"),
    [
        ((True, "true", " TRUE ", "\u200byes", "\uff54", "on", 1, 1.0, "1.0", "wahr", [True], ["yes"]), True, False),
        ((False, "false", "F", "no", "off", 0, 0.0, "0.0", "falsch", None, "null", "None", "\\N", ""), False, True),
        ((" ", "\u200b", [], {}), False, True),
        ((2, -1, "maybe", "2026-01-01", [False], [None], {"a": False}), False, False),
    ],
)
def test_a_flag_is_set_only_by_what_is_clearly_true(values: tuple[Any, ...], *, is_set: bool, lets_in: bool) -> None:
    """One that shuts a user out, by all that is not clearly false."""
    assert {is_true(value) for value in values} == {is_set}
    assert {flag(value) for value in values} == {text(is_set)}
    assert {is_shut_out(value) for value in values} == {not lets_in}
