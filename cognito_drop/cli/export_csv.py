"""The users of an export in Cognito's own dialect, with the pool's header and the groups.

A CSV file cannot say who is disabled: who may not be imported as an ordinary user is left out, and counted. The preset
`cognito` decides this, and what a user's row is, as it does when an export is dropped.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.presets.cognito import CognitoUsers
from cognito_drop.core.presets.pool_row import PoolRow, as_lines, columns_for
from cognito_drop.core.rows import Options, PoolRules
from cognito_drop.core.rows.groups import GROUPS
from cognito_drop.core.rows.layout import lay_out
from cognito_drop.core.rows.pool_rules import USERNAME
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

_NOT_IN_CSV: Final = "value_not_in_csv"
"""A line break, a backslash, or NUL, which a line of Cognito's dialect cannot have."""


class ExportCsv:
    """The lines, and who is not in them."""

    def __init__(self, description: Mapping[str, Any], header: Sequence[str]) -> None:
        """For the pool that DescribeUserPool describes like this, with the header that GetCSVHeader answers. Raises
        CommandError."""
        rules, options = PoolRules.of(description, header), Options()
        layout = lay_out(columns_for(CognitoUsers(), rules, options), rules, options)
        if isinstance(layout, Problem):
            raise CommandError(ErrorCode.POOL_UNREADABLE, layout.sentence, "Leave --csv out.")
        self._row = PoolRow(rules, layout, options)
        self._preset = CognitoUsers()
        self._columns = (*header, GROUPS)
        self.left_out: Counter[str] = Counter()

    def lines(self, users: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        """The header, and a line of each user."""
        yield (",".join(self._columns) + "\n").encode()
        for record in users:
            user = self._preset.user(record)
            if user.refused:
                self.left_out[user.refused.value] += 1
                continue
            self._row.values(user)
            values = [user.attributes.get(name, "") for name in self._columns]
            if not user.attributes[USERNAME]:
                self.left_out[RejectionCode.USERNAME_MISSING.value] += 1
            elif line := as_lines([values]):
                yield line
            else:
                self.left_out[_NOT_IN_CSV] += 1
