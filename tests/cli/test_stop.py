"""The end of a run's newest execution: stopped by the command, or over before."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.ledger_items import record_of
from cognito_drop.cli.commands.stop import _stop_execution
from cognito_drop.cli.errors import CommandError
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import Outcome, RunState
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from cognito_drop.core.runs.run_record import RunRecord

DROP = {"bucket": "drops", "key": "inbox/people/users.csv", "version_id": "1", "dropped_at": "2026-11-24T10:00:00Z"}
RUN = record_of({**run_key(Drop("drops", DROP["key"], "1").run_id), "run_state": "importing", **DROP})


def stopped(status: str | Exception, now: RunRecord = RUN) -> list[str]:
    """Stop the run, whose execution has this status then, and which is this now; return what was asked for."""
    asked: list[str] = []

    def describe(**_: str) -> dict[str, str]:
        if isinstance(status, Exception):
            raise status
        return {"status": status}

    client = SimpleNamespace(
        stop_execution=lambda **said: asked.append(said["executionArn"]), describe_execution=describe
    )
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(stepfunctions=client),
        deployment=SimpleNamespace(execution_arn=lambda name: f"arn:{name}"),
        ledger=SimpleNamespace(run=lambda _: now),
    )
    _stop_execution(context, RUN)
    return asked


@pytest.mark.parametrize("status", ["FAILED", "SUCCEEDED"])
def test_run_whose_execution_has_failed_is_not_said_to_be_stopped(status: str) -> None:
    """StopExecution answers as if it had stopped it, and the sweep resumes the import."""
    with pytest.raises(CommandError) as raised:
        stopped(status)
    assert raised.value.message.startswith(f"The run {RUN.short_id} was not stopped: ")
    assert f"`cognito-drop repair {RUN.short_id}`" in raised.value.hint


def test_run_that_has_ended_meanwhile_is_said_to_be_over() -> None:
    """Its execution has succeeded, and nothing continues."""
    with pytest.raises(CommandError) as raised:
        stopped("SUCCEEDED", replace(RUN, state=RunState.ENDED, outcome=Outcome.IMPORTED))
    assert raised.value.message == f"The import of the run {RUN.short_id} is over: it was imported."


DENIED = ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeExecution")


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "RUNNING", DENIED])
def test_run_that_the_sweep_ends_is_stopped(status: str | Exception) -> None:
    """An execution that was stopped or has timed out leads to the end of the run; who may not ask stops it too."""
    assert stopped(status) == [f"arn:{RUN.execution_name}"]


def test_other_errors_are_not_passed_over() -> None:
    """They may be why nothing was stopped."""
    with pytest.raises(ClientError):
        stopped(ClientError({"Error": {"Code": "InvalidArn"}}, "DescribeExecution"))
