"""What may leave a function as an error, and what is written down of it."""

from __future__ import annotations

import json
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cognito_drop.aws.errors import DeniedError, RefusedError, TransientError, error_code, is_transient
from cognito_drop.aws.import_jobs import JobHiddenError
from cognito_drop.aws.run_ledger import LedgerDamagedError
from lambdas.runtime.boundary import UnexpectedError, function_boundary

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence

CANARY = "maria.canary@example.com"


class UploadTooLateError(TransientError):
    """An adapter's own word for what may work later."""


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
    _client_error("ResourceNotFoundException", 404),
    _client_error("LimitExceededException"),
    _client_error("SomethingRefused", 499),
]
DENIED = [
    _client_error("AccessDeniedException", 403),
    _client_error("AccessDenied", 403),
    JobHiddenError("DescribeUserImportJob: AccessDeniedException"),
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
    """Throttling, faults on the server's side, a network that fails. What it was is named, without AWS's own words."""
    passed = _pass(error)
    assert type(passed) is TransientError
    assert (error_code(error) if isinstance(error, ClientError) else type(error).__name__) in str(passed)


@pytest.mark.parametrize("error", REFUSED, ids=_names(REFUSED))
def test_what_aws_refuses_leaves_as_refused(error: Exception) -> None:
    """Repeating it is useless."""
    assert type(_pass(error)) is RefusedError


@pytest.mark.parametrize("error", DENIED, ids=_names(DENIED))
def test_what_is_denied_leaves_as_denied(error: Exception) -> None:
    """It is tried again for some minutes: roles change with deployments, and IAM takes its time."""
    assert type(_pass(error)) is DeniedError


@pytest.mark.parametrize(
    "error", [LedgerDamagedError("file"), UploadTooLateError("late")], ids=["refused", "transient"]
)
def test_an_adapters_own_error_leaves_under_the_name_that_the_workflow_knows(error: Exception) -> None:
    """Lambda hands the class's name on, and the workflow quotes only the text of errors that it knows."""
    passed = _pass(error)
    assert (type(passed), str(passed)) == (type(error).__mro__[1], str(error))


@pytest.mark.parametrize("error", UNEXPECTED, ids=_names(UNEXPECTED))
def test_anything_else_leaves_as_unexpected(error: Exception) -> None:
    """A mistake of ours is neither retried nor hidden."""
    assert type(_pass(error)) is UnexpectedError


@pytest.mark.parametrize("error", [TransientError("Upload: HTTP 503"), RefusedError("Upload: HTTP 403")])
def test_the_adapters_own_errors_pass_as_they_are(error: Exception) -> None:
    """They were sorted where they were known best."""
    passed = _pass(error)
    assert (type(passed), str(passed)) == (type(error), str(error))


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
