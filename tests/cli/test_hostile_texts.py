"""What others have written (names of files, columns, values, AWS's texts) moves no terminal, forges no line, and leaves
the JSON for programs JSON, in every command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from botocore.exceptions import ClientError

from cognito_drop.cli import deployment, rendering
from cognito_drop.cli.aws import Aws
from cognito_drop.cli.base_command import Context
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.following import _Bars
from cognito_drop.cli.main import main
from cognito_drop.cli.result import Output, Result
from cognito_drop.cli.run_view import RunView
from cognito_drop.contract.statuses import RunState
from cognito_drop.contract.traceback_variable import TRACEBACK
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.run_record import RunRecord
from cognito_drop.core.text.printable import printable
from tests.cli.command import CLEAN, HEADER, NOWHERE, POOL, Said, run
from tests.cli.kept_runs import keep_run, summary_saying
from tests.patience import PATIENCE
from tests.unit.nasty_names import NASTY
from tools.toolchain import python_script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Command
    from tests.cli.stage import Stage

FORGED = "FORGED"
HOSTILE = (
    f"a\x1b]8;;mailto:a@example.com\x07b\x1b]0;title\x1b\\c\x9b31md\x90e\x1b[2J\x08\r{FORGED}\n{FORGED}\x85"
    f"{FORGED}\u2028{FORGED}\u202ef\u2066g\u200eh[red]i[link=mailto:a@example.com]j:smile:\x7f.csv"
)
"""Escapes of all kinds, line breaks of all kinds, directions, markup of rich."""


def assert_harmless(said: Said, *, shows: bool = True) -> None:
    """No escape in either stream, no line that HOSTILE has begun, and its markup as it is."""
    shown = said.out + said.err
    for line in shown.split("\n"):
        assert printable(line) == line, repr(line)
        assert not line.strip().startswith(FORGED), repr(line)
    if shows:
        assert "[red]i[link=mailto:a@example.com]j:smile:" in "".join(shown.split()), shown


def assert_json(said: Said) -> None:
    """One object in ASCII, with the exit code of the process."""
    assert said.out.isascii()
    assert "\x7f" not in said.out
    assert said.envelope["exit_code"] == said.code


@pytest.fixture(scope="module")
def run_id(stage: Stage) -> str:
    """A run in whose item and results each text is HOSTILE."""
    return keep_run(stage, f"inbox/people/{HOSTILE}", HOSTILE, {**summary_saying(HOSTILE), "retry.csv": b"a\nb\n"})


def _walk(run_id: str, folder: Path) -> dict[str, list[list[str | Path]]]:
    """Calls of each command; those of the first list name a hostile file, column, or value."""
    file = folder / HOSTILE
    file.write_text(CLEAN)
    columns = folder / "columns.csv"
    columns.write_text(f'cognito:username,email,"{HOSTILE}"\nmaria,"{HOSTILE}",{HOSTILE}\n', newline="")
    down = folder / f"{HOSTILE.replace('/', '_')}-d"
    return {
        "template": [["--pool", "people"], ["--pool", HOSTILE]],
        "check": [[file, "--pool", "people"], [columns, "--pool", "guests"], [file, "--pool", HOSTILE],
                  [HOSTILE, "--pool", "people"]],
        "map": [[file, "--pool", "people"], [columns, "--pool", "guests", "--save", folder / "m.yaml"],
                [HOSTILE, "--pool", "people"]],
        "drop": [[HOSTILE, "--pool", "people"], [file, "--pool", HOSTILE], [file, "--preset", HOSTILE],
                 [file, "--first", HOSTILE]],
        "runs": [["--pool", "people"], ["--since", HOSTILE], ["--pool", HOSTILE]],
        "status": [[run_id], [HOSTILE]],
        "watch": [[run_id], [HOSTILE]],
        "results": [[run_id], [run_id, "--download", down], [run_id, "--download", file]],
        "retry": [[run_id], [run_id, "--file", HOSTILE]],
        "find": [[HOSTILE], ["x", "--pool", HOSTILE], ["x", "--since", HOSTILE]],
        "verify": [[run_id], [HOSTILE], [run_id, "--state", file]],
        "ids": [[run_id], [HOSTILE], [run_id, "--save", file]],
        "undo": [[run_id], [run_id, "--preview"], [HOSTILE]],
        "export": [["--pool", HOSTILE, "--to", down], ["--pool", "people", "--to", file], ["--to", f"s3://{HOSTILE}"]],
        "stop": [[run_id], [HOSTILE]],
        "continue": [[run_id], [HOSTILE]],
        "repair": [[run_id], [HOSTILE]],
        "pause": [[HOSTILE]],
        "resume": [[HOSTILE]],
        "jobs": [[], ["--pool", HOSTILE]],
        "doctor": [[], ["--stack", HOSTILE]],
        "completion": [["bash"], [HOSTILE]],
    }  # fmt: skip


@pytest.mark.parametrize("command", list(main.commands))
def test_no_command_writes_what_a_terminal_takes_for_a_command(
    stage: Stage, run_id: str, tmp_path: Path, command: str
) -> None:
    """As text and as JSON, never with a traceback; a command that is added has to be added to the walk."""
    for arguments in _walk(run_id, tmp_path)[command]:
        said = stage.run(command, *arguments, COLUMNS="20000")
        is_read = "cannot be read" not in said.err  # moto quotes a name in XML that no parser takes
        assert_harmless(said, shows=is_read and any(HOSTILE[-20:] in str(one) for one in arguments))
        again = [
            f"{one}-j" if arguments[-2:-1] == ["--download"] and one is arguments[-1] else one for one in arguments
        ]
        as_json = stage.run(command, *again, "--output", "json")
        assert_json(as_json)
        assert "Traceback" not in said.err + as_json.err


@pytest.mark.parametrize("command", ["runs", "status", "watch", "results"])
def test_a_run_shows_hostile_texts_in_its_lines(stage: Stage, run_id: str, command: str) -> None:
    """They are seen, with their markup, and do no more."""
    said = stage.run(command, *(["--limit", "5000"] if command == "runs" else [run_id]), COLUMNS="20000")
    assert_harmless(said, shows=command != "results")


@pytest.mark.parametrize("name", NASTY, ids=list(NASTY))
def test_a_nasty_name_is_one_line(check: Command, name: str) -> None:
    """Of a file that can be used and of one that cannot."""
    given = NASTY[name].replace("/", "_").replace("\x00", "")[:60]
    for content in (CLEAN, ""):
        said = check(content, name=given)
        assert_harmless(said, shows=False)
        assert len(said.out.splitlines()) == len(check(content, name="plain.csv").out.splitlines())


def test_columns_and_values_are_harmless(check: Command) -> None:
    """In reasons, in warnings, and in the names that are proposed."""
    column = "\x1b]0;t\x07\u202e\x9b[red]x[/red]"
    content = f'cognito:username,email,email_verified,{column}\n"{HOSTILE}","{HOSTILE}",true,x\n'
    said = check(content)
    assert_harmless(said, shows=False)
    assert "[red]x[/red]" in said.out
    assert_harmless(check(content, "--leave-out-unknown-columns"), shows=False)
    assert_json(check(content, "--output", "json"))
    pool = {**POOL, "CSVHeader": [*HEADER, f"custom:{column}"]}
    assert_harmless(check(content, pool=pool), shows=False)


def test_a_text_of_aws_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """In errors, where it is quoted."""

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": HOSTILE, "Message": HOSTILE}}, "DescribeStacks")

    monkeypatch.setattr(deployment, "find_deployment", refuse)
    said = run("runs", env={**NOWHERE, "COLUMNS": "1000"})
    assert_harmless(said)
    assert said.code == ExitCode.AWS
    assert len(said.shown.splitlines()) == 1
    assert_json(run("runs", "--output", "json", env=NOWHERE))


def test_lines_of_data_are_harmless_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header, which is written as it is into a file."""
    written: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text, **_: written.append(text))
    for is_terminal in (False, True):
        monkeypatch.setattr(sys.stdout, "isatty", lambda answer=is_terminal: answer)
        rendering.show("template", Result({}, [HOSTILE]), Output.TEXT)
    assert written[0] == HOSTILE
    assert "\x1b" not in written[1]


