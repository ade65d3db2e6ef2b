"""What a preflight found, for people and machines; nothing in it is a value of a row but the sample of usernames."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cognito_drop.contract import limits
from cognito_drop.contract.ways_in import NoWayIn
from cognito_drop.core.rows.rejection import NOT_TO_IMPORT
from cognito_drop.core.rows.values import Normalization
from cognito_drop.core.rows.wording import of_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cognito_drop.contract.ways_in import WayIn
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.part import Part
    from cognito_drop.core.rows.rejection import Fault, RejectionCode
    from cognito_drop.core.text.json_types import SourceJson
    from cognito_drop.core.text.problem import Problem


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's columns beside the pool's: other names (given → pool's), what was added with blank values, what was
    left out, and which of the added can never be set later, as the pool has them immutable."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    never_settable: tuple[str, ...] = ()
    has_hashes_left_out: bool = False
    """Whether the column of password hashes is among those left out."""
    has_groups_left_out: bool = False
    """Whether the column of the groups is among those left out."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Rejected rows that have the same code, column and bound; `setting` is the pool setting that would let them pass,
    empty when there is none."""

    code: RejectionCode
    column: str
    count: int
    first_lines: tuple[int, ...]
    sentence: str
    hint: str
    setting: str


class Source(Protocol):
    """How the records of an export are read again."""

    @property
    def is_json(self) -> bool:
        """Whether places are numbers of records; in a CSV file they are lines."""

    def to_json(self) -> SourceJson:
        """As `core.presets.source` reads it."""


@dataclass(frozen=True, slots=True)
class PresetReport:
    """What is to be known of a file that another system has written: the preset, how to read the file again, and how
    many accepted rows leave what behind."""

    name: str
    source: Source
    notes: Mapping[str, int] = field(default_factory=dict)
    """By the codes of `core.presets.notes.Note`."""
    unfound: tuple[str, ...] = ()
    """Paths of the mapping that no record has."""


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """What was found. With a problem the file is not usable, and nothing is counted.

    `rows` = `accepted` + rejected + `known`; blank lines are no rows. `reasons` come with the most frequent first; a
    row counts once for each of its faults.
    `sample` has usernames of accepted rows, drawn evenly: they are never to be shown.
    """

    problem: Problem | None = None
    dialect: Dialect | None = None
    width: int = 0
    """The fields of a row; 0 for an export."""
    rows: int = 0
    accepted: int = 0
    blank_lines: int = 0
    columns: Columns = field(default_factory=Columns)
    normalized: Mapping[Normalization, int] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    left_out_values: tuple[Reason, ...] = ()
    """Badly written optional values that were left out of accepted rows."""
    placeholders: Mapping[str, int] = field(default_factory=dict)
    """By column, how many values look like placeholders for none."""
    damaged: Mapping[str, int] = field(default_factory=dict)
    """By column, how many values look damaged by a program."""
    unclear_dates: str = ""
    """What the file calls its dates of birth, if they were read with the month first and none decides that; blank
    for the pool's own name, whose dates are written so."""
    look_alikes: int = 0
    """Rows whose usernames differ from an earlier one's only in Unicode normalization."""
    first_look_alike: tuple[int, int] = (0, 0)
    """The line of the first such row, and that of the earlier one."""
    parts: tuple[Part, ...] = ()
    sample: tuple[str, ...] = field(default=(), repr=False)
    preset: PresetReport | None = None
    memberships: int = 0
    """In groups, of accepted and known users."""
    not_allowed: int = 0
    """Memberships among these in groups that files may not put users into: they are not made."""
    groups: frozenset[str] = field(default=frozenset(), repr=False)
    """The allowed groups that the file names, up to one more than a pool can have. Not all of them may be shown."""
    joined_groups: int = 0
    """Names among those not allowed that have a semicolon or a comma in them."""
    members: int = 0
    """Accepted users whom the file puts in allowed groups."""
    known_members: int = 0
    """Known users whom the file puts in allowed groups."""
    with_password: int = 0
    """Accepted users for whom the file has the hash of a password."""
    known: int = 0
    """Rows whose users are known to be in the pool: they are in no part."""
    may_hold_hashes: bool = True
    """Whether the file may hold hashes of passwords, imported or not; a file that was not read may."""
    ways: Mapping[WayIn | NoWayIn, int] | None = None
    """Accepted users by their first way in; None if that is not known."""

    @property
    def without_way_in(self) -> int:
        """Accepted users who have no way to sign in, as far as that is known."""
        return sum(count for way, count in (self.ways or {}).items() if isinstance(way, NoWayIn))

    @property
    def rejected(self) -> int:
        """Rows that are not imported."""
        return self.rows - self.accepted - self.known

    @property
    def not_to_import(self) -> int:
        """Rejected rows of users who are disabled in the source system: there is nothing to fix."""
        return sum(reason.count for reason in self.reasons if reason.code in NOT_TO_IMPORT)


