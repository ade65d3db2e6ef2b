"""The dropped file of a run, read again as the run has read it, for commands that keep a state of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.live_pool import served_pool
from cognito_drop.cli.state_errors import state_errors, unkept
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.presets import MappingError, preflight_file, preset_of
from cognito_drop.core.presets.dropped_mapping import MOST_BYTES, MappingVersion, read_dropped
from cognito_drop.core.rows import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cognito_drop.aws.kept_state import KeptState
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.core.presets import Preset
    from cognito_drop.core.rows import Sink
    from cognito_drop.core.runs.run_record import RunRecord

_BLOCK: Final = 1 << 20
_RUN, _POOL = "run", "pool"


def source_of_run(context: Context, run: RunRecord) -> PoolSource:
    """The pool, and how the file was read: with the settings of the run, in its dialect. Raises CommandError."""
    pool = context.deployment.pool(run.drop.alias)
    if run.file and run.file.settings:
        kept = PoolSettings.from_kept(run.file.settings)
        pool = replace(pool, settings=replace(kept, preset=pool.settings.preset))
    source = served_pool(context, pool)
    summary = context.viewer.view(run).summary
    dialect = Dialect.from_json(summary["dialect"]) if summary and summary["dialect"] and run.drop.is_retry else None
    options = replace(source.options, is_retry=run.drop.is_retry, run_dialect=dialect)
    preset = preset_of(run.drop.preset) if run.drop.preset else source.preset
    if mapping := summary.get("mapping") if summary else None:
        preset = mapping_of_run(context, run, MappingVersion.from_json(mapping))
    return replace(source, options=options, preset=preset)


def mapping_of_run(context: Context, run: RunRecord, version: MappingVersion) -> Preset:
    """The mapping that the file was dropped with. Raises CommandError."""
    bucket, key = DropBucket(context.aws.s3), version.key(run.drop.alias)
    try:
        data = bucket.read_version(run.drop.bucket, key, version.version_id, MOST_BYTES)
        return read_dropped(data, version.sha256, PRESET_NAMES)
    except (SourceGoneError, MappingError):
        said = f"The mapping of the run {run.short_id} no longer exists."
        raise CommandError(ErrorCode.FILE_GONE, said) from None


@contextmanager
def own_state(state: Path | None) -> Iterator[Path | str]:
    """The file of a state, or the name of a temporary one, which SQLite deletes. A new file is the user's own, since it
    holds names of users. Raises CommandError."""
    try:
        if state:
            state.touch(mode=0o600)
    except OSError as error:
        raise unkept(state, error.strerror) from None
    with state_errors(state):
        yield state or ""


def is_read(state: KeptState, run: RunRecord, source: PoolSource) -> bool:
    """Whether an earlier call has read the run's file. Raises CommandError if the state is of another run."""
    of_this = {_RUN: run.run_id, _POOL: source.live_pool}
    known = {name: state.note(name) for name in of_this}
    if known == of_this:
        return True
    if all(known.values()):
        raise CommandError(ErrorCode.USAGE, "The state is of another run.", "Choose another file with --state.")
    return False


def keep_read(state: KeptState, run: RunRecord, source: PoolSource) -> None:
    """Remember that the run's file was read."""
    state.keep_note(_POOL, source.live_pool)
    state.keep_note(_RUN, run.run_id)


def chunks_of(context: Context, run: RunRecord) -> Iterator[bytes]:
    """The bytes of the run's file. Raises CommandError when it no longer exists."""
    try:
        body = DropBucket(context.aws.s3).open(run.drop).body
    except SourceGoneError:
        raise CommandError(ErrorCode.FILE_GONE, f"The file of the run {run.short_id} no longer exists.") from None
    chunks: Iterator[bytes] = body.iter_chunks(_BLOCK)
    return chunks


def check_run_file(context: Context, run: RunRecord, source: PoolSource, sink: Sink) -> None:
    """Give a sink the rows of the run's file, as its import had them. Raises CommandError."""
    with context.messages.working(f"Reading {run.drop.file_name}"):
        chunks = chunks_of(context, run)
        report = preflight_file(chunks, source.preset, source.rules(), source.options, sink)
    if report.problem:
        raise CommandError(
            ErrorCode.NOTHING_TO_VERIFY,
            f"The file of the run {run.short_id} has no rows that could be imported. {report.problem.sentence}",
        )
