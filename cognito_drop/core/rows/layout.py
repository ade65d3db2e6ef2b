"""The columns of a file beside those of the pool: which is which, which are lacking, which are unknown.

Rows below the header are read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.email_address import is_email
from cognito_drop.core.rows.groups import COLUMN, GROUPS
from cognito_drop.core.rows.header_words import NEUTRAL_STATUS, alias_of, column_names, evened, near, status_word
from cognito_drop.core.rows.options import UnknownColumns
from cognito_drop.core.rows.pool_rules import (
    NAMELESS,
    PASSWORD_HASH,
    SIGN_IN_ATTRIBUTES,
    USERNAME,
    ColumnKind,
)
from cognito_drop.core.rows.sample_row import sample_row
from cognito_drop.core.text.names import named, with_notes
from cognito_drop.core.text.printable import printable
from cognito_drop.core.text.problem import MAP, MAP_HINT, Problem, ProblemCode, all_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import Column, PoolRules

_LIKE_HASHES: Final = re.compile(r"hash|passw|pwd|digest|secret|credential", re.IGNORECASE)
_OF_THE_POOL: Final = frozenset(
    {ProblemCode.UNKNOWN_COLUMNS, ProblemCode.MISSING_COLUMNS, ProblemCode.REPEATED_COLUMNS}
)
"""Problems that the names of the pool's columns help with, and a mapping."""
_MOST_STATUSES: Final = 10  # names in a hint
SURELY_A_HEADER: Final = 2  # known names


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the file's values go. `places` has the position in the file of each of the first columns; the columns after
    those are added with blank values. `width` is the number of columns in the file. `groups` is where the file has the
    column of the groups, which is no column of the pool's."""

    columns: tuple[Column, ...]
    places: tuple[int, ...]
    width: int
    renamed: dict[str, str]
    left_out: tuple[str, ...]
    groups: int | None = None
    nameless: tuple[int, ...] = ()
    """The positions of columns without a name: they may have no values either."""
    given: tuple[str, ...] = ()
    """The names in the file's header."""

    @property
    def added(self) -> tuple[Column, ...]:
        """The pool's columns that the file does not have."""
        return self.columns[len(self.places) :]

    def is_header(self, values: Sequence[str]) -> bool:
        """Whether a row is the header once more; its first value nearly always says that it is not."""
        return self.given[:1] == (values[0].strip(),) and self.given == tuple(value.strip() for value in values)

    def with_days_first(self) -> Layout:
        """The same layout of a file whose dates have the day first."""
        columns = tuple(
            replace(column, kind=ColumnKind.DAY_FIRST_BIRTHDATE) if column.kind is ColumnKind.BIRTHDATE else column
            for column in self.columns
        )
        return replace(self, columns=columns)

    @property
    def in_file(self) -> list[Column | None]:
        """The content of each column of the file; None where the column is dropped."""
        by_place = dict(zip(self.places, self.columns, strict=False))
        if self.groups is not None:
            by_place[self.groups] = COLUMN
        by_place.update(dict.fromkeys(self.nameless, NAMELESS))
        return [by_place.get(place) for place in range(self.width)]

    @property
    def names_in_file(self) -> list[str]:
        """The names of the file's columns, and those that they have in the pool."""
        return [*(column.name for column in self.in_file if column), *self.left_out, *self.renamed]

    @property
    def header(self) -> bytes:
        """The header line of the parts."""
        return (",".join(column.name for column in self.columns) + "\n").encode()


