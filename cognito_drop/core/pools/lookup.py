"""Looking all users of a file up in the pool before a job is spent: in the way that takes the fewest calls, if it fits.

ListUsers lists 60 users at once, or searches for one with a filter. The calls are made by `UserSearches`.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cognito_drop.core.pools.call_rate import CallRate
    from cognito_drop.core.text.json_types import WarningJson

PAGE: Final = 60
"""Users that one call of ListUsers returns, at most."""
MOST_SECONDS: Final = 600
"""So long a lookup may take: the check of the file has 15 minutes, of which the file itself needs some."""
SAMPLE_SECONDS: Final = 120
"""The most time for looking up a sample: enough for many files that are dropped at once."""


class LookupBy(enum.StrEnum):
    """What is called."""

    LIST_USERS = "ListUsers"
    SEARCHES = "ListUsers with a filter"


@dataclass(frozen=True, slots=True)
class LookupPlan:
    """How users are looked up, in how many calls, in about how many seconds."""

    by: LookupBy
    calls: int
    seconds: int

    @property
    def fits(self) -> bool:
        """Whether there is time for it."""
        return self.seconds <= MOST_SECONDS

    @property
    def estimate(self) -> WarningJson:
        """What the lookup would cost, for the report of a file that is only checked."""
        said = f"Looking up the users before an import takes {self._cost}"
        more = "." if self.fits else f", more than the {MOST_SECONDS} s available, so users are not looked up."
        return {"code": "lookup_estimate", "message": said + more}

    @property
    def given_up(self) -> WarningJson:
        """Why users were not looked up, for the report of a file that was imported all the same."""
        said = f"The users were not looked up before the import: this takes {self._cost}, more than the time available."
        return {"code": _NOT_LOOKED_UP, "message": f"{said} {_SKIPS}"}

    @property
    def _cost(self) -> str:
        return f"{self.calls:,} call{'' if self.calls == 1 else 's'} of {self.by}, about {self.seconds:,} s"


_NOT_LOOKED_UP: Final = "users_not_looked_up"
_SKIPS: Final = "Cognito skips users who are already in the pool."
SAMPLE_GIVEN_UP: Final[WarningJson] = {
    "code": _NOT_LOOKED_UP,
    "message": f"The sample of users was not looked up: the lookup took more than {SAMPLE_SECONDS} s. {_SKIPS}",
}
"""Why it is not known whether most users are in the pool, for the report."""
SAMPLE_DENIED: Final[WarningJson] = {
    "code": _NOT_LOOKED_UP,
    "message": f"The sample of users was not looked up: AWS denied ListUsers. {_SKIPS}",
}
"""The same for a check on a machine of somebody who may not list users."""


def plan(searches: int, pool_users: int, rate: CallRate) -> LookupPlan:
    """The fewest calls for so many searches and a pool of about so many users."""
    by, calls = fewest_calls(searches, pool_users)
    return LookupPlan(by, calls, rate.seconds_for(calls))


def fewest_calls(searches: int, pool_users: int) -> tuple[LookupBy, int]:
    """What is called, and how often."""
    pages = pages_of(pool_users)
    return (LookupBy.SEARCHES, searches) if searches < pages else (LookupBy.LIST_USERS, pages)


def pages_of(pool_users: int) -> int:
    """Calls of ListUsers for a pool of about so many users."""
    return max(1, -(-pool_users // PAGE))
