"""What a single value of a column may be: one check for each kind of column, which says why a value fails.

A check takes a value that is not blank. How the values of a row depend on one another is left to `row_rules`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from localcloud.cognito_import import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.cognitoidp.models import CognitoIdpUserPoolAttribute

    Check = Callable[[str], str | None]

MAX_VALUE_BYTES: Final = 2048
MAX_USERNAME_CHARACTERS: Final = 128
BOOLEANS: Final = frozenset({"true", "false", "TRUE", "FALSE"})

# How strictly Cognito reads an address is not public; this asks for a local part, an @ and a domain with a dot.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{1,14}")
_BIRTHDATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PLAIN_USERNAME = re.compile(r"[!-~]{1,128}")


def is_email(value: str) -> bool:
    """Whether the value has the shape of an email address."""
    return _EMAIL.fullmatch(value) is not None


def is_phone_number(value: str) -> bool:
    """Whether the value is a phone number in E.164."""
    return _PHONE.fullmatch(value) is not None


def is_username(value: str) -> bool:
    r"""Whether the value is 1 to 128 characters of [\p{L}\p{M}\p{S}\p{N}\p{P}]."""
    if _PLAIN_USERNAME.fullmatch(value):
        return True
    return len(value) <= MAX_USERNAME_CHARACTERS and all(unicodedata.category(sign)[0] in "LMSNP" for sign in value)


def check_for(column: str, schema: CognitoIdpUserPoolAttribute) -> Check | None:
    """The check of an attribute's column, None when any value of at most 2,048 bytes will do.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
    """
    special: dict[str, Check] = {
        "email": lambda value: None if is_email(value) else texts.ROW_BAD_EMAIL,
        "phone_number": lambda value: None if is_phone_number(value) else texts.ROW_BAD_PHONE,
        "birthdate": lambda value: None if _is_birthdate(value) else texts.ROW_BAD_BIRTHDATE,
        "updated_at": lambda value: None if _DIGITS.fullmatch(value) else texts.ROW_BAD_UPDATED_AT,
    }
    return special.get(column) or _check_by_type(column, schema)


def boolean_check(column: str) -> Check:
    """The check of a column of booleans."""
    return lambda value: None if value in BOOLEANS else texts.ROW_BAD_BOOLEAN.format(column=column)


def _check_by_type(column: str, schema: CognitoIdpUserPoolAttribute) -> Check | None:
    match schema.data_type:
        case "Boolean":
            return boolean_check(column)
        case "Number":
            return _number_check(column, schema.number_constraints or {})
        case "DateTime":
            return lambda value: None if _is_date_time(value) else texts.ROW_BAD_DATE_TIME.format(column=column)
        case "String":
            return _length_check(column, schema.string_constraints or {})
        case unknown:
            raise NotImplementedError(f"{column} has the unknown data type {unknown}.")


def _length_check(column: str, constraints: dict[str, str]) -> Check | None:
    least = int(constraints.get("MinLength") or 0)
    most = int(constraints.get("MaxLength") or MAX_VALUE_BYTES)
    if least <= 1 and most >= MAX_VALUE_BYTES:
        return None

    def check(value: str) -> str | None:
        if len(value) < least:
            return texts.ROW_TOO_SHORT.format(column=column, bound=least)
        return texts.ROW_TOO_LONG.format(column=column, bound=most) if len(value) > most else None

    return check


def _number_check(column: str, constraints: dict[str, str]) -> Check:
    least, most = constraints.get("MinValue"), constraints.get("MaxValue")

    def check(value: str) -> str | None:
        if not _NUMBER.fullmatch(value):
            return texts.ROW_BAD_NUMBER.format(column=column)
        if least and float(value) < float(least):
            return texts.ROW_TOO_SMALL.format(column=column, bound=least)
        if most and float(value) > float(most):
            return texts.ROW_TOO_GREAT.format(column=column, bound=most)
        return None

    return check


def as_attribute(birthdate: str) -> str:
    """The valid birthdate of a file, or none, in the form that the attribute is documented to have.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
    """
    return _BIRTHDATE.sub(r"\3-\1-\2", birthdate)


def _is_birthdate(value: str) -> bool:
    match = _BIRTHDATE.fullmatch(value)
    if match is None:
        return False
    month, day, year = map(int, match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _is_date_time(value: str) -> bool:
    if _DIGITS.fullmatch(value):
        return True
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
