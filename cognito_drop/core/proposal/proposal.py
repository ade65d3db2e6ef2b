"""Which column of a file is which attribute of the pool: proposed by the names of columns and the shapes of values.

Guarantees that what is called sure has a name that means the attribute, values that do not contradict it, and no other
column with the same claim. Everything else is a guess, which a person has to confirm.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cognito_drop.core.proposal.custom_words import custom_attributes_by_word
from cognito_drop.core.proposal.shapes import ColumnSample, Shape
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.proposal.words import HALVES_OF_NAMES, NAMES, OF_ALL, OF_COMPANIES
from cognito_drop.core.rows.groups import GROUPS
from cognito_drop.core.rows.header_words import ALIASES, column_names, evened, is_negated, status_word
from cognito_drop.core.rows.layout import is_of_groups
from cognito_drop.core.rows.name_notes import OF_TEMPLATES, OWN
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, SIGN_IN_ATTRIBUTES, USERNAME, ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules

_ITS_NAME: Final = "its name"
LONGEST_NAME: Final = 100  # characters; a longer one is no name
_EXACT, _BY_NAME, _OWN, _NEAR, _UNCLEAR = 0, 1, 2, 3, 4
_TOKEN: Final = re.compile(r"[^\W_]+")
_IN_BRACKETS: Final = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_PER_FAULT, _ENOUGH = 10, 5
"""One value of ten may be no username, and one of a few."""
_SIMILAR: Final = 0.85
_MOST_SIMILAR: Final = 100  # columns
_SHORTEST_SIMILAR: Final = 5
_SHORTEST_OWNER: Final = 2
"""Letters: a name that is so much longer may say whose it is, as `E-Mail-Adresse Chef` does, and is none mistyped."""
_TEXTS: Final = frozenset({Shape.NAME, Shape.TEXT, Shape.LOCALE})
_OF_NAMES: Final = frozenset({"name", "given_name", "family_name", "middle_name", "nickname"})
_SHAPES: Final[Mapping[str, frozenset[Shape]]] = {
    "email": frozenset({Shape.EMAIL}),
    "phone_number": frozenset({Shape.PHONE, Shape.NUMBER}),
    "birthdate": frozenset({Shape.DATE}),
    "updated_at": frozenset({Shape.NUMBER, Shape.PHONE}),
    "email_verified": frozenset({Shape.BOOLEAN}),
    "phone_number_verified": frozenset({Shape.BOOLEAN}),
    "locale": frozenset({Shape.LOCALE}),
    "zoneinfo": _TEXTS,
    "website": frozenset({Shape.URL, Shape.TEXT}),
    "picture": frozenset({Shape.URL}),
    "address": _TEXTS,
    "gender": frozenset({*_TEXTS, Shape.BOOLEAN}),
    USERNAME: frozenset(Shape) - {Shape.BOOLEAN, Shape.DATE, Shape.HASH, Shape.URL},
    PASSWORD_HASH: frozenset({Shape.HASH}),
    **dict.fromkeys(_OF_NAMES, frozenset({Shape.NAME, Shape.LOCALE})),
}
"""What values of the standard attributes look like. A blank column contradicts nothing."""
_OF_KINDS: Final = {
    ColumnKind.BOOLEAN: frozenset({Shape.BOOLEAN}),
    ColumnKind.NUMBER: frozenset({Shape.NUMBER, Shape.PHONE}),
    ColumnKind.DATE_TIME: frozenset({Shape.DATE, Shape.TEXT}),
}
"""The same of custom attributes, which hold anything else."""
_TELLING: Final = frozenset({Shape.EMAIL, Shape.PHONE, Shape.DATE})
"""Shapes that confirm a name which is only similar. Yes and no do not: they may be answers to another question."""
_NEGATED: Final = re.compile(r"un(?:verif|confirm|valid|best)|not|non|nicht|niet|nao")


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column of the file, and what is proposed for it."""

    name: str
    attribute: str | None
    """None: it is left out."""
    is_sure: bool
    """False where a person has to confirm it."""
    why: str
    """In words, without a value."""
    sample: ColumnSample


def propose(
    names: Sequence[str], samples: Mapping[str, ColumnSample], rules: PoolRules, options: Options
) -> list[ProposedColumn]:
    """What each column of a file is. `samples` has values by column; a name that comes twice cannot be read."""
    repeated = {name for name, count in Counter(names).items() if count > 1}
    header = _Header(names, rules)
    ranked = [header.ranked(name) for name in names]
    claims = Counter(claim for claim in ranked if claim)
    best: dict[str, int] = {}
    for attribute, rank in claims:
        best[attribute] = min(rank, best.get(attribute, rank))
    found: list[ProposedColumn] = []
    for name, claim in zip(names, ranked, strict=True):
        column = ProposedColumn(name, None, is_sure=False, why="", sample=samples.get(name) or ColumnSample(()))
        if not name or len(name) > LONGEST_NAME:
            found.append(replace(column, why="its name cannot be used"))
            continue
        if name in repeated:
            found.append(replace(column, why="the header has this name more than once"))
        elif claim is None:
            found.append(replace(column, why=_unclaimed(column)))
        else:
            is_best = claim[1] == best[claim[0]]
            found.append(_claimed(column, claim, rules, options, is_best=is_best, same=claims[claim]))
    return _by_shape(found, rules)