class PreflightTally:
    """Counts rows while the file is read."""

    def __init__(self, first_lines: int) -> None:
        self._rejected = _Faults(first_lines)
        self._left_out = _Faults(first_lines)
        self.normalized: Counter[Normalization] = Counter()
        self.placeholders: Counter[str] = Counter()
        self.damaged: Counter[str] = Counter()
        self.look_alikes = 0
        self.first_look_alike = (0, 0)
        self.accepted = 0
        self.rejected = 0
        self.blank_lines = 0
        self.memberships = 0
        self.not_allowed = 0
        self.joined_groups = 0
        self.groups: set[str] = set()
        self.with_password = 0
        self.members = 0
        self.known_members = 0
        self.known = 0
        self.ways: Counter[WayIn | NoWayIn] = Counter()

    def reject(self, line: int, faults: Iterable[Fault]) -> None:
        """Count a rejected row, and it once for each of its faults."""
        self.rejected += 1
        for fault in faults:
            self._rejected.add(line, fault)

    def leave_out(self, line: int, fault: Fault) -> None:
        """Count a value that was left out."""
        self._left_out.add(line, fault)

    def resembles(self, line: int, other: int) -> None:
        """Count a row whose username looks like the one of an earlier line, if that is not 0."""
        if other and not self.look_alikes:
            self.first_look_alike = line, other
        self.look_alikes += bool(other)

    def count_invisible(self, removed: int) -> None:
        """Count bytes of invisible characters that were removed."""
        if removed:
            self.normalized[Normalization.INVISIBLE] += removed

    def has(self, code: RejectionCode) -> bool:
        """Whether a row was rejected, or a value left out, with this code."""
        return any(found is code for found, *_ in (*self._rejected.counts, *self._left_out.counts))

    @property
    def rows(self) -> int:
        """All rows."""
        return self.accepted + self.rejected + self.known

    def accept(self, normalized: Iterable[Normalization]) -> None:
        """Count an accepted row and what was normalized in it."""
        self.accepted += 1
        self.normalized.update(normalized)

    def put_in_groups(self, names: Sequence[str], allowed: Sequence[str], *, is_known: bool) -> None:
        """Count the memberships that the file has for a user, of which some are allowed."""
        self.memberships += len(names)
        self.not_allowed += len(names) - len(allowed)
        self.joined_groups += sum((";" in name or "," in name) for name in names if name not in allowed)
        if allowed:
            self.members += not is_known
            self.known_members += is_known
            if len(self.groups) <= limits.MAX_GROUPS_OF_POOL:
                self.groups.update(allowed)

    def reasons(self) -> tuple[Reason, ...]:
        """The rejected rows by reason."""
        return self._rejected.reasons()

    def left_out_values(self) -> tuple[Reason, ...]:
        """The values that were left out of accepted rows, by what was wrong with them."""
        return self._left_out.reasons()


class _Faults:
    """Counts faults of the same code, column and bound, and keeps the first lines of each."""

    def __init__(self, most_lines: int) -> None:
        self._most_lines = most_lines
        self._lines: dict[tuple[RejectionCode, str, str], tuple[Fault, list[int]]] = {}
        self.counts: Counter[tuple[RejectionCode, str, str]] = Counter()

    def add(self, line: int, fault: Fault) -> None:
        """Count a fault."""
        key = fault[:3]
        self.counts[key] += 1
        if key not in self._lines:
            self._lines[key] = fault, []
        if len(lines := self._lines[key][1]) < self._most_lines:
            lines.append(line)

    def reasons(self) -> tuple[Reason, ...]:
        """The faults, the most frequent first."""
        found = []
        for key, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            fault, lines = self._lines[key]
            wording = of_many(fault)
            found.append(
                Reason(fault.code, fault.column, count, tuple(lines), wording.sentence, wording.hint, wording.setting)
            )
        return tuple(found)


class Sample:
    """Usernames drawn evenly from all that are accepted, at no cost for those that are not drawn.

    The same file always gives the same sample. Algorithm L of Kim-Hung Li, 1994.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._random = random.Random(size)  # noqa: S311  (an even choice, no secret)
        self._weight = 1.0
        self._next = 0  # the index among the accepted that is drawn next
        self.usernames: list[bytes] = []

    def see(self, names: Sequence[bytes], start: int, stop: int, before: int) -> None:
        """Look at the accepted users names[start:stop], before which `before` were accepted."""
        while self._size and self._next < before + stop - start:
            self._draw(names[start + self._next - before])

    def _draw(self, name: bytes) -> None:
        if len(self.usernames) < self._size:
            self.usernames.append(name)
            self._next += 1
            if len(self.usernames) < self._size:
                return
            self._next -= 1
        else:
            self.usernames[self._random.randrange(self._size)] = name
        self._weight *= self._random.random() ** (1 / self._size)
        self._next += 1 + int(math.log(1 - self._random.random()) / math.log1p(-self._weight))
