"""`cognito-drop pause` and `resume`: whether imports start."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cognito_drop.aws.pauses import ALL_POOLS
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.result import Result

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment_json import PausedJson, PauseJson

_alias = click.argument("alias", metavar="[ALIAS]", required=False)


@operator_command("pause")
@_alias
def pause(context: Context, *, alias: str | None) -> Result:
    """Pause the imports into a pool, or into all pools.

    Files are accepted and checked, and held until `resume`. An import that has started continues.

    \b
    Examples:
      cognito-drop pause people
      cognito-drop pause
    """
    name = _name(context, alias)
    changed = context.pauses.add(name, datetime.now(UTC).isoformat(timespec="seconds"))
    return _result(context, name, changed=changed, said="Imports into {} are paused.")


@operator_command("resume")
@_alias
def resume(context: Context, *, alias: str | None) -> Result:
    """Resume the imports into a pool, or end the pause of all pools.

    Held files are released within five minutes, in the order of their drops.

    \b
    Examples:
      cognito-drop resume people
      cognito-drop resume
    """
    pauses = context.pauses
    # A pause outlives its pool in the deployment, and holds the pool's files as long.
    name = alias if alias is not None and alias in pauses.all() else _name(context, alias)
    said = "The pause of {} has ended; what nothing else holds is released within five minutes."
    return _result(context, name, changed=pauses.remove(name), said=said)


def _name(context: Context, alias: str | None) -> str:
    return context.deployment.pool(alias).alias if alias is not None else ALL_POOLS


def _result(context: Context, name: str, *, changed: bool, said: str) -> Result:
    paused: list[PausedJson] = [
        {"pool": None if alias == ALL_POOLS else alias, "since": since}
        for alias, since in sorted(context.pauses.all().items())
    ]
    data: PauseJson = {"changed": changed, "paused": paused}
    what = "all pools" if name == ALL_POOLS else f"the pool {name}"
    shown = said.format(what) if changed else f"Nothing changed for {what}."
    lines = [f"Paused: {one['pool'] or 'all pools'}, since {_time(one['since'])}." for one in paused]
    return Result(data, [shown, *lines])


def _time(since: str) -> str:
    return f"{datetime.fromisoformat(since).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
