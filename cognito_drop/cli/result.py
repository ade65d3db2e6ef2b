"""What a command gives back: the same twice, once as data and once for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Result:
    """Shown by `rendering`, and by nobody else."""

    data: dict[str, Any]
    """The `data` of the envelope; its shape stands in docs/schemas/command-1.json."""
    text: Sequence[RenderableType]
    """Written one below the other. A str is written as it is, never wrapped and never read as markup."""
    exit_code: ExitCode = ExitCode.CLEAN
