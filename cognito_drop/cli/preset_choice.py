"""The option `--preset`: the name of a system, `auto`, or the path of a YAML or JSON file with a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import click

from cognito_drop.contract.object_keys import INBOX
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.presets import MappingError, how_to_use, preset_of, recognize
from cognito_drop.core.rows.detection import HEAD_BYTES

if TYPE_CHECKING:
    from cognito_drop.cli.file_json import RecognizedJson
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.core.presets import Preset, Recognized

AUTO: Final = "auto"
PresetChoice: TypeAlias = "Preset | Literal['auto'] | None"

preset_option = click.option(
    "--preset",
    "preset",
    metavar="NAME|FILE|auto",
    callback=lambda _context, _option, value: value if value in (None, AUTO) else read_preset(value),
    help=f"FILE is an export from another system: {', '.join(PRESET_NAMES)}; or a mapping in YAML. With auto it is "
    "recognized by its contents, as it is without this option and without an alias.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file is read as, and what it was recognized as, if that was looked at."""

    preset: Preset | None
    recognized: Recognized | None = None
    use: str = ""
    """With an alias, how a drop of the file is read as what it is."""
    said: tuple[str, ...] = ()

    def recognized_json(self) -> RecognizedJson | None:
        """What it was recognized as."""
        if self.recognized is None:
            return None
        preset = self.recognized.preset
        return {"preset": preset.name if preset else None, "message": self.recognized.sentence, "hint": self.use}


def read_as(file: Path, source: PoolSource, choice: PresetChoice) -> Reading:
    """What the file is read as: the choice; with an alias as a drop there is; otherwise what it is recognized as."""
    alias = source.options.alias
    if choice is None and alias:
        return Reading(source.preset)
    if choice is not None and choice != AUTO:
        return Reading(choice)
    with file.open("rb") as content:
        found = recognize(content.read(HEAD_BYTES), source.rules())
    if not alias:
        is_said = choice == AUTO or found.preset is not None
        return Reading(found.preset, found, said=(found.sentence,) if is_said else ())
    use = how_to_use(found.preset.name, source.options) if found.preset else f"Drop it into {INBOX}{alias}/."
    return Reading(source.preset, found, use, (found.sentence, use))


def read_preset(choice: str) -> Preset:
    """The preset of this name, or that of the mapping in this file. Raises click.UsageError with one sentence."""
    if choice in PRESET_NAMES:
        return preset_of(choice)
    if not Path(choice).is_file():
        raise click.UsageError(f"{choice!r} is neither a file nor one of {', '.join(PRESET_NAMES)}.")
    mapping = read_mapping(choice)
    try:
        return preset_of(mapping)
    except MappingError as error:
        raise click.UsageError(f"{choice} cannot be used. {error}") from None


def read_mapping(choice: str) -> dict[str, Any]:
    """The mapping in this file. Raises click.UsageError with one sentence."""
    # Most files need no mapping.
    from cognito_drop.core.presets.mapping_yaml import mapping_in  # noqa: PLC0415

    path = Path(choice)
    if not path.is_file():
        raise click.UsageError(f"{choice!r} is not a file.")
    try:
        return mapping_in(path.read_bytes())
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read ({type(error).__name__}).") from None
    except MappingError as error:
        raise click.UsageError(f"{path} cannot be used. {error}") from None
