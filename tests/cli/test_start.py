"""A command starts without what it does not need: modules are counted, since seconds depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.main import main
from tests.cli.command import CLEAN, POOL
from tests.patience import PATIENCE
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

OF_AWS = {"boto3", "botocore", "s3transfer", "urllib3"}
SCRIPT = """
import sys
before = set(sys.modules)
from cognito_drop.cli.main import main
try:
    main(sys.argv[1:])
finally:
    sys.stderr.write("\\n" + " ".join(sorted(set(sys.modules) - before)))
"""
STAFF = "Login,Mail\nada,ada@example.com\n"


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that a call of the command imports."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "most", "without"),
    [
        (["--help"], 120, OF_AWS | {"rich", "yaml", "phonenumbers", "cognito_drop.core.rows"}),
        (["--version"], 180, OF_AWS | {"rich", "yaml", "phonenumbers", "cognito_drop.core.rows"}),
        (["completion", "bash"], 200, OF_AWS | {"yaml", "phonenumbers", "cognito_drop.core.rows"}),
        (["check", "users.csv", "--pool-file", "pool.json"], 310, OF_AWS | {"yaml", "phonenumbers"}),
        (
            ["map", "staff.csv", "--pool-file", "pool.json", "--verified", "email", "--disabled", "none"],
            330,
            OF_AWS | {"phonenumbers"},
        ),
    ],
    ids=["help", "version", "completion", "check", "map"],
)
def test_a_command_imports_what_it_needs(tmp_path: Path, arguments: list[str], most: int, without: set[str]) -> None:
    """boto3 where AWS is asked only, and no command for the list of all."""
    (tmp_path / "pool.json").write_text(json.dumps(POOL))
    (tmp_path / "users.csv").write_text(CLEAN)
    (tmp_path / "staff.csv").write_text(STAFF)
    modules = imported(tmp_path, *arguments)
    assert not modules & without
    assert len(modules) <= most, len(modules)


def test_the_list_has_the_first_sentence_of_each_command() -> None:
    """It is written in one place more, so that the list needs no command."""
    assert {name: lazy.help for name, lazy in main.commands.lazy.items()} == {  # type: ignore[attr-defined]
        name: command.get_short_help_str(200) for name, command in main.commands.items()
    }
