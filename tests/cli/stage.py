"""A deployed stack, and the command run by its operator."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cli.command import Said, run, run_installed
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tools.deployment import Deployment
    from tools.local_cloud import LocalCloud


@dataclass(frozen=True, slots=True)
class Stage:
    """What the operator has: credentials, an endpoint, and the name of a stack that they need not say."""

    cloud: LocalCloud
    deployment: Deployment
    pools: Mapping[str, str]
    """Alias → user pool id."""

    @property
    def env(self) -> dict[str, str]:
        """The environment that leads to the cloud."""
        return self.cloud.variables

    def run(self, *arguments: str | Path, **env: str) -> Said:
        """The command in this process."""
        return run(*arguments, env={**self.env, **env})

    def run_installed(self, *arguments: str | Path, stdin: str = "") -> Said:
        """The installed command in a process of its own."""
        return run_installed(*arguments, env=self.env, stdin=stdin)

    def dropped(self, file: Path, *options: str) -> str:
        """Drop a file as it is and return the run's id."""
        run_id: str = self.run("drop", file, *options, "--no-check", "--output", "json").data["drops"][0]["run_id"]
        return run_id

    def ended(self, file: Path, *options: str) -> dict[str, Any]:
        """Drop a file as it is, follow its run to the end, and return the run."""
        said = self.run("drop", file, *options, "--no-check", "--wait", "--interval", "0.2", "--output", "json")
        found: dict[str, Any] = said.data["runs"][0]
        return found

    def state(self, run_id: str) -> dict[str, Any]:
        """The run as `status` has it, waited for until there is one."""
        said = self.until(lambda: self.run("status", run_id, "--output", "json"), lambda said: said.code == 0)
        found: dict[str, Any] = said.data["run"]
        return found

    def until(self, look: Callable[[], Said], is_enough: Callable[[Said], bool]) -> Said:
        """Look again and again until it is enough."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            said = look()
            if is_enough(said):
                return said
            time.sleep(0.3)
        raise AssertionError(f"It did not come to that: {said}")


def users(prefix: str, count: int, bad: int = 0) -> str:
    """A file of so many users in any pool; the last `bad` have no email address."""
    rows = [f"{prefix}{number},{prefix}{number}@example.com,true" for number in range(count - bad)]
    rows += [f"{prefix}{number},none,true" for number in range(count - bad, count)]
    return "\n".join(["cognito:username,email,email_verified", *rows, ""])


def facts_in(text: str) -> dict[str, str]:
    """The named facts in what is said of a run, without the lines that continue one; the first of a name."""
    named = [re.split(r" {2,}", line, maxsplit=1) for line in reversed(text.splitlines())]
    return {pieces[0]: pieces[1] for pieces in named if len(pieces) == 2 and pieces[0]}


def columns(text: str) -> list[list[str]]:
    """The cells of an aligned table, which are apart by two blanks or more."""
    return [re.split(r" {2,}", line) for line in text.splitlines()]
