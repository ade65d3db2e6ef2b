"""What is said of a run while it goes on, and how fast it is said to be."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cognito_drop.aws.ledger_items import record_of
from cognito_drop.cli import following
from cognito_drop.cli.errors import CommandError
from cognito_drop.cli.exit_codes import ExitCode, exit_code_of, worst
from cognito_drop.cli.following import Pace
from cognito_drop.cli.run_text import account, line
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.noted_ids import NotedIds
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile
from tests.cli.stage import users
from tests.patience import PATIENCE
from tools.toolchain import python_script

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.core.runs.run_record import RunRecord
    from tests.cli.stage import Stage


def test_the_pace_begins_when_something_moves() -> None:
    """The time in the queue does not count."""
    pace = Pace()
    assert [pace.seen(0, now) for now in (0.0, 100.0, 200.0)] == [None] * 3
    assert pace.seen(50, 202.0) == 25
    assert pace.seen(100, 204.0) == 25


def test_the_pace_is_the_last_minutes() -> None:
    """A run that was fast an hour ago is not fast now."""
    pace = Pace()
    pace.seen(0, 0.0)
    pace.seen(10_000, 10.0)
    assert pace.seen(10_100, 3600.0) == pytest.approx(100 / 3590)
    assert pace.seen(10_200, 3610.0) == 10


def test_an_account_leaves_out_what_is_nothing() -> None:
    """In a dry run what was not rejected can be imported."""
    assert account(RowAccount()) == "0 rows"
    assert account(RowAccount(1, 1)) == "1 row: 1 imported"
    assert account(RowAccount(1200, 1000, 150, 30, 15, 5)) == (
        "1,200 rows: 1,000 imported, 150 skipped, 30 failed, 15 rejected, 5 unprocessed"
    )
    assert account(RowAccount(3, rejected=1, unprocessed=2), is_dry_run=True) == "3 rows: 2 can be imported, 1 rejected"


def test_states_that_read_alike_are_one_line() -> None:
    """A rejected run is described by its outcome before and after it is notified."""
    said: list[str] = []
    polls = [None, *(_run(run_state=state, outcome="rejected") for state in ("reported", "reported", "ended"))]
    context: Any = SimpleNamespace(
        ledger=SimpleNamespace(find=lambda _: polls.pop(0)),
        viewer=SimpleNamespace(view=recorded),
        messages=SimpleNamespace(is_live=False, say=said.append),
    )
    (view,) = following.follow(context, [_run().run_id], 0.0)
    assert view.run.is_over
    short = view.run.short_id
    assert said == [f"{short}: waiting to be accepted", f"{short} users.csv: rejected"]


def test_a_run_that_cannot_be_reported_is_not_watched_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its results are written: that is its end for anyone who watches, and it is said that no one was notified."""
    monkeypatch.setattr(following, "_NOTIFIED_WITHIN", 0.0)
    said: list[str] = []
    run = _run(run_state="reported", outcome="imported")
    context: Any = SimpleNamespace(
        ledger=SimpleNamespace(find=lambda _: run),
        viewer=SimpleNamespace(view=recorded),
        messages=SimpleNamespace(is_live=False, say=said.append),
    )
    (view,) = following.follow(context, [run.run_id], 0.0)
    assert view.run is run
    assert said[0] == f"{run.short_id} users.csv: imported"
    assert said[1].startswith(
        f"The results of {run.short_id} users.csv are written. Its notification has not been sent yet"
    )
    assert len(said) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "Expired"}}, "GetItem"),
            "credentials_refused",
        ),
        (EndpointConnectionError(endpoint_url="https://dynamodb"), "unreachable"),
    ],
)
def test_runs_that_can_no_longer_be_watched_are_named(error: Exception, code: str) -> None:
    """They continue: without their IDs the upload would be taken for one that has failed, and repeated."""
    polls: list[RunRecord] = [_run(run_state="importing")]

    def find(_: str) -> RunRecord:
        if not polls:
            raise error
        return polls.pop()

    context: Any = SimpleNamespace(
        ledger=SimpleNamespace(find=find),
        viewer=SimpleNamespace(view=recorded),
        messages=SimpleNamespace(is_live=False, say=lambda _: None),
    )
    run_id = _run().run_id
    with pytest.raises(CommandError) as raised:
        following.follow(context, [run_id], 0.0)
    assert raised.value.code == code
    assert raised.value.message.endswith("Stopped watching; the run continues.")
    assert raised.value.hint.endswith(f"Follow again with `cognito-drop watch {run_id[:8]}`.")


def _run(**facts: str | bool) -> RunRecord:
    """A run of the ledger, with these facts."""
    drop = {"bucket": "b", "key": "inbox/people/users.csv", "version_id": "1", "dropped_at": "2026-11-24T10:00:00Z"}
    run_id = Drop(drop["bucket"], drop["key"], drop["version_id"]).run_id
    return record_of({**run_key(run_id), "run_state": "accepted", **drop, **facts})


def test_a_run_that_was_stopped_is_followed_as_one_that_is_being_stopped() -> None:
    """Its job goes on until Cognito has stopped it."""
    assert line(recorded(_run(run_state="importing")), "a.csv") == "a.csv: importing"
    stopped = recorded(_run(run_state="importing", stopped=True))
    assert line(stopped, "a.csv") == "a.csv: importing (being stopped)"
    assert "stopped" not in line(recorded(_run(run_state="ended", outcome="imported", stopped=True)), "a.csv")


