"""What `cognito-drop doctor` says of undos, without a deployed stack."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor.undos import undo_findings
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome, UndoPlan, UndoProgress, UndoRecord
from tests.unit.samples import POOL_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.cli.doctor.finding import Finding

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:undo"
NOW = datetime.now(UTC)
PLAN = UndoPlan(
    run_id="3f9a5c1e" + "0" * 24,
    bucket="drops",
    alias="people",
    pool_id=POOL_ID,
    ids_version="v",
    users=1200,
    imported=ImportedBy((), sends_hashes=False),
    choices=UndoChoices(include_confirmed=True, include_password_set=True),
)
UNDO = UndoRecord(
    PLAN,
    NOW.isoformat(),
    execution=f"{PLAN.undo_id}-2",
    rounds=3,
    progress=UndoProgress(deleted=1000, reasons={UndoReason.GONE: 1}),
)
COMMAND = "cognito-drop undo 3f9a5c1e --include-confirmed --include-password-set"


def _found(
    *undos: UndoRecord, ended: Mapping[str, tuple[str, ...]] | None = None, machine: str = MACHINE
) -> list[Finding]:
    """The findings; `ended` are the names of executions that ended lately, by their status."""

    def pages(*, stateMachineArn: str, statusFilter: str) -> list[dict[str, Any]]:  # noqa: N803  (the service's names)
        assert stateMachineArn == MACHINE
        return [{"executions": [{"name": name, "stopDate": NOW} for name in (ended or {}).get(statusFilter, ())]}]

    context: Any = SimpleNamespace(
        aws=SimpleNamespace(stepfunctions=SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=pages))),
        ledger=SimpleNamespace(undos=lambda **_: undos),
        deployment=SimpleNamespace(
            undo_machine=machine,
            pools={"people": ServedPool("people", PoolSettings(POOL_ID, ids=True, undo=True))},
        ),
    )
    return undo_findings(context)


@pytest.mark.parametrize(
    ("status", "how"), [("ABORTED", "was stopped"), ("FAILED", "failed"), ("TIMED_OUT", "timed out")]
)
def test_an_undo_whose_execution_ended_early_is_found(status: str, how: str) -> None:
    """With the command that continues the same undo."""
    (found,) = _found(UNDO, ended={status: (UNDO.execution, PLAN.undo_id)})
    assert (found.code, found.command) == ("undo_not_complete", COMMAND)
    assert found.message == f"The undo {PLAN.short_id} {how} with 1,001 of 1,200 users processed."


def test_an_undo_that_says_that_it_failed_is_found() -> None:
    """With the error that ended it."""
    failed = replace(UNDO, outcome=UndoOutcome.FAILED, ended_at=NOW.isoformat(), error="AccessDenied: denied")
    (found,) = _found(failed)
    assert found.message.endswith(" failed with 1,001 of 1,200 users processed: AccessDenied: denied.")
    assert found.command == COMMAND


def test_an_undo_that_was_reported_after_its_execution_is_found_once() -> None:
    """The ledger says how the execution has ended, and Step Functions says so too."""
    failed = replace(UNDO, outcome=UndoOutcome.FAILED, ended_at=NOW.isoformat(), error="its execution failed")
    (found,) = _found(failed, ended={"FAILED": (UNDO.execution,)})
    assert (found.code, found.command) == ("undo_not_complete", COMMAND)


@pytest.mark.parametrize(
    "undo",
    [
        replace(UNDO, execution=f"{PLAN.undo_id}-3"),
        replace(UNDO, execution=""),
        replace(UNDO, outcome=UndoOutcome.UNDONE, ended_at=NOW.isoformat()),
        replace(UNDO, outcome=UndoOutcome.FAILED, ended_at=(NOW - timedelta(days=8)).isoformat()),
    ],
)
def test_other_undos_are_none(undo: UndoRecord) -> None:
    """One that goes on after an execution that was stopped, one that has not begun, one that has ended, an old one."""
    assert _found(undo, ended={"ABORTED": (UNDO.execution,)}) == []


def test_executions_that_failed_without_an_undo_to_continue_are_found() -> None:
    """Of a run that cannot be undone, and of an undo whose notification was not sent; not of one that went on."""
    undone = replace(UNDO, outcome=UndoOutcome.UNDONE, ended_at=NOW.isoformat())
    (found,) = _found(undone, ended={"FAILED": ("of-nothing", PLAN.undo_id, undone.execution)})
    assert found.code == "undo_executions_failed"
    assert found.message == f"2 executions of undos failed in the last 7 days: of-nothing, {undone.execution}."


def test_a_stack_that_lacks_the_undo_of_a_pool_is_found() -> None:
    """Its command could start nothing."""
    (found,) = _found(machine="")
    assert found.code == "undo_not_deployed"
    assert found.message == "The pool people has the setting `undo`, and the stack has no state machine for undos."
