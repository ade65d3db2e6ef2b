"""The boundary of a function: what may leave it as an error, and what is written down of it.

Names of operations and error codes leave; an exception's own text, which could quote a value, does not.
"""

from __future__ import annotations

import functools
import traceback
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import DeniedError, RefusedError, TransientError, error_code, is_denied, is_transient
from cognito_drop.core.pools.pool_refusal import explained
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


class UnexpectedError(Exception):
    """An unexpected error; the log names the place."""


def function_boundary(handler: Callable[P, R]) -> Callable[P, R]:
    """Let nothing out of a handler but TransientError, DeniedError, RefusedError and UnexpectedError.

    An exception's own text may quote what it was about, so only its type and the place go to the log.
    """

    @functools.wraps(handler)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except (TransientError, RefusedError) as error:
            logger.warning("Function failed.", error=type(error).__name__, reason=str(error))
            # The class's name is the error's name in the state machine, which knows no other.
            named = next(name for name in (TransientError, DeniedError, RefusedError) if isinstance(error, name))
            raise named(str(error)) from None
        except Exception as error:  # noqa: BLE001  (the one place that sorts whatever comes; it raises again)
            sorted_error = _sorted(error)
            logger.error(
                "Function failed.",
                error=type(error).__name__,
                reason=str(sorted_error),
                at=place_of(error),
            )
            raise sorted_error from None

    return guarded


def place_of(error: Exception) -> list[str]:
    """Where an error was raised, from the outside in."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def _sorted(error: Exception) -> Exception:
    said = type(error).__name__
    if isinstance(error, ClientError):
        code, message = error_code(error), error.response.get("Error", {}).get("Message", "")
        said = f"{error.operation_name}: {code}{explained(code, message, error.operation_name)}"
        if is_denied(error):
            return DeniedError(said)
        return TransientError(said) if is_transient(error) else RefusedError(said)
    return TransientError(said) if is_transient(error) else UnexpectedError(said)