class _Header:
    """The names of a file's columns beside those of the pool."""

    def __init__(self, names: Sequence[str], rules: PoolRules) -> None:
        self._rules = rules
        short = [name if len(name) <= LONGEST_NAME else "" for name in names]
        found = column_names(short, rules)
        self._direct = dict(zip(short, found, strict=True))
        self._is_half = "given_name" in found and "family_name" not in found
        self._custom = custom_attributes_by_word(column.name for column in rules.columns)
        of_aliases = (evened(alias) for aliases in ALIASES.values() for alias in aliases.split())
        of_pool = (evened(column.name.removeprefix("custom:")) for column in rules.columns)
        # Of a header with very many names only those are used that need no such search.
        self._known = [*of_aliases, *_BY_WORD, *of_pool, *self._custom] if len(names) <= _MOST_SIMILAR else []

    def ranked(self, name: str) -> tuple[str, int] | None:
        """The attribute that a name means, and how directly; None if it means none."""
        if len(name) > LONGEST_NAME or not (tokens := _tokens(name)):
            return None
        if is_negated(name) and not self._direct[name]:
            return None
        even = evened(name)
        if is_of_groups(name):
            return GROUPS, _EXACT
        if even in HALVES_OF_NAMES and self._direct[name] in (None, "name"):
            return self._half(name)
        if direct := self._filled(self._direct[name]) or self._meant(even):
            return direct, _EXACT if self._rules.has(name) else _BY_NAME if _is_plain(name) else _NEAR
        return self._of_custom(even, tokens, name) or self._of_owner(even, tokens)

    def _of_owner(self, even: str, tokens: Sequence[str]) -> tuple[str, int] | None:
        """A name beside words that say whose it is; otherwise the one to which it is most similar."""
        rest = "".join(token for token in tokens if token not in OWN)
        own = self._meant(rest) if rest and rest != even else None
        if own in _OF_NAMES and not OF_COMPANIES.isdisjoint(tokens):
            return None
        if own:
            return own, _UNCLEAR if own in SIGN_IN_ATTRIBUTES and not OF_ALL.isdisjoint(tokens) else _OWN
        return self._similar(even)

    def _half(self, name: str) -> tuple[str, int] | None:
        """A word that is the whole name, or one half of it whose other half has another word here."""
        if not self._rules.has("name"):
            return None
        return "name", _NEAR if self._is_half or name.lower() != "name" else _EXACT

    def _of_custom(self, even: str, tokens: Sequence[str], name: str) -> tuple[str, int] | None:
        """A custom attribute whose name is another word for this one."""
        rest = "".join(token for token in tokens if token not in OWN) if OF_COMPANIES.isdisjoint(tokens) else ""
        if not (found := self._custom.get(even) or self._custom.get(rest)):
            return None
        attribute, is_clear = found
        return attribute, _OWN if is_clear and _is_plain(name) else _NEAR

    def _meant(self, even: str) -> str | None:
        return self._filled(column_names([even], self._rules)[0] or _BY_WORD.get(even))

    def _filled(self, attribute: str | None) -> str | None:
        """The attribute, if a mapping may fill it: where users sign in with an address, that is the username."""
        if attribute is None or attribute == MFA_ENABLED or (attribute == USERNAME and self._rules.sign_in):
            return None
        return attribute if self._rules.has(attribute) else None

    def _similar(self, even: str) -> tuple[str, int] | None:
        if len(even) < _SHORTEST_SIMILAR or status_word(even) or _NEGATED.search(even):
            return None
        near = difflib.get_close_matches(even, self._known, n=1, cutoff=_SIMILAR)
        if not near:
            return None
        attribute = self._meant(near[0]) or self._custom.get(near[0], ("", False))[0]
        if not attribute:
            return None
        return attribute, _UNCLEAR if len(even) - len(near[0]) >= _SHORTEST_OWNER else _NEAR


_BY_WORD: Final = {evened(word): attribute for attribute, words in NAMES.items() for word in words.split()}


def _tokens(name: str) -> list[str]:
    """The words of a name, also those in brackets, but not what templates add."""
    words = [evened(word) for word in _TOKEN.findall(name)]
    return [word for word in words if word not in OF_TEMPLATES] or words


