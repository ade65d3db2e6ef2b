"""The functions and the state machine agree: a whole run is handed from handler to handler as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambdas.adapters.errors import RefusedError
from lambdas.adapters.ledger import Ledger
from lambdas.adapters.turnstile import Turnstile
from lambdas.check_import import handler as check_import
from lambdas.collect_part import handler as collect_part
from lambdas.core.import_job import JobCounts
from lambdas.core.pacing import PollBounds
from lambdas.core.run_record import RunState
from lambdas.core.run_state import CheckedFile, JobProgress, PartProgress, drop_in
from lambdas.preflight import handler as preflight
from lambdas.report_run import handler as report_run
from lambdas.runtime.boundary import UnexpectedError
from lambdas.start_import import handler as start_import
from lambdas.start_import import import_start
from lambdas.start_import.import_start import ImportStart
from lambdas.stop_import import handler as stop_import
from lambdas.turn import handler as turn
from lambdas.turn.turn_taking import TurnTaking
from tests.ledger_table import TABLE, create_ledger_table
from tests.unit.fake_ledger import InMemoryExecutions
from tests.unit.fakes import InMemoryBus, InMemoryLog
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, ROLE, checked, csv_file, drop, row

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

    from lambdas.core.drop import Drop

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r",
    get_remaining_time_in_millis=lambda: 600_000,
)  # fmt: skip
NOW = datetime(2026, 7, 1, 12, 1, tzinfo=UTC)
CANARY = "maria.canary"
GOOD = csv_file(row(CANARY), row("jose"), row("canary", verified="canary"), row("ana"))
PART_ROWS = 2
POOL = {
    "id": POOL_ID, "rejected_rows": "import", "known_users": "warn", "unknown_columns": "refuse",
    "part_rows": PART_ROWS, "password_hash_algorithm": "BCRYPT", "preset": None,
}  # fmt: skip


@dataclass
class Run:
    """The state of one execution, and the functions that it calls."""

    state: dict[str, Any]
    world: ReportWorld
    log: InMemoryLog
    ledger: Ledger
    executions: InMemoryExecutions

    def call(self, handler: Callable[..., Any], at: str) -> Any:  # noqa: ANN401  (JSON)
        """Do as a state of the workflow does: whole state in, answer at a path of its own, all of it JSON."""
        answer = json.loads(json.dumps(handler(json.loads(json.dumps(self.state)), CONTEXT)))
        self.state[at] = answer
        return answer

    def take_turn(self) -> Any:  # noqa: ANN401  (JSON)
        """Do as the state does that waits behind a token: whole state and token in, no answer kept."""
        event = {"state": json.loads(json.dumps(self.state)), "task_token": "a token"}
        return json.loads(json.dumps(turn.lambda_handler(event, CONTEXT)))  # type: ignore[arg-type]  # what is read of it

    def pass_turn(self) -> Any:  # noqa: ANN401  (JSON)
        """Do as the state does that passes the turn on."""
        return self.call(lambda state, context: turn.lambda_handler({"state": state}, context), "turn")

    @property
    def run_state(self) -> RunState:
        """How far the run is, as the ledger says."""
        return self.ledger.read(drop().run_id).state

    def begin_import(self) -> None:
        """The straight path to the first start."""
        self.call(preflight.lambda_handler, "file")
        self.take_turn()

    def import_part(self, rows: int) -> None:
        """Start a part, look at it twice, read its log."""
        job_id = self.call(start_import.lambda_handler, "job")["job_id"]
        self.world.imports.advance(job_id, "InProgress")
        self.call(check_import.lambda_handler, "job")
        self.world.imports.advance(job_id, "Succeeded", JobCounts(imported=rows))
        self.log.written[job_id] = [
            f"[SUCCEEDED] Line Number {number} - The import succeeded. {CANARY}" for number in range(2, rows + 2)
        ]
        self.call(check_import.lambda_handler, "job")
        self.call(collect_part.lambda_handler, "part")

    def until_reported(self) -> Any:  # noqa: ANN401  (JSON)
        """The straight path, with two parts."""
        self.begin_import()
        self.import_part(2)
        self.import_part(1)
        self.pass_turn()
        return self.call(report_run.lambda_handler, "report")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, aws: None) -> Run:  # noqa: ARG001
    """A run of a file with a bad row, as accept_drop starts it."""
    world, log, executions = ReportWorld(part_rows=PART_ROWS), InMemoryLog(), InMemoryExecutions()
    client = boto3.client("dynamodb", region_name="us-east-1")
    create_ledger_table(client)
    ledger, turnstile = Ledger(client, TABLE), Turnstile(client, TABLE)
    _drop(ledger, world, drop())
    bounds, bus = PollBounds(10, 600), InMemoryBus()
    settings = start_import.StartImportSettings("ledger", ROLE, {"people": POOL}, "pool", 10, 600)
    start = ImportStart(world.imports, world.workspace, ledger, ROLE, (), bounds, NOW.timestamp)
    collect = collect_part.Collaborators(world.imports, log, world.workspace, ledger, 6, 20)
    taking = TurnTaking(ledger, turnstile, executions, world.imports, bus, "account", 600, lambda: NOW)
    for module, name, made in (
        (preflight, "_preflight", world.preflight_with(ledger)),
        (turn, "_turn_taking", taking),
        (start_import, "_settings", settings),
        (start_import, "_import_start", start),
        (check_import, "_collaborators", check_import.Collaborators(world.imports, bounds)),
        (collect_part, "_collaborators", collect),
        (stop_import, "_collaborators", stop_import.Collaborators(world.imports, ledger, 10, NOW.timestamp)),
        (report_run, "_report", world.reports_with(ledger)),
        (report_run, "_bus", bus),
        (start_import, "_bus", bus),
        (start_import, "_ledger", ledger),
    ):
        monkeypatch.setattr(module, name, lambda made=made: made)
    monkeypatch.setattr(import_start, "upload", world.imports.upload)
    state = {"run_id": drop().run_id, "bucket": "drops", "key": drop().key, "version_id": "v1"}
    return Run(state, world, log, ledger, executions)


def _drop(ledger: Ledger, world: ReportWorld, dropped: Drop, data: bytes = GOOD) -> None:
    world.s3.drop(dropped, data)
    ledger.accept(dropped, size=len(data), dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")


def test_preflights_answer_is_what_the_next_states_read(run: Run) -> None:
    """`importable` for the workflow; pool, rows and parts for the functions."""
    run.call(preflight.lambda_handler, "file")
    assert run.state["file"] == {
        "importable": True, "pool_id": POOL_ID, "pool_name": "people", "rows": 4, "rejected": 1, "part_rows": [2, 1],
        "problem": None, "is_dry_run": False, "is_imported": False, "is_in_line": False,
    }  # fmt: skip
    assert CheckedFile.in_state(run.state) == checked(2, 1, rows=4, rejected=1)
    assert drop_in(run.state) == drop()


def test_a_run_takes_its_turn_and_is_woken(run: Run) -> None:
    """The token wakes the state, whose result is not kept; the ledger says whose turn it is."""
    run.call(preflight.lambda_handler, "file")
    assert run.take_turn() == {"place": 0}
    assert run.executions.woken == ["a token"]
    assert run.run_state is RunState.IMPORTING


def test_a_run_whose_turn_it_is_not_learns_its_place(run: Run) -> None:
    """It is not woken before the one that came first passes the turn on."""
    other = drop("inbox/people/a.csv")
    _drop(run.ledger, run.world, other)
    of_other = replace(run, state=run.state | {"run_id": other.run_id, "key": other.key})
    of_other.begin_import()
    run.call(preflight.lambda_handler, "file")
    assert run.take_turn() == {"place": 1}
    assert run.executions.woken == ["a token"]
    assert of_other.pass_turn() == {"passed": True, "wait_seconds": 0}
    assert run.executions.woken == ["a token", "a token"]
    assert run.run_state is RunState.IMPORTING


def test_the_turns_answer_is_what_the_workflow_reads(run: Run) -> None:
    """`passed`, and how long to wait while a job of the run is active."""
    run.begin_import()
    run.call(start_import.lambda_handler, "job")
    assert run.pass_turn() == {"passed": False, "wait_seconds": 600}
    run.world.imports.advance(run.state["job"]["job_id"], "Failed")
    assert run.pass_turn() == {"passed": True, "wait_seconds": 0}
    assert run.run_state is RunState.REPORTING


def test_stop_imports_answer_has_the_shape_of_start_imports(run: Run) -> None:
    """It stands at the same place in the state; the job that is told to stop is looked at and collected from there."""
    run.begin_import()
    started = run.call(start_import.lambda_handler, "job")
    stopping = run.call(stop_import.lambda_handler, "job")
    assert stopping == {**started, "status": "Stopping"}
    run.world.imports.advance(started["job_id"], "Stopped")
    run.call(check_import.lambda_handler, "job")
    run.state["settle"] = True
    assert run.call(collect_part.lambda_handler, "part")["more"] is False
    assert run.pass_turn()["passed"] is True
    assert run.call(report_run.lambda_handler, "report")["outcome"] == "stopped"


def test_start_imports_answer_is_what_the_next_states_read(run: Run) -> None:
    """`status` and `wait_seconds` for the workflow, the rest for the next look; the pool's setting goes to Cognito."""
    run.begin_import()
    run.call(start_import.lambda_handler, "job")
    assert run.state["job"] == {
        "part": 1, "job_id": "import-0000000000", "status": "Pending", "wait_seconds": 10, "done": 0,
    }  # fmt: skip
    assert JobProgress.in_state(run.state).job_id == "import-0000000000"
    assert run.world.imports.algorithms == ["BCRYPT"]


