"""Says of a line of the file whether it is a user, and if not, why the row fails.

The rules are drawn once from the pool and the header; a row is then held against them. Whether the username is taken
is left to `user_store`.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localcloud.choices import BirthdateForm
from localcloud.cognito_import import texts
from localcloud.cognito_import.csv_header import MFA_ENABLED, PASSWORD_HASH, USERNAME, schema_of
from localcloud.cognito_import.dialect import MAX_ROW_CHARACTERS, Dialect
from localcloud.cognito_import.password_hash import is_acceptable
from localcloud.cognito_import.value_rules import (
    MAX_VALUE_BYTES,
    as_attribute,
    boolean_check,
    check_for,
    is_email,
    is_phone_number,
    is_username,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moto.cognitoidp.models import CognitoIdpUserPool

    from localcloud.cognito_import.dialect import Line
    from localcloud.cognito_import.job import HashAlgorithm
    from localcloud.cognito_import.value_rules import Check
    from localcloud.settings import Settings

_NOT_ATTRIBUTES: Final = frozenset({USERNAME, MFA_ENABLED, PASSWORD_HASH})
_SHAPES: Final = {"email": is_email, "phone_number": is_phone_number}
_NOT_A_SIGN_IN_NAME: Final[dict[tuple[str, ...], str]] = {
    ("email",): texts.ROW_USERNAME_NOT_EMAIL,
    ("phone_number",): texts.ROW_USERNAME_NOT_PHONE,
}
_SMALL: Final = {"": "", "true": "true", "TRUE": "true", "false": "false", "FALSE": "false"}  # shared by all users
_SURELY_SHORT: Final = MAX_VALUE_BYTES // 4  # characters; at most four bytes each in UTF-8


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A row that is a user: what it signs in with, and its attributes (the same number of names and values)."""

    username: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    has_mfa: bool
    password_hash: str | None


