"""Failures and throttling in the words of the service that is called.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html names the codes that SDKs retry; the codes
are those of each service's API reference, or the common ones.
"""

from __future__ import annotations

from typing import Final

from localcloud.service_errors import ErrorCode

_INTERNAL: Final = {
    "cognito-idp": "InternalErrorException",
    "dynamodb": "InternalServerError",
    "lambda": "ServiceException",
    "s3": "InternalError",
    "sns": "InternalError",
    "upload": "InternalError",
}
_THROTTLED: Final = {
    "cognito-idp": ErrorCode(400, "TooManyRequestsException", "Too many requests"),
    "lambda": ErrorCode(429, "TooManyRequestsException", "Rate Exceeded."),
    "s3": ErrorCode(503, "SlowDown", "Please reduce your request rate."),
    "sns": ErrorCode(400, "Throttling", "Rate exceeded"),
    "upload": ErrorCode(503, "SlowDown", "Please reduce your request rate."),
}


def internal_error(service: str) -> ErrorCode:
    """The service's failure of its own."""
    return ErrorCode(500, _INTERNAL.get(service, "InternalFailure"), "We encountered an internal error.")


def throttled(service: str) -> ErrorCode:
    """The service's word for too many requests."""
    return _THROTTLED.get(service, ErrorCode(400, "ThrottlingException", "Rate exceeded"))
