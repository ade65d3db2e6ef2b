"""What a command gives back: the same twice, once as data and once for people."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType


class Output(enum.StrEnum):
    """For whom the data is."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Result:
    """Shown by `rendering` only."""

    data: Mapping[str, object]
    """The `data` of the envelope: one of `command_json.DATA`."""
    text: Sequence[RenderableType]
    """Written one below the other. A str is written as it is, never wrapped and never read as markup."""
    exit_code: ExitCode = ExitCode.CLEAN
