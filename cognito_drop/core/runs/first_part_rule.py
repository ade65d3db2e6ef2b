"""What is chosen for the first part of a file: how much of it may fail, and how long the rest waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

from cognito_drop.core.text.share import share_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class FirstPart:
    """What was chosen for the first part of a file."""

    stop_above: str
    """The share of its rows that may fail, such as `5%`."""
    continue_within: int
    """Days that the rest waits for a decision."""

    @property
    def seconds(self) -> int:
        """How long the rest waits for a decision."""
        return self.continue_within * _DAY

    def stops(self, failed: int, rows: int) -> bool:
        """Whether so many failed rows are too many for the rest to go on by itself."""
        return failed > rows * (share_of(self.stop_above) or Fraction(0))

    @classmethod
    def from_json(cls, piece: Mapping[str, Any]) -> Self:
        """Read what `asdict` has made."""
        return cls(piece["stop_above"], piece["continue_within"])
