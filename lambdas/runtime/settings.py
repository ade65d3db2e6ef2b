"""A function's settings from its environment: frozen, and a missing variable is named.

The stack sets exactly these variables; a test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingSettingError(Exception):
    """An environment variable that the function needs is not set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Base of every function's settings. A field `table_name` is the variable TABLE_NAME: a text or a whole number."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the fields from the environment. Raises MissingSettingError, or ValueError for a malformed value."""
        hints = get_type_hints(cls)
        values = {}
        for field in fields(cls):
            name = field.name.upper()
            if name not in env:
                raise MissingSettingError(f"The environment variable {name} is not set.")
            values[field.name] = hints[field.name](env[name])
        return cls(**values)
