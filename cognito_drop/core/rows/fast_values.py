r"""The expressions for single values, as `fast_rows` puts them together.

Each accepts only values that `values` accepts without a change, and matches possessively wherever it can. They are
written as text and match UTF-8 bytes, so \xNN is a byte. No form accepts a quotation mark, a control character or a
backslash other than in `\,`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.core.rows.password_hash import HashAlgorithm, Pbkdf2Form
from cognito_drop.core.rows.pool_rules import ColumnKind, Mfa

if TYPE_CHECKING:
    from decimal import Decimal

    from cognito_drop.core.rows.pool_rules import Column, PoolRules

NEVER: Final = r"(?!)"
TRUE: Final = "(?:true|TRUE)"
FALSE: Final = "(?:false|FALSE)"
BOOLEAN: Final = "(?:true|false|TRUE|FALSE)"
_MOST_DIGITS: Final = 15
_ROOMY: Final = 500
_COMMAS: Final = 4
_AFTER_COMMA: Final = 60  # bytes; a form that took more anywhere would cost every row
_ANY_FIRST: Final = list(range(1, 10))
LONGEST_OTHER: Final = 220
"""Bytes of the longest value that any form but that of texts accepts."""

_SEEN: Final = r"!#-+\--\[\]-~"  # printable ASCII without blank, quotation mark, comma, backslash
_LABEL: Final = "[A-Za-z0-9-]"
EMAIL: Final = rf"[!#-+\--?A-\[\]-~]{{1,48}}+@{_LABEL}{{1,40}}+(?:\.{_LABEL}{{1,12}}+){{1,3}}+"
"""At most 128 bytes, so that it may be a username."""
PHONE: Final = r"\+[1-9][0-9]{1,14}+"

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
_GROUP: Final = r"[!#-+\--\[\]-{}~]{1,128}+"  # printable ASCII as above, without the separator
GROUPS: Final = rf"(?P<groups>{_GROUP}(?:\|{_GROUP}){{0,15}}+)?+"
"""Some names of groups, or none."""
_BASE64: Final = "[A-Za-z0-9+/=]{1,80}+"
_HEX: Final = "(?:[0-9a-fA-F]{2}){1,40}+"
_HASHES: Final = {
    HashAlgorithm.BCRYPT: r"\$2[abxy]\$(?:0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}",
    HashAlgorithm.SCRYPT: rf"(?:{'|'.join(str(1 << each) for each in range(1, 17))})\$[1-8]\$1\${_HEX}\${_HEX}",
    HashAlgorithm.ARGON2ID: (
        r"\$argon2id\$v=[0-9]{1,3}\$m=(?:19456|1[0-8][0-9]{3}|[1-9][0-9]{1,3}|[89])\\,t=[12]\\,p=1"
        rf"\${_BASE64}\${_BASE64}"
    ),
    HashAlgorithm.PBKDF2_SHA256: r"\$pbkdf2-sha256\$(?:600000|[1-5][0-9]{5}|[1-9][0-9]{0,4})\$",
}
_PBKDF2: Final = {
    Pbkdf2Form.PASSLIB: r"[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}",
    Pbkdf2Form.BASE64: r"[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}",
    Pbkdf2Form.ANY: r"[A-Za-z0-9+/.=]{1,80}+\$[A-Za-z0-9+/.=]{1,80}+",
}
"""Salt and hash, after what stands in the form of the algorithm."""


def optional(form: str) -> str:
    """The form, or a blank value."""
    return f"(?:{form})?+"


def username(aliases: tuple[str, ...]) -> str:
    """A username of ASCII signs; one that may look like an alias is left to the other check."""
    signs = rf"!#-+\--?A-\[\]-~{'' if 'email' in aliases else '@'}"
    start = r"(?!\+)" if "phone_number" in aliases else ""
    return f"{start}[{signs}]{{1,128}}+"


def value_form(column: Column, rules: PoolRules, longest: int) -> str:  # noqa: PLR0911  (one for each kind)
    """The form of a column that has no part in signing in; texts have at most `longest` bytes."""
    match column.kind:
        case ColumnKind.USERNAME | ColumnKind.EMAIL | ColumnKind.PHONE | ColumnKind.GROUPS:
            raise ValueError(f"{column.name} has a form of its own.")
        case ColumnKind.MFA:
            return {Mfa.ON: TRUE, Mfa.OFF: FALSE, Mfa.OPTIONAL: BOOLEAN}[rules.mfa]
        case ColumnKind.PASSWORD_HASH:
            return _hash(rules)
        case ColumnKind.BIRTHDATE:
            return _DATE
        case ColumnKind.UPDATED_AT:
            return "[0-9]{1,12}+"
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
    algorithm = rules.hash_algorithm
    if algorithm is None:
        return NEVER
    tail = _PBKDF2[rules.hashes.pbkdf2_form] if algorithm is HashAlgorithm.PBKDF2_SHA256 else ""
    return _HASHES[algorithm] + tail


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
    """Whole numbers that are not negative, by their number of digits and, next to a bound, by the first of them."""
    low = max(least, 0) if least is not None else 0
    most_digits = 0  # of the form written last, while that takes any first digit
    forms: list[str] = []
    for digits in range(_MOST_DIGITS, 0, -1):
        unit = 10 ** (digits - 1)
        firsts = [
            first
            for first in range(0 if digits == 1 else 1, 10)
            if first * unit >= low and (most is None or (first + 1) * unit - 1 <= most)
        ]
        if firsts == _ANY_FIRST and most_digits:
            forms[-1] = f"[1-9][0-9]{{{digits - 1},{most_digits - 1}}}+"
        elif firsts:
            forms.append(f"[{firsts[0]}-{firsts[-1]}][0-9]{{{digits - 1}}}")
            most_digits = digits if firsts == _ANY_FIRST else 0
    return f"(?:{'|'.join(forms)})" if forms else NEVER
