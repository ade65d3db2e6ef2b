"""What the commands' exit codes mean."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """One set for all commands."""

    CLEAN = 0
    """Everything is as it should be."""
    REJECTED = 1
    """Some rows would be rejected."""
    UNUSABLE = 2
    """The file cannot be used, or the command was called wrongly."""