def test_every_outcome_has_its_exit_code() -> None:
    """Distinct, but for a dry run, whose code is the one of its rows."""
    codes = {outcome: exit_code_of(outcome, RowAccount()) for outcome in Outcome if outcome is not Outcome.CHECKED}
    assert len(set(codes.values())) == len(codes)
    assert codes[Outcome.IMPORTED] == ExitCode.CLEAN
    assert exit_code_of(Outcome.CHECKED, RowAccount(2)) == ExitCode.CLEAN
    assert exit_code_of(Outcome.CHECKED, RowAccount(2, rejected=1)) == ExitCode.INCOMPLETE
    assert exit_code_of(Outcome.IMPORTED, RowAccount(2, 2), is_short=True) == ExitCode.INCOMPLETE
    assert exit_code_of(Outcome.FAILED, RowAccount(2), is_short=True) == ExitCode.FAILED


def test_a_run_that_lacks_memberships_has_its_exit_code_without_its_summary() -> None:
    """The ledger has them too, and is kept longer than the results."""
    run = replace(_run(run_state="ended", outcome="imported"), file=CheckedFile(memberships=3))
    done = replace(run, memberships=MembershipProgress(added=2, left_out=1))
    assert recorded(done).exit_code == ExitCode.CLEAN
    failed = replace(run, memberships=MembershipProgress(added=2, failed=1))
    assert [recorded(each).exit_code for each in (failed, run)] == [ExitCode.INCOMPLETE] * 2


def test_a_run_that_lacks_ids_has_its_exit_code_without_its_summary() -> None:
    """Some or all of those that were asked for."""
    file = CheckedFile(notes_ids=True)
    run = replace(_run(run_state="ended", outcome="imported"), file=file, parts={1: PartJob("job", 3)})
    missing, done = (replace(run, ids=NotedIds(3 - count, count, "v1")) for count in (1, 0))
    assert [recorded(each).exit_code for each in (run, missing)] == [ExitCode.INCOMPLETE] * 2
    assert recorded(done).exit_code == ExitCode.CLEAN
    assert recorded(replace(run, parts={})).exit_code == ExitCode.CLEAN, "nothing was given to Cognito"
    assert recorded(replace(done, rows=RowAccount(4, imported=4))).exit_code == ExitCode.INCOMPLETE, "one is not listed"


def test_of_several_runs_the_worst_counts() -> None:
    """Failed is worse than stopped, any end than none."""
    assert worst([]) == ExitCode.CLEAN
    assert worst([ExitCode.INCOMPLETE, ExitCode.FAILED, ExitCode.STOPPED, ExitCode.CLEAN]) == ExitCode.FAILED
    assert worst([ExitCode.INCOMPLETE, ExitCode.REJECTED]) == ExitCode.REJECTED


def _on_a_terminal(stage: Stage, *arguments: str | Path, answer: str = "", **env: str) -> tuple[int, str]:
    """The exit code of the installed command on a terminal, and all that was drawn."""
    ours, theirs = pty.openpty()
    command = [str(python_script("cognito-drop")), *map(str, arguments)]
    environment = {"PATH": os.defpath, "TERM": "xterm-256color", "COLUMNS": "110", **stage.env, **env}
    with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        drawn, deadline = b"", time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    drawn += os.read(ours, 1 << 16)
                except OSError:  # the terminal is closed
                    break
        code = process.wait(timeout=PATIENCE)
    os.close(ours)
    return code, drawn.decode()


def test_a_terminal_is_drawn_on(stage: Stage, tmp_path: Path) -> None:
    """A bar that moves, in colors, and the outcome below it."""
    file = tmp_path / "drawn.csv"
    file.write_text(users("drawn", 1500))
    code, drawn = _on_a_terminal(
        stage, "drop", file, "--pool", "guests", "--wait", "--interval", "0.2"
    )  # fmt: skip
    assert code == ExitCode.CLEAN
    for words in ("waiting to be accepted", "drawn.csv", "importing", "━", "of 1,500 rows"):
        assert words in drawn
    assert re.search(r"drawn\.csv +imported +━", re.sub(r"\x1b\[[0-9;]*m", "", drawn)), "the last bar says how it ended"
    assert "\x1b[32mimported" in drawn
    assert "\x1b[1A" in drawn, "lines are drawn over"


def test_no_color_is_respected(stage: Stage, tmp_path: Path) -> None:
    """Nothing is colored where NO_COLOR is set."""
    file = tmp_path / "grey.csv"
    file.write_text(users("grey", 2))
    code, drawn = _on_a_terminal(
        stage, "drop", file, "--pool", "guests", "--wait", "--interval", "0.2", NO_COLOR="1"
    )  # fmt: skip
    assert code == ExitCode.CLEAN
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", drawn)


def test_a_question_is_asked_on_a_terminal(stage: Stage, tmp_path: Path) -> None:
    """No is no, and has an exit code of its own; yes drops the rows again."""
    file = tmp_path / "asked.csv"
    file.write_text(users("asked", 4, bad=1))
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    code, drawn = _on_a_terminal(stage, "retry", run_id, answer="n\n")
    assert code == ExitCode.NOT_NOW
    assert "Not fixed: 1 of 1 row in retry.csv, rejected or failed before." in drawn.replace("\r\n", " ")
    assert "Canceled; nothing was changed." in drawn
    code, drawn = _on_a_terminal(stage, "retry", run_id, answer="y\n")
    assert code == ExitCode.CLEAN
    assert f"Dropped the rows of {run_id[:8]} again" in drawn
