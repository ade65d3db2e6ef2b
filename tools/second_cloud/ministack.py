"""ministack as a process, for as long as a block lasts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3

from tools.local_cloud import ACCOUNT, REGION, LocalCloud, LocalCloudError
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYTHON = PROJECT / ".tools" / "second_cloud" / "venv" / "bin" / "python"
_LAUNCH = Path(__file__).with_name("launch.py")
_HOST = "127.0.0.1"
_DENIALS = "denials.jsonl"
POWERLESS = "powerless"
_PATIENCE = 600  # seconds for its start and its end; guards against hanging only
_WAIT_SCALE = 0.2
"""States that wait do so for this part of their time."""


@contextmanager
def ministack(cognito: LocalCloud, *, enforced: bool) -> Iterator[LocalCloud]:
    """Run it beside a local emulator, which provides what it lacks: import jobs and their logs."""
    with TemporaryDirectory(prefix="ministack-") as folder, socket.create_server((_HOST, 0)) as free:
        port = free.getsockname()[1]
        free.close()
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  (our own command)
                [str(_PYTHON), "-P", str(_LAUNCH), str(Path(folder, _DENIALS))],
                env=_environment(folder, port, enforced=enforced),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
            try:
                endpoint = f"http://{_HOST}:{port}"
                _await_answer(endpoint, process, Path(folder, "log"))
                elsewhere = {"cognito-idp": cognito, "logs": cognito}
                yield LocalCloud(endpoint, Path(folder), process.pid, "test", elsewhere)
            finally:
                process.communicate()  # the end of its input ends it, and all that it has started


def prove_enforcement(cloud: LocalCloud) -> None:
    """Let a role without policies make a call. Raises LocalCloudError unless that is denied, and recorded."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
    role = cloud.client("iam").create_role(
        RoleName=POWERLESS, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]
    session = cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=POWERLESS)["Credentials"]
    client = boto3.client(
        "dynamodb",
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    with suppress(client.exceptions.ClientError):
        client.list_tables()
    if not denials(cloud):
        raise LocalCloudError("ministack does not enforce IAM policies, or its denials are not recorded.")


def denials(cloud: LocalCloud) -> list[dict[str, str]]:
    """The calls that its IAM has denied."""
    file = cloud.data_dir / _DENIALS
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _environment(folder: str, port: int, *, enforced: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "BIND_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AUTH": str(enforced).lower(),
        "SFN_WAIT_SCALE": str(_WAIT_SCALE),
        "LAMBDA_EXECUTOR": "local",
        "IOT_MTLS_ENABLED": "0",  # no other port
        "SFTP_ENABLED": "0",
        "TMPDIR": folder,
        "HOME": folder,
        "STATE_DIR": folder,
    }


def _await_answer(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health"):  # noqa: S310  (http, on this machine)
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise LocalCloudError(f"ministack did not start:\n{log.read_text()}")
