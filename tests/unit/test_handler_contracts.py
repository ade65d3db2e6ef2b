"""The functions and the state machine agree: a whole run is handed from handler to handler as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import RefusedError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress, PartProgress, drop_in
from lambdas.add_members import handler as add_members
from lambdas.add_members.member_addition import MemberAddition
from lambdas.add_members.member_round import Tools
from lambdas.check_import import handler as check_import
from lambdas.collect_part import handler as collect_part
from lambdas.preflight import handler as preflight
from lambdas.report_run import handler as report_run
from lambdas.runtime.boundary import UnexpectedError
from lambdas.start_import import handler as start_import
from lambdas.stop_import import handler as stop_import
from tests.unit.handler_world import CANARY, KEPT, Run, begin_run, drop_into, give
from tests.unit.in_memory_groups import InMemoryGroups
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.members_world import ANY_GROUP, member, members_file
from tests.unit.samples import HEADER, POOL_ID, checked, drop, row

if TYPE_CHECKING:
    import io


def _with_hashes(*rows: str) -> bytes:
    """A part of rows without hashes for the pool, whose settings name an algorithm."""
    return "".join(f"{line}\n" for line in (f"{HEADER},password_hash", *(f"{each}," for each in rows))).encode()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, aws: None) -> Run:  # noqa: ARG001
    """A run of a file with a bad row, as accept_drop starts it."""
    return begin_run(monkeypatch)


def test_preflights_answer_is_what_the_next_states_read(run: Run) -> None:
    """`importable` for the workflow; pool, rows and parts for the functions."""
    run.call(preflight.lambda_handler, "file")
    start = f"staging/{drop().run_id}/part-000"
    versions = [run.world.s3.objects[f"{start}{number}.csv"][-1].version_id for number in (1, 2)]
    assert run.state["file"] == {
        "importable": True, "pool_id": POOL_ID, "pool_name": "people", "rows": 4, "rejected": 1, "part_rows": [2, 1],
        "problem": None, "is_dry_run": False, "known": 0, "memberships": 0, "is_imported": False, "is_queued": False,
        "part_algorithms": ["BCRYPT", "BCRYPT"], "settings": KEPT, "part_versions": versions, "is_stopped": False,
        "may_hold_hashes": False, "first_part": None, "notes_ids": False, "checked_by": "r",
    }  # fmt: skip
    file = replace(CheckedFile.from_json(run.state["file"]), settings="", part_versions=(), checked_by="")
    assert file == checked(2, 1, rows=4, rejected=1, part_algorithms=("BCRYPT", "BCRYPT"))
    assert drop_in(run.state) == drop()


def test_a_run_takes_its_lock_and_is_woken(run: Run) -> None:
    """The token wakes the state, whose result is not kept; the ledger says whose turn it is."""
    run.call(preflight.lambda_handler, "file")
    assert run.take_lock() == {"place": 0}
    assert run.executions.woken == ["a token"]
    assert run.run_state is RunState.IMPORTING


def test_a_run_whose_lock_it_is_not_learns_its_place(run: Run) -> None:
    """It is not woken before the one that came first release the lock."""
    other = drop("inbox/people/a.csv")
    drop_into(run.ledger, run.world, other)
    of_other = replace(run, state=run.state | {"run_id": other.run_id, "key": other.key})
    of_other.begin_import()
    run.call(preflight.lambda_handler, "file")
    assert run.take_lock() == {"place": 1}
    assert run.executions.woken == ["a token"]
    assert of_other.release_lock() == {"released": True, "wait_seconds": 0, "has_members": False, "has_ids": False}
    assert run.executions.woken == ["a token", "a token"]
    assert run.run_state is RunState.IMPORTING


def test_the_locks_answer_is_what_the_workflow_reads(run: Run) -> None:
    """`released`, and how long to wait while a job of the run is active."""
    run.begin_import()
    run.call(start_import.lambda_handler, "job")
    assert run.release_lock() == {"released": False, "wait_seconds": 600, "has_members": False, "has_ids": False}
    run.world.imports.advance(run.state["job"]["job_id"], "Failed")
    assert run.release_lock() == {"released": True, "wait_seconds": 0, "has_members": False, "has_ids": False}
    assert run.run_state is RunState.REPORTING


def test_stop_imports_answer_has_the_shape_of_start_imports(run: Run) -> None:
    """It stands at the same place in the state; the job that is told to stop is looked at and collected from there."""
    run.begin_import()
    started = run.call(start_import.lambda_handler, "job")
    stopping = run.call(stop_import.lambda_handler, "job")
    assert stopping == {**started, "status": "Stopping"}
    run.world.imports.advance(started["job_id"], "Stopped")
    run.call(check_import.lambda_handler, "job")
    assert run.call(collect_part.lambda_handler, "part")["more"] is False
    assert run.release_lock()["released"] is True
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


def test_a_run_goes_on_with_the_settings_that_its_file_was_checked_with(run: Run) -> None:
    """Whatever is deployed meanwhile: the file has a column of hashes, and its alias may be gone."""
    run.begin_import()
    run.world.pools["people"] = replace(run.world.pools["people"], password_hashes=["SCRYPT"])
    run.call(start_import.lambda_handler, "job")
    assert run.world.imports.algorithms == ["BCRYPT"]


def test_what_the_ledger_knows_is_not_read_from_the_state(run: Run) -> None:
    """A caller that starts an execution chooses its input: pool, settings, and counts come from the run's item."""
    run.begin_import()
    kept = json.loads(run.state["file"]["settings"])
    run.state["file"] |= {
        "settings": json.dumps({**kept, "password_hashes": ["SCRYPT"]}),
        "pool_id": "us-east-1_Other",
        "rows": 1,
        "part_rows": [1],
        "memberships": 5,
    }
    run.import_part(2)
    run.import_part(1)
    run.release_lock()
    report = run.call(report_run.lambda_handler, "report")
    assert run.world.imports.algorithms == ["BCRYPT", "BCRYPT"]
    assert (report["run_id"], report["outcome"]) == (drop().run_id, "partly_imported")


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
    assert run.state["part"] == {"number": 1, "complete": True, "more": True, "polls": 0, "wait_seconds": 0}
    run.import_part(1)
    assert (run.state["job"]["part"], run.state["job"]["job_id"]) == (2, "import-0000000001")
    assert PartProgress.in_state(run.state) == PartProgress(2, complete=True, more=False)
    assert run.world.imports.files == {
        "import-0000000000": _with_hashes(row(CANARY), row("jose")), "import-0000000001": _with_hashes(row("ana")),
    }  # fmt: skip


