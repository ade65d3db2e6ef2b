"""The adapters' own errors: one base for all, and AWS's code where one stands for an answer."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from botocore.exceptions import ClientError

import cognito_drop.aws
from cognito_drop.aws.errors import AdapterError, RefusedError, TransientError, error_code, is_denied, is_throttled

MODULES = [import_module(f"cognito_drop.aws.{found.name}") for found in pkgutil.iter_modules(cognito_drop.aws.__path__)]


def test_every_error_that_an_adapter_raises_has_the_one_base() -> None:
    """A caller that can do nothing about any of them needs to catch one class only."""
    errors = {
        made
        for module in MODULES
        for made in vars(module).values()
        if isinstance(made, type) and issubclass(made, Exception) and made.__module__ == module.__name__
    }
    assert {TransientError, RefusedError} < errors
    assert [made.__name__ for made in errors if not issubclass(made, AdapterError)] == []


@pytest.mark.parametrize(
    ("code", "denied", "throttled"),
    [("AccessDenied", True, False), ("SlowDown", False, True), ("ValidationException", False, False)],
)
def test_an_error_that_stands_for_an_answer_has_its_code(code: str, denied: bool, throttled: bool) -> None:
    """As the answer itself; an error that stands for none has no code."""
    answer = ClientError({"Error": {"Code": code}}, "PutItem")
    error = RefusedError("PutItem")
    error.__cause__ = answer
    for raised in (answer, error):
        assert (error_code(raised), is_denied(raised), is_throttled(raised)) == (code, denied, throttled)
    assert error_code(RefusedError("PutItem")) == error_code(ValueError()) == "Unknown"
