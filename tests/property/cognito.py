"""localcloud's Cognito as a judge of rows, in this process: no server, no job."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from localcloud.choices import RepeatedAlias
from localcloud.cognito_import.dialect import MAX_ROW_CHARACTERS, Dialect, Line
from localcloud.cognito_import.row_rules import RowRules
from localcloud.cognito_import.user_store import UserStore
from localcloud.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.property.pools import GeneratedPool

_AT = datetime(2030, 1, 1)  # noqa: DTZ001  (moto's dates are naive)


class Fate(enum.Enum):
    """The outcome of a row."""

    IMPORTED = enum.auto()
    SKIPPED = enum.auto()
    FAILED = enum.auto()


class Cognito:
    """An empty pool that takes rows one after the other."""

    def __init__(self, pool: GeneratedPool, columns: Sequence[str]) -> None:
        pool.pool.users.clear()
        self._rules = RowRules(list(columns), pool.pool, pool.algorithm, Settings())
        self._users = UserStore(pool.pool, RepeatedAlias.FAIL)
        self._users.refresh()

    def take(self, row: str) -> Fate:
        """Import a row in Cognito's dialect."""
        verdict = self._rules.judge(Line(2, row if len(row) <= MAX_ROW_CHARACTERS else None))
        if isinstance(verdict, str):
            return Fate.FAILED
        return Fate[self._users.add(verdict, _AT)[0].name]


def in_cognitos_dialect(values: Sequence[str]) -> str:
    """A row as it would be dropped by someone who knows the dialect."""
    return ",".join(value.replace(",", "\\,") for value in values)


def read_part(part: bytes) -> tuple[list[str], list[str]]:
    """The columns and the rows of a part, as Cognito reads them."""
    header, *rows = part.decode().removesuffix("\n").split("\n")
    return Dialect().split(header), rows