def lay_out(given: Sequence[str], rules: PoolRules, options: Options) -> Layout | Problem:
    """Match the header's names with the pool's columns, or say what is wrong with the header."""
    names = _with_username(column_names(given, rules), rules)
    if rules.hashes.leaves_out:
        names = [None if name == PASSWORD_HASH else name for name in names]
    closed = [name for name in names if name is not None and options.is_closed(name)]
    of_closed = {own for own, name in zip(given, names, strict=True) if name in closed}
    names = [None if name in closed else name for name in names]
    known = {name for name in names if name is not None}
    groups = [index for index, name in enumerate(given) if is_of_groups(name)]
    unknown = [name for index, name in enumerate(given) if names[index] is None and index not in groups]
    leaves_out = options.unknown_columns is UnknownColumns.LEAVE_OUT
    nameless = tuple(index for index, name in enumerate(given) if not name)
    refused = [name for name in unknown if name and not (leaves_out or name in of_closed or is_of_hashes(name))]
    reads_groups = bool(groups) and options.reads_groups
    if not known and not closed:
        return _no_header(given, rules)
    problems = [
        _refused_hashes(unknown, rules),
        _not_allowed(closed) if closed and not leaves_out else None,
        _unknown(refused, known, rules) if refused else None,
        _repeated([*names, *(GROUPS for _ in groups)], [*given, *(given[index] for index in groups)]),
        _missing(known, rules),
    ]
    if problem := all_of([each for each in problems if each]):
        names_pool = not _OF_THE_POOL.isdisjoint(each.code for each in problems if each)
        hint = f"{problem.hint} {MAP_HINT} The pool has: {_all(rules, ', ')}."
        return replace(problem, hint=hint, command=MAP) if names_pool else problem
    kept = [(index, rules.by_name[name]) for index, name in enumerate(names) if name is not None]
    added = [column for column in rules.columns if column.name not in known]
    return Layout(
        columns=(*(column for _, column in kept), *added),
        places=tuple(index for index, _ in kept),
        width=len(given),
        renamed={
            name: match
            for index, name in enumerate(given)
            if (match := GROUPS if reads_groups and index in groups else names[index]) and match != name
        },
        left_out=(
            *(name or "(without a name)" for name in unknown),
            *(given[index] for index in groups if not reads_groups),
        ),
        groups=groups[0] if reads_groups else None,
        nameless=nameless,
        given=tuple(given),
    )


def _with_username(names: list[str | None], rules: PoolRules) -> list[str | None]:
    """In a pool that signs in with one attribute that one is the username, whichever column of the two a file has."""
    if len(rules.sign_in) != 1 or USERNAME in names:
        return names
    return [USERNAME if name == rules.sign_in[0] else name for name in names]


def _no_header(given: Sequence[str], rules: PoolRules) -> Problem:
    if any(map(is_email, given)):
        found = "The first line is not a header: it has the values of a user."
        hint = f"Add a first line with the names of the columns. The pool has: {_all(rules, ', ')}."
        return Problem(ProblemCode.WRONG_HEADER, found, hint)
    return Problem(
        ProblemCode.WRONG_HEADER,
        "The first line is not a header: it names none of the pool's columns.",
        f"Columns are separated by commas, semicolons, tabs, or |. {MAP_HINT} Or put the pool's header in the first "
        f"line: `{_all(rules)}`.",
        MAP,
    )


def _refused_hashes(unknown: Sequence[str], rules: PoolRules) -> Problem | None:
    """Hashes are never left out silently: the pool's setting has to say so."""
    if rules.hashes.leaves_out or not any(map(is_of_hashes, unknown)):
        return None
    return Problem(
        ProblemCode.PASSWORD_HASHES_REFUSED,
        f"The file has the column {PASSWORD_HASH}, but the pool's setting password_hashes is not set.",
        'Name the algorithm in it, such as ["BCRYPT"]. With [], the column is left out and every user sets a new '
        "password.",
    )


def is_of_hashes(name: str) -> bool:
    """Whether the name of a file's column is one of `password_hash`."""
    return evened(name) == evened(PASSWORD_HASH) or alias_of(name) == PASSWORD_HASH


def may_hold_hashes(name: str) -> bool:
    """Whether a column of this name may hold hashes of passwords, or what they are made of, whatever is imported."""
    return is_of_hashes(name) or _LIKE_HASHES.search(name) is not None


