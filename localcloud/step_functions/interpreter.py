"""The seams in moto's interpreter of the Amazon States Language.

Gaps of moto 5.2.5 closed here: waits, retries and timeouts pass in wall time; a stopped execution goes on waiting for
its task or retry, and only then is stopped; what is left of a stopped task takes for its results whatever lies on its
stack; a repeated `waitForTaskToken` task has the token, and so the outcome, of the attempt before; States.ALL matches
what AWS says it does not; a Catch that leads back to its own state is passed over.
"""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component import eval_component
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import job
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.backend import execution, execution_worker

from localcloud.cloud import current
from localcloud.step_functions import cloud_datetime, waiting
from localcloud.step_functions.waiting import AttemptThread, CloudEvent, StateInterruptedError, WorkingThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.stepfunctions.parser.asl.eval.environment import Environment

_UNCATCHABLE: Final = (
    # https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    StatesErrorName(typ=StatesErrorNameType.StatesRuntime),
    StatesErrorName(typ=StatesErrorNameType.StatesStatesDataLimitExceeded),
)
_MODULES_WITH_TIME = (models, state, timestamp, event_manager, execution)
_STATES_THAT_EXECUTE: tuple[type[Any], ...] = (execute_state.ExecutionState, StateMap, StateParallel)

_eval_component = eval_component.EvalComponent.eval
_evaluate_with_timeout = execute_state.ExecutionState._evaluate_with_timeout  # noqa: SLF001  (the seam)
_eval_retrier = retrier_decl.RetrierDecl._eval_body  # noqa: SLF001  (the seam)
_eval_error_equals = ErrorEqualsDecl._eval_body  # noqa: SLF001  (the seam)
_set_next = state.CommonStateField._set_next  # noqa: SLF001  (the seam)
_eval_states = {kind: kind._eval_state for kind in _STATES_THAT_EXECUTE}  # noqa: SLF001  (the seam)


def install() -> None:
    """Replace the interpreter's waits; calling it again changes nothing."""
    for module in _MODULES_WITH_TIME:
        module.datetime = cloud_datetime  # type: ignore[attr-defined]
    _replace(execute_state, threading=SimpleNamespace(Event=CloudEvent), Thread=AttemptThread)
    _replace(branches_decl, threading=SimpleNamespace(Event=CloudEvent, Lock=threading.Lock))
    _replace(job, threading=SimpleNamespace(Event=CloudEvent, Lock=threading.Lock))
    _replace(execution_worker, Thread=WorkingThread)
    _replace(callback, Event=CloudEvent)
    _replace(retrier_decl, time=SimpleNamespace(sleep=waiting.pause))
    _replace(retrier_decl.RetrierDecl, _eval_body=_wait_and_retry)
    _replace(ErrorEqualsDecl, _eval_body=_matches)
    _replace(state.CommonStateField, _set_next=_go_on)
    _replace(execute_state.ExecutionState, _evaluate_with_timeout=_evaluate_attempt)
    for kind, original in _eval_states.items():
        _replace(kind, _eval_state=_interruptible(original))
    _replace(WaitFunction, _wait_interval=_wait_interval)
    _replace(eval_component.EvalComponent, eval=_eval_while_running)
    _replace(Program, eval=_run_program)


def _replace(owner: ModuleType | type[Any], **replacements: object) -> None:
    for name, replacement in replacements.items():
        if not hasattr(owner, name):
            raise AttributeError(f"{owner.__name__} has no {name}; this is not the moto that this extension knows.")
        setattr(owner, name, replacement)


def _run_program(self: Program, env: Environment) -> None:
    """Run a program, or a branch of one; TimeoutSeconds is in cloud time."""
    clock = current().clock
    deadline = clock.now() + self.timeout_seconds.timeout_seconds if self.timeout_seconds else None
    env.next_state_name = self.start_at.start_at_name
    worker = WorkingThread(target=_eval_component, args=(self, env), daemon=True)
    worker.start()
    with waiting.resting():
        while worker.is_alive():
            left = math.inf if deadline is None else deadline - clock.now()
            if left <= 0 and env.is_running():
                env.set_timed_out()
            worker.join(waiting.glance(left))


def _eval_while_running(self: eval_component.EvalComponent, env: Environment) -> None:
    waiting.go_on(env)
    _eval_component(self, env)


def _evaluate_attempt(self: Any, env: Environment) -> None:  # noqa: ANN401  (any state that executes)
    """Make one attempt at a state: with a token of its own, and interruptible."""
    tokens = env.callback_pool_manager
    waits_for_token = isinstance(self, StateTaskServiceCallback) and self.resource.condition is not None
    context: Any = env.states.context_object
    if waits_for_token and context.context_object_data["State"]["RetryCount"]:
        tokens.add(context.update_task_token())
    try:
        with waiting.evaluating(env):
            _evaluate_with_timeout(self, env)
    finally:
        token = (context.context_object_data.get("Task") or {}).get("Token")
        endpoint = tokens.get(token) if waits_for_token and token else None
        if endpoint:
            endpoint.interrupt_all()  # the attempt is over: nothing waits for this token any more


def _interruptible(original: Callable[[Any, Environment], None]) -> Callable[[Any, Environment], None]:
    """Let an interrupted state end without an outcome; the program sees that its execution has ended."""

    def eval_state(self: Any, env: Environment) -> None:  # noqa: ANN401  (any state that executes)
        with suppress(StateInterruptedError):
            original(self, env)

    return eval_state


def _wait_interval(self: WaitFunction, env: Environment, wait_seconds: int) -> None:  # noqa: ARG001  (moto's signature)
    with suppress(StateInterruptedError):
        waiting.wait(threading.Event(), wait_seconds, env)


def _wait_and_retry(self: retrier_decl.RetrierDecl, env: Environment) -> None:
    with waiting.evaluating(env):
        _eval_retrier(self, env)


def _matches(self: ErrorEqualsDecl, env: Environment) -> None:
    error_name = env.stack[-1]
    _eval_error_equals(self, env)
    if error_name in _UNCATCHABLE and error_name not in self.error_names:
        env.stack[-1] = False


def _go_on(self: state.CommonStateField, env: Environment) -> None:
    """Go on as the state says, unless a catcher has said where to, be it to the same state."""
    if not env.stack or env.stack[-1] is not CatchOutcome.Caught:
        _set_next(self, env)
