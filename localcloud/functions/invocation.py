"""The words of the Lambda runtime: what is asked of a function, what came of it, and the limits of both.

Guarantees only values. Limits are those of https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field

MAX_SYNCHRONOUS_REQUEST = 6_291_456  # bytes
MAX_ASYNCHRONOUS_REQUEST = 1_048_576  # bytes
MAX_RESPONSE = 6_291_556  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One event on its way to a function."""

    payload: bytes
    client_context: str | None = None
    """JSON of the mobile client context, as the function sees it."""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of a request."""

    request_id: str
    payload: bytes
    """The function's answer, or the JSON of its error."""
    function_error: str | None
    """`Unhandled` when the function ended in an error, None when it answered."""
    log: str
    """What this invocation logged, START to REPORT."""
    executed_version: str

    @property
    def error_type(self) -> str | None:
        """The name of the function's error; None when it answered."""
        return json.loads(self.payload).get("errorType", self.function_error) if self.function_error else None


@dataclass(frozen=True, slots=True)
class FunctionFailure:
    """An error of a function in Lambda's own shape."""

    error_type: str
    message: str

    def payload(self) -> bytes:
        """The JSON that the caller receives."""
        return json.dumps({"errorType": self.error_type, "errorMessage": self.message}).encode()
