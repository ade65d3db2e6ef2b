"""Warnings have weights: what keeps users out comes before what is only to be known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cognito_drop.core.presets.notes import Note
from cognito_drop.core.results.warning_order import WEIGHTS, weighed
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import WarningJson

COSMETIC = {
    "phone_region",
    Note.USERNAME_IS_EMAIL,
    Note.USERNAME_IS_PHONE,
    Note.USERNAME_IS_ID,
    "lookup_estimate",
    "users_hidden",
    "users_shown",
}
"""Without a weight: these come last."""


def _warning(code: str) -> WarningJson:
    return {"code": code, "message": "."}


def test_lost_passwords_and_users_without_a_way_in_come_before_cosmetic_ones() -> None:
    """Within a weight, the order stays."""
    said = ["username_is_email", "columns_left_out", "roles", "known_users", "password_algorithm", "sms_not_set_up"]
    assert [one["code"] for one in weighed(map(_warning, [*said, "mostly_known"]))] == [
        *("mostly_known", "password_algorithm", "sms_not_set_up", "columns_left_out", "roles", "known_users"),
        "username_is_email",
    ]


def test_every_warning_has_a_weight_or_is_known_to_be_cosmetic() -> None:
    """Of the notes, and of the codes that the modules of warnings write."""
    folders = ("pools", "sign_in", "queue", "imports", "results")
    sources = [
        file.read_text("utf-8") for name in folders for file in (PROJECT / "cognito_drop/core" / name).glob("*.py")
    ]
    written = {
        code
        for text in sources
        if "WarningJson" in text
        for code in re.findall(r'"code": "(\w+)", "message"|Advice\(\s*"(\w+)"', text)
    }
    codes = {one or other for one, other in written} | set(Note)
    assert {code for code in codes if code not in WEIGHTS} <= COSMETIC
    assert len(codes) > 30
