"""Why the state of a command cannot be kept, in words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cognito_drop.aws.kept_state import OtherStateError
from cognito_drop.cli.errors import CommandError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def state_errors(file: Path | None) -> Iterator[None]:
    """Say in words why the state cannot be kept. Raises CommandError."""
    try:
        yield
    except sqlite3.Error as error:
        raise unkept(file, error) from None
    except OtherStateError as error:
        raise CommandError(ErrorCode.USAGE, str(error), "Choose another file.") from None


def unkept(file: Path | None, why: object) -> CommandError:
    """The error of a state that cannot be kept."""
    return CommandError(
        ErrorCode.FILE_UNREADABLE, f"The state cannot be kept in {file}: {why}.", "Choose another file."
    )
