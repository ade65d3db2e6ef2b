"""A custom preset: which member of a record goes into which column of the pool, and how it is written.

The shape is docs/schemas/mapping-1.json. It may add to one of the presets: its columns then stand before the preset's.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Self

from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.user import SourceUser, has_more, is_shut_out, text, word
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR
from cognito_drop.core.rows.password_hash import HashAlgorithm, algorithm_of
from cognito_drop.core.rows.pool_rules import PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.text.names import named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from cognito_drop.core.presets.preset import Export

_MEMBERS: Final = ("preset", "records", "columns", "disabled", "leave_out", "password_hash_algorithm")
_SOURCES: Final = ("from", "first", "join", "constant")
_RULE_MEMBERS: Final = (*_SOURCES[:-1], "with", "constant", "lower", "date", "is_true")
COLUMN: Final = re.compile(r"[a-z_]+|cognito:(?:username|groups)|custom:[^\s,]{1,40}")
_VERIFIED: Final = ("email_verified", "phone_number_verified")
_FEW: Final = 5  # rules
_BETWEEN, _OBJECT = "\0", "[object]"


class MappingError(Exception):
    """A mapping that says nothing; the sentence names the place."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The preset that a mapping describes."""

    base: Export | None
    rules: Mapping[str, Callable[[Mapping[str, Any]], str]]
    records: str | None
    disabled: tuple[Callable[[Mapping[str, Any]], str], ...] = ()
    algorithm: HashAlgorithm | None = None
    paths: tuple[tuple[str, ...], ...] = ()
    members: frozenset[str] = frozenset()
    """What it reads, what it leaves out on purpose, and the members of the preset that it adds to."""
    status_in: frozenset[str] = frozenset()
    """What `disabled` reads, and the members of the preset that it adds to."""
    reads: int = 0
    """How many members it looks for in each record, one that it reads twice as two."""
    shown: tuple[str, ...] = ()
    """What each rule of `disabled` reads, for a sentence."""
    fixed: frozenset[str] = frozenset()
    """The columns that get the same value for all users, whatever a record has."""

    @classmethod
    def of(cls, data: Mapping[str, Any], presets: Mapping[str, Export]) -> Self:
        """Read a mapping. Raises MappingError."""
        _known(data, _MEMBERS, "The mapping")
        columns = data.get("columns")
        if not isinstance(columns, dict) or not columns:
            raise MappingError("The mapping has no `columns`.")
        base, records, algorithm = data.get("preset"), data.get("records"), data.get("password_hash_algorithm")
        if base is not None and (not isinstance(base, str) or base not in presets):
            raise MappingError(f"The mapping's `preset` is not one of {', '.join(presets)}.")
        if records is not None and (not isinstance(records, str) or not records):
            raise MappingError("The mapping's `records` is not the name of a member.")
        if algorithm is not None and algorithm not in list(HashAlgorithm):
            raise MappingError(f"The mapping's `password_hash_algorithm` is not one of {', '.join(HashAlgorithm)}.")
        left_out, disabled = data.get("leave_out", []), data.get("disabled", [])
        if not isinstance(left_out, list) or not all(isinstance(name, str) for name in left_out):
            raise MappingError("The mapping's `leave_out` must be a list of members.")
        for column in columns:
            if not isinstance(column, str) or not COLUMN.fullmatch(column):
                raise MappingError("The mapping's `columns` has a name that is not a valid column name.")
        rules = {
            column: _rule(rule, f"columns.{column}", _listed if column == GROUPS else text)
            for column, rule in columns.items()
        }
        statuses = disabled if isinstance(disabled, list) else [disabled]
        shut_out = tuple(_rule(rule, "disabled", _flagged) for rule in statuses)
        read = [path for rule in (*columns.values(), *statuses) for path in _paths(rule)]
        paths = tuple(dict.fromkeys(read))
        heads = _heads(chain.from_iterable(paths))
        adds_to = presets[base] if base else None
        return cls(
            adds_to,
            rules,
            records,
            shut_out,
            HashAlgorithm(algorithm) if algorithm else None,
            paths,
            frozenset(left_out).union(heads, adds_to.members if adds_to else ()),
            frozenset(_heads(path for rule in statuses for paths in _paths(rule) for path in paths)).union(
                adds_to.status_in if adds_to else ()
            ),
            sum(map(len, read)),
            tuple(named([path for paths in _paths(rule) for path in paths]) or "a constant" for rule in statuses),
            _fixed(columns, has_base=adds_to is not None),
        )

    def knows(self, name: str) -> bool:
        """Whether it takes a member of this very name or leaves it out on purpose, or the preset that it adds to knows
        it: `Status` and `account.status` are others than `status`, and may say something else."""
        return name in self.members or bool(self.base and self.base.knows(name))

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """Those of the preset that it adds to."""
        return self.base.labels(names) if self.base else {}

    @property
    def gives_hashes(self) -> bool:
        """A record may have members that the mapping does not read."""
        return True

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"mapping of {self.base.name}" if self.base else "mapping"

    @property
    def own(self) -> tuple[str, ...]:
        """The pool's columns that the mapping itself names."""
        return tuple(self.rules)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its own, and those of the preset that it adds to."""
        own = [column for column in self.rules if column not in (USERNAME, PASSWORD_HASH)]
        return (*own, *(self.base.columns if self.base else ()))

    @property
    def records_in(self) -> str | None:
        """Its own, or that of the preset that it adds to."""
        return self.records or (self.base.records_in if self.base else None)

    @property
    def csv_columns(self) -> tuple[str, ...] | None:
        """Those of the preset that it adds to."""
        return self.base.csv_columns if self.base else None

    @property
    def signs(self) -> tuple[frozenset[str], ...]:
        """Those of the preset that it adds to."""
        return self.base.signs if self.base else ()

    @property
    def how(self) -> str:
        """That of the preset that it adds to."""
        return self.base.how if self.base else ""

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """A column whose rule finds nothing keeps what the preset has for it."""
        user = self.base.user(record) if self.base else SourceUser()
        user.notes = [note for note in user.notes if note is not Note.OTHER_DATA]  # the mapping may take that data
        if user.refused is None and (out := [at for at, rule in enumerate(self.disabled) if is_shut_out(rule(record))]):
            user.refused = RejectionCode.USER_DISABLED
            # Sentences are counted: a mapping with very many rules must not make one for each user.
            user.shut_out_by = ", ".join(self.shown[at] for at in (out if len(self.disabled) <= _FEW else out[:1]))
        for column, rule in self.rules.items():
            value = rule(record)
            if column == USERNAME:
                user.username = value or user.username
            elif column == PASSWORD_HASH:
                if value:
                    user.password, user.algorithm, user.has_password = (
                        value,
                        self.algorithm or algorithm_of(value),
                        True,
                    )
            elif value or column not in user.attributes:
                user.attributes[column] = value
        if has_more(record, self.members):
            user.notes.append(Note.OTHER_DATA)
        for column in _VERIFIED:
            user.attributes.setdefault(column, "false")
        return user


def _listed(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """A list of names as the column of the groups holds it."""
    return SEPARATOR.join(map(text, value)) if isinstance(value, list) else text(value)


def _flagged(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """A flag as text: of a list each item, and of an object that says something a text that is no word."""
    items = value if isinstance(value, list) else [value]
    found = _BETWEEN.join(_OBJECT if isinstance(item, dict | list) and item else text(item) for item in items)
    return found or (_OBJECT if is_shut_out(value) else "")


def _rule(rule: Any, place: str, say: Callable[[Any], str] = text) -> Callable[[Mapping[str, Any]], str]:  # noqa: ANN401  (any JSON)
    """A path, or an object with a path and what is done with the value; `say` writes a value of the record out."""
    if isinstance(rule, str):
        return _path(rule, place, say)
    if not isinstance(rule, dict):
        raise MappingError(f"{place} must be a path or an object.")
    _known(rule, _RULE_MEMBERS, place)
    return _written(_found(rule, place, say), rule, place, is_flag=say is _flagged)


def _found(rule: Mapping[str, Any], place: str, say: Callable[[Any], str]) -> Callable[[Mapping[str, Any]], str]:
    sources = [name for name in _SOURCES if name in rule]
    if len(sources) != 1:
        raise MappingError(f"{place} needs one of `from`, `first`, `join`, and `constant`.")
    value = rule[sources[0]]
    if sources == ["constant"]:
        if isinstance(value, (dict, list)) or value is None:
            raise MappingError(f"{place}.constant must be a string.")
        constant = text(value)
        return lambda _: constant
    if sources == ["from"]:
        return _path(value, f"{place}.from", say)
    if not isinstance(value, list) or not value:
        raise MappingError(f"{place}.{sources[0]} must be a list of paths.")
    paths = [_path(path, f"{place}.{sources[0]}", say) for path in value]
    if sources == ["first"]:
        return lambda record: next((found for path in paths if (found := path(record).strip())), "")
    between = rule.get("with", " ")
    if not isinstance(between, str):
        raise MappingError(f"{place}.with must be a string.")
    return lambda record: between.join(found for path in paths if (found := path(record)))


def _paths(rule: Any) -> list[tuple[str, ...]]:  # noqa: ANN401  (any JSON that `_rule` has read)
    """The paths that a rule reads, each with its alternatives."""
    if isinstance(rule, str):
        return [(rule,)]
    if not isinstance(rule, dict):
        return []
    if "first" in rule:
        return [tuple(rule["first"])]
    return [(path,) for path in ([rule["from"]] if "from" in rule else rule.get("join", ()))]


def _fixed(columns: Mapping[str, Any], *, has_base: bool) -> frozenset[str]:
    """The columns with a constant, and those of what is verified that nothing fills."""
    constant = {column for column, rule in columns.items() if isinstance(rule, dict) and "constant" in rule}
    return frozenset(constant if has_base else {*constant, *(set(_VERIFIED) - columns.keys())})


def _heads(paths: Iterable[str]) -> list[str]:
    """The members that the paths start with; a name may have points itself."""
    return [name for path in paths for name in (path, path.partition(".")[0])]


def _written(
    found: Callable[[Mapping[str, Any]], str], rule: Mapping[str, Any], place: str, *, is_flag: bool
) -> Callable[[Mapping[str, Any]], str]:
    lower, form, words = rule.get("lower", False), rule.get("date"), rule.get("is_true")
    if not isinstance(lower, bool):
        raise MappingError(f"{place}.lower must be true or false.")
    if form is not None and not (isinstance(form, str) and "%" in form and _is_date_format(form)):
        raise MappingError(f"{place}.date must be a format such as %d.%m.%Y.")
    if words is not None and not (isinstance(words, list) and words):
        raise MappingError(f"{place}.is_true must be a list of strings.")
    meant = frozenset(map(word, words)) if words else None

    def value(record: Mapping[str, Any]) -> str:
        given = found(record)
        if meant is not None:
            is_meant = word(given) in meant or (is_flag and _may_mean(given, meant))
            return "true" if is_meant else "false"
        if form and given:
            given = _as_birthdate(given, form)
        return given.lower() if lower else given

    return value


def _may_mean(flag: str, words: Collection[str]) -> bool:
    """Whether any item of a list is one of the words, or may say anything."""
    return _OBJECT in flag or not {*map(word, flag.split(_BETWEEN))}.isdisjoint(words)


def _is_date_format(form: str) -> bool:
    """Whether dates can be read by it: a code that stands in it twice is no ValueError, which a wrong value is."""
    try:
        datetime.datetime.strptime("", form)  # noqa: DTZ007  (a date has no zone)
    except ValueError:
        return True
    except re.error:
        return False
    return True


def _as_birthdate(value: str, form: str) -> str:
    """The date as Cognito writes it; a value of another form stays, and is rejected if the column takes dates only."""
    try:
        return datetime.datetime.strptime(value.strip(), form).strftime("%m/%d/%Y")  # noqa: DTZ007  (a date has no zone)
    except ValueError:
        return value


def _path(path: Any, place: str, say: Callable[[Any], str]) -> Callable[[Mapping[str, Any]], str]:  # noqa: ANN401
    """A member's name, or names with points between them; a name may have points itself."""
    if not isinstance(path, str) or not path:
        raise MappingError(f"{place} is not a path.")
    names = path.split(".")

    def value(record: Mapping[str, Any]) -> str:
        if path in record:
            return say(record[path])
        found: Any = record
        for name in names:
            if not isinstance(found, dict):
                return ""
            found = found.get(name)
        return say(found)

    return value


def _known(data: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
    unknown = [name for name in data if name not in names]
    if unknown:
        raise MappingError(f"{place} has an unknown member; the members are {', '.join(names)}.")
