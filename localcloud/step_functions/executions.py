"""The life of an execution: its start, once per name; its end; and its events.

Gaps of moto 5.2.5 closed here: two StartExecution calls at once can both start an execution of the same name, one
without a name gets the name "None"; an execution is visible before it has a status and can be stopped only a moment
later; all executions stay for ever; StopExecution drops error and cause and goes on until the next state; an execution
that is stopped between two states fails with States.Runtime; a change of status is not published.
"""

from __future__ import annotations

import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from localcloud.cloud import current
from localcloud.process_memory import give_back
from localcloud.step_functions import ended_history
from localcloud.step_functions.ended_history import EndedHistory
from localcloud.step_functions.execution_log import logging_session
from localcloud.step_functions.status_events import publish_status

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from moto.stepfunctions.parser.api import ExecutionFailedEventDetails

_PATIENCE = 60.0  # wall seconds within which an execution's thread is up, and within which a stopped one has ended
_LAST_EVENTS = (
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionTimedOut,
)

_init_execution = Execution.__init__
_start = Execution.start
_start_execution = StepFunctionsParserBackend.start_execution
_reflect_status: Any = BaseExecutionWorkerCommunication._reflect_execution_status  # noqa: SLF001  (the seam)
_add_event = EventManager.add_event
_set_error = Environment.set_error
_set_timed_out = Environment.set_timed_out
_starting = threading.Lock()


def install() -> None:
    """Replace the methods; calling it again changes nothing."""
    Execution.__init__ = _init  # type: ignore[method-assign]
    Execution.start = _started  # type: ignore[method-assign]
    Execution.stop = _stop  # type: ignore[method-assign]
    ExecutionWorker.stop = _stop_worker  # type: ignore[method-assign]
    BaseExecutionWorkerCommunication._reflect_execution_status = _ended  # type: ignore[method-assign]  # noqa: SLF001
    StepFunctionsParserBackend.start_execution = _start_once  # type: ignore[method-assign]
    EventManager.add_event = _add_event_before_the_end  # type: ignore[method-assign]
    Environment.set_error = _set_error_of_running  # type: ignore[method-assign]
    Environment.set_timed_out = _set_timed_out_of_running  # type: ignore[method-assign]


def stop_all() -> None:
    """Let every execution's threads end; for the end of the cloud, so nothing is published."""
    for account in list(stepfunctions_parser_backends.values()):
        for backend in list(account.values()):
            for execution in backend._get_executions(ExecutionStatus.RUNNING):  # noqa: SLF001  (moto's own way)
                worker = execution.exec_worker
                if worker and worker.env:
                    worker.env.set_stop(stop_date=execution.start_date, cause=None, error=None)


def _init(self: Execution, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  (moto's signature)
    _init_execution(self, *arguments, **named)
    self.exec_status = ExecutionStatus.RUNNING
    log: Any = logging_session(self)  # of the same shape as moto's
    self._cloud_watch_logging_session = log


def _start_once(
    self: StepFunctionsParserBackend,
    state_machine_arn: str,
    name: str | None = None,
    execution_input: str = "{}",
    trace_header: Any = None,  # noqa: ANN401  (kept, not read)
) -> Execution:
    if name:
        self._validate_name(name)
    with _starting:
        begun = _start_execution(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header)
        _forget_oldest(self.describe_state_machine(state_machine_arn))
        TMP_THREADS.clear()  # every thread that there ever was; those that run need no place in it
        return begun


def _forget_oldest(machine: Any) -> None:  # noqa: ANN401  (a StateMachine, or a version of one)
    """Keep as many executions as are to be kept, and those that run."""
    known = machine.executions
    ended = [execution for execution in known if execution.exec_status is not ExecutionStatus.RUNNING]
    forgotten = set(map(id, ended[: max(0, len(known) - current().settings.keep)]))
    if forgotten:
        machine.executions = [execution for execution in known if id(execution) not in forgotten]


def _started(self: Execution) -> None:
    _start(self)
    publish_status(self)


def _ended(self: BaseExecutionWorkerCommunication) -> None:
    _reflect_status(self)
    execution = self.execution
    last_state = _running_environment(execution.exec_worker).program_state()
    if isinstance(last_state, ProgramStopped):
        execution.error, execution.cause = last_state.error, last_state.cause
    ended_history.pack(_running_environment(execution.exec_worker).event_manager)
    give_back()
    if not current().ending.is_set():
        publish_status(execution)


def _stop(self: Execution, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
    """End a running execution and return when it has ended."""
    if self.status != "RUNNING" or self.exec_worker is None:
        return
    self.exec_worker.stop(stop_date=stop_date, error=error, cause=cause)
    _until(lambda: self.status != "RUNNING")


def _stop_worker(self: ExecutionWorker, stop_date: datetime.datetime, error: str | None, cause: str | None) -> None:
    env = _running_environment(self)
    if env.is_running():
        env.set_stop(stop_date=stop_date, cause=cause, error=error)


def _running_environment(worker: ExecutionWorker | None) -> Environment:
    """What the execution's thread runs in; a new execution has it a moment after its start."""
    _until(lambda: worker is not None and worker.env is not None and worker.env.program_state() is not None)
    if worker is None or worker.env is None:
        raise RuntimeError("The execution did not start.")
    return worker.env


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)


def _add_event_before_the_end(self: EventManager, *arguments: Any, **named: Any) -> int:  # noqa: ANN401  (moto's own)
    """Record an event, unless the history is complete: a task may answer after its execution has ended."""
    history: Any = self._history_event_list
    if isinstance(history, EndedHistory):
        return history.last_id
    if history and history[-1]["type"] in _LAST_EVENTS:
        return int(history[-1]["id"])
    return _add_event(self, *arguments, **named)


def _set_error_of_running(self: Environment, error: ExecutionFailedEventDetails) -> None:
    """Let an execution fail, unless it was stopped: its states then find no next state, which is no error of theirs."""
    with self._state_mutex:
        if self.is_running():
            _set_error(self, error)


def _set_timed_out_of_running(self: Environment) -> None:
    with self._state_mutex:
        if self.is_running():
            _set_timed_out(self)
