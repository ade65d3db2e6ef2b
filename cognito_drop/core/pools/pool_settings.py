"""What is chosen for a user pool: its id, and what is done with files that are not quite right.

The stack hands these over as JSON, a parameter for each pool; the names are those of the configuration.
"""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

from cognito_drop.contract import limits
from cognito_drop.core.rows.options import Options, RepeatedAliases, UnknownColumns
from cognito_drop.core.rows.password_hash import REFUSES_HASHES, HashPolicy, Pbkdf2Form

if TYPE_CHECKING:
    from collections.abc import Mapping

_PERCENT = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class RejectedRowsPolicy:
    """How large a share of rejected rows a file may have and still be imported without them, from 0 to 1."""

    most: Fraction = Fraction(1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`import` the rest, `refuse` the whole file, or refuse above a share such as `5%`. Raises ValueError."""
        if text == "import":
            return cls()
        if text == "refuse":
            return cls(Fraction(0))
        found = _PERCENT.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls(Fraction(found[1]) / 100)

    def refuses(self, rejected: int, rows: int) -> bool:
        """Whether a file with so many rejected rows is refused as a whole."""
        return rejected > rows * self.most


class KnownUsers(enum.StrEnum):
    """What is done with a file whose users seem to be already in the pool, most of them."""

    WARN = "warn"
    REFUSE = "refuse"


class Groups(enum.StrEnum):
    """What is done with the groups that a file names for its users."""

    EXISTING = "existing"
    """Users are added to those that the pool has."""
    CREATE = "create"
    """Those that the pool does not have are created."""
    IGNORE = "ignore"


class GroupsOfKnownUsers(enum.StrEnum):
    """What is done with the groups of users who were in the pool before."""

    LEAVE = "leave"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """One pool's entry."""

    pool_id: str
    rejected_rows: RejectedRowsPolicy = RejectedRowsPolicy()
    known_users: KnownUsers = KnownUsers.WARN
    unknown_columns: UnknownColumns = UnknownColumns.REFUSE
    part_rows: int = limits.MAX_ROWS
    hashes: HashPolicy = REFUSES_HASHES
    preset: str | Mapping[str, Any] | None = None
    """The system whose exports are dropped, or a mapping; None for CSV files in the pool's own columns."""
    look_up_users: bool = False
    """Whether all users of a file are looked up before a job is spent, so that known ones are not sent."""
    groups: Groups = Groups.EXISTING
    groups_of_known_users: GroupsOfKnownUsers = GroupsOfKnownUsers.LEAVE
    repeated_aliases: RepeatedAliases = RepeatedAliases.REJECT
    kept: str = field(default="", compare=False, repr=False)
    """The entry as it was read, for a run that goes on with it whatever is deployed meanwhile. Without the preset,
    which only the check of the file needs."""

    @property
    def options(self) -> Options:
        """How files for the pool are read."""
        return Options(
            unknown_columns=self.unknown_columns,
            max_part_rows=self.part_rows,
            reads_groups=self.groups is not Groups.IGNORE,
            repeated_aliases=self.repeated_aliases,
        )

    @property
    def creates_groups(self) -> bool:
        """Whether a group that the pool does not have is created."""
        return self.groups is Groups.CREATE

    @property
    def adds_known_users(self) -> bool:
        """Whether users whose row is skipped, as they are already in the pool, are added to groups."""
        return self.groups_of_known_users is GroupsOfKnownUsers.ADD

    @classmethod
    def from_kept(cls, text: str) -> Self:
        """Read what a run has kept since its file was checked, whatever has been deployed since then."""
        return cls.from_json(json.loads(text))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what the stack has written of a pool, or what a run has kept of it. Raises ValueError for what
        neither can be."""
        return cls(
            data["id"],
            RejectedRowsPolicy.parse(data["rejected_rows"]),
            KnownUsers(data["known_users"]),
            UnknownColumns(data["unknown_columns"]),
            data["part_rows"],
            HashPolicy.of(data["password_hashes"], data.get("pbkdf2_form", Pbkdf2Form.PASSLIB)),
            data.get("preset"),
            data.get("look_up_users", False),
            Groups(data.get("groups", Groups.EXISTING)),
            GroupsOfKnownUsers(data.get("groups_of_known_users", GroupsOfKnownUsers.LEAVE)),
            RepeatedAliases(data.get("repeated_aliases", RepeatedAliases.REJECT)),
            kept=json.dumps({name: value for name, value in data.items() if name != "preset"}),
        )
