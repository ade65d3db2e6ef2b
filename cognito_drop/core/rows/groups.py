"""The column `cognito:groups`: the groups that a user is added to after the import. Cognito's own file has no such.

Guarantees names that Cognito accepts, each once, in the order of the file. `memberships` handles their outcomes.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from cognito_drop.contract import limits
from cognito_drop.core.rows.pool_rules import Column, ColumnKind
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.values import is_username

GROUPS: Final = "cognito:groups"
SEPARATOR: Final = "|"
COLUMN: Final = Column(GROUPS, ColumnKind.GROUPS)
"""No column of any pool: it is read, but not written to a part."""


@dataclass(frozen=True, slots=True)
class GroupRule:
    """The groups that files may put users into: what a deployment allows by name. Without a name, none."""

    allow: tuple[str, ...] = ()
    """Names, or patterns in which `*` stands for any number of characters."""
    create: bool = False
    """Whether an allowed group that the pool does not have is created."""
    privileged: frozenset[str] = frozenset()
    """Groups of the pool with an IAM role or a precedence: they need to be named exactly."""

    def allows(self, name: str) -> bool:
        """Whether files may put users into the group of this name."""
        return name in self.allow or (name not in self.privileged and _pattern(self.allow).fullmatch(name) is not None)

    @property
    def needs_list(self) -> bool:
        """Whether the pool's groups have to be known before a file is read: for `privileged`, and to create others."""
        return self.create or any(map(is_pattern, self.allow))

    def is_shown(self, name: str) -> bool:
        """Whether an allowed group may be named in a warning: the deployment's own names, or what has a part of one.
        Any other name may be a value of another column."""
        return name in self.allow or bool(_pattern(tuple(filter(_has_letters, self.allow))).fullmatch(name))


def _has_letters(name: str) -> bool:
    return name.strip("*") != ""


def is_pattern(name: str) -> bool:
    """Whether a name of the rule stands for more than one group."""
    return "*" in name


@lru_cache(maxsize=64)
def _pattern(allow: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all patterns; without any, one that matches nothing."""
    forms = [".*".join(map(re.escape, name.split("*"))) for name in allow if is_pattern(name)]
    return re.compile("|".join(forms) if forms else r"(?!)")


@dataclass(frozen=True, slots=True)
class Member:
    """A user who is to be in groups. `line` is where the row starts in the dropped file, `place` how many accepted rows
    come before it; None for a user who is known to be in the pool, and whose row is not accepted."""

    line: int
    place: int | None
    username: str
    groups: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """For keeping: a line of JSON in ASCII."""
        return json.dumps([self.line, self.place, self.username, self.groups]).encode() + b"\n"

    @classmethod
    def of(cls, kept: bytes) -> Self:
        """What `to_bytes` has kept, with or without its line feed."""
        line, place, username, groups = json.loads(kept)
        return cls(line, place, username, tuple(groups))


def group_names(value: str) -> list[str] | Fault:
    """The names in a value, blanks around them taken off; none for a blank value, and the fault of a bad one."""
    names = [name.strip() for name in value.split(SEPARATOR)] if value else []
    found = list(dict.fromkeys(name for name in names if name))
    if not all(map(is_group_name, found)):
        return Fault(RejectionCode.GROUP_INVALID, GROUPS)
    if len(found) > limits.MAX_GROUPS_OF_USER:
        return Fault(RejectionCode.TOO_MANY_GROUPS, GROUPS, f"{limits.MAX_GROUPS_OF_USER}")
    return found


def is_group_name(name: str) -> bool:
    """Whether Cognito takes the name: it asks the same of it as of a username."""
    return is_username(name)


def joined(names: list[str]) -> str:
    """The value of the column for these names; they have no separator in them."""
    return SEPARATOR.join(names)