def test_check_imports_answer_has_the_shape_of_start_imports(run: Run) -> None:
    """Both stand at the same place in the state, and each look reads the one before."""
    run.begin_import()
    started = run.call(start_import.lambda_handler, "job")
    looked = run.call(check_import.lambda_handler, "job")
    assert looked.keys() == started.keys()
    assert isinstance(looked["wait_seconds"], int)


def test_collect_parts_answer_leads_to_the_next_part(run: Run) -> None:
    """`complete`, `more` and `wait_seconds` for the workflow; the number for the next start."""
    run.begin_import()
    run.import_part(2)
    assert run.state["part"] == {"number": 1, "complete": True, "more": True, "looks": 0, "wait_seconds": 0}
    run.import_part(1)
    assert (run.state["job"]["part"], run.state["job"]["job_id"]) == (2, "import-0000000001")
    assert PartProgress.in_state(run.state) == PartProgress(2, complete=True, more=False)
    assert run.world.imports.files == {
        "import-0000000000": csv_file(row(CANARY), row("jose")), "import-0000000001": csv_file(row("ana")),
    }  # fmt: skip


def test_the_report_has_what_the_last_states_read(run: Run) -> None:
    """The publish gets texts, the choice a boolean, the end a word and a headline."""
    report = run.until_reported()
    assert report.keys() == {"outcome", "succeeded", "headline", "notification"}
    assert (report["outcome"], report["succeeded"]) == ("partly_imported", True)
    assert report["headline"] == "Imported 3 of 4 users, 1 rejected"
    notification = report["notification"]
    assert notification.keys() == {"subject", "message", "outcome", "pool", "has_failures"}
    assert all(isinstance(text, str) and text for text in notification.values())


