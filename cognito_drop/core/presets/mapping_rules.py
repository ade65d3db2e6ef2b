"""The rules of a mapping: where a value of a record is, and how it is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.user import is_shut_out, text, word
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR
from cognito_drop.core.rows.header_words import says_who_may
from cognito_drop.core.text.names import named

if TYPE_CHECKING:
    from collections.abc import Collection

Rule = Callable[[Mapping[str, Any]], str]
"""The text that it makes of a record."""
_SOURCES: Final = ("from", "first", "join", "constant")
_RULE_MEMBERS: Final = (*_SOURCES[:-1], "with", "constant", "lower", "date", "is_true")
_STATUS_MEMBERS: Final = (*_RULE_MEMBERS, "is_false")
_RUN_TOGETHER: Final = re.compile("%[A-Za-z]%[A-Za-z]")
_BETWEEN, _OBJECT = "\0", "[object]"


class MappingError(Exception):
    """A mapping that says nothing; the sentence names the place."""


def rule_of(column: str, rule: Any) -> Rule:  # noqa: ANN401  (any JSON)
    """The value of a column. Raises MappingError."""
    return _rule(rule, f"columns.{column}", _listed if column == GROUPS else text)


def disabled_rule(rule: Any) -> Rule:  # noqa: ANN401
    """What `disabled` reads: a text that `is_shut_out` judges. Raises MappingError."""
    read = _rule(rule, "disabled", _flagged)
    if isinstance(rule, str) or {"is_true", "is_false"}.isdisjoint(rule):
        for name in chain.from_iterable(paths_in(rule)):
            if says_who_may(name):
                raise MappingError(
                    f"disabled: by its name {named([name])} says who may sign in, so that a yes would reject the user; "
                    "is_false has to list its values for users who may."
                )
    return read


def paths_in(rule: Any) -> list[tuple[str, ...]]:  # noqa: ANN401  (any JSON that `_rule` has read)
    """The paths that a rule reads, each with its alternatives."""
    if isinstance(rule, str):
        return [(rule,)]
    if not isinstance(rule, dict):
        return []
    if "first" in rule:
        return [tuple(rule["first"])]
    return [(path,) for path in ([rule["from"]] if "from" in rule else rule.get("join", ()))]


def refuse_others(data: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
    """Raise MappingError for a member of another name."""
    unknown = [name for name in data if name not in names]
    if unknown:
        raise MappingError(f"{place} has an unknown member; the members are {', '.join(names)}.")


def _listed(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """A list of names as the column of the groups holds it."""
    return SEPARATOR.join(map(text, value)) if isinstance(value, list) else text(value)


def _flagged(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """A flag as text: of a list each item, and of an object that says something a text that is no word."""
    items = value if isinstance(value, list) else [value]
    found = _BETWEEN.join(_OBJECT if isinstance(item, dict | list) and item else text(item) for item in items)
    return found or (_OBJECT if is_shut_out(value) else "")


def _rule(rule: Any, place: str, say: Callable[[Any], str]) -> Rule:  # noqa: ANN401  (any JSON)
    """A path, or an object with a path and what is done with the value; `say` writes a value of the record out."""
    if isinstance(rule, str):
        return _path(rule, place, say)
    if not isinstance(rule, dict):
        raise MappingError(f"{place} must be a path or an object.")
    is_flag = say is _flagged
    refuse_others(rule, _STATUS_MEMBERS if is_flag else _RULE_MEMBERS, place)
    return _written(_found(rule, place, say), rule, place, is_flag=is_flag)


def _found(rule: Mapping[str, Any], place: str, say: Callable[[Any], str]) -> Rule:
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


def _written(found: Rule, rule: Mapping[str, Any], place: str, *, is_flag: bool) -> Rule:
    lower, form = rule.get("lower", False), rule.get("date")
    if not isinstance(lower, bool):
        raise MappingError(f"{place}.lower must be true or false.")
    if form is not None and not (isinstance(form, str) and "%" in form and _is_date_format(form)):
        raise MappingError(f"{place}.date must be a format such as %d.%m.%Y.")
    meant, let_in = (_words(rule, name, place) for name in ("is_true", "is_false"))
    if meant is not None and let_in is not None:
        raise MappingError(f"{place} cannot have both is_true and is_false.")

    def value(record: Mapping[str, Any]) -> str:
        given = found(record)
        if meant is not None:
            is_meant = word(given) in meant or (is_flag and _may_mean(given, meant))
            return "true" if is_meant else "false"
        if let_in is not None:
            return "false" if let_in.issuperset(map(word, given.split(_BETWEEN))) else "true"
        if form and given:
            given = _as_birthdate(given, form)
        return given.lower() if lower else given

    return value


def _words(rule: Mapping[str, Any], name: str, place: str) -> frozenset[str] | None:
    words = rule.get(name)
    if words is not None and not (isinstance(words, list) and words):
        raise MappingError(f"{place}.{name} must be a list of strings.")
    return frozenset(map(word, words)) if words else None


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
    """The date as Cognito writes it; a value of another form stays, and is rejected if the column takes dates only.

    Without signs between its numbers, a date must have all its zeros: 1021990 is 1 February, and reads as 2 October. A
    year of two digits is the latest one that has begun.
    """
    given = value.strip()
    try:
        date = datetime.datetime.strptime(given, form)  # noqa: DTZ007  (a date has no zone)
    except ValueError:
        return value
    if _RUN_TOGETHER.search(form) and date.strftime(form).casefold() != given.casefold():
        return value
    if "%y" in form and date.year > datetime.datetime.now(datetime.UTC).year:
        date = date.replace(year=date.year - 100)
    return date.strftime("%m/%d/%Y")


def _path(path: Any, place: str, say: Callable[[Any], str]) -> Rule:  # noqa: ANN401
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
