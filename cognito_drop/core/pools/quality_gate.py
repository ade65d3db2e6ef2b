"""Is the import worth a job? Decided after every row was checked, before anything is spent.

A pool has a limited number of jobs for its life, and Cognito fails a job as a whole when too many of its rows are
skipped or failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.ways_in import RequireWayIn
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.text.json_types import WarningJson

_MOST: Final = 0.5
"""The share of known users above which Cognito may fail the job; its real threshold is not public."""
_FEWEST: Final = 3
"""A sample of fewer users says nothing."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """How many of the accepted users that were looked up are already in the pool."""

    asked: int
    known: int
    is_sample: bool = True
    """Whether those who were not asked for may be known too, and are sent to Cognito."""

    @property
    def is_mostly_known(self) -> bool:
        """Whether the sample says that most users are already in the pool."""
        return self.asked >= _FEWEST and self.known > self.asked * _MOST

    @property
    def sentence(self) -> str:
        """What the sample has shown."""
        verb = "is" if self.known == 1 else "are"
        return f"{self.known} of {self.asked} accepted users that were looked up {verb} already in the pool."


def judge(
    rows: int,
    rejected: int,
    settings: PoolSettings,
    lookup: Lookup,
    *,
    not_to_import: int = 0,
    without_way_in: int = 0,
) -> Problem | None:
    """Why the file is not imported at all, None when it is. `without_way_in` counts accepted users.

    `not_to_import` of the rejected are users whom the system that exported them shuts out. They say nothing of how good
    the file is, so the pool's share of rejected rows is reckoned without them.
    """
    if rejected == rows:
        return Problem(
            ProblemCode.NO_GOOD_ROWS,
            f"None of the {rows:,} rows can be imported." if rows > 1 else "The only row cannot be imported.",
            "Fix the rows as their reasons say, and drop the fixed file.",
        )
    faulty, judged = rejected - not_to_import, rows - not_to_import
    if settings.rejected_rows_policy.refuses(faulty, judged):
        beside = f", not counting {not_to_import:,} rows of users who must not be imported" if not_to_import else ""
        return Problem(
            ProblemCode.TOO_MANY_REJECTED,
            f"{faulty:,} of {judged:,} rows cannot be imported, more than the pool's settings allow{beside}.",
            "Fix the rows and drop the fixed file, or change the pool's setting `rejected_rows`.",
        )
    if without_way_in and settings.require_way_in == RequireWayIn.FILE:
        have = "user has" if without_way_in == 1 else "users have"
        return Problem(
            ProblemCode.NO_WAY_IN,
            f"{without_way_in:,} {have} no way to sign in after the import, and the pool's settings require one.",
            "no_way_in.csv lists them; fix their rows or the pool's settings, or change the pool's setting "
            "`require_way_in`.",
        )
    if settings.refuses_known_users and lookup.is_mostly_known:
        return Problem(
            ProblemCode.MOSTLY_KNOWN,
            lookup.sentence,
            "Remove them from the file, or change the pool's setting `known_users`.",
        )
    return None


def warnings(lookup: Lookup) -> list[WarningJson]:
    """What is worth saying of a file that is imported all the same."""
    if not lookup.known or not lookup.is_sample:
        return []
    if not lookup.is_mostly_known:
        return [{"code": "known_users", "message": f"{lookup.sentence} Cognito skips them."}]
    text = f"{lookup.sentence} Cognito skips them, and fails the whole import when too many are skipped."
    return [{"code": ProblemCode.MOSTLY_KNOWN.value, "message": text}]
