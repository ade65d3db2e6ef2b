"""Exports of other identity systems, read as they are: each record becomes a row of the pool, checked like any other.

    report = preflight_file(chunks, preset_of("auth0"), rules, Options(), sink)

Pure, as the row engine is. A preset turns a record into a user (`auth0`, …, or a custom `mapping`), and
`pool_row` the user into a row of the pool; `source` reads the file, and reads it again for the results.
"""

from __future__ import annotations

from cognito_drop.core.presets.check import preflight_file
from cognito_drop.core.presets.json_records import BrokenFileError, JsonRecord
from cognito_drop.core.presets.mapping_rules import MappingError
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Preset
from cognito_drop.core.presets.recognition import Recognized, how_to_use, recognize
from cognito_drop.core.presets.registry import preset_of
from cognito_drop.core.presets.source import Source

__all__ = [
    "BrokenFileError",
    "JsonRecord",
    "MappingError",
    "Note",
    "Preset",
    "Recognized",
    "Source",
    "how_to_use",
    "preflight_file",
    "preset_of",
    "recognize",
]
