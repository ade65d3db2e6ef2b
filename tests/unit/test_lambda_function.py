"""How a function is composed of its environment, its use case and its handler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.runtime.boundary import UnexpectedError
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger
from tests.unit.samples import drop

if TYPE_CHECKING:
    import io

    from aws_lambda_powertools.utilities.typing import LambdaContext

CONTEXT: Any = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="request"
)
STATE = {"bucket": drop().bucket, "key": drop().key, "version_id": drop().version_id}


@dataclass(frozen=True, slots=True)
class GreetingEnv(FunctionEnv[list[str]]):
    """The environment of a function whose use case is a list of words."""

    first_word: str

    def use_case(self) -> list[str]:
        """A list with one word."""
        return [self.first_word]


def _greet(words: list[str], event: dict[str, Any], context: LambdaContext) -> list[str]:
    run_of(event)
    words.append(context.function_name)
    logger.info("Greeted.")
    return list(words)


def test_the_first_call_makes_the_use_case_for_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is read once, and not before a call."""
    function = lambda_function(GreetingEnv)(_greet)
    monkeypatch.setenv("FIRST_WORD", "hello")
    assert function(STATE, CONTEXT) == ["hello", "f"]
    monkeypatch.delenv("FIRST_WORD")
    assert function(STATE, CONTEXT) == ["hello", "f", "f"]


def test_a_missing_variable_leaves_as_an_error_of_the_boundary(log: io.StringIO) -> None:
    """The use case is made within the boundary, and made again by the next call."""
    function = lambda_function(GreetingEnv)(_greet)
    with pytest.raises(UnexpectedError, match="MissingVariableError"):
        function(STATE, CONTEXT)
    assert json.loads(log.getvalue())["error"] == "MissingVariableError"


def test_the_log_has_the_call_and_the_run(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request of Lambda, and the run from where the handler has read it."""
    monkeypatch.setenv("FIRST_WORD", "hello")
    lambda_function(GreetingEnv)(_greet)(STATE, CONTEXT)
    line = json.loads(log.getvalue())
    assert (line["function_request_id"], line["run_id"]) == ("request", drop().run_id)
