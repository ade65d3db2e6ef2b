"""The id that a user had in the system that a file is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.rows.rejection import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.preset import Preset

OLD_ID: Final = "old_id"
"""The column of a file in the pool's own columns that has it."""


def old_id(members: Mapping[str, Any] | Fault, preset: Preset | None) -> str:
    """Of a record of an export, what its preset reads; otherwise the value of the column for it. Empty where there is
    none; half of a pair of surrogates, which no file can hold, becomes a question mark."""
    if isinstance(members, Fault):
        return ""
    found = preset.user(members).id if preset else members.get(OLD_ID)
    return str(found or "").encode(errors="replace").decode()
