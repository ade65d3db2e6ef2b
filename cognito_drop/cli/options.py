"""Options that several commands have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

_SPAN = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class _Since(click.ParamType[datetime]):
    """A moment in the past: a span before now, or a date."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it; a date without zone is meant in UTC."""
        text = str(value).strip()
        try:
            if span := _SPAN.fullmatch(text):
                return datetime.now(UTC) - timedelta(**{_UNITS[span[2]]: int(span[1])})
            found = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is neither a span such as 2h or 7d, nor a date such as 2026-11-23.", param, ctx)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


pool_option = click.option("--pool", metavar="ALIAS", help="Alias of the pool; optional if the stack has only one.")
pool_or_id_option = click.option(
    "--pool",
    metavar="ALIAS|POOL_ID",
    help="Check against this pool of the stack (alias), or against any user pool (ID).",
)
pool_file_option = click.option(
    "--pool-file",
    type=click.Path(path_type=Path),
    help='Check against a pool described in a file: {"UserPool": …, "CSVHeader": […]}.',
)
interval_option = click.option(
    "--interval", type=click.FloatRange(min=0.2), default=2.0, show_default=True, metavar="SECONDS",
    help="Time between two polls of a run.",
)  # fmt: skip
yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
no_check_option = click.option(
    "--no-check", is_flag=True, help="Do not check the file first, and drop it even if it would be refused."
)
run_argument = click.argument("run_id", metavar="RUN")
since_option = click.option(
    "--since", type=_Since(), metavar="SPAN|DATE", help="Only drops since then: 30m, 2h, 7d, 2026-11-23."
)
