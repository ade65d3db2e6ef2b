r"""The expressions for single values, as `fast_rows` puts them together.

Each accepts only values that `values` accepts without a change, and matches possessively wherever it can. Bounds,
alphabets and spellings are those of `values` and `password_hash`, which declare them; tests/property/test_fast_rules.py
holds every rule by name. They are written as text and match UTF-8 bytes, so \xNN is a byte. No form accepts a quotation
mark, a control character or a backslash other than in `\,`.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.core.rows.groups import SEPARATOR
from cognito_drop.core.rows.password_hash import HASH_FORMS, PBKDF2_TAILS, STANDARD_TAIL, Cost, HashAlgorithm, Signs
from cognito_drop.core.rows.pool_rules import ColumnKind, Mfa
from cognito_drop.core.rows.values import FALSE_WORDS, MAX_USERNAME_CHARACTERS, PHONE_FORM, TRUE_WORDS

if TYPE_CHECKING:
    from cognito_drop.core.rows.password_hash import HashPolicy
    from cognito_drop.core.rows.pool_rules import Column, PoolRules

NEVER: Final = r"(?!)"
TRUE: Final = f"(?:{'|'.join(TRUE_WORDS)})"
FALSE: Final = f"(?:{'|'.join(FALSE_WORDS)})"
BOOLEAN: Final = f"(?:{'|'.join((*TRUE_WORDS, *FALSE_WORDS))})"
_MOST_DIGITS: Final = 15
_ROOMY: Final = 500
_COMMAS: Final = 4
_AFTER_COMMA: Final = 60  # bytes; a form that took more anywhere would cost every row
LONGEST_OTHER: Final = 220
"""Bytes of the longest value that any form but that of texts accepts."""

_NAME: Final = r"!#-+\--\[\]-{}~"  # printable ASCII without blank, quotation mark, comma, backslash, and |
_SEEN: Final = _NAME + SEPARATOR
_LABEL: Final = "[A-Za-z0-9-]"
EMAIL: Final = rf"(?!')[!#-'*+\--9=?A-Z^-~]{{1,48}}+@{_LABEL}{{1,40}}+(?:\.{_LABEL}{{1,12}}+){{1,3}}+"
"""At most 128 bytes, so that it may be a username."""
PHONE: Final = f"{PHONE_FORM}+"

_DATE: Final = (
    "(?:(?:0[1-9]|1[0-2])/(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])/(?:29|30)|(?:0[13578]|1[02])/31)/[12][0-9]{3}"
)
_INNER: Final = r'[^\x00-\x1f\x7f",\\]'
# A first character that is no white space, in ASCII or beyond (U+0085, U+00A0, U+1680, U+2000 and following, U+3000).
_FIRST: Final = (
    rf"(?:[{_SEEN}\xc3-\xe0\xe4-\xf4]|\xc2[\xa1-\xbf]|\xe1[\x80-\x99\x9b-\xbf]|\xe2[\x82-\xbf]|\xe3[\x81-\xbf])"
)
_LAST: Final = (
    r"(?:(?<=[!-~])|(?<! )(?<!\xc2[\x85\xa0])(?<!\xe2\x80[\x80-\x8a\xa8\xa9\xaf])"
    r"(?<!\xe2\x81\x9f)(?<!\xe3\x80\x80)(?<!\xe1\x9a\x80))"
)
_GROUP: Final = rf"[{_NAME}]{{1,{MAX_USERNAME_CHARACTERS}}}+"
GROUPS: Final = rf"(?P<groups>{_GROUP}(?:\{SEPARATOR}{_GROUP}){{0,15}}+)?+"
"""Some names of groups, or none."""
_MOST_SIGNS: Final = 80  # bytes of salt and of hash


def optional(form: str) -> str:
    """The form, or a blank value."""
    return f"(?:{form})?+"


def username(aliases: tuple[str, ...]) -> str:
    """A username of ASCII signs; one that may look like an alias is left to the other check."""
    signs = rf"!#-+\--?A-\[\]-~{'' if 'email' in aliases else '@'}"
    start = r"(?!\+)" if "phone_number" in aliases else ""
    return f"{start}[{signs}]{{1,{MAX_USERNAME_CHARACTERS}}}+"


def value_form(column: Column, rules: PoolRules, longest: int) -> str:  # noqa: C901, PLR0911  (one for each kind)
    """The form of a column that has no part in signing in; texts have at most `longest` bytes."""
    match column.kind:
        case ColumnKind.USERNAME | ColumnKind.EMAIL | ColumnKind.PHONE | ColumnKind.GROUPS | ColumnKind.NAMELESS:
            raise ValueError(f"{column.name} has a form of its own.")
        case ColumnKind.MFA:
            return {Mfa.ON: TRUE, Mfa.OFF: FALSE, Mfa.OPTIONAL: BOOLEAN}[rules.mfa]
        case ColumnKind.PASSWORD_HASH:
            return _hash(rules)
        case ColumnKind.BIRTHDATE:
            return _DATE
        case ColumnKind.DAY_FIRST_BIRTHDATE:
            return NEVER
        case ColumnKind.UPDATED_AT:
            return "(?:[1-9][0-9]{8,9}+|0)"
        case ColumnKind.BOOLEAN:
            return BOOLEAN
        case ColumnKind.NUMBER:
            return _number(column.least, column.most)
        case ColumnKind.DATE_TIME:
            return "[0-9]{1,12}+"
        case ColumnKind.TEXT:
            return _text(column, longest)
        case _:
            assert_never(column.kind)


def _hash(rules: PoolRules) -> str:
    forms = [hash_form(algorithm, rules.hashes) for algorithm in rules.hashes.algorithms]
    return f"(?:{'|'.join(forms)})" if forms else NEVER


def hash_form(algorithm: HashAlgorithm, policy: HashPolicy) -> str:
    """The form of a hash of this algorithm."""
    parts = HASH_FORMS[algorithm]
    tail = PBKDF2_TAILS.get(policy.pbkdf2_form) if algorithm is HashAlgorithm.PBKDF2_SHA256 else None
    return "".join(map(_hash_part, parts if tail is None else (*parts[:2], tail)))


def convertible_form(policy: HashPolicy) -> str:
    """The form of a hash of PBKDF2 that `to_pbkdf2_form` makes a good one of: as most systems write it."""
    if policy.pbkdf2_form not in PBKDF2_TAILS:
        return NEVER
    return "".join(map(_hash_part, HASH_FORMS[HashAlgorithm.PBKDF2_SHA256][:2])) + STANDARD_TAIL


def _hash_part(part: str | Cost | Signs) -> str:
    match part:
        case Cost(is_power_of_two=True):
            return f"(?:{'|'.join(map(str, part.powers))})"
        case Cost() if part.width:
            return f"(?:{'|'.join(f'{cost:0{part.width}}' for cost in range(part.least, part.most + 1))})"
        case Cost():
            return whole_numbers(part.least, part.most)
        case Signs():
            return f"{part.one}{{1,{_MOST_SIGNS // part.bytes}}}+"
        case str():
            return part.replace(",", r"\\,") if part.startswith(",") else part
        case _:
            assert_never(part)


def _text(column: Column, longest: int) -> str:
    """Bytes are counted where characters are meant, which never accepts too much of a bound from above; a bound from
    below is looked at for texts of ASCII signs only."""
    least = int(column.least or 0)
    most = min(longest, int(column.most) if column.most is not None else longest)
    if most < max(least, 1):
        return NEVER
    if least > 1:
        return rf"[{_SEEN}][ {_SEEN}]{{{least - 1},{most - 1}}}+(?<! )"
    commas, after = (_COMMAS, _AFTER_COMMA) if most > _ROOMY else (1, most // 2 - 2)  # bytes after an escaped comma
    if after < 1:
        return f"{_FIRST}{_INNER}{{0,{max(most - 2, 0)}}}+{_LAST}"
    before = most - 2 - commas * (2 + after)  # bytes after the first sign and before an escaped comma
    return rf"{_FIRST}{_INNER}{{0,{before}}}+(?:\\,{_INNER}{{0,{after}}}+){{0,{commas}}}+{_LAST}"


def _number(least: Decimal | None, most: Decimal | None) -> str:
    """Whole numbers that are not negative."""
    low = max(0, int(least.to_integral_value(ROUND_CEILING))) if least is not None else 0
    high = 10**_MOST_DIGITS - 1
    return whole_numbers(low, high if most is None else min(high, int(most.to_integral_value(ROUND_FLOOR))))


def whole_numbers(least: int, most: int) -> str:
    """Exactly the whole numbers from `least`, 0 or more, to `most`, without leading zeros; those of most digits first.

    They are cut into blocks of numbers that differ in one digit and in those after it.
    """
    forms: list[str] = []
    shortest = 0  # digits after the first that the form written last has at least, where those before it are any
    while least <= most:
        free = 0
        while least and least % 10 ** (free + 1) == 0 and least + 10 ** (free + 1) <= most + 1:
            free += 1
        first, end = least // 10**free, (most + 1) // 10**free
        last = min(first // 10 * 10 + 9, end - 1)
        if (first, last) == (1, 9) and forms and shortest:
            forms[-1] = f"[1-9][0-9]{{{shortest - 1},{free}}}+"
        else:
            forms.append(f"{first // 10 or ''}[{first % 10}-{last % 10}][0-9]{{{free}}}")
            shortest = free + 1 if (first, last) == (1, 9) else 0
        least = (last + 1) * 10**free
    return f"(?:{'|'.join(reversed(forms))})" if forms else NEVER
