"""Lambda without Docker: the deployed zip runs in real processes, through the Lambda Runtime API.

Closes moto's gap that a function needs a Docker daemon. Functions in Python only; the interpreter is the one that
runs the emulator. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

from localcloud.functions import patch
from localcloud.functions.fleet import TooManyRequestsError
from localcloud.functions.invocation import Invocation
from localcloud.functions.patch import invoke

__all__ = ["Invocation", "TooManyRequestsError", "install", "invoke"]


def install() -> None:
    """Let moto's functions run here."""
    patch.install()
