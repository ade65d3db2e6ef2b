"""The option `--preset`: the name of a system, or the path of a YAML or JSON file with a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.presets import MappingError, preset_of

if TYPE_CHECKING:
    from cognito_drop.core.presets import Preset

preset_option = click.option(
    "--preset",
    "preset",
    metavar="NAME|FILE",
    callback=lambda _context, _option, value: None if value is None else read_preset(value),
    help=f"FILE is an export from another system: {', '.join(PRESET_NAMES)}; or a mapping in YAML.",
)


def read_preset(choice: str) -> Preset:
    """The preset of this name, or that of the mapping in this file. Raises click.UsageError with one sentence."""
    if choice in PRESET_NAMES:
        return preset_of(choice)
    path = Path(choice)
    if not path.is_file():
        raise click.UsageError(f"{choice!r} is neither a file nor one of {', '.join(PRESET_NAMES)}.")
    try:
        mapping = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise click.UsageError(f"{path} cannot be read as YAML ({type(error).__name__}).") from None
    if not isinstance(mapping, dict):
        raise click.UsageError(f"{path} is not a mapping: it needs `columns`.")
    try:
        return preset_of(mapping)
    except MappingError as error:
        raise click.UsageError(f"{path} cannot be used. {error}") from None
