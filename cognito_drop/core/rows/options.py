"""What the operator decides about reading a file; every value has a default that is safe."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract import limits
from cognito_drop.core.rows.pool_rules import is_custom
from cognito_drop.core.rows.row_outcome import FIRST_LINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.groups import GroupRule
    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.sign_in.first_way import FirstWays


class UnknownColumns(enum.StrEnum):
    """How a file with columns that the pool does not have is handled."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


class Undocumented(enum.StrEnum):
    r"""How a row with a value that AWS does not document is handled.

    That is a backslash that does not escape a comma, and a quotation mark (AWS asks for none). REJECT is safe when
    either has an undocumented meaning. PASS trusts that both are ordinary characters; even then a value that
    ends in a backslash, or has one before a comma, is rejected, as it could not be distinguished from an escaped comma.
    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
    """

    REJECT = "reject"
    PASS = "pass"  # noqa: S105  (a choice, no password)


class BadOptionalValues(enum.StrEnum):
    """How a row is handled in which a value is badly written that the pool does not require."""

    REJECT = "reject"
    LEAVE_OUT = "leave_out"


class RepeatedAliases(enum.StrEnum):
    """How a row is handled whose verified email or phone number an earlier row has, where it is an alias.

    It can be verified for one user only; what an import makes of the second one is not documented.
    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
    """

    REJECT = "reject"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is checked. Sizes are in bytes; `max_part_bytes` counts the part's header too.

    A part takes one row at least, whatever `max_part_bytes` says. `sample_size` accepted usernames are kept for a
    later look into the pool, `first_lines` line numbers for every reason in the report.
    """

    unknown_columns: UnknownColumns = UnknownColumns.REFUSE
    undocumented: Undocumented = Undocumented.REJECT
    max_part_rows: int = limits.MAX_ROWS
    max_part_bytes: int = limits.MAX_FILE_BYTES
    first_part_rows: int | None = None
    """How many rows the first part has at most; None where it is like the others."""
    sample_size: int = 20
    first_lines: int = FIRST_LINES
    block_bytes: int = 1 << 18
    is_known: Callable[[bytes], bool] | None = None
    """Whether a user of this key, in the spelling in which the pool compares it, is known to be in the pool: such rows
    are neither accepted nor rejected. None if users were not looked up."""
    groups: GroupRule | None = None
    """The groups that files may put users into. None if no deployment's rule applies: then any group."""
    attributes: frozenset[str] | None = None
    """The custom attributes that files may set. None if no deployment's list applies: then any of the pool's."""
    repeated_aliases: RepeatedAliases = RepeatedAliases.REJECT
    alias: str = ""
    """The pool's alias in the deployment; blank if none applies."""
    presets: frozenset[str] = frozenset()
    """The presets that a file may choose by its folder."""
    has_own_mapping: bool = False
    """Whether the file was dropped with the mapping that it is read with."""
    fixed: frozenset[str] = frozenset()
    """The columns that the file's mapping fills with the same value for all users."""
    bad_optional_values: BadOptionalValues = BadOptionalValues.REJECT
    phone_region: str = ""
    """The region whose phone numbers are read without a country code; blank if none are."""
    run_dialect: Dialect | None = None
    """Where the file has rows of an earlier run, how that one's file is written."""
    ways: FirstWays | None = None
    """How users of the pool sign in for the first time. None if that is not known."""
    requires_way_in: bool = False
    """Whether rows of users who have no way in are rejected."""
    is_retry: bool = False
    """Whether the file has rows of an earlier run: without its dialect, one that can be read in two ways is refused."""

    @property
    def reads_groups(self) -> bool:
        """Whether the column of the groups is read; it is left out where no group is allowed."""
        return self.groups is None or bool(self.groups.allow)

    def allows_group(self, name: str) -> bool:
        """Whether files may put users into the group of this name."""
        return self.groups is None or self.groups.allows(name)

    def is_closed(self, column: str) -> bool:
        """Whether files may not set this column of the pool: a custom attribute that is not allowed."""
        return self.attributes is not None and is_custom(column) and column not in self.attributes

    def aliases(self, rules: PoolRules) -> tuple[str, ...]:
        """The attributes of which each value is let through for one user only."""
        return rules.aliases if self.repeated_aliases is RepeatedAliases.REJECT else ()
