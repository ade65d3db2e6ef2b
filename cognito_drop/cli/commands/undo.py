"""`cognito-drop undo`: deletes the users that a run has imported."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.options import interval_option, run_argument, yes_option
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_results import refuse_unless_over
from cognito_drop.cli.undo_text import undo_text, users_table
from cognito_drop.cli.undoing import Undoing
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable
from cognito_drop.core.undo.decision import UndoChoices
from cognito_drop.core.undo.request import NoUndoError, undo_of
from cognito_drop.core.undo.undo_record import UndoOutcome
from cognito_drop.core.undo.undo_report import reasons_json, undo_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import Deployment
    from cognito_drop.cli.undo_json import UndoCommandJson, UndoPreviewJson
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.undo.undo_json import UndoJson
    from cognito_drop.core.undo.undo_record import UndoCounts, UndoPlan, UndoRecord

_EXIT_CODES = {
    UndoOutcome.UNDONE: ExitCode.CLEAN,
    UndoOutcome.PARTLY_UNDONE: ExitCode.INCOMPLETE,
    UndoOutcome.FAILED: ExitCode.FAILED,
}
_MAY_HAVE_SIGNED_IN = (
    "Users who have signed in, or have set another password since the import, may be among those to delete: they were "
    "imported with password hashes, and AWS does not document whether Cognito changes their time of change then."
)


@operator_command("undo")
@run_argument
@click.option(
    "--include-confirmed",
    is_flag=True,
    help="Delete users who were imported with a password hash, too: they may have signed in, or set another password.",
)
@click.option("--include-changed", is_flag=True, help="Delete users who were changed since, too.")
@click.option("--include-password-set", is_flag=True, help="Delete users who have set a password since, too.")
@click.option("--preview", is_flag=True, help="Show what would be deleted, and delete nothing.")
@yes_option
@interval_option
def undo(
    context: Context,
    *,
    run_id: str,
    include_confirmed: bool,
    include_changed: bool,
    include_password_set: bool,
    preview: bool,
    yes: bool,
    interval: float,
) -> Result:
    """Delete the users that a run has imported.

    Only users whose sub was recorded at the end of the run are deleted, if they were created by its import and nothing
    says that they were used since. A deleted user cannot be restored. The exit code is 0 if none of the users is
    left, 1 if some are left, each for a reason.

    \b
    Examples:
      cognito-drop undo 3f9a5c1e --preview
      cognito-drop undo 3f9a5c1e
      cognito-drop undo 3f9a5c1e --include-confirmed --yes
    """
    with context.messages.working("Reading the run"):
        run = context.ledger.run(run_id)
    refuse_unless_over(run)
    plan = _plan(context.deployment, run, UndoChoices(include_confirmed, include_changed, include_password_set))
    undoing = Undoing(context, plan)
    before = undoing.found()
    if before and before.is_over and before.outcome is not UndoOutcome.FAILED:
        context.messages.say("The run was undone with these options before; nothing was deleted now.")
        return _result(plan, before, None, is_started=False)
    if before and not before.is_over and before.execution and undoing.is_running(undoing.execution_of(before)):
        context.messages.say("The undo is under way.")
        return _result(plan, undoing.follow(undoing.execution_of(before), interval), None, is_started=False)
    shown = undoing.preview()
    if plan.choices.include_confirmed and plan.imported.sends_hashes:
        context.messages.say(_MAY_HAVE_SIGNED_IN)
    if preview or (not shown.deleted and before is None):
        if not preview:
            context.messages.say("None of the users would be deleted; nothing was started.")
        return _previewed(plan, shown)
    context.messages.console.print(_preview_text(shown))
    context.messages.confirm(_question(plan, shown), is_given=yes)
    arn = undoing.start(before)
    return _result(plan, undoing.follow(arn, interval), shown, is_started=True)


class _Pools:
    """The pools of the deployment as an undo asks for them."""

    def __init__(self, deployment: Deployment) -> None:
        self._pools = deployment.pools

    def get(self, alias: str) -> PoolSettings | None:
        pool = self._pools.get(alias)
        return pool.settings if pool else None


def _plan(deployment: Deployment, run: RunRecord, choices: UndoChoices) -> UndoPlan:
    try:
        plan = undo_of(run, _Pools(deployment), choices)
    except NoUndoError as error:
        raise CommandError(
            ErrorCode.CANNOT_UNDO,
            f"The run {run.short_id} cannot be undone. {error}",
            "docs/undo.md says what it takes.",
        ) from None
    if not deployment.undo_machine:
        raise CommandError(
            ErrorCode.CANNOT_UNDO,
            f"The stack {deployment.stack!r} has no undo deployed.",
            "Deploy it again with this version; docs/undo.md says how.",
        )
    return plan


def _question(plan: UndoPlan, shown: UndoCounts) -> str:
    alias = printable(plan.alias)
    return f"Delete {counted(shown.deleted, 'user')} of the pool {alias} ({plan.pool_id}) for good?"


def _preview_json(plan: UndoPlan, shown: UndoCounts) -> UndoPreviewJson:
    return {
        "users": plan.users,
        "delete": shown.deleted,
        "gone": shown.gone,
        "left": shown.left,
        "reasons": reasons_json(shown.reasons),
    }


def _preview_text(shown: UndoCounts) -> RenderableType:
    return users_table([(f"{shown.deleted:,}", "delete", "")], reasons_json(shown.reasons))


def _previewed(plan: UndoPlan, shown: UndoCounts) -> Result:
    data = _data(plan, preview=_preview_json(plan, shown), is_started=False, result=None)
    return Result(data, [_preview_text(shown)], ExitCode.INCOMPLETE if shown.left else ExitCode.CLEAN)


def _result(plan: UndoPlan, undo: UndoRecord, shown: UndoCounts | None, *, is_started: bool) -> Result:
    result = undo_json(undo)
    preview = _preview_json(plan, shown) if shown else None
    data = _data(plan, preview=preview, is_started=is_started, result=result)
    return Result(data, [undo_text(undo)], _EXIT_CODES[undo.outcome or UndoOutcome.FAILED])


def _data(
    plan: UndoPlan, *, preview: UndoPreviewJson | None, is_started: bool, result: UndoJson | None
) -> UndoCommandJson:
    return {
        "undo_id": plan.undo_id,
        "run_id": plan.run_id,
        "pool": {"alias": plan.alias, "id": plan.pool_id},
        "choices": {**asdict(plan.choices)},  # type: ignore[typeddict-item]
        "preview": preview,
        "started": is_started,
        "result": result,
    }
