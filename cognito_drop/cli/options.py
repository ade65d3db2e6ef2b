"""Options that several commands have."""

from __future__ import annotations

import click

pool_option = click.option("--pool", metavar="ALIAS", help="Alias of the pool; optional if the stack has only one.")
interval_option = click.option(
    "--interval", type=click.FloatRange(min=0.2), default=2.0, show_default=True, metavar="SECONDS",
    help="Time between two polls of a run.",
)  # fmt: skip
yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
run_argument = click.argument("run_id", metavar="RUN")