def test_the_report_has_what_the_last_states_read(run: Run) -> None:
    """The publish gets texts, the choice a boolean, the end a word and a headline."""
    report = run.until_reported()
    assert report.keys() == {"run_id", "outcome", "succeeded", "headline", "notification"}
    assert (report["outcome"], report["succeeded"]) == ("partly_imported", True)
    assert report["headline"] == "Imported 3 of 4 users, 1 rejected"
    notification = report["notification"]
    assert notification.keys() == {"subject", "message", "outcome", "pool", "has_failures"}
    assert all(isinstance(text, str) and text for text in notification.values())


def test_the_functions_publish_the_runs_events(run: Run) -> None:
    """Once each, though the run has two parts: it has started with its first part, and it has finished."""
    run.until_reported()
    assert [event.kind for event in run.world.bus.shown] == ["Import Run Started", "Import Run Finished"]


def test_add_members_answer_is_what_the_workflow_reads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`more` for the choice; the outcome of each is in a result file, and no value in the state."""
    run.world.s3.objects.clear()
    run.world.pools["people"] = replace(run.world.pools["people"], groups=ANY_GROUP)
    run.world.s3.drop(drop(), members_file(member(CANARY, "staff")))
    run.begin_import()
    run.import_part(1)
    run.release_lock()
    clock = Clock()
    groups = InMemoryGroups(clock, "staff")
    tools = Tools(groups, run.world.staging, run.ledger, InMemoryPace(10), lambda: clock.now, clock.sleep, float, map)
    give(monkeypatch, add_members.lambda_handler, MemberAddition(tools))
    assert run.state["file"]["memberships"] == 1
    assert run.call(add_members.lambda_handler, "members") == {"more": False, "done": 1}
    assert groups.members == {"staff": [CANARY]}
    message = json.loads(run.call(report_run.lambda_handler, "report")["notification"]["message"])
    assert json.loads(message["default"])["memberships"]["added"] == 1
    assert "1 added" in message["email"]
    assert run.world.files["groups.csv"].decode().splitlines()[1].startswith("2,staff,added")
    assert CANARY not in json.dumps(run.state)


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
    drop_into(run.ledger, run.world, dry)
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
    run.begin_import()
    run.call(start_import.lambda_handler, "job")
    run.state["job"] = {"part": 1}
    with pytest.raises(UnexpectedError, match="TypeError"):
        run.call(check_import.lambda_handler, "job")


def test_a_late_start_of_a_run_that_is_over_is_refused(run: Run) -> None:
    """An execution that was taken for dead comes back to life."""
    run.until_reported()
    with pytest.raises(RefusedError, match="The run is reported, and no more jobs can be started for it"):
        run.call(start_import.lambda_handler, "job")


def test_no_value_of_a_row_is_in_log_or_state(run: Run, log: io.StringIO) -> None:
    """Nor Cognito's own words on a row: what travels is ids, counts, codes and statuses."""
    run.until_reported()
    assert CANARY in run.world.files["imported.csv"].decode()
    assert "canary" not in log.getvalue() + json.dumps(run.state)
    assert {json.loads(line)["run_id"] for line in log.getvalue().splitlines()} == {drop().run_id}
