"""`cognito-drop runs`: the ledger's runs, the newest drop first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.options import since_option
from cognito_drop.cli.rendering import in_utc, table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import outcome_text
from cognito_drop.cli.run_view import recorded
from cognito_drop.cli.undo_text import undos_table
from cognito_drop.contract.statuses import OPEN_STATES, Outcome, RunState
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.text.figures import counted
from cognito_drop.core.undo.undo_record import UndoOutcome
from cognito_drop.core.undo.undo_report import undo_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import RunsJson
    from cognito_drop.core.runs.run_record import RunRecord

_OPEN = "open"
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_UNDONE = tuple(outcome.value for outcome in UndoOutcome if outcome.is_final)
_STATES = (*(state.value for state in RunState), _OPEN)


@operator_command("runs")
@click.option("--pool", metavar="ALIAS", help="List only runs of this pool.")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    help=f"List only runs in this state; {_OPEN} lists runs that have not ended.",
)
@click.option(
    "--outcome",
    type=click.Choice([*_OUTCOMES, *_UNDONE]),
    help="List only runs that ended so, or that were undone so.",
)
@since_option
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of runs.")
def runs(
    context: Context, *, pool: str | None, state: str | None, outcome: str | None, since: datetime | None, limit: int
) -> Result:
    """List runs, the newest drop first.

    \b
    Examples:
      cognito-drop runs
      cognito-drop runs --pool people --since 7d
      cognito-drop runs --state waiting --output json
      cognito-drop runs --outcome partly_imported --since 7d
    """
    alias = context.deployment.pool(pool).alias if pool is not None else None
    ledger = context.ledger
    with context.messages.working("Reading the ledger"):
        of_undos = ledger.undos(since=None, alias=alias) if outcome in _UNDONE else None
        found = ledger.runs(
            _states(state),
            since=since,
            alias=alias,
            outcome=Outcome(outcome) if outcome in _OUTCOMES else None,
            ids=None if of_undos is None else {undo.plan.run_id for undo in of_undos if undo.outcome == outcome},
            most=limit + 1,
        )
        shown, has_more = found[:limit], len(found) > limit
        if of_undos is None:
            has_undos = context.deployment.undo_machine and state is None and outcome is None
            most = None if has_more else limit
            of_undos = ledger.undos(since=since, alias=alias, most=most) if has_undos else []
        # Where not all runs are listed, only their own undos are.
        listed = {run.run_id for run in shown} if has_more or outcome else None
        undos = [undo for undo in of_undos if listed is None or undo.plan.run_id in listed][:limit]
    if not shown:
        looked_for = [
            *([f"of the pool {alias}"] if alias else []),
            *([f"with the state {state}"] if state else []),
            *([f"with the outcome {outcome}"] if outcome else []),
            *([f"dropped since {since:%Y-%m-%d %H:%M} UTC"] if since else []),
        ]
        context.messages.say(f"No runs {' '.join(looked_for)}".rstrip() + ".")
    elif has_more:
        context.messages.say(f"The newest {counted(limit, 'run')}; there are more (--limit).")
    data: RunsJson = {
        "runs": [recorded(run).to_json() for run in shown],
        "undos": [undo_json(undo) for undo in undos],
        "more": has_more,
    }
    text: list[RenderableType] = [runs_table(shown)] if shown else []
    return Result(data, [*text, *([Text(""), undos_table(undos)] if undos else [])])


def runs_table(shown: Iterable[RunRecord]) -> RenderableType:
    """A line a run; of a narrow terminal the columns that `status` has too are left out first."""
    rows = [_row(run) for run in shown]
    return table("run", "pool", "file", "dropped (UTC)", "state", "outcome", "rows", "imported", rows=rows,
                   right=("rows", "imported"), wrapped=("pool", "file", "state"),
                   spared=("pool", "dropped (UTC)", "rows", "imported", "outcome"))  # fmt: skip


def _states(given: str | None) -> Sequence[RunState]:
    if given is None:
        return tuple(RunState)
    return OPEN_STATES if given == _OPEN else [RunState(given)]


def _state(run: RunRecord) -> str:
    wait = job_wait_of(run)
    if run.is_being_stopped:
        return f"{run.state.value} (being stopped)"
    if run.hold and run.is_held:
        return f"{run.state.value} ({run.hold.sentence})"
    return f"{run.state.value} ({wait.sentence}, {wait.lasted(datetime.now(UTC))})" if wait else run.state.value


def _row(run: RunRecord) -> tuple[str | Text, ...]:
    rows = run.rows
    checked = f"{run.file.rows:,}" if run.file else ""
    return (
        run.short_id,
        run.drop.alias,
        run.drop.file_name,
        f"{in_utc(run.dropped_at):%Y-%m-%d %H:%M}",
        _state(run),
        outcome_text(run),
        f"{rows.total:,}" if rows else checked,
        f"{rows.imported:,}" if rows else "",
    )
