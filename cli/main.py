"""`cognito-drop`: the root of the commands. stdout is data, stderr is talk; exit codes are in `cli.exit_codes`."""

from __future__ import annotations

from importlib import metadata

import click

from cli.check import check


def _version() -> str:
    try:
        return metadata.version("cognito-drop")
    except metadata.PackageNotFoundError:
        return "of this checkout, which is not installed"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="cognito-drop")
def main() -> None:
    """Import users into Amazon Cognito by dropping CSV files."""


main.add_command(check)
