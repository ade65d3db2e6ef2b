"""The errors that moto's Cognito lacks; the others are moto's own.

Source: the errors that the six operations and UpdateUserPool declare in the service model.
"""

from __future__ import annotations

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.core.exceptions import JsonRESTError

from localcloud.choices import Refusal
from localcloud.cloud import current


class PreconditionNotMetError(JsonRESTError):
    """The job, its file, its role or its pool is not ready for what was asked."""

    def __init__(self, message: str) -> None:
        super().__init__("PreconditionNotMetException", message)


def refused(message: str) -> JsonRESTError:
    """The error of a start or stop that is refused for a reason whose class of error is not public."""
    is_parameter = current().settings.import_refusal is Refusal.PARAMETER
    return InvalidParameterException(message) if is_parameter else PreconditionNotMetError(message)


class LimitExceededError(JsonRESTError):
    """The pool already has as many jobs as it may have in its life."""

    def __init__(self, message: str) -> None:
        super().__init__("LimitExceededException", message)


class OperationNotEnabledError(JsonRESTError):
    """The pool, a replica in another region for one, takes no such operation."""

    def __init__(self, message: str) -> None:
        super().__init__("OperationNotEnabledException", message)


class UserImportInProgressError(JsonRESTError):
    """The pool cannot be changed or deleted while one of its jobs is active."""

    def __init__(self, message: str) -> None:
        super().__init__("UserImportInProgressException", message)
