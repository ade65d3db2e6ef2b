"""The adapters' own errors: one base for all, and AWS's code where one stands for an answer."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from botocore.session import Session

import cognito_drop.aws
from cognito_drop.aws.errors import (
    AdapterError,
    RefusedError,
    TransientError,
    error_code,
    is_denied,
    is_throttled,
    is_transient,
)

if TYPE_CHECKING:
    from botocore.model import StructureShape

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


def _answer(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "PutItem")  # type: ignore[typeddict-item]


NOT_OURS = {"EC2ThrottledException", "LimitExceededException"}
"""Of functions in a VPC, and of how many there may be: the limit of a pool's import jobs does not pass."""


def test_what_the_sdk_retries_passes() -> None:
    """The SDK tries a few times within seconds; a run has more time."""
    throttles = set(vars(ThrottledRetryableChecker)["_THROTTLED_ERROR_CODES"]) - NOT_OURS
    transient = set(vars(TransientRetryableChecker)["_TRANSIENT_ERROR_CODES"])
    assert [code for code in sorted(throttles | transient) if not is_transient(_answer(code))] == []
    others = {"TransactionInProgressException"}  # it is no matter of a rate
    assert [code for code in sorted(throttles - others) if not is_throttled(_answer(code))] == []
    assert not is_transient(_answer("LimitExceededException"))


SERVICES = ("cognito-idp", "dynamodb", "events", "lambda", "logs", "s3", "sns", "ssm", "stepfunctions")
"""What the functions and the command call."""


def test_the_codes_of_the_services_are_sorted() -> None:
    """A service that uses a customer managed key has codes of its own for a key that is throttled, or denied."""
    models = [Session().get_service_model(service) for service in SERVICES]
    shapes = (cast("StructureShape", shape) for model in models for shape in model.error_shapes)
    codes = {str(shape.error_code) for shape in shapes} - NOT_OURS
    throttles = {code for code in codes if "throttl" in code.lower()}
    denials = {code for code in codes if re.fullmatch(r"(kms)?accessdenied(exception)?", code.lower())}
    assert {"KMSThrottling", "KmsThrottlingException", "Throttled"} < throttles
    assert {"KMSAccessDenied", "KmsAccessDeniedException"} < denials
    assert [code for code in sorted(throttles) if not is_throttled(_answer(code))] == []
    assert [code for code in sorted(denials) if not is_denied(_answer(code))] == []