def is_of_groups(name: str) -> bool:
    """Whether the name of a file's column is that of the groups."""
    return evened(name) == evened(GROUPS)


def _unknown(unknown: Sequence[str], known: set[str], rules: PoolRules) -> Problem:
    """A first line with mostly unknown names may be a row of a file without header, so its names are not repeated:
    `john_doe` may be a username, and `suspended` a user's status. Those that are hardly values of users are."""
    is_header = len(known) >= SURELY_A_HEADER or len(unknown) <= len(known)
    sure = unknown if is_header else [name for name in unknown if _is_no_value(name, rules)]
    rest = f"{len(unknown) - len(sure)}" + (" more" if sure else "")
    said = [*([with_notes(sure, partial(near, rules=rules))] if sure else []), *([rest] if rest[0] != "0" else [])]
    status = " or ".join(map(printable, islice(filter(status_word, sure), _MOST_STATUSES)))
    hint = f" A mapping with `disabled` keeps out the users whom {status} shuts out." if status else ""
    return Problem(
        ProblemCode.UNKNOWN_COLUMNS,
        f"The header has columns that the pool does not have: {', and '.join(said)}.",
        f"Correct or remove them, or set `unknown_columns` to leave_out.{hint}",
    )


def _is_no_value(name: str, rules: PoolRules) -> bool:
    return status_word(name) in NEUTRAL_STATUS or bool(near(name, rules, is_strict=True))


def _not_allowed(closed: Sequence[str]) -> Problem:
    return Problem(
        ProblemCode.ATTRIBUTES_NOT_ALLOWED,
        f"The file sets custom attributes that files may not set: {', '.join(closed)}.",
        "Remove the columns; or name the attributes in the pool's setting `attributes`, or set `unknown_columns` to "
        "leave_out, and deploy the stack.",
    )


def _repeated(names: Sequence[str | None], given: Sequence[str]) -> Problem | None:
    """`names` are what the columns of the file are, which calls them `given`."""
    columns: dict[str, list[str]] = {}
    for name, own in zip(names, given, strict=True):
        columns.setdefault(name or "", []).append(own)
    repeated = [f"{name} ({named(own)})" for name, own in sorted(columns.items()) if name and len(own) > 1]
    if not repeated:
        return None
    return Problem(
        ProblemCode.REPEATED_COLUMNS,
        f"The header has more than one column for {', '.join(repeated)}.",
        "Remove or rename all but one.",
    )


def _missing(known: set[str], rules: PoolRules) -> Problem | None:
    # In a pool that signs in with one attribute, that attribute is filled in from the username.
    filled = rules.sign_in if len(rules.sign_in) == 1 else ()
    needed = [column.name for column in rules.columns if column.is_required and column.name not in filled]
    verified = [f"{name}_verified" for name in rules.auto_verified]
    missing = [name for name in (USERNAME, *needed) if name not in known]
    said = list(missing)
    if not known.intersection(verified):
        said.append(" or ".join(verified))
        missing.append(verified[0])
    for name in SIGN_IN_ATTRIBUTES:
        if verified == [f"{name}_verified"] and name not in known and name not in filled and name not in missing:
            said.append(name)
            missing.append(name)
    if not missing:
        return None
    samples = {sample.name: sample for sample in sample_row(rules)}
    what = "; ".join(f"{name}: {samples[name].note}" for name in missing)
    row = [one for name, one in samples.items() if one.value and (name in known or name in missing)]
    header, values = (",".join(each) for each in zip(*((one.name, one.value) for one in row), strict=True))
    return Problem(
        ProblemCode.MISSING_COLUMNS,
        f"The header lacks required columns: {', '.join(said)}.",
        f"Add the missing columns ({what}). An example of {header}: {values}.",
    )


def _all(rules: PoolRules, between: str = ",") -> str:
    return between.join(column.name for column in rules.columns)
