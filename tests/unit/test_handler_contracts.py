"""The functions and the state machine agree: a whole run is handed from handler to handler as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.check_import import handler as check_import
from lambdas.collect_part import handler as collect_part
from lambdas.core.import_job import JobCounts
from lambdas.core.pacing import PollBounds
from lambdas.core.run_state import CheckedFile, JobProgress, PartProgress, drop_in
from lambdas.preflight import handler as preflight
from lambdas.report_run import handler as report_run
from lambdas.runtime.boundary import UnexpectedError
from lambdas.start_import import handler as start_import
from lambdas.start_import import import_start
from lambdas.start_import.import_start import ImportStart
from tests.unit.fakes import InMemoryLog
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, ROLE, checked, csv_file, drop, row

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r")
CANARY = "maria.canary"
GOOD = csv_file(row(CANARY), row("jose"), row("canary", verified="canary"), row("ana"))
PART_ROWS = 2
POOL = {
    "id": POOL_ID, "rejected_rows": "import", "known_users": "warn", "unknown_columns": "refuse",
    "part_rows": PART_ROWS, "password_hash_algorithm": "BCRYPT",
}  # fmt: skip


@dataclass
class Run:
    """The state of one execution, and the functions that it calls."""

    state: dict[str, Any]
    world: ReportWorld
    log: InMemoryLog

    def call(self, handler: Callable[..., Any], at: str) -> Any:  # noqa: ANN401  (JSON)
        """Do as a state of the workflow does: whole state in, answer at a path of its own, all of it JSON."""
        answer = json.loads(json.dumps(handler(json.loads(json.dumps(self.state)), CONTEXT)))
        self.state[at] = answer
        return answer

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
        self.call(preflight.lambda_handler, "file")
        self.import_part(2)
        self.import_part(1)
        return self.call(report_run.lambda_handler, "report")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a file with a bad row, as accept_drop starts it."""
    world, log = ReportWorld(part_rows=PART_ROWS), InMemoryLog()
    world.s3.drop(world.drop, GOOD)
    bounds = PollBounds(10, 600)
    settings = start_import.StartImportSettings("ledger", ROLE, {"people": POOL}, "pool", 10, 600)
    for module, name, made in (
        (preflight, "_preflight", world.preflight),
        (start_import, "_settings", settings),
        (start_import, "_import_start", ImportStart(world.imports, world.workspace, world.ledger, ROLE, (), bounds)),
        (check_import, "_collaborators", check_import.Collaborators(world.imports, bounds)),
        (collect_part, "_collaborators", collect_part.Collaborators(world.imports, log, world.workspace, 6, 20)),
        (report_run, "_report", world.reports),
    ):
        monkeypatch.setattr(module, name, lambda made=made: made)
    monkeypatch.setattr(import_start, "upload", world.imports.upload)
    state = {"run_id": drop().run_id, "bucket": "drops", "key": drop().key, "version_id": "v1"}
    return Run(state, world, log)


def test_preflights_answer_is_what_the_next_states_read(run: Run) -> None:
    """`importable` for the workflow; pool, rows and parts for the functions."""
    run.call(preflight.lambda_handler, "file")
    assert run.state["file"] == {
        "importable": True, "pool_id": POOL_ID, "pool_name": "people", "rows": 4, "rejected": 1, "part_rows": [2, 1],
        "problem": None, "is_dry_run": False,
    }  # fmt: skip
    assert CheckedFile.in_state(run.state) == checked(2, 1, rows=4, rejected=1)
    assert drop_in(run.state) == drop()


def test_start_imports_answer_is_what_the_next_states_read(run: Run) -> None:
    """`status` and `wait_seconds` for the workflow, the rest for the next look; the pool's setting goes to Cognito."""
    run.call(preflight.lambda_handler, "file")
    run.call(start_import.lambda_handler, "job")
    assert run.state["job"] == {
        "part": 1, "job_id": "import-0000000000", "status": "Pending", "wait_seconds": 10, "done": 0,
    }  # fmt: skip
    assert JobProgress.in_state(run.state).job_id == "import-0000000000"
    assert run.world.imports.algorithms == ["BCRYPT"]


def test_check_imports_answer_has_the_shape_of_start_imports(run: Run) -> None:
    """Both stand at the same place in the state, and each look reads the one before."""
    run.call(preflight.lambda_handler, "file")
    started = run.call(start_import.lambda_handler, "job")
    looked = run.call(check_import.lambda_handler, "job")
    assert looked.keys() == started.keys()
    assert isinstance(looked["wait_seconds"], int)


def test_collect_parts_answer_leads_to_the_next_part(run: Run) -> None:
    """`complete`, `more` and `wait_seconds` for the workflow; the number for the next start."""
    run.call(preflight.lambda_handler, "file")
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
    run.world.s3.drop(dry, GOOD)
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


def test_no_value_of_a_row_is_in_log_or_state(run: Run, log: io.StringIO) -> None:
    """Nor Cognito's own words on a row: what travels is ids, counts, codes and statuses."""
    run.until_reported()
    assert CANARY in run.world.files["imported.csv"].decode()
    assert "canary" not in log.getvalue() + json.dumps(run.state)
    assert {json.loads(line)["run_id"] for line in log.getvalue().splitlines()} == {drop().run_id}
