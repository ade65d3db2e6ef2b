"""`cognito-drop ids`: the old ids of a run's users beside those that the pool has given them."""

from __future__ import annotations

import codecs
import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.user_ids import HEADER
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.files import new_file, refuse_saving
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.pool_users import paced_searches
from cognito_drop.cli.rendering import facts
from cognito_drop.cli.result import Result
from cognito_drop.cli.row_ids import RowIds
from cognito_drop.cli.run_file import check_run_file, chunks_of, is_read, keep_read, own_state, source_of_run
from cognito_drop.cli.run_results import refuse_unless_over
from cognito_drop.cli.undo_text import say_undone
from cognito_drop.contract.object_keys import IDS, results_of, rows_with
from cognito_drop.core.pools.lookup import LookupBy
from cognito_drop.core.presets import Source
from cognito_drop.core.presets.old_ids import old_id
from cognito_drop.core.rows.row_outcome import RowOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.cli.run_json import IdsJson
    from cognito_drop.core.runs.run_record import RunRecord

_BLOCK: Final = 1 << 20


@operator_command("ids")
@run_argument
@click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write line, old ID, username, and sub of each imported user to this new CSV file; by default ids-RUN.csv.",
)  # fmt: skip
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Keep the state in this file, and continue from it after an interruption. It holds names of users.",
)  # fmt: skip
@click.option("--from-pool", is_flag=True, help="Ask the pool, also if the run has recorded the IDs.")
def ids(context: Context, *, run_id: str, save: Path | None, state: Path | None, from_pool: bool) -> Result:
    """Write the new IDs of the users that a run has imported.

    Each has a line with its line of the dropped file, the ID in the system that the file is from, the username, and
    the `sub` that Cognito has given. If the run has recorded all of them, the file is the one of its results.
    Otherwise, users are found with ListUsers, within a rate and without making them active. The exit code is 0 if all
    of them are in the pool, otherwise 1.

    \b
    Examples:
      cognito-drop ids 3f9a5c1e
      cognito-drop ids 3f9a5c1e --save people-ids.csv --state ids.sqlite
      cognito-drop ids 3f9a5c1e --from-pool
    """
    run = context.ledger.run(run_id)
    refuse_unless_over(run)
    save = save or Path(f"ids-{run.short_id}.csv")
    refuse_saving(save)
    say_undone(context, context.undos_of([run.run_id]))
    if run.ids and not (run.ids.missing or state or from_pool) and _save_results(context, run, save):
        return _result(_json(run, run.pool_id, save, source="results", imported=run.ids.recorded, missing=0))
    source = source_of_run(context, run)
    with own_state(state) as file, RowIds(file, source.rules()) as rows:
        _take_file(context, run, source, rows)
        _take_pool(context, source, rows)
        _write(save, rows)
        data = _json(run, source.live_pool, save, source="pool", imported=rows.imported, missing=rows.missing)
    return _result(data)


def _save_results(context: Context, run: RunRecord, save: Path) -> bool:
    """Save the file that the run has written; False if it no longer exists."""
    key = f"{results_of(run.run_id)}{IDS}"
    try:
        body = DropBucket(context.aws.s3).open_key(run.drop.bucket, key).body
    except SourceGoneError:
        return False
    with new_file(save) as target, context.messages.working(f"Downloading {IDS}"):
        for text in codecs.iterdecode(body.iter_chunks(_BLOCK), "utf-8"):
            target.write(text)
    return True


def _json(
    run: RunRecord, pool_id: str, save: Path, *, source: Literal["results", "pool"], imported: int, missing: int
) -> IdsJson:
    return {
        "run_id": run.run_id,
        "pool": {"alias": run.drop.alias, "id": pool_id},
        "source": source,
        "imported": imported,
        "missing": missing,
        "file": str(save),
    }


def _result(data: IdsJson) -> Result:
    missing = data["missing"]
    shown = facts(
        ("pool", data["pool"]["id"] or ""),
        ("IDs from", "the results of the run" if data["source"] == "results" else "the pool"),
        ("imported", f"{data['imported']:,}"),
        ("no longer in the pool", f"{missing:,}" if missing else ""),
        ("file", data["file"]),
    )
    return Result(data, [shown], ExitCode.INCOMPLETE if missing else ExitCode.CLEAN)


def _take_file(context: Context, run: RunRecord, source: PoolSource, rows: RowIds) -> None:
    """Read the run's file and results, unless an earlier call has done so. Raises CommandError."""
    if is_read(rows, run, source):
        return
    rows.forget_rows()
    check_run_file(context, run, source, rows)
    rows.take_lines(_imported_lines(context, run))
    rows.take_old_ids(_old_ids(context, run, source))
    keep_read(rows, run, source)


def _imported_lines(context: Context, run: RunRecord) -> Iterator[int]:
    """The lines that the results name; none of a run that has imported no row. Raises CommandError."""
    summary = context.viewer.view(run).summary
    name = rows_with(RowOutcome.IMPORTED.value)
    if summary and name not in summary["files"]:
        return
    try:
        body = DropBucket(context.aws.s3).open_key(run.drop.bucket, f"{results_of(run.run_id)}{name}").body
    except SourceGoneError:
        raise CommandError(
            ErrorCode.NO_RESULTS,
            f"The results of the run {run.short_id} no longer exist.",
            "Results are deleted after the stack's retention_days.",
        ) from None
    for row in csv.DictReader(line.decode() + "\n" for line in body.iter_lines(_BLOCK)):
        yield int(row["line"])


def _old_ids(context: Context, run: RunRecord, source: PoolSource) -> Iterator[tuple[int, str]]:
    """By line the id of the system that an export is from, or the value of the column for it."""
    summary = context.viewer.view(run).summary
    if not (summary and summary["source"]):
        return
    for line, record in Source.from_json(summary["source"]).members(chunks_of(context, run)):
        yield line, old_id(record, source.preset)


def _take_pool(context: Context, source: PoolSource, rows: RowIds) -> None:
    """Find the imported users, in the way that takes fewer calls. Those whom an earlier call has not found are looked
    for again: ListUsers is eventually consistent."""
    searches = paced_searches(context)
    with context.messages.working("Finding the users in the pool") as working:
        for by, done, of in rows.look(searches, source.live_pool, source.users, math.inf):
            if by is LookupBy.SEARCHES:
                working(f"Searched {done:,} of {of:,} users")
            else:
                working(f"Listed {done:,} of about {of:,} users of the pool")


def _write(save: Path, rows: RowIds) -> None:
    with new_file(save) as target:
        written = csv.writer(target, lineterminator="\n")
        written.writerow(HEADER)
        written.writerows(rows.ids())
