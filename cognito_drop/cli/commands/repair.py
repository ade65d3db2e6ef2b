"""`cognito-drop repair`: what the sweep would do for a run, at once and on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.options import run_argument, yes_option
from cognito_drop.cli.rendering import sentence
from cognito_drop.cli.result import Result
from cognito_drop.cli.sweep_request import ask_sweep
from cognito_drop.contract.event_names import REPAIR
from cognito_drop.core.runs.repair import FoundRun
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import RepairJson


@operator_command("repair")
@run_argument
@yes_option
def repair(context: Context, *, run_id: str, yes: bool) -> Result:
    """Repair a run that is stuck, damaged, or lost.

    Shows what is wrong with the run and what will be done, and asks first. The stack's own sweep does it, with the
    checks that it makes every five minutes, but without its pauses: no row is imported twice. For a run that the ledger
    has lost, give the whole ID.

    \b
    Examples:
      cognito-drop repair 3f9a5c1e
      cognito-drop repair 3f9a5c1e --yes && cognito-drop watch 3f9a5c1e
    """
    full_id = context.ledger.full_id(run_id)
    with context.messages.working("Looking at the run"):
        found = _ask(context, full_id, confirmed=False)
    if not found.state and not found.is_broken:
        raise context.ledger.unknown(full_id)
    is_broken = found.is_broken
    if is_broken:
        for said in found.found:
            context.messages.say(printable(said))
        context.messages.confirm(" ".join([*found.does, "Do this?"]), is_given=yes)
        with context.messages.working("Repairing the run"):
            found = _ask(context, full_id, confirmed=True)
        is_broken = found.is_broken  # the sweep may have repaired it meanwhile
    data: RepairJson = {
        "run_id": full_id,
        "found": [printable(said) for said in found.found],
        "action": found.action,
        "frees_lock": found.frees_lock,
        "repaired": is_broken,
        "message": " ".join(found.does),
    }
    if is_broken:
        context.messages.say(f"Follow it with `cognito-drop watch {full_id}`.")
    shown = [*(() if is_broken else data["found"]), f"Done: {data['message']}" if is_broken else data["message"]]
    return Result(data, [sentence(said) for said in shown])


def _ask(context: Context, run_id: str, *, confirmed: bool) -> FoundRun:
    """Let the sweep look at the run, or repair it."""
    return FoundRun.from_json(ask_sweep(context, REPAIR, "action", run_id=run_id, confirmed=confirmed))
