"""How long the command takes to start, beside a Python that does nothing: the best of some starts, in CPU seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

STARTS = 7
POOL = {
    "UserPool": {"AutoVerifiedAttributes": ["email"]},
    "CSVHeader": ["cognito:username", "email", "email_verified"],
}
USERS = "cognito:username,email,email_verified\nada,ada@example.com,true\n"
COMMANDS = ("--help", "completion bash", "check users.csv --pool-file pool.json", "map users.csv --pool-file pool.json")


def main() -> None:
    """Measure, and print a line each."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pool.json").write_text(json.dumps(POOL))
        (folder / "users.csv").write_text(USERS)
        print(f"{_seconds(['-c', 'pass'], folder):.2f} s  python -c pass")
        for command in COMMANDS:
            print(f"{_seconds(['-m', 'cognito_drop.cli', *command.split()], folder):.2f} s  cognito-drop {command}")


def _seconds(arguments: list[str], folder: Path) -> float:
    return min(_once(arguments, folder) for _ in range(STARTS))


def _once(arguments: list[str], folder: Path) -> float:
    before = os.times()
    project = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, *arguments]
    variables = {**os.environ, "PYTHONPATH": project}
    nowhere = subprocess.DEVNULL
    subprocess.run(command, cwd=folder, env=variables, stdout=nowhere, stderr=nowhere, check=True)  # noqa: S603  (our own)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
