"""A run that is under way: looked at, waited behind, no longer watched, and at last stopped."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import users
from tests.patience import PATIENCE
from tools.toolchain import python_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.stage import Stage


@pytest.fixture(scope="module")
def dropped(stage: Stage) -> Iterator[list[str]]:
    """The ids of the large runs, which end with these tests: other runs would wait for them."""
    ids: list[str] = []
    yield ids
    for run_id in ids:
        stage.run("stop", run_id, "--yes")
    stage.run("watch", *ids, "--interval", "0.2")


@pytest.fixture
def going(stage: Stage, dropped: list[str], tmp_path: Path) -> str:
    """The id of a run that imports for longer than these tests take; another one if a test has stopped it."""
    if dropped:
        last = stage.state(dropped[-1])
        if last["state"] == "importing" and not last["stopping"]:
            return dropped[-1]
    file = tmp_path / "going.csv"
    file.write_text(users(f"going{len(dropped)}-", 90_000))
    dropped.append(stage.dropped(file, "--pool", "guests"))
    stage.until(
        lambda: stage.run("status", dropped[-1], "--output", "json"),
        lambda said: (
            said.code == 0 and said.data["run"]["state"] == "importing" and said.data["run"]["rows"]["imported"] > 0
        ),
    )
    return dropped[-1]


def test_its_status_says_how_far_it_is(stage: Stage, going: str) -> None:
    """Rows as Cognito counts them at the moment."""
    said = stage.run("status", going)
    assert "state     importing" in said.out
    assert " of 90,000 rows" in said.out
    assert f"Follow it with `cognito-drop watch {going[:8]}`." in said.err
    assert " to go" in said.out
    both = stage.run("status", going, going[:8], "--output", "json")
    assert [run["run_id"] for run in both.data["runs"]] == [going, going]
    assert both.data["run"]["run_id"] == going
    rows = stage.state(going)["rows"]
    assert rows["imported"] + rows["unprocessed"] == rows["total"] == 90_000
    assert 0 < rows["imported"] < 90_000


@pytest.mark.parametrize("command", ["results", "retry"])
def test_it_has_no_results_yet(stage: Stage, going: str, command: str) -> None:
    """With how far it is, and how to wait for it."""
    said = stage.run(command, going)
    assert (said.code, said.out) == (ExitCode.NOT_NOW, "")
    assert f"Error: The run {going[:8]} has not ended: importing." in said.err
    assert f"cognito-drop watch {going[:8]}" in said.err


def test_others_wait_in_queue(stage: Stage, going: str, tmp_path: Path) -> None:
    """With their places; the ones that wait can be listed, and stopped before they had a lock."""
    waiting = []
    for number in (1, 2):
        file = tmp_path / f"waiting-{number}.csv"
        file.write_text(users(f"waiting{number}-", 2))
        waiting.append(stage.dropped(file, "--pool", "parts"))
        stage.until(
            lambda: stage.run("status", waiting[-1], "--output", "json"),
            lambda said: said.code == 0 and said.data["run"]["position"] is not None,
        )
    assert [stage.state(run_id)["position"] for run_id in waiting] == [1, 2]
    assert "state    waiting, position 2 in the queue" in stage.run("status", waiting[1]).out
    listed = stage.run("runs", "--state", "waiting", "--output", "json").data["runs"]
    assert [run["run_id"] for run in listed] == waiting[::-1]
    assert going in [run["run_id"] for run in stage.run("runs", "--state", "open", "--output", "json").data["runs"]]
    for run_id in waiting:
        stage.run("stop", run_id, "--yes")
    said = stage.run("watch", *waiting, "--interval", "0.2", "--output", "json")
    assert said.code == ExitCode.STOPPED
    assert [(run["outcome"], run["rows"]["unprocessed"]) for run in said.data["runs"]] == [("stopped", 2)] * 2


def test_ctrl_c_ends_the_watching_only(stage: Stage, going: str) -> None:
    """The run goes on, and it is said how to come back."""
    command = [str(python_script("cognito-drop")), "watch", going[:8], "--interval", "0.2"]
    with subprocess.Popen(
        command,
        env={"PATH": os.defpath, **stage.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What runs the tests may ignore the signal, as a shell lets its background jobs do.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509  (no threads)
    ) as process:
        assert process.stderr is not None
        shown = (line for line in process.stderr if not line.endswith(" …\n"))  # which a slow machine says as well
        assert " going.csv: importing, " in next(shown)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert "Stopped watching; the run continues." in err
    assert f"cognito-drop watch {going[:8]}" in err
    assert "Traceback" not in err
    assert stage.state(going)["state"] == "importing"


def test_stopping_asks_first(stage: Stage, going: str) -> None:
    """Where no one can be asked, nothing is stopped."""
    said = stage.run("stop", going, "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "confirmation_needed")
    assert f"Stop the run {going[:8]} of going.csv (importing)?" in said.error["message"]
    assert stage.state(going)["state"] == "importing"


def test_it_is_stopped_and_keeps_what_is_imported(stage: Stage, going: str) -> None:
    """The rest is unprocessed, and can be dropped again without a question."""
    said = stage.run("stop", going, "--yes")
    assert (said.code, said.out) == (ExitCode.CLEAN, f"Stopping {going}.\n")
    watched = stage.run("watch", going, "--interval", "0.2", "--output", "json")
    (run,) = watched.data["runs"]
    assert (watched.code, run["outcome"]) == (ExitCode.STOPPED, "stopped")
    rows = run["rows"]
    assert rows["imported"] > 0
    assert rows["imported"] + rows["unprocessed"] == 90_000
    assert run["job_messages"] == ["Stopped. The Import Job was stopped by the developer."]
    again = stage.run("retry", going, "--output", "json")
    assert again.code == ExitCode.CLEAN, again
    (drop,) = again.data["drops"]
    assert drop["key"] == "inbox/guests/going-retry.csv"
    assert stage.run("stop", stage.state(drop["run_id"])["run_id"], "--yes").code == ExitCode.CLEAN
    assert stage.run("watch", drop["run_id"], "--interval", "0.2").code == ExitCode.STOPPED
