"""The ids of a run's imported users, from the run's own file: its accepted rows with their lines, and the imported ones
among them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from cognito_drop.aws.user_ids import UserIds
from cognito_drop.cli.part_rows import PartRows
from cognito_drop.core.pools.user_search import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cognito_drop.core.rows import Part, PoolRules


class RowIds(UserIds, PartRows):
    """Takes the accepted rows of a file as a sink, the lines of the imported ones, their old ids, and users of the
    pool."""

    tables = f"{UserIds.tables} create table sent (part integer, name text, written text);"

    def __init__(self, state: Path | str, rules: PoolRules) -> None:
        """Use this file for the state, as KeptState does."""
        UserIds.__init__(self, state, rules)
        PartRows.__init__(self)

    def take_rows(self, number: int, rows: Iterable[Mapping[str, str]]) -> None:
        """Take rows of a part; their lines follow when it ends."""
        names = (self.both_spellings(name_of(row, self.rules)) for row in rows)
        self._store.executemany("insert into sent values (?, ?, ?)", ((number, *name) for name in names))

    def end_part(self, part: Part) -> None:
        """Take the lines of a part's rows: both are in the order of the file."""
        super().end_part(part)
        lines = chain.from_iterable(range(first, first + count) for _, first, count in part.segments)
        sent = self._store.execute("select name, written from sent where part = ? order by rowid", [part.number])
        self._store.executemany(
            "insert into rows (line, name, written) values (?, ?, ?)",
            ((line, *name) for line, name in zip(lines, sent.fetchall(), strict=True)),
        )
        self._store.execute("delete from sent where part = ?", [part.number])

    def forget_rows(self) -> None:
        """Start anew: the file was not read to its end."""
        self._store.execute("delete from sent")
        self._store.execute("delete from rows")

    def take_lines(self, lines: Iterable[int]) -> None:
        """Take the lines of the rows that were imported; also of one that the pool's rules of today would reject."""
        self._store.executemany(
            "insert into rows (line, imported) values (?, 1) on conflict (line) do update set imported = 1",
            ((line,) for line in lines),
        )

    def take_old_ids(self, ids: Iterable[tuple[int, str]]) -> None:
        """Take the old ids by line."""
        self._store.executemany("update rows set old_id = ? where line = ?", ((old, line) for line, old in ids if old))
