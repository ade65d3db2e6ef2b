"""What a single value may be, and what can be normalized safely.

A check takes a trimmed value that is not blank and answers with what is wrong, with what it becomes, or with None when
it stands as it is. How values of a row depend on one another is left to `row_check`.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import datetime
import enum
import re
import unicodedata
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, assert_never

from cognito_drop.core.rows.dialect import DateOrder
from cognito_drop.core.rows.email_address import is_email, unwrapped
from cognito_drop.core.rows.local_phone import has_dialed_zero, read_local_number
from cognito_drop.core.rows.pool_rules import ColumnKind
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.text.invisible import odd_sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cognito_drop.core.rows.pool_rules import Column

MAX_VALUE_BYTES: Final = 2_048
MAX_USERNAME_CHARACTERS: Final = 128


class Normalization(enum.StrEnum):
    """The kinds of values that are normalized, and filled in; each value counts once for every kind."""

    TRIMMED = "trimmed"
    INVISIBLE = "invisible"
    APOSTROPHE = "apostrophe"
    FORMULA = "formula"
    EMAIL = "email"
    BOOLEAN = "boolean"
    DATE = "date"
    DAY_FIRST = "day_first"
    PHONE = "phone"
    PHONE_REGION = "phone_region"
    MILLISECONDS = "milliseconds"
    SIGN_IN_ATTRIBUTE = "sign_in_attribute"


class Changed(NamedTuple):
    """The value that Cognito takes, and what was done to get it."""

    value: str
    kind: Normalization


if TYPE_CHECKING:
    Verdict = Fault | Changed | None
    Check = Callable[[str], Verdict]

PHONE_FORM: Final = r"\+[1-9][0-9]{1,14}"
_PHONE: Final = re.compile(PHONE_FORM)
BEFORE_A_PHONE: Final = re.compile(r"'?(?:tel:(?=\+))?", re.IGNORECASE)
"""An apostrophe, which keeps a spreadsheet from taking a number for a formula, and what a link starts with."""
TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
"""How text is written for a spreadsheet, so that it keeps its zeros at the start: `="0151"`."""
_PHONE_FILLING: Final = re.compile(r"[ \-.()\u00a0\u2010-\u2013\u202f]+")
_TRUNK_ZERO: Final = re.compile(r"\(\s*0")
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]+")
_NO_DIGITS_LEFT: Final = "export it again as text: a spreadsheet has shortened it to a form such as 4.9E+11"
_NO_ZERO: Final = "leave out the zero after the country code"
_NO_REGION: Final = "name the region of local numbers in the pool's setting phone_region"
_OF_REGION: Final = "write a valid local number of {}"
_BIRTHDATE: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_SURE_BIRTHDATE: Final = re.compile("(?:0[1-9]|1[0-2])/(?:0[1-9]|1[0-9]|2[0-8])/[1-9][0-9]{3}")
"""Every month has these days."""
_OTHER_DATE: Final = re.compile(r"([0-9]{1,2})([/.])([0-9]{1,2})\2([0-9]{4})")
"""As spreadsheets write dates too: `31.12.1990`, `3/4/1990`."""
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DIGITS: Final = re.compile(r"[0-9]+")
_SECONDS: Final = re.compile(r"0|[1-9][0-9]{8,9}")
"""Of the years 1973 to 2286, and 0 for never: a date such as 20240131 and a day of a spreadsheet have fewer digits."""
_PARTS_OF_SECONDS: Final = re.compile(r"([1-9][0-9]{9})(?:[0-9]{3}|[0-9]{6})")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PLAIN_USERNAME: Final = re.compile(rf"[!-~]{{1,{MAX_USERNAME_CHARACTERS}}}")
TRUE_WORDS: Final = ("true", "TRUE")
FALSE_WORDS: Final = ("false", "FALSE")
"""As Cognito takes them; other spellings are normalized to the first."""
_PLAIN_BOOLEANS: Final = frozenset({*TRUE_WORDS, *FALSE_WORDS})
TRUE_OF_LANGUAGES: Final = (
    *("wahr", "vrai", "verdadero", "vero", "verdadeiro", "waar"),
    *("ja", "oui", "si", "s\u00ed", "sim"),
)
FALSE_OF_LANGUAGES: Final = (
    *("falsch", "faux", "falso", "onwaar"),
    *("nein", "non", "n\u00e3o", "nao", "nee"),
)
"""Excel writes booleans in its user's language: German, French, Spanish, Italian, Portuguese, and Dutch. People write
yes and no in theirs."""
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", *TRUE_OF_LANGUAGES), TRUE_WORDS[0]),
    **dict.fromkeys(("false", "f", "no", "n", "0", *FALSE_OF_LANGUAGES), FALSE_WORDS[0]),
}


def is_phone_number(value: str) -> bool:
    """Whether the value is a phone number in E.164: + and 2 to 15 digits, the first not 0."""
    return _PHONE.fullmatch(value) is not None


def is_username(value: str) -> bool:
    r"""Whether the value is 1 to 128 characters of [\p{L}\p{M}\p{S}\p{N}\p{P}]."""
    if _PLAIN_USERNAME.fullmatch(value):
        return True
    return len(value) <= MAX_USERNAME_CHARACTERS and all(unicodedata.category(sign)[0] in "LMSNP" for sign in value)


def is_true(value: str) -> bool:
    """Whether a boolean in one of Cognito's spellings is true."""
    return value in TRUE_WORDS


