"""The commands of the runbook, run as they stand there against the deployed stack."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from laptop.deployment import STACK
from laptop.toolchain import PROJECT
from tests.scenarios.world import user

if TYPE_CHECKING:
    from laptop.run_watch import RunWatch
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text()
NAMES, *COMMANDS = re.findall(r"^```sh\n(.*?)^```$", RUNBOOK, flags=re.MULTILINE | re.DOTALL)

_REACHABLE = r'aws() { command aws "${@//https:\/\/queue.amazonaws.com/$AWS_ENDPOINT_URL}"; }'
"""The stack's outputs name queues by their URLs at AWS, and the AWS CLI goes where a URL says."""


@pytest.fixture(scope="module")
def run(world: World) -> RunWatch:
    """A run that has ended well."""
    watch = world.drop(world.csv("people", [user("runbook")]), "people/runbook.csv")
    world.end_of(watch)
    return watch


def _run(world: World, run: RunWatch, commands: str) -> str:
    """What a shell says to the commands, with the ids of the run in the place of the words in capitals."""
    (part,) = world.run_item(run)["parts"]["M"].values()
    ids = {"RUN_ID": run.run_id, "NAME": run.run_id, "POOL": world.pools["people"], "JOB": part["M"]["job_id"]["S"]}
    for word, value in ids.items():
        commands = re.sub(rf"(?<![A-Z_$]){word}\b", value, commands)
    shell = ["bash", "-euo", "pipefail", "-c", f"{NAMES}\n{_REACHABLE}\n{commands}"]
    done = subprocess.run(shell, env=world.cloud.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("commands", COMMANDS, ids=[block.split("aws ")[-1][:30] for block in COMMANDS])
def test_commands_of_the_runbook_run(world: World, run: RunWatch, commands: str) -> None:
    """Each block ends without an error."""
    _run(world, run, commands)


def test_the_names_of_the_runbook_are_found(world: World, run: RunWatch) -> None:
    """The outputs, a function and its log group: what all the commands rest on."""
    said = _run(world, run, "echo $LEDGER $MACHINE $DEAD_LETTERS $TOPIC $(function_of sweep) $(logs_of sweep)").split()
    assert said[:4] == [
        world.deployment.ledger, world.deployment.state_machine, said[2], world.deployment.topic,
    ]  # fmt: skip
    assert said[2].startswith("http")
    assert len(said) == 6
    assert all(name.startswith(f"{STACK}-Sweep") for name in said[4:])


def test_the_ledger_tells_of_a_run(world: World, run: RunWatch) -> None:
    """The last commands list the runs that have ended."""
    assert run.run_id in _run(world, run, COMMANDS[-1])
