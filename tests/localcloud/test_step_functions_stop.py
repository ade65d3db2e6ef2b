"""An execution that is stopped between two of its states, or within one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.utils import TMP_THREADS

from localcloud.step_functions import executions, interpreter
from tests.localcloud.machines import States, definition
from tools.local_cloud import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials

STATES: States = {"First": {"Type": "Pass", "Next": "Second"}, "Second": {"Type": "Pass", "End": True}}


def _fail(env: Environment) -> None:
    env.set_error({"error": "States.Runtime"})


@pytest.mark.parametrize("then", [_fail, lambda env: env.set_timed_out()])
def test_it_is_aborted_whatever_comes_next(
    monkeypatch: pytest.MonkeyPatch, then: Callable[[Environment], object]
) -> None:
    """No state follows, and that is no error of the state machine."""
    executions.install()
    env = _environment()
    program = AmazonStateLanguageParser.parse(definition(STATES))[0]
    go_on = CommonStateField._set_next  # noqa: SLF001  (where a stop meets the interpreter)

    def stop_and_go_on(self: CommonStateField, env: Environment) -> None:
        env.set_stop(stop_date=datetime.now(UTC), cause="By hand", error="Stopped")
        then(env)
        go_on(self, env)

    monkeypatch.setattr(CommonStateField, "_set_next", stop_and_go_on)
    env.next_state_name = "First"
    program._eval_body(env)  # noqa: SLF001  (what the execution's thread runs)
    assert isinstance(env.program_state(), ProgramStopped)
    assert env.event_manager.get_event_history()[-1]["type"] == "ExecutionAborted"


def test_what_is_left_of_its_task_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The history ends with the stop, and holds nothing that was computed without its execution."""
    executions.install()
    interpreter.install()
    stopped = _environment()
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    task = {"Type": "Task", "Resource": function, "TimeoutSeconds": 9, "End": True}
    program = AmazonStateLanguageParser.parse(definition({"Only": task}))[0]
    go_on = StateTaskLambda._eval_state_credentials  # noqa: SLF001  (between what it sends and its timeout)

    def stop_and_go_on(self: StateTaskLambda, env: Environment) -> StateCredentials:
        stopped.set_stop(stop_date=datetime.now(UTC), cause="By hand", error="Stopped")
        return go_on(self, env)

    monkeypatch.setattr(StateTaskLambda, "_eval_state_credentials", stop_and_go_on)
    stopped.next_state_name = "Only"
    program._eval_body(stopped)  # noqa: SLF001  (what the execution's thread runs)
    for thread in TMP_THREADS:
        thread.join()
    entered, last = stopped.event_manager.get_event_history()[-2:]
    assert [entered["type"], last["type"]] == ["TaskStateEntered", "ExecutionAborted"]


def _environment() -> Environment:
    context: Any = ContextObjectData(  # type: ignore[typeddict-item]  # as moto makes it
        Execution=ExecutionData(Id="arn", Input={}, Name="run", RoleArn="role", StartTime="now"),
        StateMachine=StateMachineData(Id="arn", Name="machine"),
    )
    return Environment(
        aws_execution_details=AWSExecutionDetails("123456789012", "us-east-1", "role"),
        execution_type=StateMachineType.STANDARD,
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
