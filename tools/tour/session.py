"""A session with the command `cognito-drop`: its commands are really run, one after the other, as a user types them.

What would be a matter of luck is not: an import stands still where a command shows it, and goes on when it was shown.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.runs.run_record import SHORT_ID
from tools.demo import DemoChoices, set_up
from tools.tour.steady import BUCKET_END, IS_BEGUN, JOBS, POOL, RUNS, steady

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tools.local_cloud import LocalCloud

WIDTH: Final = 100
FLAGS: Final = (
    "--clock-factor", "10", "--import-pending", "6000", "--import-held-pools", "cognito-drop-demo",
    "--request-rates", "roles",
)  # fmt: skip
"""Imports begin when the session lets them, and one of more than 200 rows stands still there until it is stopped."""
_PENDING: Final = 6_000  # seconds, as above
_PATIENCE: Final = 600  # seconds; guards against hanging only
_POLL: Final = 0.3
_RUN_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_HELD: Final = 200
"""Rows after which localcloud holds an import."""
_FLAWS: Final = {"user10": {"email": "user10.example.com"}, "user25": {"email_verified": "false"}}


class TourError(Exception):
    """A command of the tour has not done what it should."""


class Session:
    """A deployed stack, a folder, and what was typed and written so far. Raises TourError."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        self._cloud = cloud
        self._folder = folder
        self._pool, deployment = set_up(cloud, Console(stderr=True), DemoChoices())
        self._names = {deployment.bucket[-len(BUCKET_END) :]: BUCKET_END, self._pool: POOL}
        self._runs: list[str] = []
        self._before: dict[str, Callable[[], None]] = {
            "cognito-drop check users.csv": lambda: self._write("users.csv", "user", 60),
            "cognito-drop runs": lambda: self._until("state", "importing"),
            "cognito-drop drop big.csv": lambda: self._write("big.csv", "guest", 3_000),
            "cognito-drop status": self._until_held,
            "cognito-drop watch 6c10": lambda: self._until("state", "ended"),
        }
        """What happens before a command that begins so."""

    def play(self, command: str) -> str:
        """Run a command of the page; what it writes, with the ids of the page."""
        for begins, happens in self._before.items():
            if command.startswith(begins):
                happens()
        for run_id, shown in zip(self._runs, RUNS, strict=False):
            command = command.replace(f" {shown[:4]}", f" {run_id}")
        output = self._run(command)
        self._see_ids(output)
        return steady(output, self._names)

    def _run(self, command: str) -> str:
        process = subprocess.Popen(  # noqa: S603  (the page's own commands)
            ["/bin/bash", "-c", command],
            cwd=self._folder,
            env={**self._cloud.environment, "COLUMNS": str(WIDTH), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines = []
        with process:
            for line in process.stdout or ():
                lines.append(line)
                if IS_BEGUN.search(line):
                    self._go_on()
        return "".join(lines)

    def _see_ids(self, output: str) -> None:
        """Note the ids of runs in an output, and of the jobs that there are now."""
        for run_id in dict.fromkeys(_RUN_ID.findall(output)):
            if run_id not in self._runs:
                shown = RUNS[len(self._runs)]
                self._runs.append(run_id)
                self._names |= {run_id: shown, run_id[:SHORT_ID]: shown[:SHORT_ID]}
        self._names |= {job["JobId"]: shown for job, shown in zip(reversed(self._jobs()), JOBS, strict=False)}

    def _jobs(self) -> Sequence[Any]:
        """The import jobs of the pool, the newest first."""
        cognito = self._cloud.client("cognito-idp")
        found: Sequence[Any] = cognito.list_user_import_jobs(UserPoolId=self._pool, MaxResults=10)["UserImportJobs"]
        return found

    def _go_on(self) -> None:
        """Let the pending import begin."""
        self._await(lambda: self._jobs()[0]["Status"] == JobStatus.PENDING)
        body = json.dumps({"seconds": _PENDING}).encode()
        urllib.request.urlopen(f"{self._cloud.endpoint}/_localcloud/clock", body).close()  # noqa: S310  (our own server)

    def _until_held(self) -> None:
        self._until("state", "importing")
        self._go_on()
        self._await(lambda: self._jobs()[0]["ImportedUsers"] == _HELD)

    def _until(self, member: str, value: str) -> None:
        self._await(lambda: self._asked("status", self._runs[-1])["run"][member] == value)

    def _await(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            if time.monotonic() > deadline:
                raise TourError("The tour stands still: a run is not where its next command needs it.")
            time.sleep(_POLL)

    def _asked(self, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
        done = subprocess.run(  # noqa: S603  (our own command)
            ["cognito-drop", *arguments, "--output", "json"],  # noqa: S607  (that of this environment)
            env=self._cloud.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return json.loads(done.stdout).get("data", {"run": {"state": ""}})

    def _write(self, file: str, name: str, count: int) -> None:
        """Write users under the header of `users.csv`: of those of the tour, two with an error."""
        header = (self._folder / "users.csv").read_text(encoding="utf-8").splitlines()[0]
        text = io.StringIO()
        writer = csv.DictWriter(text, header.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        for user in (f"{name}{number}" for number in range(count)):
            writer.writerow(
                {
                    "cognito:username": user, "email": f"{user}@example.com", "email_verified": "true",
                    "cognito:mfa_enabled": "false", **_FLAWS.get(user, {}),
                }
            )  # fmt: skip
        (self._folder / file).write_text(text.getvalue(), encoding="utf-8")
