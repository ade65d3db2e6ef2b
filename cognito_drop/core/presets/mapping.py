"""A custom preset: which member of a record goes into which column of the pool, and how it is written.

The shape is docs/schemas/mapping-1.json. It may add to one of the presets: its columns then stand before the preset's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Self

from cognito_drop.core.presets.mapping_rules import MappingError, disabled_rule, paths_in, refuse_others, rule_of
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.user import SourceUser, has_more, is_shut_out, word
from cognito_drop.core.rows.password_hash import HashAlgorithm, algorithm_of
from cognito_drop.core.rows.pool_rules import PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.text.names import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cognito_drop.core.presets.mapping_rules import Rule
    from cognito_drop.core.presets.preset import Export

_MEMBERS: Final = ("preset", "records", "columns", "disabled", "leave_out", "password_hash_algorithm")
COLUMN: Final = re.compile(r"[a-z_]+|cognito:(?:username|groups)|custom:[^\s,]{1,40}")
_VERIFIED: Final = ("email_verified", "phone_number_verified")
_FEW: Final = 5  # rules


@dataclass(frozen=True, slots=True)
class Mapped:
    """The preset that a mapping describes."""

    base: Export | None
    rules: Mapping[str, Rule]
    records: str | None
    disabled: tuple[Rule, ...] = ()
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
    dated: frozenset[str] = frozenset()
    """The columns whose rules say how dates are written."""
    more_status_in: frozenset[str] = frozenset()
    shut_out_words: frozenset[str] = frozenset()
    """Those of `is_true` in `disabled`."""

    @classmethod
    def of(cls, data: Mapping[str, Any], presets: Mapping[str, Export]) -> Self:
        """Read a mapping. Raises MappingError."""
        refuse_others(data, _MEMBERS, "The mapping")
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
        rules = {column: rule_of(column, rule) for column, rule in columns.items()}
        statuses = disabled if isinstance(disabled, list) else [disabled]
        shut_out = tuple(disabled_rule(rule) for rule in statuses)
        read = [path for rule in (*columns.values(), *statuses) for path in paths_in(rule)]
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
            frozenset(_heads(path for rule in statuses for paths in paths_in(rule) for path in paths)).union(
                adds_to.status_in if adds_to else ()
            ),
            sum(map(len, read)),
            tuple(named([path for paths in paths_in(rule) for path in paths]) or "a constant" for rule in statuses),
            _fixed(columns, has_base=adds_to is not None),
            frozenset(column for column, rule in columns.items() if isinstance(rule, dict) and "date" in rule),
            adds_to.more_status_in if adds_to else frozenset(),
            frozenset(word(each) for rule in statuses if isinstance(rule, dict) for each in rule.get("is_true", ())),
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
    def listless(self) -> frozenset[str]:
        """Those of the preset that it adds to."""
        return self.base.listless if self.base else frozenset()

    @property
    def csv_columns(self) -> tuple[str, ...] | None:
        """Those of the preset that it adds to."""
        return self.base.csv_columns if self.base else None

    @property
    def more_csv_columns(self) -> tuple[str, ...]:
        """Those of the preset that it adds to."""
        return self.base.more_csv_columns if self.base else ()

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
        is_open = user.refused is None or user.lacks_status
        if is_open and (out := [at for at, rule in enumerate(self.disabled) if is_shut_out(rule(record))]):
            user.refused, user.lacks_status = RejectionCode.USER_DISABLED, False
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


def _fixed(columns: Mapping[str, Any], *, has_base: bool) -> frozenset[str]:
    """The columns with a constant, and those of what is verified that nothing fills."""
    constant = {column for column, rule in columns.items() if isinstance(rule, dict) and "constant" in rule}
    return frozenset(constant if has_base else {*constant, *(set(_VERIFIED) - columns.keys())})


def _heads(paths: Iterable[str]) -> list[str]:
    """The members that the paths start with; a name may have points itself."""
    return [name for path in paths for name in (path, path.partition(".")[0])]
