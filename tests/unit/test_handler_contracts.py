"""The functions and the state machine agree: a whole run is handed from handler to handler as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.check_import import handler as check_import
from lambdas.core.import_job import JobCounts
from lambdas.core.pacing import PollBounds
from lambdas.core.run_state import CheckedFile, JobProgress, drop_in
from lambdas.preflight import handler as preflight
from lambdas.report_run import handler as report_run
from lambdas.runtime.boundary import UnexpectedError
from lambdas.start_import import handler as start_import
from lambdas.start_import import import_start
from lambdas.start_import.import_start import ImportStart
from tests.unit.fakes import InMemoryDrops, InMemoryImports, InMemoryLedger
from tests.unit.samples import HEADER, POOL_ID, ROLE, drop, pool

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r")
CANARY = "maria.canary"
GOOD = f"{HEADER}\n{CANARY},Maria Canary,{CANARY}@example.com,TRUE,FALSE\n".encode()


@dataclass
class Run:
    """The state of one execution, and the functions that it calls."""

    state: dict[str, Any]
    imports: InMemoryImports
    drops: InMemoryDrops

    def call(self, handler: Callable[..., Any], at: str) -> Any:  # noqa: ANN401  (JSON)
        """Do as a state of the workflow does: whole state in, answer at a path of its own, all of it JSON."""
        answer = json.loads(json.dumps(handler(json.loads(json.dumps(self.state)), CONTEXT)))
        self.state[at] = answer
        return answer

    def until_reported(self) -> Any:  # noqa: ANN401  (JSON)
        """The straight path with two looks at the job."""
        self.call(preflight.lambda_handler, "file")
        self.call(start_import.lambda_handler, "job")
        self.imports.advance("import-0000000000", "InProgress")
        self.call(check_import.lambda_handler, "job")
        self.imports.advance("import-0000000000", "Succeeded", JobCounts(imported=1))
        self.call(check_import.lambda_handler, "job")
        return self.call(report_run.lambda_handler, "report")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a good file, as accept_drop starts it."""
    imports, drops, ledger = InMemoryImports(pool()), InMemoryDrops({drop(): GOOD}), InMemoryLedger()
    bounds = PollBounds(10, 600)
    for module, name, made in (
        (preflight, "_collaborators", preflight.Collaborators(imports, drops, {"people": POOL_ID})),
        (start_import, "_import_start", ImportStart(imports, drops, ledger, ROLE, (), bounds)),
        (check_import, "_collaborators", check_import.Collaborators(imports, bounds)),
        (report_run, "_collaborators", report_run.Collaborators(imports, drops, ledger, timedelta(days=90))),
    ):
        monkeypatch.setattr(module, name, lambda made=made: made)
    monkeypatch.setattr(import_start, "upload", imports.upload)
    state = {"run_id": drop().run_id, "bucket": "drops", "key": drop().key, "version_id": "v1"}
    return Run(state, imports, drops)


def test_preflights_answer_is_what_the_next_states_read(run: Run) -> None:
    """`usable` for the workflow, pool and rows for the functions."""
    run.call(preflight.lambda_handler, "file")
    assert run.state["file"] == {"usable": True, "pool_id": POOL_ID, "rows": 1, "problem": None}
    assert CheckedFile.in_state(run.state) == CheckedFile(POOL_ID, 1)
    assert drop_in(run.state) == drop()


def test_start_imports_answer_is_what_the_next_states_read(run: Run) -> None:
    """`status` and `wait_seconds` for the workflow, the rest for the next look."""
    run.call(preflight.lambda_handler, "file")
    run.call(start_import.lambda_handler, "job")
    assert run.state["job"] == {"job_id": "import-0000000000", "status": "Pending", "wait_seconds": 10, "done": 0}
    assert JobProgress.in_state(run.state).job_id == "import-0000000000"


def test_check_imports_answer_has_the_shape_of_start_imports(run: Run) -> None:
    """Both stand at the same place in the state, and each look reads the one before."""
    run.call(preflight.lambda_handler, "file")
    started = run.call(start_import.lambda_handler, "job")
    looked = run.call(check_import.lambda_handler, "job")
    assert looked.keys() == started.keys()
    assert isinstance(looked["wait_seconds"], int)


def test_the_report_has_what_the_last_states_read(run: Run) -> None:
    """The publish gets texts, the choice a boolean, the end a word and a headline."""
    report = run.until_reported()
    assert report.keys() == {"outcome", "succeeded", "headline", "notification"}
    assert (report["outcome"], report["succeeded"], report["headline"]) == ("imported", True, "Imported all 1 users")
    notification = report["notification"]
    assert notification.keys() == {"subject", "message", "outcome", "pool", "has_failures"}
    assert all(isinstance(text, str) and text for text in notification.values())


def test_a_rejected_file_goes_from_preflight_to_its_report(run: Run) -> None:
    """Without a job in between."""
    run.drops.objects[drop()] = b""
    assert run.call(preflight.lambda_handler, "file")["usable"] is False
    report = run.call(report_run.lambda_handler, "report")
    assert (report["outcome"], report["succeeded"]) == ("rejected", False)


def test_a_caught_error_goes_to_the_report(run: Run) -> None:
    """As the workflow's Catch writes it into the state."""
    run.state["error"] = {"Error": "RefusedError", "Cause": json.dumps({"errorMessage": "Upload: HTTP 403"})}
    report = run.call(report_run.lambda_handler, "report")
    assert (report["outcome"], report["succeeded"]) == ("failed", False)
    assert "RefusedError: Upload: HTTP 403" in report["notification"]["message"]


def test_a_state_of_another_release_is_an_error(run: Run) -> None:
    """Functions and workflow are deployed together; nothing is guessed when they were not."""
    run.state["file"] = {"usable": True}
    with pytest.raises(UnexpectedError, match="KeyError"):
        run.call(start_import.lambda_handler, "job")


def test_no_value_of_a_row_is_in_log_or_state(run: Run, log: io.StringIO) -> None:
    """Nor the upload URL: what travels is ids, counts and statuses."""
    run.until_reported()
    assert run.imports.files["import-0000000000"] == GOOD
    assert CANARY not in log.getvalue() + json.dumps(run.state)
    assert {json.loads(line)["run_id"] for line in log.getvalue().splitlines()} == {drop().run_id}