class RowRules:
    """The rules of one pool for one header; a column that it lacks is blank in every row."""

    def __init__(
        self, header: Sequence[str], pool: CognitoIdpUserPool, algorithm: HashAlgorithm | None, settings: Settings
    ) -> None:
        config = pool.extended_config
        schema = schema_of(pool)
        left_out = [column for column in (*schema, MFA_ENABLED) if column not in header]
        columns = (*header, *left_out)
        self._columns, self._blanks = columns, [""] * len(left_out)
        self._at = {column: index for index, column in enumerate(columns)}
        self._algorithm, self._form = algorithm, settings.import_pbkdf2_form
        self._dialect = Dialect.of(settings)
        self._mfa = pool.mfa_config
        self._sign_in_names: list[str] = config.get("UsernameAttributes") or []
        self._aliases = [name for name in config.get("AliasAttributes") or [] if name in _SHAPES]
        self._auto_verified = [self._at[f"{name}_verified"] for name in config.get("AutoVerifiedAttributes") or []]
        self._required = [(self._at[name], name) for name, attribute in schema.items() if attribute.required]
        self._attributes = [(index, name) for index, name in enumerate(columns) if name not in _NOT_ATTRIBUTES]
        self._booleans = [self._at[name] for name, attribute in schema.items() if attribute.data_type == "Boolean"]
        is_changed = settings.import_birthdate is BirthdateForm.ATTRIBUTE
        self._birthdates = [index for index, name in self._attributes if name == "birthdate" and is_changed]
        self._checks: list[tuple[int, Check]] = [(self._at[MFA_ENABLED], boolean_check(MFA_ENABLED))]
        for name, attribute in schema.items():
            if check := check_for(name, attribute):
                self._checks.append((self._at[name], check))

    def judge(self, line: Line) -> UserRecord | str:
        """The user that the line describes, or the reason why it is none."""
        if line.text is None:
            return texts.ROW_CHARACTERS.format(limit=MAX_ROW_CHARACTERS)
        values, expected = self._dialect.split(line.text), len(self._columns) - len(self._blanks)
        if len(values) != expected:
            return texts.ROW_FIELD_COUNT.format(found=len(values), expected=expected)
        values += self._blanks
        return (
            (self._too_many_bytes(values) if len(line.text) > _SURELY_SHORT else None)
            or self._bad_username(values)
            or self._bad_value(values)
            or self._bad_mfa(values)
            or self._bad_verification(values)
            or self._bad_hash(values)
            or self._record(values)
        )

    def _record(self, values: list[str]) -> UserRecord:
        for index in self._booleans:
            values[index] = _SMALL[values[index]]
        for index in self._birthdates:
            values[index] = as_attribute(values[index])
        given = [(name, values[index]) for index, name in self._attributes if values[index]]
        return UserRecord(
            username=values[self._at[USERNAME]],
            names=tuple([name for name, _ in given]),
            values=tuple([value for _, value in given]),
            has_mfa=self._has_mfa(values[self._at[MFA_ENABLED]]),
            password_hash=values[self._at[PASSWORD_HASH]] or None if PASSWORD_HASH in self._at else None,
        )

    def _has_mfa(self, value: str) -> bool:
        """Whether MFA is active for the user; a blank value is the state that the pool requires."""
        return _is_true(value) or (not value and self._mfa == "ON")

    def _too_many_bytes(self, values: list[str]) -> str | None:
        for column, value in zip(self._columns, values, strict=True):
            if len(value) > _SURELY_SHORT and len(value.encode()) > MAX_VALUE_BYTES:
                return texts.ROW_VALUE_BYTES.format(column=column, limit=MAX_VALUE_BYTES)
        return None

    def _bad_username(self, values: list[str]) -> str | None:
        username = values[self._at[USERNAME]]
        if not username:
            return texts.ROW_NO_USERNAME
        if not is_username(username):
            return texts.ROW_BAD_USERNAME
        if self._sign_in_names:
            return self._bad_sign_in_name(username, values)
        for alias in self._aliases:
            if _SHAPES[alias](username):
                return texts.ROW_USERNAME_LIKE_ALIAS.format(shape=alias.removesuffix("_number"))
        return None

    def _bad_sign_in_name(self, username: str, values: list[str]) -> str | None:
        """In a pool that signs in with email or phone, the username is that attribute; fill it in where it is blank."""
        attribute = next((name for name in self._sign_in_names if _SHAPES[name](username)), None)
        if attribute is None:
            return _NOT_A_SIGN_IN_NAME.get(tuple(self._sign_in_names), texts.ROW_USERNAME_NOT_EMAIL_OR_PHONE)
        index = self._at[attribute]
        if values[index] not in {"", username}:
            return texts.ROW_USERNAME_CONTRADICTS.format(column=attribute)
        values[index] = username
        return None

    def _bad_value(self, values: list[str]) -> str | None:
        for index, check in self._checks:
            value = values[index]
            if value and (reason := check(value)):
                return reason
        for index, name in self._required:
            if not values[index]:
                return texts.ROW_REQUIRED.format(column=name)
        return None

    def _bad_mfa(self, values: list[str]) -> str | None:
        wanted = values[self._at[MFA_ENABLED]].lower()
        if self._mfa == "ON" and wanted == "false":
            return texts.ROW_MFA_MUST_BE_ON
        if self._mfa == "OFF" and wanted == "true":
            return texts.ROW_MFA_MUST_BE_OFF
        return None

    def _bad_verification(self, values: list[str]) -> str | None:
        for name in _SHAPES:
            if _is_true(values[self._at[f"{name}_verified"]]) and not values[self._at[name]]:
                return texts.ROW_VERIFIED_WITHOUT_VALUE.format(column=name)
        if not any(_is_true(values[index]) for index in self._auto_verified):
            return texts.ROW_NOT_VERIFIED
        return None

    def _bad_hash(self, values: list[str]) -> str | None:
        value = values[self._at[PASSWORD_HASH]] if PASSWORD_HASH in self._at else ""
        if not value:
            return None
        if self._algorithm is None:
            return texts.ROW_HASH_WITHOUT_ALGORITHM
        return None if is_acceptable(value, self._algorithm, self._form) else texts.ROW_BAD_PASSWORD_HASH


def _is_true(value: str) -> bool:
    return value in {"true", "TRUE"}
