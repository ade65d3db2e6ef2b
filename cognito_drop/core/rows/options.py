"""What the operator decides about reading a file; every value has a default that is safe."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.core.rows.pool_rules import PoolRules


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
    sample_size: int = 20
    first_lines: int = 10
    block_bytes: int = 1 << 18
    is_known: Callable[[bytes], bool] | None = None
    """Whether a user of this key, in the spelling in which the pool compares it, is known to be in the pool: such rows
    are neither accepted nor rejected. None if users were not looked up."""
    reads_groups: bool = True
    """Whether the column of the groups is read; it is left out otherwise."""
    repeated_aliases: RepeatedAliases = RepeatedAliases.REJECT

    def aliases(self, rules: PoolRules) -> tuple[str, ...]:
        """The attributes of which each value is let through for one user only."""
        return rules.aliases if self.repeated_aliases is RepeatedAliases.REJECT else ()
