r"""One regular expression for a pool and a file's columns that accepts good rows as bytes, a whole block at C speed.

Guarantees that a row which it accepts needs no change and breaks no rule. It leaves out what is rare or long to write
as an expression (names in other scripts as usernames, 29 February, numbers next to a bound): what it does not accept is
not bad, only left to `row_check`, which decides alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from cognito_drop.core.rows.fast_values import (
    BOOLEAN,
    EMAIL,
    FALSE,
    GROUPS,
    LONGEST_OTHER,
    NEVER,
    PHONE,
    TRUE,
    optional,
    username,
    value_form,
)
from cognito_drop.core.rows.fast_ways import FastWays
from cognito_drop.core.rows.pool_rules import SIGN_IN_ATTRIBUTES, USERNAME, ColumnKind
from cognito_drop.core.rows.values import MAX_VALUE_BYTES, TRUE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.rows.pool_rules import Column, PoolRules
    from cognito_drop.core.sign_in.first_way import FirstWays

_ANY_LINE: Final = r"[^\n]*+\n"
_NO_COMMENT: Final = r"(?![^!-~\n]*+#)"  # nor one after what may be white space
_ANY_VALUE: Final = r"[^,\\\n]*+(?:\\,[^,\\\n]*+)*+"
_LEFT_OUT_BYTES: Final = MAX_RECORD_BYTES // 2  # of all values together that are left out
NOT_ACCEPTED: Final = b""
_MEMBER_OF: Final = "groups"
_TRUE: Final = frozenset(word.encode() for word in TRUE_WORDS)
_ALL_BUT_LAST: Final = (re.compile(rb",[^,\n]*+\n"), b"\n")
_SHAPES: Final = {"email": EMAIL, "phone_number": PHONE}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is read from some lines, a list for each with as many entries as there are lines."""

    usernames: list[bytes]
    """Of the rows that are accepted; NOT_ACCEPTED for the others."""
    second: list[bytes] | None = None
    """A second sign-in name, or nothing, where users have two."""
    groups: list[bytes] | None = None
    """The value of the groups column, if there is one."""
    aliases: Mapping[str, list[bytes]] = field(default_factory=dict)
    """By attribute the value with which a user can sign in, or nothing."""
    marks: list[tuple[bytes, ...]] | None = None
    """How the values begin that decide the way in, where some do."""


