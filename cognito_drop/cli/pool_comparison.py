"""A file's users beside those of a pool: who is missing, and whose attributes are different.

The users are kept in an SQLite file, so that half a million take no memory, and a comparison that was interrupted can
continue. It holds the names that the pool tells users apart by, and of other values digests only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.kept_state import KeptState
from cognito_drop.cli.part_rows import PartRows
from cognito_drop.core.pools.user_search import compared, name_of, names_of
from cognito_drop.core.rows.pool_rules import BIRTHDATE, MFA_ENABLED, PASSWORD_HASH, USERNAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cognito_drop.core.rows import PoolRules

_TABLES: Final = """
create table users (
    name text primary key, written text, digests text, is_there integer default 0, different text
);
"""
_NO_ATTRIBUTES: Final = frozenset({USERNAME, MFA_ENABLED, PASSWORD_HASH})
_NAMES: Final = frozenset({"email", "preferred_username"})
"""Attributes that ignore case in a pool that ignores it, and that AWS shows in lower case there.
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html"""
_MONTH_FIRST: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_MOST_AT_ONCE: Final = 500
"""Names in one query: older SQLite takes 999 parameters."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Counts of the file's users, and of attributes that are different."""

    users: int
    missing: int
    different: int
    attributes: dict[str, int]


class PoolComparison(KeptState, PartRows):
    """Takes the accepted rows of a file as a sink, then the users of the pool."""

    command = "verify"
    tables = _TABLES

    def __init__(self, state: Path | str, rules: PoolRules) -> None:
        """Use this file for the state, as KeptState does."""
        KeptState.__init__(self, state)
        PartRows.__init__(self)
        self._rules = rules
        self._salt = self.note("salt") or os.urandom(16).hex()
        self.keep_note("salt", self._salt)

    def take_rows(self, number: int, rows: Iterable[Mapping[str, str]]) -> None:  # noqa: ARG002  (the sink's signature)
        """Keep rows of the file."""
        self._store.executemany(
            "insert or ignore into users (name, written, digests) values (?, ?, ?)",
            [
                (compared(name, self._rules), name, json.dumps(self._digests(row)))
                for row in rows
                if (name := name_of(row, self._rules))
            ],
        )

    def forget_rows(self) -> None:
        """Start anew: the file was not read to its end."""
        self._store.execute("delete from users")

    def forget_users(self) -> None:
        """Start anew with the users of the pool: some may have gone since they were listed."""
        self._store.execute("update users set is_there = 0, different = null")

    def take_users(self, users: Sequence[Mapping[str, str]]) -> None:
        """Compare users of the pool: their attributes by name, and their usernames as `cognito:username`."""
        named = {name: user for user in users for name in names_of(user, self._rules)}
        names = list(named)
        for start in range(0, len(names), _MOST_AT_ONCE):
            some = names[start : start + _MOST_AT_ONCE]
            marks = ",".join("?" * len(some))
            found = self._store.execute(f"select name, digests from users where name in ({marks})", some).fetchall()  # noqa: S608  (marks only)
            self._store.executemany(
                "update users set is_there = 1, different = ? where name = ?",
                [(json.dumps(self._different(json.loads(digests), named[name])), name) for name, digests in found],
            )

    def result(self) -> Compared:
        """What was found until now."""
        users, there = self._store.execute("select count(*), sum(is_there) from users").fetchone()
        attributes: Counter[str] = Counter()
        different = 0
        for _, names in self._changed():
            different += 1
            attributes.update(names)
        return Compared(users, users - (there or 0), different, dict(sorted(attributes.items())))

    def findings(self) -> Iterator[tuple[str, list[str]]]:
        """The users who are missing, without attributes, then those who are different, with the attributes' names; all
        as the file has them."""
        for (name,) in self._store.execute("select written from users where is_there = 0 order by name"):
            yield name, []
        yield from self._changed()

    def _changed(self) -> Iterator[tuple[str, list[str]]]:
        asked = "select written, different from users where different <> '[]' order by name"
        return ((name, json.loads(different)) for name, different in self._store.execute(asked))

    def _digests(self, row: Mapping[str, str]) -> dict[str, str]:
        return {name: self._digest(name, value) for name, value in row.items() if value and name not in _NO_ATTRIBUTES}

    def _different(self, digests: Mapping[str, str], user: Mapping[str, str]) -> list[str]:
        return [name for name, digest in digests.items() if self._digest(name, user.get(name, "")) != digest]

    def _digest(self, name: str, value: str) -> str:
        """Of the value in the one form in which both sides are compared. Whether Cognito stores a date of birth as the
        file has it, or as the attribute does, is not documented."""
        value = value.strip()
        if name == BIRTHDATE:
            value = _MONTH_FIRST.sub(r"\3-\1-\2", value)
        if name.endswith("_verified") or (name in _NAMES and not self._rules.is_case_sensitive):
            value = value.casefold()
        return hashlib.blake2b(value.encode(), digest_size=8, key=bytes.fromhex(self._salt)).hexdigest()
