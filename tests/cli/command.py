"""Runs `cognito-drop check` in this process, beside a pool file and a CSV file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from cli.main import main

if TYPE_CHECKING:
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


@dataclass
class Command:
    """The command beside a pool file and a CSV file."""

    folder: Path

    def __call__(self, content: str | bytes, *options: str, pool: object = POOL, name: str = "users.csv") -> Said:
        """Check a file against the pool file."""
        pool_file = self.folder / "pool.json"
        pool_file.write_text(pool if isinstance(pool, str) else json.dumps(pool), encoding="utf-8")
        return run(str(self.write(content, name)), "--pool-file", str(pool_file), *options)

    def write(self, content: str | bytes, name: str = "users.csv") -> Path:
        """A file to check."""
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file


@dataclass(frozen=True)
class Said:
    """What a command has said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def run(*arguments: str) -> Said:
    """`cognito-drop check` with these arguments."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)
