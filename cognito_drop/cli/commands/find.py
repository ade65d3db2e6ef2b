"""`cognito-drop find`: which runs had a user in their file, and how that row has ended."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import click

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.options import since_option
from cognito_drop.cli.pool_users import users_with
from cognito_drop.cli.rendering import in_utc, table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_search import RunSearch
from cognito_drop.cli.undo_text import say_undone
from cognito_drop.core.presets import BrokenFileError
from cognito_drop.core.presets.value_search import ValueSearch
from cognito_drop.core.rows import UndecodableError
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable
from cognito_drop.core.undo.undo_report import undo_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from cognito_drop.aws.user_directory import PoolUser
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.run_json import FindJson, FoundRowJson, NotSearchedJson
    from cognito_drop.cli.run_search import FoundRows
    from cognito_drop.core.runs.run_record import RunRecord


@operator_command("find")
@click.argument("words", metavar="VALUE", nargs=-1, required=True)
@click.option("--pool", metavar="ALIAS", help="Search only runs of this pool.")
@since_option
@click.option("--live", is_flag=True, help="Also search the user pools, with ListUsers; no user becomes active by it.")
def find(context: Context, *, words: tuple[str, ...], pool: str | None, since: datetime | None, live: bool) -> Result:
    """Find a user in the files that were dropped.

    Says how each row with the user has ended.

    VALUE is a whole value of the file: a username, an email address, a phone number, or any other. Upper and lower case
    make no difference, nor does what an import normalizes in email addresses and phone numbers. A phone number may be
    written with or without blanks, its +, or its country code, which --live needs. The files are downloaded and
    searched, the newest first; nothing is kept, and no other value of a row is shown. The exit code is 0 if the value
    was found, and 7 if it was not.

    \b
    Examples:
      cognito-drop find ada@example.com
      cognito-drop find +491701234567 --pool people --since 90d --live
    """
    value = " ".join(words)
    if not value.strip():
        raise CommandError(ErrorCode.USAGE, "The value is blank.")
    target = context.deployment.pool(pool) if pool is not None else None
    ledger = context.ledger
    wanted = ValueSearch(value)
    search = RunSearch(context.aws.s3, context.viewer, wanted)
    found: list[FoundRows] = []
    failed: list[tuple[RunRecord, str]] = []
    with context.messages.working("Reading the ledger") as working:
        runs = ledger.runs(since=since, alias=target.alias if target else None)
        for number, run in enumerate(runs, 1):
            working(f"Searching {number:,} of {counted(len(runs), 'file')}")
            try:
                found.append(search.rows(run))
            except SourceGoneError:
                failed.append((run, "The file no longer exists."))
            except (UndecodableError, BrokenFileError):
                failed.append((run, "The file cannot be read."))
    asked = _asked(context, target, found) if live else []
    users = [(served, user) for served in asked for user in users_with(context, served.id, wanted.spellings)]
    without = [served for served in asked if served.alias not in {in_pool.alias for in_pool, _ in users}]
    hits = [one for one in found if one.rows]
    _say(context, hits, failed, len(runs))
    if without:
        _say_without(context, without, wanted)
    if wanted.may_lack_country_code:
        without = []
    undos = context.undos_of(one.view.run.run_id for one in hits)
    say_undone(context, undos)
    data: FindJson = {
        "rows": [row for one in hits for row in _rows_json(one)],
        "more": any(one.has_more for one in hits),
        "runs_searched": len(found),
        "not_searched": [_not_searched(run, why) for run, why in failed],
        "users": None if not live else [
            {
                "pool": served.to_json(),
                "attribute": user.attribute,
                "status": user.status,
                "enabled": user.is_enabled,
                "created_at": user.created.isoformat() if user.created else None,
            }
            for served, user in users
        ],
        "not_in_pools": [served.to_json() for served in without] if live else None,
        "undos": [undo_json(undo) for undo in undos],
    }  # fmt: skip
    shown = [*([_rows_table(hits)] if hits else []), *([_users_table(users)] if users else [])]
    text = [shown[0], "", *shown[1:]] if shown[1:] else shown
    return Result(data, text, _exit_code(is_found=bool(hits or users), is_whole=not failed))


def _exit_code(*, is_found: bool, is_whole: bool) -> ExitCode:
    if is_found:
        return ExitCode.CLEAN
    return ExitCode.NOT_FOUND if is_whole else ExitCode.INCOMPLETE


def _asked(context: Context, target: ServedPool | None, found: Sequence[FoundRows]) -> list[ServedPool]:
    """The pools to search: this one; without one, those of the runs, or else all pools."""
    pools = context.deployment.pools
    of_runs = {alias for one in found if one.rows if (alias := one.view.run.drop.alias) in pools}
    return [target] if target else [pools[alias] for alias in sorted(of_runs or pools)]


def _say(context: Context, hits: Sequence[FoundRows], failed: Sequence[tuple[RunRecord, str]], runs: int) -> None:
    if not hits:
        context.messages.say(f"Not found in {counted(runs - len(failed), 'file')}.")
    for one in hits:
        if one.has_more:
            context.messages.say(f"The file of {one.view.run.short_id} has more of them; the first are listed.")
    for run, why in failed:
        context.messages.say(f"Not searched: {run.short_id} {run.drop.file_name}. {why}")


def _say_without(context: Context, without: Sequence[ServedPool], wanted: ValueSearch) -> None:
    pools = f"{'pool' if len(without) == 1 else 'pools'} {', '.join(served.alias for served in without)}"
    also = f" as {' or '.join(wanted.spellings)}" if wanted.spellings[1:] else ""
    if wanted.may_lack_country_code:
        said = "A pool has phone numbers with their country code: search for the number as in +491701234567"
        context.messages.say(printable(f"Not found in the {pools}{also}. {said}."))
    else:
        context.messages.say(printable(f"Not in the {pools}{also}."))


def _rows_json(found: FoundRows) -> list[FoundRowJson]:
    run = found.view.to_json()
    return [
        {
            "run_id": run["run_id"],
            "pool": run["pool"],
            "file": run["file"],
            "dropped_at": run["dropped_at"],
            "dry_run": run["dry_run"],
            "place": place,
            "places": found.places,
            "outcome": end.outcome,
            "code": end.code,
            "message": end.message,
            "hint": end.hint,
        }
        for place, end in found.rows.items()
    ]


def _not_searched(run: RunRecord, why: str) -> NotSearchedJson:
    return {"run_id": run.run_id, "message": why}


def _rows_table(hits: Sequence[FoundRows]) -> RenderableType:
    rows = [
        (
            one.view.run.short_id,
            one.view.run.drop.alias,
            one.view.run.drop.file_name,
            f"{in_utc(one.view.run.dropped_at):%Y-%m-%d %H:%M}",
            f"{one.places.removesuffix('s')} {place}",
            end.outcome or "unknown",
            end.message,
            end.hint,
        )
        for one in hits
        for place, end in one.rows.items()
    ]
    return table("run", "pool", "file", "dropped (UTC)", "where", "outcome", "why", "what to do", rows=rows,
                 wrapped=("pool", "file", "why", "what to do"),
                 spared=("dropped (UTC)", "pool"))  # fmt: skip


def _users_table(users: Sequence[tuple[ServedPool, PoolUser]]) -> RenderableType:
    rows = [
        (
            served.alias,
            user.attribute,
            user.status,
            "yes" if user.is_enabled else "no",
            f"{user.created.astimezone(UTC):%Y-%m-%d %H:%M}" if user.created else "",
        )
        for served, user in users
    ]
    return table("in pool", "found by", "status", "enabled", "created (UTC)", rows=rows, wrapped=("in pool",),
                 spared=("created (UTC)",))  # fmt: skip
