"""Runs `cognito-drop`: in this process for the many small cases, and as an installed command for the real ones."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from cognito_drop.cli.main import main
from tests.patience import PATIENCE
from tests.published_schemas import validator
from tools.toolchain import python_script

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


HEADER = ["cognito:username", "name", "email", "email_verified", "custom:size", "cognito:mfa_enabled"]
POOL = {
    "UserPool": {
        "Name": "people",
        "AutoVerifiedAttributes": ["email"],
        "MfaConfiguration": "OFF",
        "SchemaAttributes": [
            {
                "Name": "custom:size", "AttributeDataType": "Number", "Mutable": True,
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "60"},
            }
        ],
    },
    "CSVHeader": HEADER,
}  # fmt: skip
CLEAN = "cognito:username,email,email_verified\nmaria,maria@example.com,true\njose,jose@example.com,true\n"
MESSY = (
    "\ufeffUsername;E-Mail;email_verified;size\r\n"
    "maria;maria@example.com;yes;38\r\n"
    "\r\n"
    "canary;canary at example.com;true;40\r\n"
    " jose ;jose@example.com;TRUE;61\r\n"
    "maria;maria2@example.com;true;39\r\n"
    "ana;ana@example.com;TRUE;\r\n"
)
NOWHERE = {
    "AWS_ENDPOINT_URL": "http://localhost:1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_MAX_ATTEMPTS": "1",
}
"""An AWS that does not answer."""
_OUTPUT = validator("command-1")


@dataclass(frozen=True)
class Said:
    """What a command has said."""

    code: int
    out: str
    err: str

    @property
    def shown(self) -> str:
        """What was said on stderr, but for what is said of slow work, which depends on the machine."""
        return "".join(line for line in self.err.splitlines(keepends=True) if not line.endswith(" …\n"))

    @property
    def envelope(self) -> dict[str, Any]:
        """The JSON on stdout, of the documented shape and of one mind with the exit code."""
        found: dict[str, Any] = json.loads(self.out)
        _OUTPUT.validate(found)
        assert found["exit_code"] == self.code
        return found

    @property
    def data(self) -> dict[str, Any]:
        """The data of a command that did what was asked."""
        found: dict[str, Any] = self.envelope["data"]
        return found

    @property
    def error(self) -> dict[str, str]:
        """The error of a command that did not."""
        found: dict[str, str] = self.envelope["error"]
        return found


@dataclass
class Command:
    """`cognito-drop check`, or another command with its options, beside a pool file and a CSV file."""

    folder: Path
    command: str = "check"

    def __call__(
        self, content: str | bytes, *options: str, pool: object = POOL, name: str = "users.csv", keys: str | None = None
    ) -> Said:
        """Check a file against the pool file. `keys` are typed."""
        pool_file = self.folder / "pool.json"
        pool_file.write_text(pool if isinstance(pool, str) else json.dumps(pool), encoding="utf-8")
        return run(self.command, str(self.write(content, name)), "--pool-file", str(pool_file), *options, keys=keys)

    def write(self, content: str | bytes, name: str = "users.csv") -> Path:
        """A file to check."""
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file


def run(*arguments: str | Path, env: Mapping[str, str | None] | None = None, keys: str | None = None) -> Said:
    """`cognito-drop` with these arguments, in this process; `env` is added to its environment, `keys` are typed."""
    context: dict[str, str | None] = {"COLUMNS": "200", **(env or {})}
    result = CliRunner(env=context).invoke(main, [str(argument) for argument in arguments], input=keys)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def run_installed(*arguments: str | Path, env: Mapping[str, str], stdin: str = "") -> Said:
    """The console script that pip has installed, with this environment and nothing of AWS's besides."""
    done = subprocess.run(
        [str(python_script("cognito-drop")), *map(str, arguments)],
        env={"PATH": os.defpath, "HOME": "/nonexistent", **env},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return Said(done.returncode, done.stdout, done.stderr)
