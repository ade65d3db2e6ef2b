"""A user as another system's export describes one, in its own terms: what a preset makes of a record.

Which of it a pool takes is left to `rows`. Everything here takes any JSON value: an export is an external file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.rows.values import FALSE_OF_LANGUAGES, TEXT_FORMULA, TRUE_OF_LANGUAGES
from cognito_drop.core.text.invisible import visible
from cognito_drop.core.text.kept import kept_if_short

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cognito_drop.core.presets.notes import Note
    from cognito_drop.core.rows.password_hash import HashAlgorithm
    from cognito_drop.core.rows.rejection import RejectionCode

_TRUE_WORDS: Final = frozenset({"true", "t", "yes", "y", "on", "1", *TRUE_OF_LANGUAGES})
_FALSE_WORDS: Final = frozenset({"false", "f", "no", "n", "off", "0", "null", "none", "\\n", "", *FALSE_OF_LANGUAGES})
_LETTER_I: Final = str.maketrans({"\u0130": "i", "\u0131": "i", "\u0307": None})
"""The other letters i of Turkish, whose capital letters no rule of Unicode brings together with the small ones."""
_DRESSED: Final = frozenset("='0123456789")
_WHOLE: Final = re.compile(r"([0-9]+)\.0")
_NOTHING: Final = frozenset({"", "{}", "[]", "null"})
_OTHERS_LISTED: Final = 50
_ADDED: Final = re.compile(r"[\[(][^\[\]()]*[\])](?:\s*required)?", re.IGNORECASE)
"""What templates add to names: `[Required]`, `(Yes/No)`, `[displayName] Required`. It starts with a bracket, so that
time is linear in the name."""
_DECODE: Final = json.JSONDecoder().raw_decode


@dataclass(slots=True)
class SourceUser:
    """One user. `attributes` are values by the pool's columns; a blank one is as good as none."""

    id: str = ""
    username: str = ""
    """A name of the user's own choice to sign in with; blank where there is none."""
    attributes: dict[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)
    """The hash in Cognito's form of `algorithm`; salt and hash of PBKDF2 in any Base64."""
    algorithm: HashAlgorithm | None = None
    """None with a password: it is of a kind that Cognito does not take."""
    has_password: bool = False
    refused: RejectionCode | None = None
    """Why the user is not to be imported at all, whatever the values are."""
    notes: list[Note] = field(default_factory=list)
    shut_out_by: str = ""
    """The members by which a mapping refuses the user, for a sentence; blank where a preset does."""
    lacks_status: bool = False
    """Whether the only reason is that the record has no status, which lets no user in where others have one."""


def text(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """A value as a column holds it: texts as they are, numbers and booleans written out, a list with commas, and
    nothing for an object."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(text(item) for item in value[:_OTHERS_LISTED] if not isinstance(item, (list, dict)))
    return str(value)


def as_texts(values: tuple[Any, ...]) -> tuple[str, ...]:
    """Values as columns hold them."""
    try:
        "".join(values)  # the quickest way to ask whether all of them are texts already
    except TypeError:
        return tuple(map(text, values))
    return values


def is_true(value: Any) -> bool:  # noqa: ANN401
    """Whether the value is clearly true: what is not is false."""
    if value is True or value is False or value is None:  # as nearly all of them are
        return value is True
    return word(value) in _TRUE_WORDS


def is_shut_out(value: Any) -> bool:  # noqa: ANN401
    """Whether a flag such as `blocked` may be set: only what is blank or clearly false lets a user in."""
    if value is True or value is False or value is None:
        return value is True
    if isinstance(value, (dict, list)):
        return bool(value)
    return word(value) not in _FALSE_WORDS


def word(value: Any) -> str:  # noqa: ANN401
    """A value as it is compared: without letter case, invisible characters, and more blanks than one between words, and
    with letters that have several codes in one of them."""
    given = text(value)
    if not given.isascii():
        given = unicodedata.normalize("NFKC", visible(given)).translate(_LETTER_I)
    bare = given.strip().casefold()
    if "  " in bare:
        bare = " ".join(bare.split())
    return _undressed(bare) if bare and bare[0] in _DRESSED else bare


def _undressed(given: str) -> str:
    """A word without what spreadsheets write around a text, and a flag of a table that has only decimal numbers."""
    if found := TEXT_FORMULA.fullmatch(given) or _WHOLE.fullmatch(given):
        return found[1].strip()
    return given.removeprefix("'") or given


def flag(value: Any) -> str:  # noqa: ANN401
    """`true` or `false`; what is not clearly true is false."""
    return "true" if is_true(value) else "false"


def member(value: Any, *names: str) -> Any:  # noqa: ANN401
    """What stands at the end of a path of names; None where there is none."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


@kept_if_short
def evened(name: str) -> str:
    """A member's name as names are compared: `profile.firstName`, `First Name` and `firstName` are the same, and so is
    `First name [givenName] Required`."""
    bare = _ADDED.sub("", name) if "[" in name or "(" in name else name
    return word(bare or name).rpartition(".")[2].replace(" ", "").replace("_", "")


def evenly(record: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a record by their evened names; of two that are the same the first."""
    return {evened(name): value for name, value in reversed([*record.items()])}


def values_of(record: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    """What all members say whose evened name is one of these: a flag must not be missed because it comes twice."""
    return [value for name, value in record.items() if evened(name) in names]


def first_of(record: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of these members that has a value; of a list its first item."""
    values = (value[0] if isinstance(value, list) and value else value for value in map(record.get, names))
    return next((found for value in values if (found := text(value).strip())), "")


def has_more(record: Mapping[str, Any], members: frozenset[str]) -> bool:
    """Whether the record has a value beside these members, whose names may be evened out."""
    for name in [name for name in record if name not in members]:  # as a rule none, or one
        if evened(name) not in members and has_content(record[name]):
            return True
    return False


def has_content(value: Any) -> bool:  # noqa: ANN401
    """Whether the value says anything; an empty object or list does not, written out as text neither."""
    return value.strip() not in _NOTHING if isinstance(value, str) else bool(value)


def says_anything(value: Any) -> bool:  # noqa: ANN401
    """Whether a value is there, as `false` and 0 are; null, an empty object or list, and a blank text are none."""
    return bool(value.strip()) if isinstance(value, str) else value is not None and value not in ({}, [])


def has_path(record: Mapping[str, Any], path: str) -> bool:
    """Whether the record has a member of this name, or one at the end of this path."""
    if path in record:
        return True
    *names, last = path.split(".")
    found = member(record, *names)
    return isinstance(found, dict) and last in found


def objects(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def json_object(value: Any) -> dict[str, Any]:  # noqa: ANN401
    """The object that a text of JSON holds, or the object itself; an empty one where there is none."""
    if isinstance(value, str):
        value = json_value(value)
    return value if isinstance(value, dict) else {}


def json_value(source: str) -> Any:  # noqa: ANN401
    """What a text of JSON holds; None where it is no JSON."""
    bare = source.strip()
    try:
        found, end = _DECODE(bare)
    except (ValueError, RecursionError):
        return None
    return found if end == len(bare) else None


class Texts:
    """Some members of records as texts, read in one go."""

    def __init__(self, members: Sequence[str | None]) -> None:
        """Two members at least; None is one that no record has."""
        self._blank = dict.fromkeys(members, "")
        self._taken = itemgetter(*members)

    def of(self, record: Mapping[str, Any]) -> tuple[str, ...]:
        """Their values in the order of the members; blank where the record has nothing."""
        return as_texts(self._taken({**self._blank, **record}))
