"""`cognito-drop`: the root of the commands. stdout is data, stderr is talk; exit codes are in `cli.exit_codes`."""

from __future__ import annotations

import click

from cli.check import check


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cognito-drop")
def main() -> None:
    """Import users into Amazon Cognito by dropping CSV files."""


main.add_command(check)
