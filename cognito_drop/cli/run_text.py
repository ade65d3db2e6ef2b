"""Runs in words, for people: one style for status, watch, drop and retry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from rich.console import Group
from rich.text import Text

from cognito_drop.cli.rendering import facts, in_utc, sentence, table
from cognito_drop.cli.undo_text import undone
from cognito_drop.contract.object_keys import PAGE
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.pools.active_users import active_users_sentences
from cognito_drop.core.results.wording import (
    ADD_TO_GROUPS,
    all_in_pool,
    ids_sentence,
    lacks_groups,
    line_numbers,
    made_active,
    membership_counts,
    missing_details,
    most_frequent,
    row_counts,
    several_reasons,
)
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.sign_in.wording import ways_of_run
from cognito_drop.core.text.figures import counted, duration
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from cognito_drop.cli.run_view import RunView
    from cognito_drop.core.runs.row_account import RowAccount
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.undo.undo_record import UndoRecord

_REASONS = 12
_LINES = 5


def when(moment: str) -> str:
    """A moment in ISO 8601, as it is shown, in UTC."""
    return f"{in_utc(moment):%Y-%m-%d %H:%M:%S} UTC"


def outcome_text(run: RunRecord) -> Text:
    """The outcome in its color; empty while there is none."""
    if run.outcome is None:
        return Text("")
    return Text(run.outcome.words, style=_style(run.outcome))


def account(rows: RowAccount, *, is_dry_run: bool = False, is_over: bool = True) -> str:
    """`1,000 rows: 934 imported, 5 skipped`; of a live run the rows to go."""
    counts = ", ".join(row_counts(rows, is_dry_run=is_dry_run))
    counts = counts if is_over else counts.replace("unprocessed", "to go")
    return counted(rows.total, "row") + (f": {counts}" if rows.total else "")


def phase(view: RunView) -> str:
    """Where a run is, in a few words, and whether it is being stopped."""
    stopping = " (being stopped)" if view.run.is_being_stopped else ""
    return _phase(view) + stopping


def _phase(view: RunView) -> str:
    match view.run.state:
        case RunState.ACCEPTED:
            return view.run.hold.sentence if view.run.hold else "checking the file"
        case RunState.WAITING:
            return _waiting(view)
        case RunState.IMPORTING:
            return _importing(view)
        case RunState.REPORTING:
            return _reporting(view.run)
        case RunState.REPORTED:
            return "notifying"
        case RunState.ENDED:
            return "ended"
        case _:
            assert_never(view.run.state)


def _reporting(run: RunRecord) -> str:
    if run.has_members_to_add:
        return "adding users to groups"
    return "noting the new IDs of users" if run.has_ids_to_note else "writing the results"


def _waiting(view: RunView) -> str:
    if view.run.hold:
        return view.run.hold.sentence
    return f"waiting, position {view.position} in the queue" if view.position else "waiting for the import lock"


def _importing(view: RunView) -> str:
    if wait := job_wait_of(view.run):
        return wait.sentence
    many = view.part_count and view.part_count > 1
    return f"importing part {view.part or 1} of {view.part_count}" if many else "importing"


def progress(view: RunView) -> str:
    """How far an import is: `512 of 946 rows, 25 a second, about 17 s left`, or for how long its job was not started;
    empty before it has begun."""
    if wait := job_wait_of(view.run):
        return wait.lasted(datetime.now(UTC))
    if not view.to_import or view.run.state is not RunState.IMPORTING:
        return ""
    pieces = [f"{view.counts.done:,} of {view.to_import:,} rows"]
    if round(view.rate or 0):
        pieces.append(f"{view.rate:,.0f} per second")
    if view.seconds_left:
        pieces.append(f"about {duration(view.seconds_left)} left")
    return ", ".join(pieces)


def description(view: RunView, undos: Sequence[UndoRecord] = ()) -> RenderableType:
    """All that is known of a run, and how it was undone."""
    shown = _facts(view, undos)
    if not view.reasons:
        return shown
    several = several_reasons(view.reasons, view.rows.rejected) if view.rows else ""
    return Group(shown, Text(""), _reasons(view), *([sentence(several)] if several else []))


def _reasons(view: RunView) -> RenderableType:
    rows = [
        (f"{one['count']:,}", one["outcome"], one["message"], one["hint"], line_numbers(one, _LINES))
        for one in most_frequent(view.reasons)[:_REASONS]
    ]
    if len(view.reasons) > _REASONS:
        rows.append(("", "", f"and {counted(len(view.reasons) - _REASONS, 'more reason')}, in {PAGE}", "", ""))
    places = view.places
    return table(
        "rows", "what", "why", "what to do", places, rows=rows, right=("rows",), wrapped=("why", "what to do", places)
    )


def _facts(view: RunView, undos: Sequence[UndoRecord]) -> RenderableType:
    run, problem = view.run, view.run.file.problem if view.run.file else None
    pool = f"{run.drop.alias} ({run.pool_id})" if run.pool_id else run.drop.alias
    dropped_by = f" by {run.dropped_by}" if run.dropped_by else ""
    return facts(
        ("run", run.run_id),
        ("file", f"{run.drop.file_name}, {counted(run.size, 'byte')}{', dry run' if run.drop.is_dry_run else ''}"),
        ("pool", pool),
        ("dropped", when(run.dropped_at) + dropped_by),
        ("state", phase(view)),
        ("outcome", outcome_text(run)),
        ("rows", _account(view)),
        ("undone", "; ".join(map(undone, undos))),
        ("groups", memberships(view)),
        ("new IDs", ids_sentence(view.ids, run.short_id)),
        ("first sign-in", _first_sign_in(view)),
        ("active users", " ".join(active_users(view))),
        ("progress", progress(view)),
        ("problem", f"{problem.sentence} {problem.hint}" if problem else ""),
        ("cognito", " ".join(view.job_messages)),
        ("warning", "; ".join(warning["message"].removesuffix(".") for warning in view.warnings)),
        ("details", " ".join(missing_details(view.details_missing, view.rows_unknown))),
        ("error", run.error),
        ("ended", when(run.ended_at) if run.ended_at else ""),
        ("results", run.results if run.is_over else ""),
    )


def next_step(view: RunView) -> str:
    """What the operator may want to do now, as a command, or why a failed run needs nothing; empty for others."""
    run = view.run
    if not run.is_over:
        return f"Follow it with `cognito-drop watch {run.short_id}`."
    if view.retry_file and not run.drop.is_dry_run:
        get, again = f"cognito-drop results {run.short_id} --download .", f"cognito-drop retry {run.short_id}"
        if view.rows and (view.rows.failed or view.rows.rejected):
            return (
                f"Get these rows with `{get}`, fix them in {view.retry_file}, and drop them again with `{again} --file "
                f"{view.retry_file}`."
            )
        return f"Get these rows with `{get}`, drop them again with `{again}`."
    said = [
        all_in_pool(view.rows, run.outcome, view.memberships) if view.rows else "",
        ADD_TO_GROUPS if lacks_groups(view.memberships) and not run.drop.is_dry_run else "",
    ]
    return " ".join(filter(None, said))


def _first_sign_in(view: RunView) -> str:
    """The ways of the accepted rows, those of users included who were in the pool before."""
    ways = " · ".join(ways_of_run(view.ways_in, view.run.outcome))
    return f"{ways}, with the users who were in the pool already" if ways and view.rows and view.rows.skipped else ways


def _account(view: RunView) -> str:
    rows, run = view.rows, view.run
    return account(rows, is_dry_run=run.drop.is_dry_run, is_over=run.is_over) if rows and rows.total else ""


def memberships(view: RunView) -> str:
    """`40 memberships: 38 added, 2 failed`; empty where the file names no groups."""
    found = view.memberships
    if not found:
        return ""
    counts = ", ".join(f"{count:,} {name}" for name, count in membership_counts(found).items())
    return counted(found["total"], "membership") + (f": {counts}" if counts else "")


def active_users(view: RunView) -> list[str]:
    """How many users become monthly active users by their groups, and what that costs; empty where none does."""
    return active_users_sentences(made_active(view.memberships))


def line(view: RunView, run_name: str) -> str:
    """A run in a line of a log."""
    shown = outcome_text(view.run).plain or phase(view)
    more = _account(view) if view.run.is_over else progress(view)
    return f"{run_name}: {shown}" + (f", {more}" if more else "")


def name(run: RunRecord) -> str:
    """Short id and file."""
    return f"{run.short_id} {printable(run.drop.file_name)}"


def _style(outcome: Outcome) -> str:
    match outcome:
        case Outcome.IMPORTED | Outcome.CHECKED:
            return "green"
        case Outcome.PARTLY_IMPORTED | Outcome.STOPPED:
            return "yellow"
        case Outcome.REJECTED | Outcome.FAILED | Outcome.EXPIRED:
            return "red"
        case _:
            assert_never(outcome)
