"""`cognito-drop watch`: runs, live, to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.dropping import endings
from cognito_drop.cli.exit_codes import worst
from cognito_drop.cli.following import follow
from cognito_drop.cli.options import interval_option
from cognito_drop.cli.result import Result

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import WatchJson


@operator_command("watch")
@click.argument("run_ids", metavar="RUN...", nargs=-1, required=True)
@interval_option
def watch(context: Context, *, run_ids: tuple[str, ...], interval: float) -> Result:
    """Follow runs until they end.

    Shows the position in the queue, part, counts, rate, and remaining time.

    Ctrl-C stops only the watching; the runs continue. The exit code is the result:
    0 imported (or checked, every row good), 1 partly imported (or checked, some rows bad),
    3 rejected, 4 failed, 5 stopped, 6 expired; for several runs, the worst result.

    \b
    Examples:
      cognito-drop watch 3f9a5c1e
      cognito-drop watch 3f9a5c1e --output json | jq .data.runs[0].outcome
    """
    ledger = context.ledger
    with context.messages.working("Looking for the run"):
        full = [ledger.full_id(given) for given in run_ids]
        for run_id in full:
            ledger.refuse_undo(run_id)  # otherwise it would be waited for as a run that is not accepted yet
    views = follow(context, full, interval)
    data: WatchJson = {"runs": [view.to_json() for view in views]}
    return Result(data, endings(context, views), worst(view.exit_code for view in views))
