"""A user whom a pool would import: what each column asks for, and a value that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.core.rows.pool_rules import ColumnKind, Mfa

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.core.rows import PoolRules
    from cognito_drop.core.rows.pool_rules import Column

_EMAIL, _PHONE = "ada@example.com", "+14155550100"
_TEXTS = {
    "name": "Ada Lovelace",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "middle_name": "King",
    "nickname": "Ada",
    "preferred_username": "ada",
    "gender": "female",
    "zoneinfo": "Europe/London",
    "locale": "en-GB",
    "address": "12 St James's Square",
    "profile": "https://example.com/ada",
    "picture": "https://example.com/ada.png",
    "website": "https://example.com",
}
_FORMS = {
    ColumnKind.BIRTHDATE: ("12/10/1985", "mm/dd/yyyy"),
    ColumnKind.UPDATED_AT: ("1700000000", "seconds since 1970"),
    ColumnKind.DATE_TIME: ("2030-12-31T23:59:59", "a date and time"),
}
_SIGN_IN_NAMES: dict[tuple[str, ...], tuple[str, str]] = {
    (): ("ada", "1 to 128 characters without spaces, unique for each user"),
    ("email",): (_EMAIL, "the email address the user signs in with"),
    ("phone_number",): (_PHONE, "the phone number the user signs in with"),
    ("email", "phone_number"): (_EMAIL, "the email address or phone number the user signs in with"),
}
_LONGEST = 40  # characters of a sample
_MOST_OF_ALL = 2048


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column of the template."""

    name: str
    is_required: bool
    value: str
    """A value as it may appear in the file; empty where the column can and should be left blank."""
    note: str
    """What the column asks for."""


def sample_row(rules: PoolRules) -> list[SampleColumn]:
    """A column each, in the pool's order."""
    return [_sample(column, rules) for column in rules.columns]


def _sample(column: Column, rules: PoolRules) -> SampleColumn:
    if column.kind in _FORMS:
        value, note = _FORMS[column.kind]
        return SampleColumn(column.name, column.is_required, value, note)
    return _OF_KIND[column.kind](column, rules)


def _email(column: Column, rules: PoolRules) -> SampleColumn:
    return SampleColumn(
        column.name, column.is_required or _must_be_verified(rules, column.name), _EMAIL, "an email address"
    )


def _phone(column: Column, rules: PoolRules) -> SampleColumn:
    is_required = column.is_required or _must_be_verified(rules, column.name)
    is_asked = is_required or column.name in rules.auto_verified or rules.sign_in == (column.name,)
    return SampleColumn(column.name, is_required, _PHONE if is_asked else "", "+ and the country code")


def _mfa(column: Column, rules: PoolRules) -> SampleColumn:
    value = "true" if rules.mfa is Mfa.ON else "false"
    return SampleColumn(column.name, is_required=False, value=value, note="true or false")


def _password_hash(column: Column, rules: PoolRules) -> SampleColumn:
    note = f"a {rules.hashes.names} hash, or blank" if rules.takes_hashes else "leave it blank"
    note += "" if rules.lists_hashes else "; the pool's CSV header does not list this column"
    return SampleColumn(column.name, is_required=False, value="", note=note)


def _must_be_verified(rules: PoolRules, attribute: str) -> bool:
    """Whether every user needs it: the pool verifies nothing else by itself."""
    return rules.auto_verified == (attribute,)


def _username(column: Column, rules: PoolRules) -> SampleColumn:
    value, note = _SIGN_IN_NAMES[rules.sign_in]
    return SampleColumn(column.name, is_required=True, value=value, note=note)


def _boolean(column: Column, rules: PoolRules) -> SampleColumn:
    attribute = column.name.removesuffix("_verified")
    if attribute == column.name or not rules.has(attribute):
        return SampleColumn(column.name, column.is_required, "true", "true or false")
    is_asked = attribute in rules.auto_verified
    must_be = _must_be_verified(rules, attribute)
    several = len(rules.auto_verified) > 1
    what = "address" if attribute == "email" else "number"
    note = f"true, if the {what} is known to be the user's" if must_be else "true or false"
    if is_asked and several:
        note += f"; one of {', '.join(f'{name}_verified' for name in rules.auto_verified)} must be true"
    return SampleColumn(column.name, must_be, "true" if is_asked else "false", note)


def _number(column: Column, _rules: PoolRules) -> SampleColumn:
    value = column.least if column.least is not None else column.most
    said = f"{value:f}" if value is not None else "1"
    return SampleColumn(column.name, column.is_required, said, f"a number{_bounds(column)}")


def _text(column: Column, _rules: PoolRules) -> SampleColumn:
    least = int(column.least or 0)
    most = min(int(column.most), _LONGEST) if column.most is not None else _LONGEST
    value = _TEXTS.get(column.name, "example").ljust(least, "x")[: max(least, most)]
    return SampleColumn(column.name, column.is_required, value, f"text{_bounds(column, ' characters')}")


def _bounds(column: Column, unit: str = "") -> str:
    if not _says_something(column):
        return ""
    least, most = column.least, column.most
    if least is not None and most is not None:
        return f", {least:,} to {most:,}{unit}"
    return f", at least {least:,}{unit}" if least is not None else f", at most {most:,}{unit}"


def _says_something(column: Column) -> bool:
    """0 to 2,048 characters is what every text has."""
    is_open = column.most is None or (column.kind is ColumnKind.TEXT and column.most >= _MOST_OF_ALL)
    return bool(column.least) or not is_open


_OF_KIND: dict[ColumnKind, Callable[[Column, PoolRules], SampleColumn]] = {
    ColumnKind.USERNAME: _username,
    ColumnKind.EMAIL: _email,
    ColumnKind.PHONE: _phone,
    ColumnKind.BOOLEAN: _boolean,
    ColumnKind.MFA: _mfa,
    ColumnKind.PASSWORD_HASH: _password_hash,
    ColumnKind.NUMBER: _number,
    ColumnKind.TEXT: _text,
}
