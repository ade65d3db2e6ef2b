"""Options that several commands have."""

from __future__ import annotations

import click

pool_option = click.option("--pool", metavar="ALIAS", help="The pool's alias; not needed where there is only one.")
interval_option = click.option(
    "--interval", type=click.FloatRange(min=0.2), default=2.0, show_default=True, metavar="SECONDS",
    help="Time between two looks at a run that is followed.",
)  # fmt: skip
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
run_argument = click.argument("run_id", metavar="RUN")
