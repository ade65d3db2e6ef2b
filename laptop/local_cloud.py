"""The embedded AWS as a process of its own, and the surroundings in which clients find it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3

from laptop.toolchain import PROJECT, search_path

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "123456789012"
REGION = "us-east-1"

_START_TIMEOUT = 120  # seconds; guards against hanging only
_STOP_TIMEOUT = 30
_READY = "ready "


class LocalCloudError(Exception):
    """The embedded AWS did not start."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running embedded AWS."""

    endpoint: str
    data_dir: Path
    process_id: int

    @property
    def outbox(self) -> Path:
        """The folder of the emails it has sent."""
        return self.data_dir / "outbox"

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead the AWS CLI, CDK and SDKs to it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment without its AWS settings, with the cloud's and with the checkout's tools."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "PATH": search_path(), **self.variables}

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """A boto3 client of it."""
        return boto3.client(
            service,  # type: ignore[call-overload]  # any service
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  (it checks none)
        )


@contextmanager
def local_cloud(*flags: str, port: int = 0) -> Iterator[LocalCloud]:
    """Run the embedded AWS, with flags of `python -m localcloud up`, for as long as the block lasts."""
    with TemporaryDirectory(prefix="cognito-drop-") as folder:
        data_dir = Path(folder)
        command = [sys.executable, "-m", "localcloud", "up", "--port", str(port), "--data-dir", folder, *flags]
        process = subprocess.Popen(  # noqa: S603  (our own command)
            command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            yield LocalCloud(_wait_until_ready(process), data_dir, process.pid)
        finally:
            _end(process)


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        raise LocalCloudError("The embedded AWS has no output to wait for.")
    readable, _, _ = select.select([process.stdout], [], [], _START_TIMEOUT)
    line = process.stdout.readline() if readable else ""
    if not line.startswith(_READY):
        raise LocalCloudError(f"The embedded AWS did not start: it said {line!r}.")
    return line.removeprefix(_READY).strip()


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise LocalCloudError("The embedded AWS did not end when asked to, and was killed.") from None
    finally:
        if process.stdout:
            process.stdout.close()
