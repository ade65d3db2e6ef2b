"""The names of the functions' own errors: classes of exceptions there, errors of tasks in the state machine."""

from __future__ import annotations

from enum import StrEnum


class ErrorName(StrEnum):
    """One of them. Their messages are known to hold no value of a user."""

    TRANSIENT = "TransientError"
    """The state machine calls the function again."""
    REFUSED = "RefusedError"
    UNEXPECTED = "UnexpectedError"
