"""`cognito-drop drop`: files into the inbox of a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.dropping import Dropped, drops_result
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import existing_files
from cognito_drop.cli.options import interval_option, pool_option
from cognito_drop.cli.uploads import DropZone, transfer_bar
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.cli.base_command import Surroundings
    from cognito_drop.cli.result import Result


@operator_command("drop")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@pool_option
@click.option("--dry-run", is_flag=True, help="Have the files checked and reported, and nothing imported.")
@click.option("--wait", is_flag=True, help="Follow the runs to their end, as `watch` does.")
@click.option("--preset", type=click.Choice(PRESET_NAMES), help="The files are exports of this system.")
@interval_option
def drop(
    around: Surroundings,
    *,
    files: tuple[str, ...],
    pool: str | None,
    dry_run: bool,
    wait: bool,
    preset: str | None,
    interval: float,
) -> Result:
    """Drop files for import: each becomes a run.

    Files go into the inbox of one pool. A pattern in quotes is spelled out.

    \b
    Examples:
      cognito-drop drop users.csv --pool people
      cognito-drop drop export-*.csv --wait
      cognito-drop drop users.csv --dry-run --wait
      cognito-drop drop auth0.ndjson --preset auth0
    """
    paths = existing_files(files)
    for path in paths:
        if not path.stat().st_size:
            raise CommandError(ErrorCode.FILE_EMPTY, f"The file {path} is empty.", "Nothing was dropped.")
    target = around.deployment.pool(pool)
    zone = DropZone(around.aws.s3, around.deployment.bucket, target.alias, dry_run, preset or "")
    dropped = _upload(around, zone, paths)
    around.messages.say(
        f"Dropped {counted(len(dropped), 'file')} for {target.alias}{' as a dry run' if dry_run else ''}."
    )
    return drops_result(around, target, dropped, is_dry_run=dry_run, wait=wait, interval=interval)


def _upload(around: Surroundings, zone: DropZone, paths: list[Path]) -> list[Dropped]:
    dropped: list[Dropped] = []
    sizes = [(path.name, path.stat().st_size) for path in paths]
    try:
        with transfer_bar(around.messages, "Uploading", sizes) as movers:
            for path, (name, size), mover in zip(paths, sizes, movers, strict=True):
                dropped.append(Dropped(str(path), size, zone.upload(path, name, mover)))
    except KeyboardInterrupt:
        done = ", ".join(f"{one.drop.run_id} {one.file}" for one in dropped)
        raise CommandError(
            ErrorCode.INTERRUPTED,
            f"Interrupted: {len(dropped)} of {len(paths)} files were dropped.",
            f"Their runs go on: {done}." if done else "",
        ) from None
    return dropped
