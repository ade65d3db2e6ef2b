"""Every row of a file in exactly one column."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowAccount:
    """Rows of the file by outcome. `total` is their sum unless Cognito counted more rows than it was given."""

    total: int = 0
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    rejected: int = 0
    unprocessed: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every row of the file is in exactly one column."""
        return self.total == self.imported + self.skipped + self.failed + self.rejected + self.unprocessed