def test_a_rejected_file_goes_from_preflight_to_its_report(run: Run) -> None:
    """Without a job in between."""
    run.world.s3.objects.clear()
    run.world.s3.drop(drop(), b"")
    assert run.call(preflight.lambda_handler, "file")["importable"] is False
    report = run.call(report_run.lambda_handler, "report")
    assert (report["outcome"], report["succeeded"]) == ("rejected", False)


def test_a_dry_run_goes_from_preflight_to_its_report(run: Run) -> None:
    """It succeeds."""
    dry = drop("check/people/users.csv")
    _drop(run.ledger, run.world, dry)
    run.state |= {"run_id": dry.run_id, "key": dry.key}
    assert run.call(preflight.lambda_handler, "file")["importable"] is False
    report = run.call(report_run.lambda_handler, "report")
    assert (report["outcome"], report["succeeded"]) == ("checked", True)
    assert report["headline"] == "Checked, 3 of 4 users can be imported"


def test_a_caught_error_goes_to_the_report(run: Run) -> None:
    """As the workflow's Catch writes it into the state."""
    run.state["error"] = {"Error": "RefusedError", "Cause": json.dumps({"errorMessage": "Upload: HTTP 403"})}
    report = run.call(report_run.lambda_handler, "report")
    assert (report["outcome"], report["succeeded"]) == ("failed", False)
    assert "RefusedError: Upload: HTTP 403" in report["notification"]["message"]


def test_a_state_of_another_release_is_an_error(run: Run) -> None:
    """Functions and workflow are deployed together; nothing is guessed when they were not."""
    run.state["file"] = {"importable": True}
    with pytest.raises(UnexpectedError, match="KeyError"):
        run.call(start_import.lambda_handler, "job")


def test_a_late_start_of_a_run_that_is_over_is_refused(run: Run) -> None:
    """An execution that was taken for dead comes back to life."""
    run.until_reported()
    with pytest.raises(RefusedError, match="The run is reported, and no job of it is started any more"):
        run.call(start_import.lambda_handler, "job")


def test_no_value_of_a_row_is_in_log_or_state(run: Run, log: io.StringIO) -> None:
    """Nor Cognito's own words on a row: what travels is ids, counts, codes and statuses."""
    run.until_reported()
    assert CANARY in run.world.files["imported.csv"].decode()
    assert "canary" not in log.getvalue() + json.dumps(run.state)
    assert {json.loads(line)["run_id"] for line in log.getvalue().splitlines()} == {drop().run_id}
