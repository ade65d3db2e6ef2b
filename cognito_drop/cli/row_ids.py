"""The ids of a run's imported users: by the line of each row the old id, the username, and the new `sub`.

Guarantees a line for every row that the run has imported; who is no longer in the pool has no username there.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from cognito_drop.cli.kept_state import KeptState
from cognito_drop.cli.part_rows import PartRows, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cognito_drop.core.rows import Part, PoolRules

_TABLES: Final = """
create table sent (part integer, name text);
create table rows (
    line integer primary key, name text, old_id text default '', imported integer default 0, username text, sub text
);
create index rows_by_name on rows (name);
"""
_SUB: Final = "sub"
_USERNAME: Final = "cognito:username"


class RowIds(KeptState, PartRows):
    """Takes the accepted rows of a file as a sink, the lines of the imported ones, their old ids, and users of the
    pool."""

    command = "ids"
    tables = _TABLES

    def __init__(self, state: Path | str, rules: PoolRules) -> None:
        """Use this file for the state, as KeptState does."""
        KeptState.__init__(self, state)
        PartRows.__init__(self)
        self._rules = rules

    def take_rows(self, number: int, rows: Iterable[Mapping[str, str]]) -> None:
        """Take rows of a part; their lines follow when it ends."""
        names = (next(iter(names_of(row, self._rules)), "") for row in rows)
        self._store.executemany("insert into sent values (?, ?)", ((number, name) for name in names))

    def end_part(self, part: Part) -> None:
        """Take the lines of a part's rows: both are in the order of the file."""
        super().end_part(part)
        lines = chain.from_iterable(range(first, first + count) for _, first, count in part.segments)
        sent = self._store.execute("select name from sent where part = ? order by rowid", [part.number])
        self._store.executemany(
            "insert into rows (line, name) values (?, ?)",
            ((line, name) for line, (name,) in zip(lines, sent.fetchall(), strict=True)),
        )
        self._store.execute("delete from sent where part = ?", [part.number])

    def forget_rows(self) -> None:
        """Start anew: the file was not read to its end."""
        self._store.execute("delete from sent")
        self._store.execute("delete from rows")

    def take_imported(self, lines: Iterable[int]) -> None:
        """Take the lines of the rows that were imported; also of one that the pool's rules of today would reject."""
        self._store.executemany(
            "insert into rows (line, imported) values (?, 1) on conflict (line) do update set imported = 1",
            ((line,) for line in lines),
        )

    def take_old_ids(self, ids: Iterable[tuple[int, str]]) -> None:
        """Take the old ids by line."""
        self._store.executemany("update rows set old_id = ? where line = ?", ((old, line) for line, old in ids if old))

    def take_users(self, users: Sequence[Mapping[str, str]]) -> None:
        """Take users of the pool: their attributes by name, and their usernames as `cognito:username`."""
        self._store.executemany(
            "update rows set username = ?, sub = ? where name = ? and imported",
            [(user[_USERNAME], user.get(_SUB, ""), name) for user in users for name in names_of(user, self._rules)],
        )

    def forget_users(self) -> None:
        """Start anew with the users of the pool."""
        self._store.execute("update rows set username = null, sub = null")

    def missing(self) -> list[str]:
        """The names of imported users who were not found until now; blank where the name is not known."""
        asked = "select coalesce(name, '') from rows where imported and sub is null order by line"
        return [name for (name,) in self._store.execute(asked)]

    @property
    def imported(self) -> int:
        """How many users were imported."""
        return int(self._store.execute("select count(*) from rows where imported").fetchone()[0])

    def ids(self) -> Iterator[tuple[int, str, str, str]]:
        """Line, old id, username, and `sub` of every imported user, by line."""
        asked = "select line, old_id, coalesce(username, ''), coalesce(sub, '') from rows where imported order by line"
        return iter(self._store.execute(asked))
