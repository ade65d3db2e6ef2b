"""What people read of undos on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from cognito_drop.cli.rendering import facts, in_utc, sentence, table
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.undo.undo_report import headline, undo_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.undo.undo_json import UndoReasonJson
    from cognito_drop.core.undo.undo_record import UndoRecord


def undo_text(undo: UndoRecord) -> RenderableType:
    """An undo, under way or ended, with the users by what was done with them."""
    plan, said = undo.plan, undo_json(undo)
    described = facts(
        ("undo", plan.undo_id),
        ("of the run", plan.run_id),
        ("pool", f"{plan.alias} ({plan.pool_id})"),
        ("result", said["headline"]),
        ("error", undo.error),
        ("results", plan.results if undo.is_over else ""),
    )
    listed = users_table([(f"{said['users']['deleted']:,}", "deleted", "")], said["reasons"])
    return Group(described, sentence(""), listed)


def undone(undo: UndoRecord) -> str:
    """`Partly undone, 195 of 198 users deleted, 3 left in the pool: undo 3f9a5c1e, ended 2026-11-30 10:00 UTC`."""
    moment = f"ended {_minute(undo.ended_at)}" if undo.is_over else f"started {_minute(undo.started_at)}"
    return f"{headline(undo)}: undo {undo.plan.short_id}, {moment} UTC"


def say_undone(context: Context, undos: Iterable[UndoRecord]) -> None:
    """Say of each undo which run it is of, and how it is."""
    for undo in undos:
        context.messages.say(f"Run {undo.plan.run_id[:SHORT_ID]}: {undone(undo)}.")


def _minute(moment: str) -> str:
    return f"{in_utc(moment):%Y-%m-%d %H:%M}"


def users_table(rows: Sequence[tuple[str, str, str]], reasons: Iterable[UndoReasonJson]) -> RenderableType:
    """Users by what is or was done with them, and why where there is a reason."""
    left = [(f"{reason['count']:,}", reason["code"], reason["message"]) for reason in reasons]
    if not left:
        return table("users", "what", rows=[row[:2] for row in rows], right=("users",))
    return table("users", "what", "why", rows=[*rows, *left], right=("users",), wrapped=("why",))


def undos_table(undos: Iterable[UndoRecord]) -> RenderableType:
    """A line an undo."""
    rows = [
        (
            undo.plan.short_id,
            undo.plan.run_id[:SHORT_ID],
            undo.plan.alias,
            _minute(undo.started_at),
            undo.outcome.words if undo.outcome else "under way",
            f"{undo.progress.deleted:,}",
            f"{undo.progress.left:,}",
        )
        for undo in undos
    ]
    return table(
        "undo", "of run", "pool", "started (UTC)", "outcome", "deleted", "left",
        rows=rows, right=("deleted", "left"), wrapped=("pool",), spared=("started (UTC)", "pool"),
    )  # fmt: skip
