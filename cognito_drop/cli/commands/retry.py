"""`cognito-drop retry`: the rows of a run that did not come through, dropped again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied
from cognito_drop.cli.aws_errors import command_error
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.drop_check import DropCheck
from cognito_drop.cli.dropping import Dropped, drops_result
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import readable_file
from cognito_drop.cli.options import interval_option, no_check_option, run_argument, yes_option
from cognito_drop.cli.run_file import mapping_of_run
from cognito_drop.cli.run_results import refuse_unless_over, retry_file
from cognito_drop.cli.uploads import DropZone, transfer_bar
from cognito_drop.contract.object_keys import RETRY_SUFFIX, results_of
from cognito_drop.core.presets import preset_of
from cognito_drop.core.presets.dropped_mapping import MappingVersion
from cognito_drop.core.rows import Dialect
from cognito_drop.core.rows.rejection import NOT_TO_IMPORT
from cognito_drop.core.runs.detail_gap import retry_warning
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.file_json import CheckedFileJson
    from cognito_drop.cli.result import Result
    from cognito_drop.cli.run_results import ResultFile
    from cognito_drop.cli.run_view import RunView
    from cognito_drop.core.runs.run_record import RunRecord

_RECORDS = ".ndjson"


@operator_command("retry")
@run_argument
@click.option(
    "--file", type=click.Path(path_type=Path), metavar="FILE", help="Drop this corrected copy of the rows instead."
)
@yes_option
@click.option("--wait", is_flag=True, help="Follow the new run until it ends, like `watch`.")
@no_check_option
@interval_option
def retry(
    context: Context, *, run_id: str, file: Path | None, yes: bool, wait: bool, no_check: bool, interval: float
) -> Result:
    """Drop the rows again that were not imported.

    These are the failed, rejected, and unprocessed rows of a run and rows whose outcome is unknown, from its retry.csv,
    or retry.ndjson if a JSON export was dropped. Users whom an export shuts out or does not own are not in it, nor are
    rows that are too long to be copied.

    Fix rejected or failed rows first, or they fail again: download them with `results`, fix them, and pass the fixed
    copy with --file, which is checked before it is dropped.

    \b
    Examples:
      cognito-drop retry 3f9a5c1e
      cognito-drop results 3f9a5c1e --download . && "$EDITOR" retry.csv
      cognito-drop retry 3f9a5c1e --file retry.csv --wait
    """
    ledger = context.ledger
    with context.messages.working("Finding the rows to retry"):
        run = ledger.run(run_id)
        refuse_unless_over(run)
        target = context.deployment.pool(run.drop.alias)
        view = context.viewer.view(run)
        rows = retry_file(context.aws.s3, run, view, is_needed=file is None)
        unknown = view.rows_unknown or 0
        zone = DropZone(
            context.aws.s3,
            context.deployment.bucket,
            target.alias,
            run.drop.is_dry_run,
            run.drop.preset or "",
            json.dumps(dialect) if view.summary and (dialect := view.summary.get("dialect")) else "",
            _mapping(view),
        )
    name = _file_name(run, rows)
    checks: list[CheckedFileJson] = []
    if file is not None:
        readable_file(file)
        if not file.stat().st_size:
            raise CommandError(ErrorCode.FILE_EMPTY, f"The file {file} is empty.", "Nothing was dropped.")
        checks = [] if no_check or run.drop.is_dry_run else _checked(context, target, view, (file, name))
        with transfer_bar(context.messages, "Uploading", [(file.name, file.stat().st_size)]) as (mover,):
            dropped = Dropped(str(file), file.stat().st_size, zone.upload(file, name, mover))
    else:
        bad = _bad_rows(view)
        context.messages.confirm(_question(run, rows, unknown, bad), is_given=yes or not (unknown or bad))
        with context.messages.working("Dropping the rows again"):
            drop = zone.copy(f"{results_of(run.run_id)}{rows.name}", name)
        dropped = Dropped(rows.uri, rows.size, drop)
    context.messages.say(f"Dropped the rows of {run.short_id} again for {target.alias}.")
    return drops_result(
        context, target, [dropped], is_dry_run=run.drop.is_dry_run, wait=wait, interval=interval, checks=checks
    )


def _checked(context: Context, pool: ServedPool, view: RunView, file: tuple[Path, str]) -> list[CheckedFileJson]:
    """Check a fixed copy as the run of its rows was read. Raises CommandError if it would be refused."""
    run, dialect, mapping = view.run, view.summary and view.summary.get("dialect"), _mapping(view)
    try:
        of_mapping = mapping_of_run(context, run, mapping) if mapping else None
    except ClientError as error:
        if not is_denied(error):
            raise
        context.messages.say(f"The file was not checked, because its mapping was not read. {command_error(error)}")
        return []
    checker = DropCheck(
        context,
        pool,
        preset_of(run.drop.preset) if run.drop.preset else of_mapping,
        has_own_mapping=mapping is not None,
        dialect=Dialect.from_json(dialect) if dialect else None,
    )
    return checker.check([file])


def _mapping(view: RunView) -> MappingVersion | None:
    """The mapping that the file of the run was dropped with; a report of an earlier version has none."""
    found = view.summary.get("mapping") if view.summary else None
    return MappingVersion.from_json(found) if found else None


def _bad_rows(view: RunView) -> int:
    """Rejected and failed rows, without users who are not to be imported: these are not among the rows to retry."""
    rows = view.run.rows or RowAccount()
    shut_out = sum(reason["count"] for reason in view.reasons if reason["code"] in NOT_TO_IMPORT)
    return rows.rejected + rows.failed - shut_out


def _question(run: RunRecord, rows: ResultFile, unknown: int, bad: int) -> str:
    if unknown:
        return f"{retry_warning(unknown, rows.name)} Drop them anyway?"
    account = run.rows or RowAccount()
    all_rows = counted(bad + account.unprocessed, "row")
    return f"Not fixed: {bad:,} of {all_rows} in {rows.name}, rejected or failed before. Drop them anyway?"


def _file_name(run: RunRecord, rows: ResultFile) -> str:
    """The name of the file that was dropped, told from it; what holds a record a line says so."""
    path = Path(run.drop.file_name)
    stem = path.stem if path.stem.endswith(RETRY_SUFFIX) else f"{path.stem}{RETRY_SUFFIX}"
    return stem + (_RECORDS if rows.name.endswith(_RECORDS) else path.suffix)
