"""The two ways in which a call to AWS can fail, and how to tell them apart.

Lambda hands the class's name to Step Functions as the error's name, so the names are a contract with the workflow's
Retry.
"""

from __future__ import annotations

from http.client import HTTPException

from botocore.exceptions import BotoCoreError, ClientError

_TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalErrorException",
        "InternalFailure",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_DENIALS = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_THROTTLES = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException"})
_FIRST_SERVER_ERROR = 500


class LedgerConflictError(Exception):
    """The item is no longer as the change supposed, or is missing."""


class TransientError(Exception):
    """AWS or the network is not well at the moment; the same call may work later."""


class RefusedError(Exception):
    """AWS has refused a call for good; repeating it is of no use."""


def error_code(error: ClientError) -> str:
    """AWS's own code of an error answer, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def is_denied(error: ClientError) -> bool:
    """Whether the role that calls may not do that."""
    return error_code(error) in _DENIALS


def is_throttled(error: Exception) -> bool:
    """Whether a call came too soon after others."""
    return isinstance(error, ClientError) and error_code(error) in _THROTTLES


def is_transient(error: Exception) -> bool:
    """Whether the same call may work later: throttled, a fault on the server's side, or the network failed."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(error) in _TRANSIENT_CODES or status >= _FIRST_SERVER_ERROR
    return isinstance(error, (BotoCoreError, HTTPException, OSError))
