"""The setting `preset` of a pool: the name of a system, a mapping, or the path of a YAML or JSON file with a mapping.

The mapping travels to the function as JSON. It is read here by the function's own reader, so that a mistake in it ends
the deployment and not a run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.presets import MappingError, preset_of
from cognito_drop.core.presets.mapping_yaml import mapping_in


def read_preset(value: object, alias: str) -> str | dict[str, Any]:
    """The preset as the function gets it. Raises ConfigError."""
    if isinstance(value, str) and value in PRESET_NAMES:
        return value
    if isinstance(value, str) and value.endswith((".yaml", ".yml", ".json")):
        value = _file(value, alias)
    if not isinstance(value, dict):
        raise ConfigError(
            f"`pools` has preset = {value!r} for {alias}: "
            f"it must be one of {', '.join(PRESET_NAMES)}, a mapping, or a path to a .yaml or .json mapping."
        )
    _check_json(value, alias)
    try:
        preset_of(value)
    except MappingError as error:
        raise ConfigError(f"`pools` has a mapping for {alias} that cannot be used. {error}") from None
    return value


def _file(path: str, alias: str) -> dict[str, Any]:
    try:
        return mapping_in(Path(path).read_bytes())
    except OSError as error:
        reason = f"It cannot be read ({type(error).__name__})."
    except MappingError as error:
        reason = str(error)
    raise ConfigError(f"`pools` has preset = {path!r} for {alias}, which cannot be used. {reason}")


def _check_json(value: dict[str, Any], alias: str) -> None:
    try:
        json.dumps(value)
    except TypeError:
        raise ConfigError(
            f"`pools` has a mapping for {alias} with a value that is not valid JSON: write it as a string."
        ) from None
