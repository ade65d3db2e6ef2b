"""Whether a file says who is disabled, and whether the preset with which it is read takes notice of all that does.

Guarantees that a column or member that may shut a user out is never passed over: the file is refused instead.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.user import evened, is_shut_out, is_true, text
from cognito_drop.core.rows.header_words import POSITIVE_STATUS, is_status_name, status_word
from cognito_drop.core.text.kept import kept_if_short
from cognito_drop.core.text.names import named
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cognito_drop.core.presets.preset import Preset

_MOST_KEPT: Final = 10_000
_LONGEST_KEPT: Final = 200  # characters
_MOST_FOUND: Final = 1_000
_OF_RECORDS: Final = re.compile(r"(?:[^\W\d]|-){1,40}\d?")
_HIDDEN: Final = "*"
_ASTERISK: Final = (
    " An asterisk is for each item of a list, or for a name that is not shown because it may be a value of a user: "
    "`leave_out` takes it, `disabled` needs the name."
)
_status_word: Final = kept_if_short(status_word)


def says_status(preset: Preset, record: Iterable[str]) -> bool:
    """Whether any of its own members says who is disabled; true of a preset that reads no status."""
    return not preset.status_in or not {*preset.status_in, *map(evened, preset.status_in)}.isdisjoint(
        {*record, *map(evened, record)}
    )


def unread(preset: Preset, names: Sequence[str]) -> tuple[str, ...]:
    """A CSV file's columns that the preset neither reads nor passes over. It reads all spellings of a status, and a
    mapping one of each that it names."""
    labels, system = set(preset.labels(names).values()), preset.base or preset
    statuses = set(map(evened, system.status_in | system.more_status_in)) if system.signs else set()
    return tuple(
        name
        for name in names
        if not (name in labels or preset.knows(name) or (evened(name) in statuses and "." not in name))
    )


def unread_status(preset: Preset, names: Sequence[str]) -> Problem | None:
    """The problem of a column that may say who is disabled, and that the preset does not read. A name with a point is
    of a profile, which says nothing of the account, unless no system is known."""
    status = [name for name in unread(preset, names) if status_word(name) and not (preset.signs and "." in name)]
    return status_not_read(preset, status, "columns") if status else None


def status_not_read(preset: Preset, names: Collection[str], what: str) -> Problem:
    """The problem of columns or members of these names."""
    return Problem(
        ProblemCode.STATUS_NOT_READ,
        f"The file has {what} that may say who is disabled, and the preset {preset.name} does not read them: "
        f"{named(list(names))}.",
        "Name them in `disabled` of a mapping, or in its `leave_out` if they say nothing of the kind; or remove them."
        + (_ASTERISK if any(_HIDDEN in name.split(".") for name in names) else ""),
    )


@dataclass(slots=True, eq=False)
class _Member:
    """A member at one place of records. `says` is the word by which it may say who is disabled, until nothing is left
    to find out; `of` is None for the record itself."""

    name: str
    of: _Member | None
    says: str = ""
    members: dict[str, _Member] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Those of its path."""
        return [*self.of.names(), self.name] if self.of else []


def is_of_records(name: str) -> bool:
    """Whether a record's own member may have this name, with those of a status behind points. An address or an ID is
    no such name."""
    first, *others = name.split(".")
    return bool(_OF_RECORDS.fullmatch(first)) and all(map(is_status_name, others))


class UnreadStatuses:
    """Finds members of JSON records that say who is disabled and that a preset does not read. Those of a profile say
    nothing of the account; a mapping that adds to no preset may find the account in any object of a record, also in one
    of a list.

    Names in a record may be values of users, such as the address that each entry of an object is for. They are never in
    `found`.
    """

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        self._looks_inside = not preset.signs
        names = (path.split(".") for paths in preset.paths for path in paths)
        self._read_inside = {".".join(each[:count]) for each in names for count in range(1, len(each))}
        """The paths of objects of which the preset reads a member."""
        self._record, self._kept = _Member("", None), 0
        """What is known of members, by their paths, and how many there are: as a rule all records have the same."""
        self.seen: set[str] = set()
        """The names of members that need not be looked at again, whatever their values are."""
        self.found: dict[str, None] = {}
        """Their paths for a message, in the order of the file, up to a limit."""

    def look_at(self, record: Mapping[str, Any]) -> None:
        """Remember what a record has."""
        if self._looks_inside:  # a member may be an object in one record only
            self._look_inside(record)
            return
        for name in record.keys() - self.seen:
            member = self._member(self._record, name)
            if member.says:
                self._judge(member, record[name])
            if not member.says and name in self._record.members:
                self.seen.add(name)

    def _look_inside(self, record: Mapping[str, Any]) -> None:
        objects: deque[tuple[_Member, Any]] = deque([(self._record, record)])
        while objects:
            of, found = objects.popleft()
            for name, value in found.items() if isinstance(found, dict) else zip(repeat(_HIDDEN), found):
                member = self._member(of, name)
                if member.says:
                    self._judge(member, value)
                if isinstance(value, (dict, list)):
                    objects.append((member, value))

    def _member(self, of: _Member, name: str) -> _Member:
        """What is known of this member of an object. It is kept, unless it is one of very many."""
        if name in of.members:
            return of.members[name]
        member = _Member(name, of, _status_word(name))
        if member.says:
            path = ".".join(member.names())
            spellings = path, self._shown(member)
            if path in self._read_inside or unread(self._preset, spellings) != spellings:
                member.says = ""
        if self._kept < _MOST_KEPT and len(name) <= _LONGEST_KEPT:
            self._kept += 1
            of.members[name] = member
        return member

    def _judge(self, member: _Member, value: Any) -> None:  # noqa: ANN401  (any JSON)
        if member.says in POSITIVE_STATUS:
            says_something = bool(value) if isinstance(value, (dict, list)) else bool(text(value).strip())
            may_shut_out = says_something and not is_true(value)
        else:
            may_shut_out = is_shut_out(value)
        if may_shut_out:
            if len(self.found) < _MOST_FOUND:
                self.found[self._shown(member)] = None
            member.says = ""

    def _shown(self, member: _Member) -> str:
        """The path, with an asterisk for each name that may be a value of a user."""
        path, shown = "", list[str]()
        for name in member.names():
            path = f"{path}.{name}" if shown else name
            is_safe = is_status_name(name) or path in self._read_inside or (not shown and is_of_records(name))
            shown.append(name if is_safe else _HIDDEN)
        return ".".join(shown)
