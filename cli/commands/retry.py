"""`cognito-drop retry`: the rows of a run that did not come through, dropped again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.dropping import Dropped, drops_result
from cli.errors import CommandError, ErrorCode
from cli.files import readable_file
from cli.frame import operator_command
from cli.options import interval_option, run_argument, yes_option
from cli.rendering import counted
from cli.run_results import RETRY_FILE, refuse_unless_over, result_files
from cli.uploads import DropZone, transfer_bar
from lambdas.core.outcome import RowAccount

if TYPE_CHECKING:
    from cli.frame import Surroundings
    from cli.result import Result
    from cli.run import Run


@operator_command("retry")
@run_argument
@click.option(
    "--file", type=click.Path(path_type=Path), metavar="FILE", help="Drop this mended copy of retry.csv instead."
)
@yes_option
@click.option("--wait", is_flag=True, help="Follow the new run to its end, as `watch` does.")
@interval_option
def retry(around: Surroundings, *, run_id: str, file: Path | None, yes: bool, wait: bool, interval: float) -> Result:
    """Drop the rows again that did not come through.

    These are the failed, rejected and unprocessed rows of a run, in its retry.csv.

    Rows that were rejected or failed have to be mended first, or they come to the same end: download
    retry.csv with `results`, mend it, and give the mended copy with --file.

    \b
    Examples:
      cognito-drop retry 3f9a5c1e
      cognito-drop results 3f9a5c1e --download . && "$EDITOR" retry.csv
      cognito-drop retry 3f9a5c1e --file retry.csv --wait
    """
    ledger = around.ledger
    with around.talk.working("Looking for the rows to retry"):
        run = ledger.run(run_id)
        refuse_unless_over(run)
        target = around.deployment.pool(run.drop.alias)
        zone = DropZone(around.aws.s3, around.deployment.bucket, target.alias, run.drop.is_dry_run)
        size = _retry_size(around, run)
    name = _file_name(run)
    if file is not None:
        readable_file(file)
        if not file.stat().st_size:
            raise CommandError(ErrorCode.FILE_EMPTY, f"The file {file} is empty.", "Nothing was dropped.")
        with transfer_bar(around.talk, "Uploading", [(file.name, file.stat().st_size)]) as (mover,):
            dropped = Dropped(str(file), file.stat().st_size, zone.upload(file, name, mover))
    else:
        around.talk.confirm(_question(run), is_given=yes or not _has_bad_rows(run))
        with around.talk.working("Dropping the rows again"):
            drop = zone.copy(f"{run.results_prefix}{RETRY_FILE}", name)
        dropped = Dropped(f"{run.results}{RETRY_FILE}", size, drop)
    around.talk.say(f"Dropped the rows of {run.short_id} again for {target.alias}.")
    return drops_result(around, target, [dropped], is_dry_run=run.drop.is_dry_run, wait=wait, interval=interval)


def _retry_size(around: Surroundings, run: Run) -> int:
    """Bytes of the run's retry.csv. Raises CommandError when it has none."""
    found = {file.name: file.size for file in result_files(around.aws.s3, run)}
    if RETRY_FILE not in found:
        became = run.outcome.value.replace("_", " ") if run.outcome else "ended"
        raise CommandError(
            ErrorCode.NOTHING_TO_RETRY,
            f"The run {run.short_id} ({became}) has left no rows to drop again.",
            run.file.problem.hint if run.file and run.file.problem else "",
        )
    return found[RETRY_FILE]


def _has_bad_rows(run: Run) -> bool:
    rows = run.rows or RowAccount()
    return bool(rows.rejected or rows.failed)


def _question(run: Run) -> str:
    rows = run.rows or RowAccount()
    bad = rows.rejected + rows.failed
    all_rows = counted(bad + rows.unprocessed, "row")
    return f"Not mended: {bad:,} of {all_rows} in retry.csv, rejected or failed before. Drop them anyway?"


def _file_name(run: Run) -> str:
    """The name of the file that was dropped, told from it."""
    path = Path(run.drop.file_name)
    return path.name if path.stem.endswith("-retry") else f"{path.stem}-retry{path.suffix}"
