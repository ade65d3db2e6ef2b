"""A dropped file that was opened, with what it is read with: the pool's preset, or the mapping that the file names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.contract.object_keys import DIALECT_METADATA, MAPPING_METADATA
from cognito_drop.core.presets import MappingError, preflight_file
from cognito_drop.core.presets.dropped_mapping import (
    MOST_BYTES,
    MappingVersion,
    mapping_unusable,
    mappings_not_allowed,
    read_dropped,
)
from cognito_drop.core.rows import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cognito_drop.aws.drops import DropBucket, Source
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.presets import Note, Preset
    from cognito_drop.core.rows import Options, PoolRules, PreflightReport, Sink
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.text.problem import Problem

_BLOCK = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A dropped file and what it is read with."""

    source: Source
    preset: Preset | None
    mapping: MappingVersion | None = None
    """The mapping that the file was dropped with."""
    read_as: str | Mapping[str, Any] | None = None
    """The preset's name, or the mapping."""

    @property
    def run_dialect(self) -> Dialect | None:
        """How the file is written whose rows are dropped again. It is data: what is no dialect says nothing."""
        try:
            return Dialect.from_json(json.loads(self.source.metadata[DIALECT_METADATA]))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return None

    def read(
        self,
        rules: PoolRules,
        options: Options,
        sink: Sink,
        *,
        recorded: Callable[[int, Sequence[Note]], None] | None = None,
    ) -> PreflightReport:
        """Check the rows, once: the body is read to its end."""
        chunks = self.source.body.iter_chunks(_BLOCK)
        return preflight_file(chunks, self.preset, rules, options, sink, recorded=recorded)


def open_file(drops: DropBucket, drop: Drop, settings: PoolSettings, preset: Preset | None) -> OpenedFile | Problem:
    """The file with the pool's choice, or with the mapping that it names. Raises SourceGoneError."""
    source = drops.open(drop)
    said = source.metadata.get(MAPPING_METADATA)
    if said is None:
        return OpenedFile(source, preset, read_as=drop.preset or settings.preset)
    if not settings.takes_mappings:
        return mappings_not_allowed(drop.alias)
    if drop.preset:
        return mapping_unusable(f"The folder chooses the preset {drop.preset} for the file.")
    try:
        version = MappingVersion.from_metadata(said)
        data = drops.read_version(drop.bucket, version.key(drop.alias), version.version_id, MOST_BYTES)
        mapped = read_dropped(data, version.sha256, settings.taken_presets)
        return OpenedFile(source, mapped, version, json.loads(data))
    except SourceGoneError:
        return mapping_unusable("It does not exist.")
    except MappingError as error:
        return mapping_unusable(str(error))