def to_phone_number(value: str, region: str) -> Changed | None:
    """The number in E.164 when that is certain: it starts with + and only blanks, dashes, points and parentheses go, or
    it is a local number of the region, where there is one.

    A zero right after a parenthesis, as in +49 (0)40, is dialled in some countries and not in others. After the
    codes of some countries no number starts with a zero.
    """
    if not value.startswith("+"):
        number = read_local_number(value, region) if region else None
        kind = Normalization.PHONE_REGION
    else:
        number = None if _TRUNK_ZERO.search(value) or has_dialed_zero(value) else _PHONE_FILLING.sub("", value)
        kind = Normalization.PHONE
    return Changed(number, kind) if number and is_phone_number(number) else None


def check_for(column: Column, phone_region: str) -> Check | None:  # noqa: C901, PLR0911  (one for each kind)
    """The check of a column, None when any value will do or `row_check` looks at it."""
    match column.kind:
        case ColumnKind.USERNAME | ColumnKind.PASSWORD_HASH | ColumnKind.GROUPS | ColumnKind.NAMELESS:
            return None
        case ColumnKind.EMAIL:
            return partial(_check_email, column.name)
        case ColumnKind.PHONE:
            return partial(_check_phone, column.name, region=phone_region)
        case ColumnKind.BIRTHDATE:
            return partial(_check_birthdate, column.name)
        case ColumnKind.DAY_FIRST_BIRTHDATE:
            return partial(_check_day_first, column.name)
        case ColumnKind.UPDATED_AT:
            return partial(_check_updated_at, column.name)
        case ColumnKind.BOOLEAN | ColumnKind.MFA:
            return partial(_check_boolean, column.name)
        case ColumnKind.NUMBER:
            return partial(_check_number, column)
        case ColumnKind.DATE_TIME:
            return partial(_check_date_time, column.name)
        case ColumnKind.TEXT:
            return _length_check(column)
        case _:
            assert_never(column.kind)


def _check_email(column: str, value: str) -> Verdict:
    if is_email(value):
        return None
    bare = unwrapped(value)
    if is_email(bare):
        return Changed(bare, Normalization.EMAIL)
    return Fault(RejectionCode.EMAIL_INVALID, column, odd_sign(value))


def _check_phone(column: str, value: str, region: str) -> Verdict:
    if is_phone_number(value):
        return None
    number = to_phone_number(BEFORE_A_PHONE.sub("", value, count=1), region)
    if _SHORTENED.fullmatch(value):
        return Fault(RejectionCode.PHONE_INVALID, column, _NO_DIGITS_LEFT)
    if number is None and has_dialed_zero(value):
        return Fault(RejectionCode.PHONE_INVALID, column, _NO_ZERO)
    return number or Fault(RejectionCode.PHONE_INVALID, column, _OF_REGION.format(region) if region else _NO_REGION)


