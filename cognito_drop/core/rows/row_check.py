"""Decides whether Cognito imports a row's values, normalizes them where that is certain, and gives the reason
otherwise.

How the values were read is left to `reading`, whether the user came before in the file to `duplicates`.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.core.rows.options import Undocumented
from cognito_drop.core.rows.password_hash import check_hash
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, SIGN_IN_ATTRIBUTES, USERNAME, Mfa
from cognito_drop.core.rows.rejection import Fault, RejectionCode
from cognito_drop.core.rows.values import (
    MAX_VALUE_BYTES,
    Changed,
    Normalization,
    check_for,
    is_email,
    is_phone_number,
    is_true,
    is_username,
    to_phone_number,
)

if TYPE_CHECKING:
    from cognito_drop.core.rows.layout import Layout
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules

_CONTROLS: Final = r"\x00-\x08\x0a-\x1f\x7f"
_SURELY_SMALL: Final = MAX_VALUE_BYTES // 4  # characters; at most four bytes each in UTF-8
_NOT_A_SIGN_IN_NAME: Final[dict[tuple[str, ...], RejectionCode]] = {
    ("email",): RejectionCode.USERNAME_NOT_EMAIL,
    ("phone_number",): RejectionCode.USERNAME_NOT_PHONE,
}


class RowCheck:
    """The rules of one pool for the columns of one file."""

    def __init__(self, rules: PoolRules, layout: Layout, options: Options) -> None:
        self._rules = rules
        self._names = [column.name for column in layout.columns]
        self._at = {name: index for index, name in enumerate(self._names)}
        self._checks = [
            (self._at[column.name], check) for column in layout.columns if (check := check_for(column)) is not None
        ]
        self._aliases = options.aliases(rules)
        self._required = [(self._at[column.name], column.name) for column in rules.columns if column.is_required]
        passes = options.undocumented is Undocumented.PASS
        self._doubts = re.compile(rf"[{_CONTROLS}]|\\(?=,|$)" if passes else rf'[{_CONTROLS}"\\]')
        # In values that are joined by tabs, which are no reason for doubt themselves.
        self._some_doubt = re.compile(rf"[{_CONTROLS}]|\\(?=[,\t]|$)") if passes else self._doubts
        self._normalized: list[Normalization] = []

    @property
    def normalized(self) -> list[Normalization]:
        """What was normalized in the row that was checked last."""
        return self._normalized

    def finalize(self, values: list[str]) -> Fault | None:
        """Put the row right where that is certain, in place; say what is wrong with it, None when nothing is.

        `values` are unchanged from the file, one for each of the layout's columns.
        """
        self._normalized = []
        self._trim(values)
        if not any(values):
            return Fault(RejectionCode.ROW_BLANK)
        return (
            self._bad_sign(values)
            or self._bad_value(values)
            or self._bad_username(values)
            or self._missing(values)
            or self._bad_mfa(values)
            or self._bad_verification(values)
            or self._bad_hash(values)
        )

    def keys(self, values: list[str]) -> list[str]:
        """What no two users of the pool share, in the spelling in which the pool compares it."""
        if self._rules.sign_in:
            found = [values[self._at[name]] for name in self._rules.sign_in]
        else:
            found = [values[self._at[USERNAME]]]
        return [value if self._rules.is_case_sensitive else value.casefold() for value in found if value]

    def aliases(self, values: list[str]) -> list[tuple[str, str]]:
        """The verified values that the user can sign in with, each with its attribute, spelled as `keys` are."""
        verified = [name for name in self._aliases if is_true(self._value(values, f"{name}_verified"))]
        found = [(name, self._value(values, name)) for name in verified]
        return [(name, value if self._rules.is_case_sensitive else value.casefold()) for name, value in found]

    def has_password(self, values: list[str]) -> bool:
        """Whether the row has the hash of a password."""
        return bool(self._value(values, PASSWORD_HASH))

    def username(self, values: list[str]) -> str:
        """The row's username."""
        return values[self._at[USERNAME]]

    def _value(self, values: list[str], name: str) -> str:
        """The value in a column that not every pool has."""
        return values[self._at[name]] if name in self._at else ""

    def _trim(self, values: list[str]) -> None:
        trimmed = [value.strip() for value in values]
        if trimmed != values:
            changes = sum(value != given for value, given in zip(trimmed, values, strict=True))
            self._normalized.extend([Normalization.TRIMMED] * changes)
            values[:] = trimmed

    def _bad_sign(self, values: list[str]) -> Fault | None:
        if max(map(len, values)) <= _SURELY_SMALL and not self._some_doubt.search("\t".join(values)):
            return None
        for index, value in enumerate(values):
            if match := self._doubts.search(value):
                return Fault(_code_of(match.group()), self._names[index])
            if len(value) > _SURELY_SMALL and len(value.encode()) > MAX_VALUE_BYTES:
                return Fault(RejectionCode.VALUE_TOO_LARGE, self._names[index], f"{MAX_VALUE_BYTES:,}")
        return None

    def _bad_value(self, values: list[str]) -> Fault | None:
        for index, check in self._checks:
            value = values[index]
            if value and (verdict := check(value)):
                if isinstance(verdict, Fault):
                    return verdict
                self._change(values, index, verdict)
        return None

    def _change(self, values: list[str], index: int, change: Changed) -> None:
        values[index] = change.value
        self._normalized.append(change.kind)

    def _bad_username(self, values: list[str]) -> Fault | None:
        username = values[self._at[USERNAME]]
        if not username:
            return Fault(RejectionCode.USERNAME_MISSING, USERNAME)
        if self._rules.sign_in:
            return self._bad_sign_in_name(values)
        if not is_username(username):
            return Fault(RejectionCode.USERNAME_INVALID, USERNAME)
        if "email" in self._rules.aliases and is_email(username):
            return Fault(RejectionCode.USERNAME_LIKE_EMAIL, USERNAME)
        if "phone_number" in self._rules.aliases and is_phone_number(username):
            return Fault(RejectionCode.USERNAME_LIKE_PHONE, USERNAME)
        return None

    def _bad_sign_in_name(self, values: list[str]) -> Fault | None:
        """In a pool that signs in with email or phone, the username is that attribute; fill it in where it is blank."""
        sign_in, at = self._rules.sign_in, self._at[USERNAME]
        if "phone_number" in sign_in and not is_phone_number(values[at]) and (number := to_phone_number(values[at])):
            self._change(values, at, Changed(number, Normalization.PHONE))
        username = values[at]
        if not is_username(username):
            return Fault(RejectionCode.USERNAME_INVALID, USERNAME)
        if "email" in sign_in and is_email(username):
            attribute = "email"
        elif "phone_number" in sign_in and is_phone_number(username):
            attribute = "phone_number"
        else:
            return Fault(_NOT_A_SIGN_IN_NAME.get(sign_in, RejectionCode.USERNAME_NOT_EMAIL_OR_PHONE), USERNAME)
        index = self._at[attribute]
        if not values[index]:
            self._change(values, index, Changed(username, Normalization.SIGN_IN_ATTRIBUTE))
        return None if values[index] == username else Fault(RejectionCode.USERNAME_CONTRADICTED, attribute)

    def _missing(self, values: list[str]) -> Fault | None:
        for index, name in self._required:
            if not values[index]:
                return Fault(RejectionCode.REQUIRED_MISSING, name)
        return None

    def _bad_mfa(self, values: list[str]) -> Fault | None:
        wanted = self._value(values, MFA_ENABLED)
        if not wanted:
            return None
        if self._rules.mfa is Mfa.ON and not is_true(wanted):
            return Fault(RejectionCode.MFA_MUST_BE_ON, MFA_ENABLED)
        if self._rules.mfa is Mfa.OFF and is_true(wanted):
            return Fault(RejectionCode.MFA_MUST_BE_OFF, MFA_ENABLED)
        return None

    def _bad_verification(self, values: list[str]) -> Fault | None:
        verified = []
        for name in SIGN_IN_ATTRIBUTES:
            if is_true(self._value(values, f"{name}_verified")):
                if not self._value(values, name):
                    return Fault(RejectionCode.VERIFIED_WITHOUT_VALUE, name)
                verified.append(name)
        if not any(name in verified for name in self._rules.auto_verified):
            return Fault(
                RejectionCode.NOT_VERIFIED, bound=" or ".join(f"{name}_verified" for name in self._rules.auto_verified)
            )
        return None

    def _bad_hash(self, values: list[str]) -> Fault | None:
        value = self._value(values, PASSWORD_HASH)
        return check_hash(PASSWORD_HASH, value, self._rules.hashes) if value else None


def written(values: list[str]) -> bytes | Fault:
    """The row in Cognito's dialect with its line feed, unless it is too long for Cognito."""
    line = ",".join([value.replace(",", "\\,") if "," in value else value for value in values])
    if len(line) > limits.MAX_ROW_CHARACTERS:
        return Fault(RejectionCode.ROW_TOO_LONG, bound=f"{limits.MAX_ROW_CHARACTERS:,}")
    return f"{line}\n".encode()


def _code_of(sign: str) -> RejectionCode:
    match sign:
        case "\n" | "\r":
            return RejectionCode.LINE_BREAK_IN_VALUE
        case '"':
            return RejectionCode.QUOTE_IN_VALUE
        case "\\":
            return RejectionCode.BACKSLASH_IN_VALUE
        case _:
            return RejectionCode.CONTROL_CHARACTER
