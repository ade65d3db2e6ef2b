"""Reads `observed.json`, what the kit of tools/verify has seen in a real account, as settings of localcloud.

Each row of the file names the settings that follow from what was seen. A later row wins over an earlier one.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from typing import TYPE_CHECKING, Any

from localcloud.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ObservedError(Exception):
    """The file is not one of the kit, or has a setting or a value that localcloud does not know."""


def observed_settings(path: Path) -> dict[str, object]:
    """The settings that the file's rows name, with values of their types. Raises ObservedError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        named = {name: value for row in rows for name, value in row["settings"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ObservedError(f"{path} cannot be read as observations: {error!r}.") from error
    return {name: read_setting(name, value) for name, value in named.items()}


def as_json(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings as a row has them."""
    return {name: value.value if isinstance(value, enum.Enum) else value for name, value in settings.items()}


def read_setting(name: str, value: object) -> object:
    """The value of a setting as its type. Raises ObservedError for a setting or a value that there is not."""
    if name not in {field.name for field in dataclasses.fields(Settings)}:
        raise ObservedError(f"localcloud has no setting {name!r}.")
    kind: Any = typing.get_type_hints(Settings)[name]
    if isinstance(kind, types.UnionType):
        kind = next(member for member in typing.get_args(kind) if member is not types.NoneType)
    if kind is bool and not isinstance(value, bool):
        raise ObservedError(f"The setting {name} must be true or false, not {value!r}.")
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise ObservedError(f"The setting {name} cannot be {value!r}.") from error
