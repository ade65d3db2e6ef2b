"""What all commands have in common: help, the envelope and its schema, the installed script, completion."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cognito_drop.cli.command_json import DATA
from cognito_drop.cli.errors import ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.main import main
from tests.cli.command import NOWHERE, run
from tests.patience import PATIENCE
from tools.toolchain import PROJECT, python_script

DOCS = PROJECT / "docs"
COMMANDS = sorted(main.commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(command: str) -> None:
    """A sentence that is not cut off in the list, examples, and the options that all commands have."""
    said = run(command, "--help")
    assert (said.code, said.err) == (ExitCode.CLEAN, "")
    assert f"Examples:\n    cognito-drop {command}" in said.out or command == "completion"
    assert f"cognito-drop {command}" in said.out
    for option in ("--stack", "--profile", "--region", "--output"):
        assert option in said.out
    (listed,) = [line for line in run("--help").out.splitlines() if line.startswith(f"  {command} ")]
    assert listed.endswith(".")
    assert not listed.endswith("...")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_schema_and_is_in_the_page_for_operators(command: str) -> None:
    """The shape of its data is documented, and so is its use."""
    assert command in DATA
    assert f"cognito-drop {command}" in (DOCS / "operate.md").read_text()


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_in_the_page_for_operators(code: ExitCode) -> None:
    """A row each."""
    assert f"\n| {code.value} |" in (DOCS / "operate.md").read_text()


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_is_in_the_page_for_operators(code: ErrorCode) -> None:
    """With the exit code that it leads to."""
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", (DOCS / "operate.md").read_text(), re.MULTILINE)
    shown = {name: int(number) for number, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert shown[code.value] == code.exit_code


def test_an_error_for_machines_is_on_stdout() -> None:
    """In the envelope, and nothing on stderr."""
    said = run("status", "12345678", "--output", "json", env=NOWHERE)
    assert (said.code, said.shown) == (ExitCode.AWS, "")
    assert said.envelope["command"] == "status"
    assert said.error["code"] == "unreachable"


def test_the_last_output_counts() -> None:
    """As with any option that is given twice."""
    said = run("runs", "--output", "json", "--state", "x", "--output", "text")
    assert said.out == ""


_MAY_ANSWER = threading.Event()


class _SlowRefusal(BaseHTTPRequestHandler):
    """An AWS that says no when it is allowed to answer."""

    def do_POST(self) -> None:
        """Answer as AWS's query protocol does."""
        assert _MAY_ANSWER.wait(PATIENCE)
        answer = (
            b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: ada is not authorized</Message></Error>"
            b"</ErrorResponse>"
        )
        self.send_response(403)
        self.send_header("x-amzn-RequestId", "1d2c3b4a-0000-4000-8000-000000000000")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_slow_work_is_reported_after_a_second_and_a_refusal_in_words() -> None:
    """Nothing is silent for longer; what AWS does not allow is named with its operation."""
    with HTTPServer(("localhost", 0), _SlowRefusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {**NOWHERE, "AWS_ENDPOINT_URL": f"http://localhost:{server.server_port}"}
        command = [str(python_script("cognito-drop")), "runs"]
        with subprocess.Popen(
            command,
            env={"PATH": os.defpath, "HOME": "/nonexistent", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stderr is not None
            assert running.stderr.readline() == "Finding the stack cognito-drop …\n"
            _MAY_ANSWER.set()
            out, err = running.communicate(timeout=PATIENCE)
        server.shutdown()
    assert (running.returncode, out) == (ExitCode.AWS, "")
    assert err.splitlines() == [
        "Error: AWS denied DescribeStacks: User: ada is not authorized.",
        "Request the permission, or use another profile with --profile.",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script(shell: str) -> None:
    """For each shell, as text and as JSON."""
    said = run("completion", shell)
    assert said.code == ExitCode.CLEAN
    assert "_COGNITO_DROP_COMPLETE" in said.out
    assert run("completion", shell, "--output", "json").data["script"].rstrip() == said.out.rstrip()


def test_completion_completes() -> None:
    """The command answers what the script asks."""
    env = {
        "PATH": os.defpath,
        "_COGNITO_DROP_COMPLETE": "bash_complete",
        "COMP_WORDS": "cognito-drop re",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [str(python_script("cognito-drop"))], env=env, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.splitlines() == ["plain,results", "plain,retry", "plain,repair", "plain,resume"]


def test_a_reader_who_leaves_is_no_mistake() -> None:
    """As with `cognito-drop completion bash | head -1`."""
    command = f"{python_script('cognito-drop')} completion bash | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in (0, 141)