def _is_plain(name: str) -> bool:
    """Whether a name has nothing in brackets that could change whose it is."""
    inside = " ".join(_IN_BRACKETS.findall(name))
    return not {evened(word) for word in _TOKEN.findall(inside)} - OWN - OF_TEMPLATES


def _unclaimed(column: ProposedColumn) -> str:
    if may_say_status(column.name, column.sample.words):
        return "it may say who is not to sign in"
    return "its name means no attribute of the pool"


def _claimed(
    column: ProposedColumn,
    claim: tuple[str, int],
    rules: PoolRules,
    options: Options,
    *,
    is_best: bool,
    same: int,
) -> ProposedColumn:
    """A column whose name means an attribute: its values and the other columns decide whether it is sure."""
    attribute, rank = claim
    if closed := _closed(attribute, rules, options):
        return replace(column, why=closed)
    if attribute == GROUPS:
        return replace(column, attribute=GROUPS, is_sure=True, why=_ITS_NAME)
    shape = column.sample.shape
    if not _agrees(attribute, shape, rules) or not _is_readable(attribute, column.sample, rules):
        return replace(column, why=f"it is named like {attribute}, but its values are {_described(attribute, column)}")
    if not is_best:
        return replace(column, why=f"another column is closer to {attribute}")
    told = shape in _TELLING and attribute in _SHAPES
    is_sure = same == 1 and (rank <= _OWN or (rank == _NEAR and told and _is_plain(column.name)))
    why = f"{same} columns are named like it" if same > 1 else _ITS_NAME if rank < _NEAR else "a similar name"
    if attribute == USERNAME and (unfit := unfit_usernames(column.sample)):
        why = f"{why}; {unfit}"
    return replace(column, attribute=attribute, is_sure=is_sure, why=why)


def _closed(attribute: str, rules: PoolRules, options: Options) -> str:
    """The setting of the pool that keeps files from filling an attribute."""
    if attribute == GROUPS and not options.reads_groups:
        return "the pool's setting `groups` allows no group"
    if options.is_closed(attribute):
        return f"the pool's setting `attributes` does not allow {attribute}"
    if attribute == PASSWORD_HASH and not rules.takes_hashes:
        return "the pool's setting `password_hashes` is not set"
    return ""


def _agrees(attribute: str, shape: Shape, rules: PoolRules) -> bool:
    if shape is Shape.BLANK:
        return attribute != USERNAME
    known = _SHAPES.get(attribute)
    if known is None:
        column = rules.by_name.get(attribute)
        known = _OF_KINDS.get(column.kind) if column else None
    return known is None or shape in known


def _is_readable(attribute: str, sample: ColumnSample, rules: PoolRules) -> bool:
    if attribute == USERNAME:
        return can_be_username(sample, rules)
    if attribute == "birthdate":
        return sample.shape is Shape.BLANK or bool(sample.date_forms)
    return True


def _described(attribute: str, column: ProposedColumn) -> str:
    if attribute == USERNAME and column.sample.shape is not Shape.BLANK:
        return "not distinct names without blanks"
    return {Shape.BLANK: "all blank", Shape.TEXT: "of another kind", Shape.NAME: "words"}.get(
        column.sample.shape, column.sample.shape.value
    )


def can_be_username(sample: ColumnSample, rules: PoolRules) -> bool:
    """Whether nearly all values are distinct names without blanks, of a kind that the pool does not keep for its
    aliases: one faulty row does not change what a column is."""
    kept = {"email": Shape.EMAIL, "phone_number": Shape.PHONE}
    count = len(sample.values)
    return (
        sample.shape in _SHAPES[USERNAME] - {Shape.BLANK}
        and sample.shape not in {kept[alias] for alias in rules.aliases}
        and sample.no_usernames <= max(count // _PER_FAULT, count >= _ENOUGH)
    )


def unfit_usernames(sample: ColumnSample) -> str:
    """How many values of a column are no usernames, in words; blank where all are."""
    count = sample.no_usernames
    verb = "repeats another one or has a blank" if count == 1 else "repeat others or have blanks"
    return f"{count:,} of {len(sample.values):,} values {verb}" if count else ""


def _by_shape(found: list[ProposedColumn], rules: PoolRules) -> list[ProposedColumn]:
    """Where no name means an email address, the only column whose values are some may have it, even beside another
    attribute."""
    if any(column.attribute == "email" for column in found) or not rules.has("email"):
        return found
    fitting = [column for column in found if column.sample.shape is Shape.EMAIL and column.name]
    if len(fitting) != 1 or len(fitting[0].name) > LONGEST_NAME:
        return found
    guess = replace(fitting[0], attribute="email", is_sure=False, why="its values are email addresses")
    return [*(column for column in found if column is not fitting[0] or column.attribute), guess]