class FastRows:
    """Accepts rows of one file. `columns` has the pool's column for each of the file's, None where it is left out;
    `aliases` names those attributes whose values are wanted where they are verified. With `ways` the way in of each row
    is known; with `requires_way_in` no row without one is accepted, and with `has_comments` none that starts with #."""

    def __init__(
        self,
        columns: Sequence[Column | None],
        rules: PoolRules,
        aliases: Sequence[str] = (),
        ways: FirstWays | None = None,
        *,
        requires_way_in: bool = False,
        has_comments: bool = False,
    ) -> None:
        self._rules = rules
        self._names = [column.name if column else "" for column in columns]
        self._longest = _longest_text(rules)
        self._left_out = _left_out_form(columns.count(None))
        self._groups: list[str] = []
        pairs = [(name, f"{name}_verified") for name in aliases]
        self._aliases = [pair for pair in pairs if set(pair) <= set(self._names)]
        self._wanted = {name for pair in self._aliases for name in pair}
        self.ways = FastWays(ways, self._names, rules, self._first_verified()) if ways else None
        self._marked = self.ways.columns if self.ways else ()
        self._requires_way_in = requires_way_in
        forms = [self._wanted_form(column) for column in columns]
        rows = f"{_NO_COMMENT if has_comments else ''}{','.join(forms)}\n|"
        if self._own_key() not in self._groups:  # no row is accepted; without a group the answer would be whole lines
            rows, self._groups, self.ways = "()", [self._own_key()], None
        self._find = re.compile(f"{rows}{_ANY_LINE}".encode("latin-1")).findall
        self._has_many_groups = len(self._groups) > 1
        self._keep = _keeping(columns)

    def read(self, text: bytes) -> Accepted:
        """What is found in every line."""
        found = self._find(text)
        if not self._has_many_groups:
            return self._with_way_in(Accepted(found))
        second = None
        if self._rules.sign_in == SIGN_IN_ATTRIBUTES and "phone_number" in self._groups:
            second = self._each(found, "phone_number")
        member_of = self._each(found, _MEMBER_OF) if _MEMBER_OF in self._groups else None
        aliases = {name: self._verified_values(found, name, verified) for name, verified in self._aliases}
        marks = list(zip(*(self._each(found, _mark(name)) for name in self._marked), strict=True))
        accepted = Accepted(self._each(found, self._own_key()), second, member_of, aliases, marks or None)
        return self._with_way_in(accepted)

    def kept(self, text: bytes, *, has_groups: bool) -> bytes:
        """Accepted rows without the values that are left out; `has_groups` says that some have groups."""
        if self._keep is _ALL_BUT_LAST and not has_groups:  # the last value is blank in every row
            return text.replace(b",\n", b"\n")
        return self._keep[0].sub(self._keep[1], text) if self._keep else text

    def _with_way_in(self, accepted: Accepted) -> Accepted:
        """Leave the rows that need a way in and have none to the other check."""
        if self.ways and self._requires_way_in:
            for at in self.ways.lets_out(accepted.marks or [()] * len(accepted.usernames)):
                accepted.usernames[at] = NOT_ACCEPTED
        return accepted

    def _each(self, found: list[tuple[bytes, ...]], group: str) -> list[bytes]:
        return list(map(itemgetter(self._groups.index(group)), found))

    def _verified_values(self, found: list[tuple[bytes, ...]], name: str, verified: str) -> list[bytes]:
        values, said = self._each(found, _wanted_group(name)), self._each(found, _wanted_group(verified))
        return [value if flag in _TRUE else b"" for value, flag in zip(values, said, strict=True)]

    def _own_key(self) -> str:
        return self._rules.sign_in[0] if self._rules.sign_in else USERNAME

    def _wanted_form(self, column: Column | None) -> str:
        """The form of a column, as a group of its own where its value is wanted, or how it begins."""
        mark = ""
        if column is not None and column.name in self._marked:
            self._groups.append(_mark(column.name))
            mark = rf"(?=(?P<{_mark(column.name)}>[^,\n]?))"
        if column is None or column.name not in self._wanted:
            return mark + self._form(column)
        group = _wanted_group(column.name)
        self._groups.append(group)
        return f"{mark}(?P<{group}>{self._form(column)})"

    def _form(self, column: Column | None) -> str:
        if column is None or column.kind is ColumnKind.NAMELESS:
            return "" if column else self._left_out
        if column.kind is ColumnKind.GROUPS:
            self._groups.append(_MEMBER_OF)
            return GROUPS
        name = column.name
        if name == USERNAME:
            # Where the attribute that is the username has no column, every row needs it filled in.
            key = self._own_key()
            return self._key(key, username(self._rules.aliases)) if key in self._names else NEVER
        if name in _SHAPES:
            return self._sign_in_value(column)
        if name.removesuffix("_verified") in _SHAPES and name.endswith("_verified"):
            return self._verified(name.removesuffix("_verified"))
        form = value_form(column, self._rules, self._longest)
        return f"(?:{form})" if column.is_required else optional(form)

    def _key(self, group: str, form: str) -> str:
        """A value that must be the same wherever it occurs in the row."""
        if group in _SHAPES:
            form = _SHAPES[group]
        if group in self._groups:
            return rf"(?P={group})"
        self._groups.append(group)
        return f"(?P<{_group_name(group)}>{form})"

    def _sign_in_value(self, column: Column) -> str:
        """An address or a number, with what its being verified asks of it."""
        name, form = column.name, _SHAPES[column.name]
        if name == self._own_key():
            return self._key(name, form)
        if name in self._rules.sign_in:
            self._groups.append(name)
            return f"(?P<{name}>{form})" if self._must_be_there(column) else f"(?P<{name}>{form})?"
        if self._must_be_there(column):
            return form
        verified = f"{name}_verified"
        if verified not in self._names:
            return optional(form)
        if verified in self._groups:
            return f"(?({verified}){form}|{optional(form)})"
        self._groups.append(name)
        return f"(?P<{name}>{form})?"

    def _verified(self, name: str) -> str:
        if self._must_be_verified(name):
            return TRUE if name in self._names else NEVER
        column = self._rules.by_name[f"{name}_verified"]
        if name not in self._names:
            return FALSE if column.is_required else optional(FALSE)
        if self._must_be_there(self._rules.by_name[name]) or name == self._own_key():
            return BOOLEAN if column.is_required else optional(BOOLEAN)
        if name in self._groups:
            whole, lacking = (BOOLEAN, FALSE) if column.is_required else (optional(BOOLEAN), optional(FALSE))
            return f"(?({name}){whole}|{lacking})"
        group = f"{name}_verified"
        self._groups.append(group)
        return f"(?:(?P<{group}>{TRUE})|{FALSE})" + ("" if column.is_required else "?")

    def _must_be_verified(self, name: str) -> bool:
        return name == self._first_verified()

    def _first_verified(self) -> str:
        """With two attributes to choose from, only users with the first of them verified are accepted here."""
        choice = [one for one in SIGN_IN_ATTRIBUTES if one in self._rules.auto_verified]
        return next((one for one in choice if f"{one}_verified" in self._names), "")

    def _must_be_there(self, column: Column) -> bool:
        return column.is_required or self._must_be_verified(column.name)


def _wanted_group(column: str) -> str:
    return f"of_{column}"


def _mark(column: str) -> str:
    return f"mark_of_{column.replace(':', '_')}"


def _group_name(key: str) -> str:
    return "username" if key == USERNAME else key


def _longest_text(rules: PoolRules) -> int:
    """So many bytes that a row of nothing but longest values is within Cognito's limit, as Cognito gets it."""
    texts = sum(column.kind is ColumnKind.TEXT for column in rules.columns)
    others = (len(rules.columns) - texts) * LONGEST_OTHER
    room = limits.MAX_ROW_CHARACTERS - others - len(rules.columns)
    return max(0, min(MAX_VALUE_BYTES, room // max(texts, 1)))


def _left_out_form(count: int) -> str:
    """Any value, but for the signs that are never accepted; all of them together are no longer than a row may be."""
    each = _LEFT_OUT_BYTES // max(count, 1) // 5
    sign = r'[^\x00-\x1f\x7f",\\]'
    return rf"{sign}{{0,{each}}}+(?:\\,{sign}{{0,{each}}}+){{0,3}}+"


def _keeping(columns: Sequence[Column | None]) -> tuple[re.Pattern[bytes], bytes] | None:
    """An expression for a row and what stays of it, when something of it goes."""
    stays = [column is not None and bool(column.name) and column.kind is not ColumnKind.GROUPS for column in columns]
    if all(stays):
        return None
    if all(stays[:-1]) and columns[-1] is not None:  # groups have no comma in their names
        return _ALL_BUT_LAST
    kept = [f"({_ANY_VALUE})" if is_kept else _ANY_VALUE for is_kept in stays]
    places = [f"\\g<{number}>" for number in range(1, 1 + sum(stays))]
    return re.compile((",".join(kept) + "\n").encode()), (",".join(places) + "\n").encode()
