"""`python -m localcloud up`: one line when it is ready, a clean end, and HTTP as clients expect it."""

from __future__ import annotations

import dataclasses
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from localcloud.__main__ import parser
from localcloud.choices import JobScope
from localcloud.server import Server
from localcloud.settings import Settings
from tests.localcloud.command import Command, eventually, running
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = "import time\ndef handler(event, context):\n    time.sleep(60)\n"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command, as it is by default."""
    with running(tmp_path_factory.mktemp("cloud")) as command:
        yield command


def _up(data_dir: Path, *flags: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "localcloud", "up", "--data-dir", str(data_dir), *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _words(task / "children")]


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except FileNotFoundError:  # the thread has just ended
        return []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(tmp_path: Path, number: int) -> None:
    """SIGINT and SIGTERM end the command with exit code 0, one line on stdout and none on stderr."""
    with _up(tmp_path, "--port", "0") as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        process.send_signal(number)
        rest, errors = process.communicate(timeout=PATIENCE)
    assert re.fullmatch(r"ready http://localhost:\d+\n", ready)
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="child processes are found in /proc")
def test_its_functions_end_with_it(tmp_path: Path) -> None:
    """A function that runs when the command is asked to end is gone with it."""
    with running(tmp_path) as command:
        command.deploy("slow", SLOW, Timeout=60)
        command.client("lambda").invoke(FunctionName="slow", InvocationType="Event")
        (child,) = eventually(lambda: _children(command.process.process_id))
        assert command.end() == 0
    assert not Path(f"/proc/{child}").exists()


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A port that is in use gives one plain sentence on stderr and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _up(tmp_path, "--port", str(port)) as process:
            out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert out == ""
    assert f"Port {port} of localhost cannot be used" in errors
    assert "Traceback" not in errors


def test_every_setting_is_a_flag() -> None:
    """Each field of Settings can be set on the command line, with its own type."""
    arguments = parser().parse_args(["up", "--import-rate", "7", "--import-scope", "pool", "--data-dir", "/x"])
    assert {field.name for field in dataclasses.fields(Settings)} <= vars(arguments).keys()
    assert (arguments.import_rate, arguments.import_scope, arguments.data_dir) == (7.0, JobScope.POOL, Path("/x"))


def test_help_reports_what_each_setting_is(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a flag is the docstring of its field, and no field is without one."""
    with pytest.raises(SystemExit):
        parser().parse_args(["up", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "How many times faster than the wall clock waits pass" in shown
    assert shown.count("Default:") == len(dataclasses.fields(Settings))


def test_a_large_object_comes_back_as_it_was_sent(cloud: Command, tmp_path: Path) -> None:
    """90 MB put by boto3, which asks for 100-continue, are stored whole."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="large", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    content = os.urandom(1_000_000) * 90
    file = tmp_path / "large"
    file.write_bytes(content)
    with file.open("rb") as body:
        s3.put_object(Bucket="large", Key="large", Body=body)
    assert s3.get_object(Bucket="large", Key="large")["Body"].read() == content


def test_a_client_that_asks_is_reported_once_to_go_on(cloud: Command) -> None:
    """`Expect: 100-continue` gets one 100 and then the answer, in HTTP/1.1."""
    cloud.client("s3").create_bucket(Bucket="patient", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    request = "PUT /patient/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("localhost", int(cloud.url.rpartition(":")[2]))) as connection:
        connection.sendall(request.encode())
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ab")
        response = http.client.HTTPResponse(connection)
        response.begin()
    assert (response.version, response.status) == (11, 200)


def test_requests_are_not_logged_unless_asked_for(tmp_path: Path) -> None:
    """stderr has a line for a request with --verbose only."""
    seen = {}
    for flag in ("--verbose", ""):
        with _up(tmp_path, "--port", "0", *filter(None, [flag])) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[1]
            boto3.client("sqs", region_name="eu-west-1", endpoint_url=url).list_queues()
            process.terminate()
            seen[flag] = process.communicate(timeout=PATIENCE)[1]
    assert "POST" in seen["--verbose"]
    assert seen[""] == ""


def test_the_next_server_of_a_process_begins_empty(tmp_path: Path) -> None:
    """What one server was told, the next one does not know."""
    names = []
    for _ in range(2):
        with Server(Settings(port=0, data_dir=tmp_path)) as server:
            sqs = boto3.client("sqs", region_name="eu-west-1", endpoint_url=server.url)
            names.append(sqs.list_queues().get("QueueUrls", []))
            sqs.create_queue(QueueName="left-over")
    assert names == [[], []]


@pytest.mark.parametrize("name", ["line\nbreak", "\r\n", "a\u202eb\u2028c", "tab\tbell\x07", "\"<>'`&?#%25+ ;"])
def test_a_key_may_hold_any_character(cloud: Command, name: str) -> None:
    """As in S3: put, read and listed under the very same key."""
    s3 = cloud.client("s3")
    bucket = f"keys-{abs(hash(name))}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    key = f"inbox/{name}/{name}.csv"
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
