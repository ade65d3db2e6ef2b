"""A function's environment variables, typed: frozen, and a missing variable is named.

The stack sets exactly these variables; a test compares the two.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, Self, TypeVar, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping

U = TypeVar("U")


class MissingVariableError(Exception):
    """An environment variable that the function needs is not set."""


@dataclass(frozen=True, slots=True)
class FunctionEnv(ABC, Generic[U]):
    """Base of every function's environment. A field `table_name` is the variable TABLE_NAME: a string or an integer."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the fields from the environment. Raises MissingVariableError, or ValueError for a malformed value."""
        hints = get_type_hints(cls)
        values = {}
        for field in fields(cls):
            name = field.name.upper()
            if name not in env:
                raise MissingVariableError(f"The environment variable {name} is not set.")
            values[field.name] = hints[field.name](env[name])
        return cls(**values)

    @abstractmethod
    def use_case(self) -> U:
        """The function's use case with its adapters."""
