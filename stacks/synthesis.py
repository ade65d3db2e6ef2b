"""How an app of the checkout ends when it cannot be synthesized: with one sentence; on request with a traceback."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.error_sentences import cause_of
from cognito_drop.contract.traceback_variable import TRACEBACK

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """End the process with a sentence for whatever the block raises."""
    try:
        yield
    except ConfigError as error:
        sys.exit(str(error))
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        sys.exit(f"The app cannot be synthesized: {cause_of(error)} ({TRACEBACK}=1 shows where.)")
