"""The new ids of a run's imported users: by the line of each row the old id, the username, and the new `sub`.

Guarantees a line for every row that was imported; who was not found in the pool has no username there. Users are found
with ListUsers, which makes none of them active, in the way that takes fewer calls; each is taken once, whatever ends a
call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cognito_drop.aws.kept_state import END, START, KeptState, take_pages
from cognito_drop.core.pools.lookup import LookupBy, fewest_calls
from cognito_drop.core.pools.user_search import compared, names_of, searches_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cognito_drop.aws.user_searches import UserSearches
    from cognito_drop.core.rows import PoolRules

HEADER: Final = ("line", "old_id", "username", "sub")
"""The columns of `ids.csv`."""
_TABLES: Final = """
create table rows (
    line integer primary key, name text, written text, old_id text default '', imported integer default 0,
    username text, sub text
);
create index rows_by_name on rows (name);
"""
_SUB: Final = "sub"
_USERNAME: Final = "cognito:username"
_PLACE, _SEARCHED = "place", "searched"
"""Notes: where a look at the pool is, and the last line that it has searched the user of."""


class Looked(NamedTuple):
    """How far a look at the pool is."""

    by: LookupBy
    done: int
    """Users of the pool that were listed, or users that were searched for, by this call."""
    of: int
    """Of about so many."""


class UserIds(KeptState):
    """Takes the imported rows of a file, and users of the pool."""

    command = "ids"
    tables = _TABLES

    def __init__(self, state: Path | str, rules: PoolRules) -> None:
        """Use this file for the state, as KeptState does."""
        super().__init__(state)
        self.rules = rules

    def take_imported(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Take line, name as it is written, and old id of imported rows."""
        self._store.executemany(
            "insert into rows (line, name, written, old_id, imported) values (?, ?, ?, ?, 1)",
            ((line, *self.both_spellings(name), old_id) for line, name, old_id in rows),
        )

    def both_spellings(self, name: str) -> tuple[str, str | None]:
        """A name as the pool compares it, and as it is written where that differs: filters may be case-sensitive."""
        key = compared(name, self.rules)
        return key, name if name != key else None

    def take_users(self, users: Sequence[Mapping[str, str]]) -> None:
        """Take users of the pool: their attributes by name, and their usernames as `cognito:username`."""
        self._store.executemany(
            "update rows set username = ?, sub = ? where name = ? and imported",
            [(user[_USERNAME], user.get(_SUB, ""), name) for user in users for name in names_of(user, self.rules)],
        )

    def look(self, searches: UserSearches, pool_id: str, pool_users: int, until: float) -> Iterator[Looked]:
        """Look for the users who were not found until now, from where an earlier call has stopped; the pool has about
        so many users. Raises LookupGivenUpError when there is no time left.
        """
        by, _ = fewest_calls(self.missing + self._missing_in_two_spellings, pool_users)
        is_listing = self.note(_PLACE) not in ("", START, END)
        if by is LookupBy.SEARCHES and not is_listing:
            missing = self._missing_after(int(self.note(_SEARCHED) or 0))
            for number, (line, name) in enumerate(missing, 1):
                if name:
                    self.take_users(searches.ids(pool_id, searches_for(name, self.rules), until))
                self.keep_note(_SEARCHED, str(line))
                yield Looked(by, number, len(missing))
            self.keep_note(_SEARCHED, "")
            return
        if not is_listing:
            self.keep_note(_PLACE, START)
        listed = 0
        for users in take_pages(
            self,
            _PLACE,
            lambda token: searches.users(pool_id, token, until),
            self.take_users,
            lambda: None,  # who was found stays so
        ):
            listed += users
            yield Looked(LookupBy.LIST_USERS, listed, pool_users)

    @property
    def imported(self) -> int:
        """How many users were imported."""
        return self._count("imported")

    @property
    def missing(self) -> int:
        """How many of them were not found until now."""
        return self._count("imported and sub is null")

    @property
    def recorded(self) -> int:
        """How many of them were found."""
        return self._count("imported and sub is not null")

    @property
    def _missing_in_two_spellings(self) -> int:
        """How many of those who are missing may need a second search."""
        return self._count("imported and sub is null and written is not null")

    def ids(self) -> Iterator[tuple[int, str, str, str]]:
        """Line, old id, username, and `sub` of every imported user, by line."""
        asked = "select line, old_id, coalesce(username, ''), coalesce(sub, '') from rows where imported order by line"
        return iter(self._store.execute(asked))

    def _missing_after(self, line: int) -> list[tuple[int, str]]:
        """The lines and names of users who were not found until now; blank where the name is not known."""
        asked = (
            "select line, coalesce(written, name, '') from rows "
            "where imported and sub is null and line > ? order by line"
        )
        return self._store.execute(asked, [line]).fetchall()

    def _count(self, those: str) -> int:
        return int(self._store.execute(f"select count(*) from rows where {those}").fetchone()[0])  # noqa: S608  (ours)
