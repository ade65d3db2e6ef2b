"""What an app shows of an error of the construct that it does not catch: one sentence, and on request the traceback.

A failure within the CDK reaches Python through jsii, as an exception with pages of frames and little more than the
first one's text. Guarantees that errors of others are shown as before.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from cognito_drop.cdk import packaging
from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.contract.traceback_variable import TRACEBACK

if TYPE_CHECKING:
    from types import TracebackType

_OF_JSII: Final = "RuntimeError: "
"""Before what Python has raised, in the text of the exception that jsii makes of it."""


def cause_of(error: BaseException) -> str:
    """What has failed, in one line, without what jsii adds to it."""
    return " ".join(str(error).rpartition(_OF_JSII)[2].split()) or type(error).__name__


def show_as_sentences() -> None:
    """Let Python show an error of the construct that ends the process as one sentence on stderr.

    With COGNITO_DROP_TRACEBACK it shows the traceback.
    """
    others = sys.excepthook

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        is_ours = isinstance(error, ConfigError | packaging.PackagingError) or cause_of(error) in packaging.failures
        if is_ours and not os.environ.get(TRACEBACK):
            print(f"{cause_of(error)} ({TRACEBACK}=1 shows where.)", file=sys.stderr)
        else:
            others(kind, error, trace)

    sys.excepthook = show