ENCODINGS = ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"},
             {"PYTHONIOENCODING": "latin-1"})  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS, ids=["C", "ascii", "latin-1"])
def test_json_is_json_in_every_locale(check: Command, encoding: dict[str, str]) -> None:
    """With names that the locale does not have."""
    pool = check.write(json.dumps(POOL), "pool.json")
    missing = f"{pool}/größe 顧客🙂\x9b.csv"
    command = [str(python_script("cognito-drop")), "check", missing, "--pool-file", str(pool), "--output", "json"]
    done = subprocess.run(
        command, env={"PATH": os.defpath, **encoding}, capture_output=True, check=False, timeout=PATIENCE
    )
    found: dict[str, Any] = json.loads(done.stdout.decode("ascii"))
    assert (found["exit_code"], done.returncode) == (ExitCode.UNUSABLE, ExitCode.UNUSABLE)
    assert "pool.json/gr" in found["error"]["message"]
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["--output", "json", "nothing"], ["runs", "--nothing"], ["runs", "--limit", "x"], ["watch"],
     ["check"], ["drop", "x", "--interval", "y"]],
)  # fmt: skip
def test_a_usage_error_is_json_when_json_is_asked_for(arguments: list[str]) -> None:
    """Whatever of the call is not understood."""
    said = run(*arguments, "--output", "json", env=NOWHERE)
    assert_json(said)
    assert said.error["code"] == "usage"


