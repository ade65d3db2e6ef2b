"""The base of the adapters' errors, and how the ways in which a call to AWS can fail are distinguished.

Lambda hands a class's name to Step Functions as the error's name, so TransientError, DeniedError and RefusedError are a
contract with the workflow's Retry. An error that only one adapter raises is in that adapter's module.
"""

from __future__ import annotations

from http.client import HTTPException

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

_THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "KMSThrottling",  # SNS, about the key of a topic
        "KmsThrottlingException",  # Step Functions
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",  # SNS
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_TRANSIENT_CODES = _THROTTLES | {
    "InternalError",
    "InternalErrorException",
    "InternalException",
    "InternalFailure",
    "InternalServerError",
    "OperationAborted",  # S3, of operations on one thing at once
    "OperationAbortedException",  # CloudWatch Logs, the same
    "ReplicatedWriteConflictException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_DENIALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "KMSAccessDenied",  # SNS, about the key of a topic
        "KMSAccessDeniedException",  # Lambda
        "KmsAccessDeniedException",  # Step Functions
        "UnauthorizedOperation",
        "403",
    }
)
_FIRST_SERVER_ERROR = 500
_NOT_SET_UP = (NoCredentialsError, NoRegionError, PartialCredentialsError)


class AdapterError(Exception):
    """What an adapter raises instead of an error of boto3, for a caller that can act on it.

    Its text holds names of operations, error codes, and ids, never the text of AWS's answer, unless it says so.
    """


class TransientError(AdapterError):
    """AWS or the network is not well at the moment; the same call may work later."""


class RefusedError(AdapterError):
    """AWS has refused a call for good; it is not retryable."""


class DeniedError(RefusedError):
    """A permission is missing; maybe only for the moment: a deployment changes roles, and IAM takes its time."""


class LedgerConflictError(AdapterError):
    """The item is no longer as the change supposed, or is missing."""


def error_code(error: BaseException | None) -> str:
    """AWS's own code of an error answer, such as `ThrottlingException`, also where an adapter's error stands for it."""
    answer = error.__cause__ if isinstance(error, AdapterError) else error
    found = answer.response.get("Error", {}) if isinstance(answer, ClientError) else {}
    return str(found.get("Code", "Unknown"))


def is_denied(error: Exception) -> bool:
    """Whether the caller lacks a permission for the call."""
    return error_code(error) in _DENIALS


def is_throttled(error: Exception) -> bool:
    """Whether a call came too soon after others."""
    return error_code(error) in _THROTTLES


def is_transient(error: Exception) -> bool:
    """Whether the same call may work later: throttled, a fault on the server's side, or the network failed."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(error) in _TRANSIENT_CODES or status >= _FIRST_SERVER_ERROR
    return isinstance(error, (BotoCoreError, HTTPException, OSError)) and not isinstance(error, _NOT_SET_UP)
