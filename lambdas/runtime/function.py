"""How every function is composed: its environment makes its use case, its handler calls that for an event.

Guarantees that the use case is made by the first call and kept for the later ones of an execution environment, that
only errors of the boundary leave the function, and that every line of the log has the context of the call.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cognito_drop.contract.environment import Variables
from cognito_drop.core.runs.run_state import drop_in
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from cognito_drop.core.runs.drop import Drop

U = TypeVar("U")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class FunctionEnv(Variables, ABC, Generic[U]):
    """Base of every function's environment."""

    @abstractmethod
    def use_case(self) -> U:
        """The function's use case with its adapters."""


class LambdaFunction(Generic[U, R]):
    """What Lambda calls. The use case is made when it is first needed: a deployment's module loads without one."""

    def __init__(self, env: type[FunctionEnv[U]], handle: Callable[[U, dict[str, Any], LambdaContext], R]) -> None:
        self._env = env
        self._handle = handle
        self._guarded = logger.inject_lambda_context(function_boundary(self._handled))

    @functools.cached_property
    def use_case(self) -> U:
        """The use case, made from the environment once."""
        return self._env.from_env().use_case()

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> R:
        """Handle an event. Raises TransientError, DeniedError, RefusedError or UnexpectedError."""
        answer: R = self._guarded(event, context)
        return answer

    def _handled(self, event: dict[str, Any], context: LambdaContext) -> R:
        return self._handle(self.use_case, event, context)


def lambda_function(
    env: type[FunctionEnv[U]],
) -> Callable[[Callable[[U, dict[str, Any], LambdaContext], R]], LambdaFunction[U, R]]:
    """Make a function of a handler that takes the use case, the event and the context."""
    return lambda handle: LambdaFunction(env, handle)


def run_of(state: Mapping[str, Any]) -> Drop:
    """The drop of the run in the state; the run's id is in every later line of the log."""
    drop = drop_in(state)
    logger.append_keys(run_id=drop.run_id)
    return drop
