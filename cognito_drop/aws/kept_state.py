"""The state of a listing of a whole user pool: kept in an SQLite file, so that many users take no memory and an
interrupted call continues with the page that it was at.

What a page brings and the place after it are committed at once: a call that is killed neither loses users nor has
some twice.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import AdapterError, error_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    T = TypeVar("T")

START, END = "start", "end"
"""Places in a listing, beside the tokens of its pages."""
_NOTES: Final = "create table notes (name text primary key, value text);"
_KIND: Final = "kind"


class OtherStateError(AdapterError):
    """The file is a database of another program, or the state of another command."""


class KeptState:
    """Notes by name, and the tables of a subclass. A context manager."""

    command: ClassVar[str]
    """Whose state it is."""
    tables: ClassVar[str]

    def __init__(self, file: Path | str) -> None:
        """Use this file, or none with `:memory:`. Raises sqlite3.Error where it is no database, and
        OtherStateError where it is another one, which stays as it is."""
        self._store = sqlite3.connect(file)
        try:
            self._begin(file)
        except BaseException:
            self._store.close()
            raise

    def _begin(self, file: Path | str) -> None:
        if not self._store.execute("select 1 from sqlite_master").fetchone():
            self._store.executescript(f"begin; {_NOTES} {self.tables}")
            self.keep_note(_KIND, self.command)
        elif self._kind() != self.command:
            raise OtherStateError(f"{file} is not a state of `cognito-drop {self.command}`.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    def _kind(self) -> str:
        """The kind of a state, or of any database."""
        try:
            return self.note(_KIND)
        except sqlite3.OperationalError:  # it has no such table
            return ""

    def note(self, name: str) -> str:
        """What is kept under this name; empty where there is nothing."""
        found = self._store.execute("select value from notes where name = ?", [name]).fetchone()
        return str(found[0]) if found else ""

    def keep_note(self, name: str, value: str) -> None:
        """Keep something under a name, with everything that was taken until now."""
        self._store.execute("insert or replace into notes values (?, ?)", [name, value])
        self._store.commit()


def take_pages(
    state: KeptState,
    listing: str,
    page: Callable[[str], tuple[Sequence[T], str]],
    take: Callable[[Sequence[T]], object],
    forget: Callable[[], object],
) -> Iterator[int]:
    """Take all pages of a listing, from where an earlier call has stopped; yields the items of each page.

    `page` asks for the page of a token. Where a token is too old, the listing starts anew, after `forget`.
    """
    place = state.note(listing) or START
    while place != END:
        token = "" if place == START else place
        try:
            items, following = page(token)
        except ClientError as error:
            if not token or error_code(error) != "InvalidParameterException":
                raise
            place = START
            forget()
            continue
        take(items)
        place = following or END
        state.keep_note(listing, place)
        yield len(items)
