"""`cognito-drop`: the root of the commands. stdout is data, stderr is for people; exit codes: `exit_codes`."""

from __future__ import annotations

from importlib import metadata

import click

from cognito_drop.cli.base_command import CommandGroup
from cognito_drop.cli.commands.check import check
from cognito_drop.cli.commands.completion import completion
from cognito_drop.cli.commands.continue_run import continue_run
from cognito_drop.cli.commands.doctor import doctor
from cognito_drop.cli.commands.drop import drop
from cognito_drop.cli.commands.export import export
from cognito_drop.cli.commands.find import find
from cognito_drop.cli.commands.ids import ids
from cognito_drop.cli.commands.jobs import jobs
from cognito_drop.cli.commands.map import map_file
from cognito_drop.cli.commands.pause import pause, resume
from cognito_drop.cli.commands.repair import repair
from cognito_drop.cli.commands.results import results
from cognito_drop.cli.commands.retry import retry
from cognito_drop.cli.commands.runs import runs
from cognito_drop.cli.commands.status import status
from cognito_drop.cli.commands.stop import stop
from cognito_drop.cli.commands.template import template
from cognito_drop.cli.commands.verify import verify
from cognito_drop.cli.commands.watch import watch


def _version() -> str:
    try:
        return metadata.version("cognito-drop")
    except metadata.PackageNotFoundError:
        return "of this checkout, which is not installed"


@click.group("cognito-drop", cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="cognito-drop")
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


for _command in (
    template,
    check,
    map_file,
    drop,
    runs,
    status,
    watch,
    results,
    retry,
    find,
    verify,
    ids,
    export,
    stop,
    continue_run,
    repair,
    pause,
    resume,
    jobs,
    doctor,
    completion,
):
    main.add_command(_command)
