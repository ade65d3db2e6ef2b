"""`cognito-drop verify`: the users of a run's file beside those of the pool."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.kept_state import END, START, state_errors, take_pages, unkept
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.pool_comparison import PoolComparison
from cognito_drop.cli.pool_source import served_pool
from cognito_drop.cli.pool_users import paced_searches
from cognito_drop.cli.rendering import facts, table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_results import refuse_unless_over
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import Dialect
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.spreadsheet import PeoplesTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.pool_comparison import Compared
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.cli.run_json import VerifyJson
    from cognito_drop.core.runs.run_record import RunRecord

_BLOCK: Final = 1 << 20
_RUN, _POOL, _PLACE = "run", "pool", "place"


@operator_command("verify")
@run_argument
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the names of these users, and which attributes are different, to this CSV file.",
)
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Keep the state in this file, and continue from it after an interruption. It holds names of users.",
)  # fmt: skip
def verify(context: Context, *, run_id: str, save: Path | None, state: Path | None) -> Result:
    """Compare the file of a run with the user pool.

    The rows that could be imported are compared with all users of the pool: who is missing, and whose attributes are
    different. Users are listed with ListUsers, within a rate and without making them active: 500,000 users take about
    twelve minutes. The exit code is 0 if all of them are there as in the file, otherwise 1.

    \b
    Examples:
      cognito-drop verify 3f9a5c1e
      cognito-drop verify 3f9a5c1e --save differences.csv --state verify.sqlite
    """
    run = context.ledger.run(run_id)
    refuse_unless_over(run)
    source = _source(context, run)
    with _comparison(state, source) as comparison:
        _take_file(context, run, source, comparison)
        _take_pool(context, source, comparison)
        found = comparison.result()
        if save is not None:
            _write(save, comparison)
            context.messages.say(f"Wrote {counted(found.missing + found.different, 'user')} to {save}.")
    is_same = not (found.missing or found.different)
    return Result(_json(run, source, found), _text(source, found), ExitCode.CLEAN if is_same else ExitCode.INCOMPLETE)


def _source(context: Context, run: RunRecord) -> PoolSource:
    """The pool, and how the file was read: with the settings of the run, in its dialect. Raises CommandError."""
    pool = context.deployment.pool(run.drop.alias)
    if run.file and run.file.settings:
        kept = PoolSettings.from_kept(run.file.settings)
        pool = replace(pool, settings=replace(kept, preset=pool.settings.preset))
    source = served_pool(context, pool)
    summary = context.viewer.view(run).summary
    dialect = Dialect.from_json(summary["dialect"]) if summary and summary["dialect"] and run.drop.is_retry else None
    options = replace(source.options, is_retry=run.drop.is_retry, run_dialect=dialect)
    return replace(source, options=options, preset=preset_of(run.drop.preset) if run.drop.preset else source.preset)


@contextmanager
def _comparison(state: Path | None, source: PoolSource) -> Iterator[PoolComparison]:
    """Without a file of its own the state goes to a temporary one, which SQLite deletes. A new file is the user's own,
    since it holds names of users."""
    try:
        if state:
            state.touch(mode=0o600)
    except OSError as error:
        raise unkept(state, error.strerror) from None
    with state_errors(state), PoolComparison(state or "", source.rules()) as comparison:
        yield comparison


def _take_file(context: Context, run: RunRecord, source: PoolSource, comparison: PoolComparison) -> None:
    """Read the run's file, unless an earlier call has done so. Raises CommandError."""
    of_this = {_RUN: run.run_id, _POOL: source.live_pool}
    known = {name: comparison.note(name) for name in of_this}
    if known == of_this:
        return
    if all(known.values()):
        raise CommandError(ErrorCode.USAGE, "The state is of another run.", "Choose another file with --state.")
    comparison.forget_rows()
    try:
        with context.messages.working(f"Reading {run.drop.file_name}"):
            chunks = DropBucket(context.aws.s3).open(run.drop).body.iter_chunks(_BLOCK)
            report = preflight_file(chunks, source.preset, source.rules(), source.options, comparison)
    except SourceGoneError:
        raise CommandError(ErrorCode.FILE_GONE, f"The file of the run {run.short_id} no longer exists.") from None
    if report.problem:
        raise CommandError(
            ErrorCode.NOTHING_TO_VERIFY,
            f"The file of the run {run.short_id} has no rows to compare. {report.problem.sentence}",
        )
    comparison.keep_note(_PLACE, START)
    comparison.keep_note(_POOL, source.live_pool)
    comparison.keep_note(_RUN, run.run_id)


def _take_pool(context: Context, source: PoolSource, comparison: PoolComparison) -> None:
    """Compare all users of the pool, from where an earlier call has stopped."""
    searches, users = paced_searches(context), 0
    if comparison.note(_PLACE) == END:
        context.messages.say("This comparison ended earlier. Delete the state file to compare again.")
    with context.messages.working("Listing the users of the pool") as working:
        for listed in take_pages(
            comparison,
            _PLACE,
            lambda token: searches.users(source.live_pool, token, math.inf),
            comparison.take_users,
            comparison.forget_users,
        ):
            users += listed
            working(f"Listed {users:,} of about {source.users:,} users of the pool")


def _write(save: Path, comparison: PoolComparison) -> None:
    try:
        with save.open("w", encoding="utf-8", newline="") as target:
            written = PeoplesTable(target)
            written.add("user", "finding", "attributes")
            for name, attributes in comparison.findings():
                written.add(name, "different" if attributes else "missing", " ".join(attributes))
    except OSError as error:
        raise CommandError(ErrorCode.FOLDER_NOT_WRITABLE, f"Cannot write to {save}: {error.strerror}.") from None


def _json(run: RunRecord, source: PoolSource, found: Compared) -> VerifyJson:
    return {
        "run_id": run.run_id,
        "pool": {"alias": run.drop.alias, "id": source.live_pool},
        "users": found.users,
        "missing": found.missing,
        "different": found.different,
        "attributes": found.attributes,
    }


def _text(source: PoolSource, found: Compared) -> list[RenderableType]:
    same = found.users - found.missing - found.different
    shown: list[RenderableType] = [
        facts(
            ("pool", source.live_pool),
            ("users", f"{found.users:,} in the file"),
            ("same", f"{same:,}"),
            ("different", f"{found.different:,}"),
            ("missing", f"{found.missing:,}"),
        )
    ]
    if found.attributes:
        rows = [(name, f"{count:,}") for name, count in found.attributes.items()]
        shown.append(table("attribute", "different", rows=rows, right=("different",)))
    return shown
