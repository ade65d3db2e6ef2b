"""`cognito-drop`: the root of the commands. stdout is data, stderr is for people; exit codes: `exit_codes`.

A command is imported when it is called: importing all of them takes most of a second.
"""

from __future__ import annotations

from typing import Final

import click

from cognito_drop.cli.command_group import CommandGroup
from cognito_drop.cli.lazy_commands import LazyCommand

_COMMANDS: Final = {
    "template": LazyCommand("template", "template", "Write the header of a pool's CSV file."),
    "check": LazyCommand("check", "check", "Check a file without importing it."),
    "map": LazyCommand("map", "map_file", "Propose a mapping for a file with its own columns."),
    "drop": LazyCommand("drop", "drop", "Drop files for import."),
    "runs": LazyCommand("runs", "runs", "List runs, the newest drop first."),
    "status": LazyCommand("status", "status", "Show the state or the result of runs."),
    "watch": LazyCommand("watch", "watch", "Follow runs until they end."),
    "results": LazyCommand("results", "results", "List or download the results of a run."),
    "retry": LazyCommand("retry", "retry", "Drop the rows again that were not imported."),
    "find": LazyCommand("find", "find", "Find a user in the files that were dropped."),
    "verify": LazyCommand("verify", "verify", "Compare the file of a run with the user pool."),
    "ids": LazyCommand("ids", "ids", "Write the new IDs of the users that a run has imported."),
    "undo": LazyCommand("undo", "undo", "Delete the users that a run has imported."),
    "export": LazyCommand("export", "export", "Export the users, groups, and settings of a user pool."),
    "stop": LazyCommand("stop", "stop", "Stop a run."),
    "continue": LazyCommand(
        "continue_run", "continue_run", "Continue a run that waits for a decision after its first part."
    ),
    "repair": LazyCommand("repair", "repair", "Repair a run that is stuck, damaged, or lost."),
    "pause": LazyCommand("pause", "pause", "Pause the imports into a pool, or into all pools."),
    "resume": LazyCommand("pause", "resume", "Resume the imports into a pool, or end the pause of all pools."),
    "jobs": LazyCommand("jobs", "jobs", "List Cognito's import jobs."),
    "doctor": LazyCommand("doctor", "doctor", "Check the health of the deployment."),
    "completion": LazyCommand("completion", "completion", "Print the completion script of a shell."),
}
"""In the order in which they are needed."""


def _print_version(context: click.Context, _option: click.Parameter, value: object) -> None:
    if not value or context.resilient_parsing:
        return
    from importlib import metadata  # noqa: PLC0415  (slow, and needed here only)

    try:
        version = metadata.version("cognito-drop")
    except metadata.PackageNotFoundError:
        version = "of this checkout, which is not installed"
    click.echo(f"cognito-drop, version {version}")
    context.exit()


@click.group(
    "cognito-drop", cls=CommandGroup, lazy_commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Import users into Amazon Cognito by dropping CSV files.

    The stack is chosen with --stack or COGNITO_DROP_STACK; AWS credentials come from the usual places. RUN is a
    run ID or its first digits.

    \b
    Examples:
      cognito-drop template --pool people > users.csv
      cognito-drop check users.csv --pool people
      cognito-drop drop users.csv --pool people --wait
    """
