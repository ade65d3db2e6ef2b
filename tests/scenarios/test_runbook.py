"""The commands of the runbook, run as they stand there against the deployed stack."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user
from tools.deployment import STACK
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text()
NAMES, *COMMANDS = re.findall(r"^```sh\n(.*?)^```$", RUNBOOK, flags=re.MULTILINE | re.DOTALL)

_ENDPOINT = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
"""AWS CLI 1 reads the environment's endpoint for every service but SQS."""


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell that knows the runbook's names, and has the ids of a run in the place of the words in capitals."""

    world: World
    ids: dict[str, str]
    names: str = ""
    """The variables as they came out; asked for once, as every call of the AWS CLI takes a second."""

    def run(self, commands: str) -> str:
        """What it says to the commands, which end without an error."""
        for word, value in self.ids.items():
            commands = re.sub(rf"(?<![A-Z_$]){word}\b", value, commands)
        names = self.names or NAMES
        shell = ["bash", "-euo", "pipefail", "-c", f"{_ENDPOINT}\n{names}\n{commands}"]
        done = subprocess.run(shell, env=self.world.cloud.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def shell(world: World) -> Shell:
    """After a run that has ended well."""
    watch = world.drop(world.csv("people", [user("runbook")]), "people/runbook.csv")
    world.end_of(watch)
    (part,) = world.run_item(watch)["parts"]["M"].values()
    job_id = part["M"]["job_id"]["S"]
    ids = {"RUN_ID": watch.run_id, "NAME": watch.run_id, "POOL": world.pools["people"], "JOB": job_id}
    variables = "STACK LEDGER MACHINE DEAD_LETTERS TOPIC"
    names = Shell(world, {}).run(f"declare -p {variables}; declare -f output function_of logs_of lines_of")
    return Shell(world, ids, names)


@pytest.mark.parametrize("commands", COMMANDS, ids=[block.split("aws ")[-1][:30] for block in COMMANDS])
def test_commands_of_the_runbook_run(shell: Shell, commands: str) -> None:
    """Each block ends without an error."""
    shell.run(commands)


def test_the_names_of_the_runbook_are_found(world: World, shell: Shell) -> None:
    """The outputs, a function and its log group: what all the commands rest on."""
    said = shell.run("echo $LEDGER $MACHINE $TOPIC; echo $DEAD_LETTERS; echo $(function_of sweep) $(logs_of sweep)")
    outputs, queue, sweep = said.splitlines()
    assert outputs.split() == [world.deployment.ledger, world.deployment.state_machine, world.deployment.topic]
    assert queue.startswith("https://")
    assert [name.startswith(f"{STACK}-Sweep") for name in sweep.split()] == [True, True]


def test_the_ledger_reports_of_a_run(shell: Shell) -> None:
    """The last commands list the runs that have ended."""
    assert shell.ids["RUN_ID"] in shell.run(COMMANDS[-1])
