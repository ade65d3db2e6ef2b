"""`cognito-drop drop`: files into the inbox of a pool."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from cognito_drop.cli.aws_errors import AWS_ERRORS, command_error
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.drop_check import DropCheck
from cognito_drop.cli.dropping import Dropped, drops_result
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import existing_files
from cognito_drop.cli.joining import joined_file
from cognito_drop.cli.options import interval_option, no_check_option, pool_option
from cognito_drop.cli.preset_choice import read_mapping
from cognito_drop.cli.uploads import DropZone, transfer_bar
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.pools.preset_choice import preset_not_allowed
from cognito_drop.core.presets import preset_of
from cognito_drop.core.presets.dropped_mapping import read_dropped, sha256_of, to_bytes
from cognito_drop.core.presets.mapping_rules import MappingError
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    import os

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.file_json import CheckedFileJson
    from cognito_drop.cli.result import Result
    from cognito_drop.core.rows.together import JoinedFile


@operator_command("drop")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@pool_option
@click.option("--dry-run", is_flag=True, help="Check the files and report, but import nothing.")
@click.option("--wait", is_flag=True, help="Follow the runs until they end, like `watch`.")
@click.option("--preset", type=click.Choice(PRESET_NAMES), help="The files are exports from this system.")
@click.option(
    "--mapping",
    metavar="FILE",
    callback=lambda _context, _option, value: None if value is None else read_mapping(value),
    help="Read the files with this mapping, if the pool takes mappings with files.",
)
@click.option("--together", is_flag=True, help="Join CSV files of one layout into one drop, which takes one job.")
@click.option(
    "--first",
    type=click.IntRange(min=1),
    metavar="ROWS",
    help="Import so many rows first; the rest follows if not too many of them fail.",
)
@no_check_option
@interval_option
def drop(
    context: Context,
    *,
    files: tuple[str, ...],
    pool: str | None,
    dry_run: bool,
    wait: bool,
    preset: str | None,
    mapping: dict[str, Any] | None,
    together: bool,
    first: int | None,
    no_check: bool,
    interval: float,
) -> Result:
    """Drop files for import. Each file becomes a run.

    Checks the files like `check`, and uploads them to the inbox of one pool. If one would be refused as a whole, none
    is dropped. Quoted patterns are expanded.

    \b
    Examples:
      cognito-drop drop users.csv --pool people
      cognito-drop drop export-*.csv --wait
      cognito-drop drop monday.csv tuesday.csv --together
      cognito-drop drop users.csv --dry-run --wait
      cognito-drop drop auth0.ndjson --preset auth0
      cognito-drop drop users.csv --first 200
      cognito-drop drop staff.csv --mapping staff.yaml
    """
    paths = existing_files(files)
    for path in paths:
        if not path.stat().st_size:
            raise CommandError(ErrorCode.FILE_EMPTY, f"The file {path} is empty.", "Nothing was dropped.")
    target = context.deployment.pool(pool)
    if preset and not target.settings.takes_preset(preset):
        problem = preset_not_allowed(preset)
        raise CommandError(ErrorCode.PRESET_NOT_ALLOWED, problem.sentence, problem.hint)
    if first and target.settings.first_part:
        raise CommandError(
            ErrorCode.USAGE,
            f"The first part of the pool's files has {counted(target.settings.first_part, 'row')}, by its setting "
            "first_part.",
            "Leave out --first.",
        )
    if mapping is not None and (preset or together):
        raise click.UsageError(f"Use either --mapping or {'--preset' if preset else '--together'}.")
    given = _mapping_bytes(context, target, mapping) if mapping is not None else b""
    zone = DropZone(context.aws.s3, context.deployment.bucket, target.alias, dry_run, preset or "", first=first)
    joined: list[JoinedFile] = []
    checks: list[CheckedFileJson] = []
    with TemporaryDirectory() as folder:
        if together:
            path, joined = joined_file(paths, Path(folder), preset or target.settings.preset)
            paths = [path]
        before = [path.stat() for path in paths]
        if not (no_check or dry_run):
            choice = mapping or preset
            chosen = preset_of(choice) if choice else None
            checker = DropCheck(context, target, chosen, has_own_mapping=mapping is not None, first=first)
            checks = checker.check([(path, path.name) for path in paths])
        if given:
            with context.messages.working("Uploading the mapping"):
                zone = replace(zone, mapping=zone.put_mapping(given))
        dropped = _upload(context, zone, paths, before)
    context.messages.say(
        f"Dropped {counted(len(joined or dropped), 'file')} for {target.alias}"
        f"{' as one' if joined else ''}{' as a dry run' if dry_run else ''}."
    )
    return drops_result(
        context, target, dropped, is_dry_run=dry_run, wait=wait, interval=interval, joined=joined, checks=checks
    )


def _mapping_bytes(context: Context, pool: ServedPool, mapping: dict[str, Any]) -> bytes:
    """The mapping as it is dropped, where the pool takes it. Raises CommandError."""
    settings = pool.settings
    if not settings.takes_mappings:
        raise CommandError(
            ErrorCode.MAPPING_NOT_ALLOWED,
            f"The pool {pool.alias} takes no mapping with a file: its setting `mappings` is {settings.mappings}.",
            f"Ask the person who deploys the stack {context.stack} to set `mappings` to from_drops in `pools`, or to "
            "make the mapping the pool's setting `preset`.",
        )
    try:
        data = to_bytes(mapping)
        read_dropped(data, sha256_of(data), settings.taken_presets)
    except MappingError as error:
        raise CommandError(ErrorCode.USAGE, f"The mapping cannot be used. {error}", "Nothing was dropped.") from None
    return data


def _upload(context: Context, zone: DropZone, paths: list[Path], before: list[os.stat_result]) -> list[Dropped]:
    """Drop the files, which were like this before their check. Raises CommandError, with the runs that continue."""
    dropped: list[Dropped] = []
    sizes = [(path.name, state.st_size) for path, state in zip(paths, before, strict=True)]
    try:
        with transfer_bar(context.messages, "Uploading", sizes) as movers:
            for path, state, (name, size), mover in zip(paths, before, sizes, movers, strict=True):
                _refuse_changed(path, state, "since the command began")
                dropped.append(Dropped(str(path), size, zone.upload(path, name, mover)))
                _refuse_changed(path, state, "while it was uploaded, so its run may have only a part of it")
    except KeyboardInterrupt:
        why = CommandError(ErrorCode.INTERRUPTED, "Interrupted:")
    except CommandError as error:
        why = error
    except AWS_ERRORS as error:  # some of the network are OSErrors too
        why = command_error(error)
    except OSError as error:
        said = f"The file {paths[len(dropped)]} cannot be read: {error.strerror or error}."
        why = CommandError(ErrorCode.FILE_UNREADABLE, said)
    else:
        return dropped
    done = ", ".join(f"{one.drop.run_id} {one.file}" for one in dropped)
    going_on = f"Their runs continue: {done}." if done else ""
    counts = f"{len(dropped)} of {len(paths)} files were dropped."
    raise CommandError(why.code, f"{why.message} {counts}", f"{why.hint} {going_on}".strip())


def _refuse_changed(path: Path, before: os.stat_result, when: str) -> None:
    """Raises CommandError for a file that another program still writes: a part of it is a file too."""
    now = path.stat()
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        hint = "Drop it when it is complete; `cognito-drop stop` ends a run."
        raise CommandError(ErrorCode.FILE_UNREADABLE, f"The file {path} was changed {when}.", hint)
