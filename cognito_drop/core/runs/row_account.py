"""Every row of a file in exactly one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import RowCountsJson


@dataclass(frozen=True, slots=True)
class RowAccount:
    """Rows of the file by outcome. `total` is their sum unless Cognito counted more rows than it was given."""

    total: int = 0
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    rejected: int = 0
    unprocessed: int = 0

    def to_json(self) -> RowCountsJson:
        """The columns as documents have them."""
        return {
            "total": self.total,
            "imported": self.imported,
            "skipped": self.skipped,
            "failed": self.failed,
            "rejected": self.rejected,
            "unprocessed": self.unprocessed,
        }

    @property
    def is_all_in_pool(self) -> bool:
        """Whether the user of every row is in the pool, some of them from before the import."""
        return self.skipped > 0 and self.imported + self.skipped == self.total

    @property
    def adds_up(self) -> bool:
        """Whether every row of the file is in exactly one column."""
        return self.total == self.imported + self.skipped + self.failed + self.rejected + self.unprocessed
