"""What the command says of runs that are held, and of one that waits for an import job of another program."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import MagicMock, patch

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.cli.commands.runs import _row
from cognito_drop.cli.doctor.waiting import waiting_findings
from cognito_drop.cli.ledger_reader import LedgerReader
from cognito_drop.cli.run_text import description, line, name
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context

NOW = datetime.now(UTC)
SINCE = (NOW - timedelta(seconds=507)).isoformat()
UNTIL = datetime(2026, 7, 2, 8, 30, tzinfo=UTC)
HOLD = Hold(HoldReason.JOBS_PER_DAY, UNTIL.timestamp())


def _run(state: RunState, *, version: str = "v1", hold: Hold | None = None, part: PartJob | None = None) -> RunRecord:
    return RunRecord(
        drop=Drop("drops", "inbox/people/users.csv", version), state=state, dropped_at="2026-07-01T00:00:00Z", size=10,
        pool_id="us-east-1_AbCdEf123", file=CheckedFile(rows=40, part_rows=(40,)), hold=hold,
        parts={1: part} if part else {},
    )  # fmt: skip


WAITS = _run(
    RunState.IMPORTING, part=PartJob("import-1", uploaded=True, refusals=3, refused_since=SINCE, waits_for_other=True)
)
HELD = _run(RunState.WAITING, hold=HOLD)


def _status(run: RunRecord) -> str:
    shown = io.StringIO()
    Console(file=shown, width=10_000).print(description(recorded(run)))
    return shown.getvalue()


def test_a_run_that_waits_for_another_job_says_so_and_since_when() -> None:
    """In `status`, `watch`, and `runs`; it is not said to import 0 of 40 rows."""
    said = "waiting for another import job in this account"
    assert f"state     {said}" in _status(WAITS)
    assert re.search(r"progress  since \d+ (min|h)( \d+ min)?", _status(WAITS))
    assert "of 40 rows" not in _status(WAITS)
    assert re.fullmatch(rf"{name(WAITS)}: {said}, since \d+ (min|h)( \d+ min)?", line(recorded(WAITS), name(WAITS)))
    assert re.fullmatch(rf"importing \({said}, since \d+ (min|h)( \d+ min)?\)", str(_row(WAITS)[4]))
    wait = recorded(WAITS).to_json()["job_wait"]
    assert wait == {"other_job": True, "since": SINCE, "message": said}


def test_a_held_run_says_until_when_and_why() -> None:
    """In the same places."""
    said = "held until 2026-07-02 08:30 UTC: the pool's import jobs of 24 hours are used up (jobs_per_day)"
    assert f"state    {said}" in _status(HELD)
    assert _row(HELD)[4] == f"waiting ({said})"
    held = recorded(HELD).to_json()["held"]
    assert held == {"reason": "jobs_per_day", "until": UNTIL.isoformat(), "message": said}


def test_a_run_that_is_being_stopped_is_listed_so() -> None:
    """Until it has ended."""
    assert _row(replace(WAITS, is_stopped=True))[4] == "importing (being stopped)"
    assert _row(replace(WAITS, is_stopped=True, state=RunState.ENDED))[4] == "ended"


@pytest.mark.parametrize("state", [RunState.ACCEPTED, RunState.REPORTING, RunState.ENDED])
def test_a_run_that_is_elsewhere_neither_is_held_nor_waits(state: RunState) -> None:
    """Whatever is recorded of earlier."""
    made = recorded(_run(state, hold=HOLD, part=WAITS.parts[1])).to_json()
    assert (made["held"], made["job_wait"]) == (None, None)


def test_doctor_names_held_runs_by_pool_and_the_run_that_waits() -> None:
    """With what to do."""
    runs = [WAITS, HELD, _run(RunState.WAITING, version="v2", hold=HOLD), _run(RunState.WAITING, version="v3")]
    context: Any = SimpleNamespace(ledger=SimpleNamespace(runs=lambda _: runs))
    waits, held = waiting_findings(cast("Context", context))
    assert waits.code == "waits_for_other_job"
    said = (
        rf"The run {WAITS.short_id} is waiting for another import job in this account, since \d+ (min|h)( \d+ min)?\."
    )
    assert re.fullmatch(said, waits.message)
    assert held.code == "runs_held"
    assert held.message.startswith("2 runs of the pool people: held until 2026-07-02 08:30 UTC: ")
    assert "jobs_per_day" in held.fix


def test_doctor_names_a_pool_whose_jobs_are_not_counted() -> None:
    """Both say that it is for the moment, and that no one has to act."""
    run = _run(RunState.WAITING, hold=Hold(HoldReason.JOBS_UNKNOWN, UNTIL.timestamp()))
    context: Any = SimpleNamespace(ledger=SimpleNamespace(runs=lambda _: [run]))
    (held,) = waiting_findings(cast("Context", context))
    assert held.message == (
        "1 run of the pool people: held until 2026-07-02 08:30 UTC: the pool's import jobs are counted again soon, as "
        f"Cognito throttled the call or gave no answer (jobs_per_day, jobs_in_reserve) (the first, {run.short_id})."
    )
    assert held.fix.startswith("No action is needed for a few minutes")


def test_a_pause_is_as_its_parameter_is_now() -> None:
    """In `status` and `runs`, by `find` too; where it has ended, the ledger has the hold until the next sweep."""
    run = _run(RunState.WAITING, hold=Hold(HoldReason.PAUSED))
    paused: dict[str, str] = {"people": SINCE}
    reader = LedgerReader(MagicMock(), "ledger", cast("Any", SimpleNamespace(all=lambda: paused)))
    with patch.multiple(RunLedger, find=lambda *_: run, in_state=lambda _, state, **__: [run][: state == run.state]):
        (held,) = reader.runs()
        said = "held: imports into the pool are paused (`cognito-drop resume people`)"
        assert (_row(held)[4], reader.run(run.run_id).hold) == (f"waiting ({said})", held.hold)
        context: Any = SimpleNamespace(ledger=reader)
        (found,) = waiting_findings(context)
        assert found.fix == "Resume the imports with `cognito-drop resume people`."
        paused.clear()
        (released,) = reader.runs()
        said = "held: the pause has ended, and the run is released within five minutes"
        assert (_row(released)[4], recorded(released).to_json()["held"]) == (
            f"waiting ({said})", {"reason": "paused", "until": None, "message": said},
        )  # fmt: skip
        assert f"state    {said}" in _status(reader.run(run.run_id))
        assert waiting_findings(context) == []


def test_pauses_are_read_for_paused_runs_only_and_may_be_denied() -> None:
    """Somebody who may read the ledger only is told what it has."""
    run = _run(RunState.WAITING, hold=Hold(HoldReason.PAUSED))
    pauses = MagicMock()
    pauses.all.side_effect = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParametersByPath")
    reader = LedgerReader(MagicMock(), "ledger", pauses)
    with patch.object(RunLedger, "find", side_effect=[HELD, replace(run, state=RunState.ENDED), run]):
        assert [reader.run(run.run_id).state for _ in range(2)] == [RunState.WAITING, RunState.ENDED]
        pauses.all.assert_not_called()
        assert "`cognito-drop resume [ALIAS]`" in _status(reader.run(run.run_id))
    pauses.all.side_effect = ClientError({"Error": {"Code": "InternalServerError"}}, "GetParametersByPath")
    with patch.object(RunLedger, "find", return_value=run), pytest.raises(ClientError):
        reader.run(run.run_id)


def test_doctor_has_the_commands_with_the_run_and_the_pool() -> None:
    """Ready to copy."""
    first = _run(RunState.WAITING, hold=Hold(HoldReason.FIRST_PART))
    paused = _run(RunState.WAITING, version="v2", hold=Hold(HoldReason.PAUSED))
    context: Any = SimpleNamespace(ledger=SimpleNamespace(runs=lambda _: [first, paused]))
    fixes = " ".join(one.fix for one in waiting_findings(cast("Context", context)))
    assert f"`cognito-drop continue {first.short_id}`" in fixes
    assert f"`cognito-drop stop {first.short_id}`" in fixes
    assert "`cognito-drop resume people`" in fixes
