"""What may leave a function as an error, and what is written down of it."""

from __future__ import annotations

import json
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cognito_drop.aws.errors import RefusedError, TransientError, error_code, is_transient
from lambdas.runtime.boundary import UnexpectedError, function_boundary

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence

CANARY = "maria.canary@example.com"


def _client_error(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": CANARY}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(cast("Any", answer), "StartUserImportJob")


TRANSIENT = [
    _client_error("TooManyRequestsException"),
    _client_error("ThrottlingException"),
    _client_error("TransactionConflictException"),
    _client_error("TransactionInProgressException"),
    _client_error("InternalErrorException", 500),
    _client_error("SomethingNew", 500),
    _client_error("SomethingElse", 503),
    EndpointConnectionError(endpoint_url=f"https://{CANARY}"),
    ReadTimeoutError(endpoint_url=f"https://{CANARY}"),
    ConnectionResetError(CANARY),
    TimeoutError(CANARY),
    IncompleteRead(CANARY.encode()),
]
REFUSED = [
    _client_error("NotAuthorizedException"),
    _client_error("AccessDeniedException", 403),
    _client_error("ResourceNotFoundException", 404),
    _client_error("LimitExceededException"),
    _client_error("SomethingRefused", 499),
]
UNEXPECTED = [KeyError(CANARY), ValueError(CANARY), RuntimeError(CANARY), MemoryError(CANARY), AssertionError(CANARY)]


def _names(errors: Sequence[Exception]) -> list[str]:
    return [f"{type(error).__name__} {error_code(error) if isinstance(error, ClientError) else ''}" for error in errors]


def _pass(error: Exception) -> Exception:
    @function_boundary
    def handler() -> None:
        raise error

    with pytest.raises(Exception) as caught:  # noqa: PT011  (which one it is, is what the tests are about)
        handler()
    return caught.value


@pytest.mark.parametrize("error", TRANSIENT, ids=_names(TRANSIENT))
def test_what_may_work_later_leaves_as_transient(error: Exception) -> None:
    """Throttling, faults on the server's side, a network that fails."""
    assert type(_pass(error)) is TransientError


@pytest.mark.parametrize("error", REFUSED, ids=_names(REFUSED))
def test_what_aws_refuses_leaves_as_refused(error: Exception) -> None:
    """Repeating it is useless."""
    assert type(_pass(error)) is RefusedError


@pytest.mark.parametrize("error", UNEXPECTED, ids=_names(UNEXPECTED))
def test_anything_else_leaves_as_unexpected(error: Exception) -> None:
    """A mistake of ours is neither retried nor hidden."""
    assert type(_pass(error)) is UnexpectedError


@pytest.mark.parametrize("error", [TransientError("Upload: HTTP 503"), RefusedError("Upload: HTTP 403")])
def test_the_adapters_own_errors_pass_as_they_are(error: Exception) -> None:
    """They were sorted where they were known best."""
    assert _pass(error) is error


@pytest.mark.parametrize("error", [*TRANSIENT, *REFUSED, *UNEXPECTED], ids=_names([*TRANSIENT, *REFUSED, *UNEXPECTED]))
def test_an_exceptions_own_text_goes_nowhere(error: Exception, log: io.StringIO) -> None:
    """A value that an exception quotes is neither in the error that leaves, nor in the log."""
    left = _pass(error)
    assert CANARY not in str(left)
    assert left.__suppress_context__
    assert CANARY not in log.getvalue()
    (line,) = log.getvalue().splitlines()
    assert json.loads(line)["error"] == type(error).__name__


def test_the_log_names_operation_code_and_place(log: io.StringIO) -> None:
    """Enough to find the line without the text."""
    left = _pass(_client_error("NotAuthorizedException"))
    assert str(left).startswith("StartUserImportJob: NotAuthorizedException (the policy of the user pool's ")
    logged = json.loads(log.getvalue())
    assert logged["reason"] == str(left)
    assert any(place.endswith(" handler") and "test_boundary.py:" in place for place in logged["at"])


def test_an_answer_passes() -> None:
    """Where nothing is raised, nothing is changed."""
    assert function_boundary(lambda number: number + 1)(1) == 2


def test_an_error_answer_without_details_is_refused() -> None:
    """What AWS does not explain is not repeated."""
    assert not is_transient(ClientError({}, "PutItem"))
    assert error_code(ClientError({}, "PutItem")) == "Unknown"