def _check_birthdate(column: str, value: str) -> Verdict:
    if _SURE_BIRTHDATE.fullmatch(value):
        return None
    if match := _BIRTHDATE.fullmatch(value):
        month, day, year = match.groups()
        if _is_date(year, month, day):
            return None
        is_day_first = _is_date(year, day, month)
        return Fault(RejectionCode.BIRTHDATE_DAY_FIRST if is_day_first else RejectionCode.BIRTHDATE_INVALID, column)
    if match := _ISO_DATE.fullmatch(value):
        year, month, day = match.groups()
        if _is_date(year, month, day):
            return Changed(f"{month}/{day}/{year}", Normalization.DATE)
    return Fault(RejectionCode.BIRTHDATE_INVALID, column)


def _check_day_first(column: str, value: str) -> Verdict:
    """Of a column whose dates can only have the day first."""
    if match := _OTHER_DATE.fullmatch(value):
        day, _, month, year = match.groups()
        if _is_date(year, month, day):
            return Changed(f"{month:0>2}/{day:0>2}/{year}", Normalization.DAY_FIRST)
        return Fault(RejectionCode.BIRTHDATE_INVALID, column)
    return _check_birthdate(column, value)


def date_order(values: Iterable[str]) -> DateOrder:
    """What the dates of a column can only mean. A column with both is month-first, as Cognito reads it."""
    order = DateOrder.UNKNOWN
    for value in values:
        if match := _OTHER_DATE.fullmatch(value.strip()):
            first, _, second, year = match.groups()
            if first != second and _is_date(year, first, second) != _is_date(year, second, first):
                if _is_date(year, first, second):
                    return DateOrder.MONTH_FIRST
                order = DateOrder.DAY_FIRST
    return order


def reads_either_way(value: str) -> bool:
    """Whether a date has two numbers that can both be the month."""
    match = _BIRTHDATE.fullmatch(value.strip())
    if match is None or match[1] == match[2]:
        return False
    return _is_date(match[3], match[1], match[2]) and _is_date(match[3], match[2], match[1])


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        datetime.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _check_updated_at(column: str, value: str) -> Verdict:
    """Thirteen digits are milliseconds of the years 2001 to 2286, sixteen are microseconds; as seconds they would lie
    30,000 years ahead, and more."""
    if match := _PARTS_OF_SECONDS.fullmatch(value):
        return Changed(match[1], Normalization.MILLISECONDS)
    return None if _SECONDS.fullmatch(value) else Fault(RejectionCode.UPDATED_AT_INVALID, column)


def _check_boolean(column: str, value: str) -> Verdict:
    if value in _PLAIN_BOOLEANS:
        return None
    plain = _BOOLEANS.get(value.lower())
    return Changed(plain, Normalization.BOOLEAN) if plain else Fault(RejectionCode.BOOLEAN_INVALID, column)


def _check_number(column: Column, value: str) -> Verdict:
    if not _NUMBER.fullmatch(value):
        return Fault(RejectionCode.NUMBER_INVALID, column.name)
    number = Decimal(value)
    if column.least is not None and number < column.least:
        return Fault(RejectionCode.NUMBER_TOO_SMALL, column.name, str(column.least))
    if column.most is not None and number > column.most:
        return Fault(RejectionCode.NUMBER_TOO_GREAT, column.name, str(column.most))
    return None


def _check_date_time(column: str, value: str) -> Verdict:
    if _DIGITS.fullmatch(value):
        return None
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        return Fault(RejectionCode.DATE_TIME_INVALID, column)
    return None


def _length_check(column: Column) -> Check | None:
    """Characters are counted as code points; every value has at most 2,048 bytes, so a higher bound bounds nothing."""
    least, most = int(column.least or 0), int(column.most if column.most is not None else MAX_VALUE_BYTES)
    if least <= 1 and most >= MAX_VALUE_BYTES:
        return None

    def check(value: str) -> Verdict:
        if len(value) < least:
            return Fault(RejectionCode.TEXT_TOO_SHORT, column.name, str(least))
        return Fault(RejectionCode.TEXT_TOO_LONG, column.name, str(most)) if len(value) > most else None

    return check
