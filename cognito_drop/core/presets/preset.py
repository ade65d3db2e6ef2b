"""What a preset is: one system's export, told by one file of this folder."""

from __future__ import annotations

import abc
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from cognito_drop.core.presets.user import evened

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.presets.user import SourceUser


class Export(abc.ABC):
    """One system's export: what it looks like, and what a record of it says."""

    name: str
    columns: tuple[str, ...]
    members: frozenset[str]
    status_in: frozenset[str]
    more_status_in: frozenset[str] = frozenset()
    signs: tuple[frozenset[str], ...]
    how: str
    records_in: str | None = None
    csv_columns: tuple[str, ...] | None = None
    more_csv_columns: tuple[str, ...] = ()
    """What newer exporters write behind the columns of a CSV file that has no header."""
    own: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()
    shut_out_words: frozenset[str] = frozenset()
    base: Export | None = None
    paths: tuple[tuple[str, ...], ...] = ()
    listless: frozenset[str] = frozenset()
    """Members of a document of this system that lists no users."""
    weak_signs: tuple[frozenset[str], ...] = ()
    """Members of its records that other files have too: the preset reads such a file, which is not recognized by
    them."""
    sign_values: Mapping[str, re.Pattern[str]] = MappingProxyType({})
    """What the values of members look like that other files have too: a file is not recognized by another value."""
    gives_hashes: bool = True
    """Whether the system may put hashes of passwords into its exports."""
    reads_evened: bool = False
    """Whether `user` evens out the names of members itself."""
    first_value: re.Pattern[str] | None = None
    """What a line of a CSV file starts with whose header is missing."""

    def knows(self, name: str) -> bool:
        """Whether it reads or passes over a member of this name."""
        return name in self.members or evened(name) in self.members

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """The members that columns of these names are, where they are written in another way: `Email Verified`."""
        if self.reads_evened:
            return {}
        found = {self._by_evened.get(evened(name), name): name for name in reversed(names)}
        return {member: name for member, name in found.items() if member not in names}

    @functools.cached_property
    def _by_evened(self) -> dict[str, str]:
        """Evened names → members."""
        return {evened(name): name for name in sorted(self.members, reverse=True)}

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes. Members may be written in another way, and one that says who is disabled
        in more than one: the user is let in only if all of them do."""
        if self.reads_evened or record.keys() <= self.members:
            return self.account(record)
        renamed, repeated = spellings(self, tuple(record))
        if renamed:
            record = {renamed.get(name, name): value for name, value in record.items()}
        user = self.account(record)
        for member, name in repeated if user.refused is None else ():
            user.refused = user.refused or self.account({**record, member: record[name]}).refused
        return user

    @abc.abstractmethod
    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes, with the names of `members`. Values of a CSV file are texts."""


@functools.lru_cache(maxsize=256)
def spellings(preset: Export, names: tuple[str, ...]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Of a record with these names: its members that are written in another way, and those that say who is disabled
    beside one that does. A name with a point is of a profile, which says nothing of the account."""
    renamed = {name: member for member, name in preset.labels(names).items()}
    members = preset.status_in | preset.more_status_in
    statuses = {evened(name): name for name in members}
    others = (name for name in names if not (name in members or name in renamed or "." in name))
    return renamed, tuple((statuses[evened(name)], name) for name in others if evened(name) in statuses)


class Preset(Protocol):
    """Turns records of one system into users. Takes any object without raising: what is not there is blank."""

    @property
    def name(self) -> str:
        """What it is called in settings, folders and on the command line."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The pool's columns that it may fill, beside those of the username, verification, MFA and the password."""

    @property
    def records_in(self) -> str | None:
        """The member of a JSON document that lists the users, where they do not stand at the top."""

    @property
    def listless(self) -> frozenset[str]:
        """Members of a document that may lack that list; none where it always has it."""

    @property
    def csv_columns(self) -> tuple[str, ...] | None:
        """The columns of a CSV file that has no header; None where it has one."""

    @property
    def more_csv_columns(self) -> tuple[str, ...]:
        """What newer exporters write behind the columns of a CSV file that has no header."""

    def knows(self, name: str) -> bool:
        """Whether it reads a member of this name, or passes over it because it means nothing in a pool."""

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """The members that columns of these names are, where they are written in another way: `Email Verified`."""

    @property
    def status_in(self) -> frozenset[str]:
        """Members of which any says whether a user is disabled."""

    @property
    def more_status_in(self) -> frozenset[str]:
        """Members that may shut a user out, too, and do not say that one is let in."""

    @property
    def own(self) -> tuple[str, ...]:
        """The pool's columns that a mapping names: the pool must have them."""

    @property
    def fixed(self) -> frozenset[str]:
        """Those that a mapping fills with the same value for all users: no value of a file changes it."""

    @property
    def dated(self) -> frozenset[str]:
        """Those of which a mapping says how their dates are written."""

    @property
    def shut_out_words(self) -> frozenset[str]:
        """The words by which a mapping shuts a user out, as `word` writes them."""

    @property
    def base(self) -> Export | None:
        """The preset that a mapping adds to."""

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """What a mapping reads, beside the members that its preset does: paths, each with its alternatives."""

    @property
    def signs(self) -> tuple[frozenset[str], ...]:
        """Members by which records of this system are recognized: all of any one set."""

    @property
    def gives_hashes(self) -> bool:
        """Whether its files may hold hashes of passwords."""

    @property
    def how(self) -> str:
        """How to get the right file, as a hint."""

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes. Values of a CSV file are texts."""