@pytest.mark.parametrize("error", [ValueError(HOSTILE), OSError(28, HOSTILE), RecursionError(), MemoryError()])
def test_an_unexpected_error_is_a_sentence(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """And an object for programs; a variable shows the traceback to those who look for the fault."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Aws, "__init__", fail)
    said = run("runs", env=NOWHERE)
    assert (said.code, said.out) == (ExitCode.UNEXPECTED, "")
    assert_harmless(said, shows=False)
    assert said.err.startswith(f"Error: Unexpected error: {type(error).__name__}: ")
    as_json = run("runs", "--output", "json", env=NOWHERE)
    assert_json(as_json)
    assert as_json.error["code"] == "unexpected"
    with pytest.raises(AssertionError):
        run("runs", env={**NOWHERE, TRACEBACK: "1"})


def test_ctrl_c_ends_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the result is written."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rendering, "show", interrupt)
    said = run("completion", "bash")
    assert (said.code, said.out, said.err) == (ExitCode.INTERRUPTED, "", "Interrupted.\n")


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "2>&-"])
def test_a_stdout_that_takes_nothing_is_no_traceback(redirection: str) -> None:
    """A full disk, and streams that are closed."""
    script = f"'{python_script('cognito-drop')}' completion bash {redirection}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == (ExitCode.UNEXPECTED if "full" in redirection else ExitCode.CLEAN)
    assert "Traceback" not in done.stderr
    assert ("No space left on device" in done.stderr) == ("full" in redirection)


def test_bars_show_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, too, no markup is read and no escape is written but rich's own."""
    monkeypatch.setenv("COLUMNS", "20000")
    context = Context("x", None, None)
    bars = _Bars(context)
    bars.expect("0123456789")
    bars.show(
        RunView(RunRecord(Drop("bucket", f"inbox/people/{HOSTILE}", "1"), RunState.IMPORTING, "", 1, ""), JobCounts())
    )
    with context.messages.console.capture() as captured:
        context.messages.console.print(bars._bars)  # noqa: SLF001  (what is drawn)
    assert_harmless(Said(0, captured.get(), ""))
