"""Decides whether Cognito imports a row's values, normalizes them where that is certain, and gives the reason
otherwise.

How the values were read is left to `reading`, whether the user came before in the file to `duplicates`.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.contract import limits
from cognito_drop.contract.ways_in import NoWayIn
from cognito_drop.core.rows.email_address import is_email
from cognito_drop.core.rows.fast_ways import user_of
from cognito_drop.core.rows.options import BadOptionalValues, Undocumented
from cognito_drop.core.rows.password_hash import algorithm_of, check_hash
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, SIGN_IN_ATTRIBUTES, USERNAME, Mfa
from cognito_drop.core.rows.rejection import BY_MAPPING, Fault, RejectionCode
from cognito_drop.core.rows.values import (
    MAX_VALUE_BYTES,
    TEXT_FORMULA,
    TRUE_WORDS,
    Changed,
    Normalization,
    check_for,
    is_phone_number,
    is_true,
    is_username,
    to_phone_number,
)
from cognito_drop.core.sign_in.wording import NO_WAY_WORDS
from cognito_drop.core.text.invisible import code_point, odd_sign, visible

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from cognito_drop.contract.ways_in import WayIn
    from cognito_drop.core.rows.layout import Layout
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.password_hash import HashAlgorithm
    from cognito_drop.core.rows.pool_rules import PoolRules

_CONTROLS: Final = r"\x00-\x08\x0a-\x1f\x7f"
_DOUBTFUL: Final = bytes(sign for sign in range(0x80) if re.match(rf'[{_CONTROLS}"\\]', chr(sign)))
_NONE: Final[frozenset[str]] = frozenset()
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
        self._phone_region = options.phone_region
        self._checks = [
            (self._at[column.name], column.name, check)
            for column in layout.columns
            if (check := check_for(column, self._phone_region)) is not None
        ]
        flags = [(name, f"{name}_verified") for name in SIGN_IN_ATTRIBUTES]
        self._flags = [(name, self._at[flag], self._at.get(name)) for name, flag in flags if flag in self._at]
        self._fixed = options.fixed
        self._aliases = options.aliases(rules)
        checks = {index: check for index, _, check in self._checks}
        aliases = [each for name in self._aliases for each in (name, f"{name}_verified")]
        keys = (USERNAME, *rules.sign_in, *aliases)
        self._identifying = [(at, checks.get(at)) for name in keys if (at := self._at.get(name)) is not None]
        self._required = [(self._at[column.name], column.name) for column in rules.columns if column.is_required]
        passes = options.undocumented is Undocumented.PASS
        self._doubts = re.compile(rf"[{_CONTROLS}]|\\(?=,|$)" if passes else rf'[{_CONTROLS}"\\]')
        self._normalized: list[Normalization] = []
        self._left_out: list[Fault] = []
        self._ways, self._requires_way_in = options.ways, options.requires_way_in
        self._takes_hash = PASSWORD_HASH in self._at
        keeps = options.bad_optional_values is not BadOptionalValues.LEAVE_OUT
        self._optional = frozenset() if keeps else _optional_columns(rules)

    @property
    def left_out(self) -> list[Fault]:
        """What was wrong with the values that were left out of the row that was checked last."""
        return self._left_out

    @property
    def normalized(self) -> list[Normalization]:
        """What was normalized in the row that was checked last."""
        return self._normalized

    def finalize(self, values: list[str]) -> list[Fault]:
        """Put the row right where that is certain, in place; say all that is wrong with it.

        `values` are unchanged from the file, one for each of the layout's columns. What follows from a fault is none of
        its own.
        """
        self._normalized = []
        self._left_out = []
        self._trim(values)
        self._take_apostrophes_off(values)
        if not any(values):
            return [Fault(RejectionCode.ROW_BLANK)]
        found = self._bad_signs(values)
        found += self._bad_values(values, _columns_of(found))
        if self._optional and found:
            found = self._without(values, found)
        bad = _columns_of(found)
        if fault := self._bad_username(values, bad):
            found.append(fault)
            bad = {*bad, fault.column}
        found += self._missing(values, bad)
        found += self._bad_mfa(values, bad)
        found += self._bad_verification(values, bad)
        if self._takes_hash and PASSWORD_HASH not in bad:
            found += self._bad_hash(values)
        if self._requires_way_in and not found and isinstance(way := self.way_in(values), NoWayIn):
            found.append(Fault(RejectionCode.NO_WAY_IN, bound=NO_WAY_WORDS[way]))
        return found

    def identify(self, values: list[str]) -> None:
        """Put right what `keys` and `aliases` read of a row that is not to be accepted, in place."""
        self._take_apostrophes_off(values)
        for index, check in self._identifying:
            if value := visible(values[index]).strip():
                if value[0] == "=" and (formula := TEXT_FORMULA.fullmatch(value)):
                    value = formula[1].strip()
                verdict = check(value) if check else None
                values[index] = verdict.value if isinstance(verdict, Changed) else value

    def way_in(self, values: list[str]) -> WayIn | NoWayIn | None:
        """How the user of a row without faults signs in for the first time; None if that is not known."""
        if self._ways is None:
            return None
        has = {name: bool(self._value(values, name)) for name in (*SIGN_IN_ATTRIBUTES, PASSWORD_HASH)}
        flags = (*(f"{name}_verified" for name in SIGN_IN_ATTRIBUTES), MFA_ENABLED)
        return self._ways.of(user_of(has | {name: is_true(self._value(values, name)) for name in flags}))

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

    def hash_algorithm(self, values: list[str]) -> HashAlgorithm | None:
        """The algorithm of the row's hash, which has no fault; None where it has none."""
        return algorithm_of(self._value(values, PASSWORD_HASH))

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

    def _take_apostrophes_off(self, values: list[str]) -> None:
        """Some programs put an apostrophe before every text, so that no spreadsheet takes it for a formula. The address
        shows it: it needs none itself, as numbers do, and starts with none, as some names do."""
        email = self._value(values, "email")
        if email[:1] != "'" or not is_email(email[1:]):
            return
        for index, value in enumerate(values):
            if value.startswith("'"):
                self._change(values, index, Changed(value[1:], Normalization.APOSTROPHE))

    def _bad_signs(self, values: list[str]) -> list[Fault]:
        text = "".join(values).encode()
        is_plain = len(text.translate(None, _DOUBTFUL)) == len(text)  # many times as fast as the expression
        if is_plain and (len(text) <= MAX_VALUE_BYTES or max(map(len, values)) <= _SURELY_SMALL):
            return []
        found = []
        for index, name in enumerate(self._names):
            value = values[index]
            match = None if is_plain else self._doubts.search(value)
            if match and (formula := TEXT_FORMULA.fullmatch(value)):
                self._change(values, index, Changed(value := formula[1].strip(), Normalization.FORMULA))
                match = self._doubts.search(value)
            if match:
                found.append(_doubt(match.group(), name))
            elif len(value) > _SURELY_SMALL and len(value.encode()) > MAX_VALUE_BYTES:
                found.append(Fault(RejectionCode.VALUE_TOO_LARGE, name, f"{MAX_VALUE_BYTES:,}"))
        return found

    def _bad_values(self, values: list[str], bad: Collection[str]) -> list[Fault]:
        found = []
        for index, name, check in self._checks:
            value = values[index]
            if value and name not in bad and (verdict := check(value)):
                if isinstance(verdict, Fault):
                    found.append(verdict)
                else:
                    self._change(values, index, verdict)
        return found

    def _without(self, values: list[str], found: list[Fault]) -> list[Fault]:
        """Leave the badly written values of optional columns out; return the faults that stay.

        What makes a user verified stays bad where the user has nothing else that does.
        """
        blank = {fault.column for fault in found} & self._optional
        blank |= {f"{name}_verified" for name in SIGN_IN_ATTRIBUTES if name in blank and f"{name}_verified" in self._at}
        rest = [name for name in self._rules.auto_verified if not {name, f"{name}_verified"} & blank]
        if not any(is_true(self._value(values, f"{name}_verified")) for name in rest):
            blank -= {each for name in self._rules.auto_verified for each in (name, f"{name}_verified")}
        for name in blank:
            values[self._at[name]] = ""
        self._left_out = [fault for fault in found if fault.column in blank]
        return [fault for fault in found if fault.column not in blank]

    def _change(self, values: list[str], index: int, change: Changed) -> None:
        values[index] = change.value
        self._normalized.append(change.kind)

    def _bad_username(self, values: list[str], bad: Collection[str]) -> Fault | None:
        username = values[self._at[USERNAME]]
        if USERNAME in bad:
            return None
        if not username:
            return Fault(RejectionCode.USERNAME_MISSING, USERNAME)
        if self._rules.sign_in:
            return self._bad_sign_in_name(values, bad)
        if not is_username(username):
            return Fault(RejectionCode.USERNAME_INVALID, USERNAME, odd_sign(username))
        if "email" in self._rules.aliases and is_email(username):
            code = RejectionCode.USERNAME_LIKE_EMAIL
        elif "phone_number" in self._rules.aliases and is_phone_number(username):
            code = RejectionCode.USERNAME_LIKE_PHONE
        else:
            return None
        return Fault(code, USERNAME)

    def _bad_sign_in_name(self, values: list[str], bad: Collection[str]) -> Fault | None:
        """In a pool that signs in with email or phone, the username is that attribute; fill it in where it is blank."""
        sign_in, at = self._rules.sign_in, self._at[USERNAME]
        is_local = "phone_number" in sign_in and not is_phone_number(values[at])
        if is_local and (number := to_phone_number(values[at], self._phone_region)):
            self._change(values, at, number)
        username = values[at]
        if not is_username(username):
            return Fault(RejectionCode.USERNAME_INVALID, USERNAME, odd_sign(username))
        if "email" in sign_in and is_email(username):
            attribute = "email"
        elif "phone_number" in sign_in and is_phone_number(username):
            attribute = "phone_number"
        else:
            return Fault(_NOT_A_SIGN_IN_NAME.get(sign_in, RejectionCode.USERNAME_NOT_EMAIL_OR_PHONE), USERNAME)
        index = self._at[attribute]
        if not values[index]:
            self._change(values, index, Changed(username, Normalization.SIGN_IN_ATTRIBUTE))
        is_same = values[index] == username or attribute in bad
        return None if is_same else Fault(RejectionCode.USERNAME_CONTRADICTED, attribute)

    def _missing(self, values: list[str], bad: Collection[str]) -> list[Fault]:
        filled = self._rules.sign_in if USERNAME in bad else ()  # a sign-in attribute is filled in from the username
        return [
            Fault(RejectionCode.REQUIRED_MISSING, name)
            for index, name in self._required
            if not values[index] and name not in (*filled, USERNAME)
        ]

    def _bad_mfa(self, values: list[str], bad: Collection[str]) -> list[Fault]:
        if self._rules.mfa is Mfa.OPTIONAL or not (wanted := self._value(values, MFA_ENABLED)) or MFA_ENABLED in bad:
            return []
        if self._rules.mfa is Mfa.ON and not is_true(wanted):
            return [Fault(RejectionCode.MFA_MUST_BE_ON, MFA_ENABLED)]
        if self._rules.mfa is Mfa.OFF and is_true(wanted):
            return [Fault(RejectionCode.MFA_MUST_BE_OFF, MFA_ENABLED)]
        return []

    def _bad_verification(self, values: list[str], bad: Collection[str]) -> list[Fault]:
        verified, blank = [], []
        for name, flag, at in self._flags:
            if values[flag] in TRUE_WORDS:
                verified.append(name)
                if at is None or not values[at]:
                    blank.append(name)
        if blank:
            filled = self._rules.sign_in if USERNAME in bad else ()
            return [
                Fault(
                    RejectionCode.VERIFIED_WITHOUT_VALUE, name, BY_MAPPING if f"{name}_verified" in self._fixed else ""
                )
                for name in blank
                if name not in filled
            ]
        auto_verified = self._rules.auto_verified
        if any(map(verified.__contains__, auto_verified)) or (
            bad and any(f"{name}_verified" in bad for name in auto_verified)
        ):
            return []
        flags = [f"{name}_verified" for name in auto_verified]
        in_file = " or ".join(flag for flag in flags if flag not in self._fixed)
        return [Fault(RejectionCode.NOT_VERIFIED, bound=in_file or f"the mapping's rule for {' or '.join(flags)}")]

    def _bad_hash(self, values: list[str]) -> list[Fault]:
        value = self._value(values, PASSWORD_HASH)
        fault = check_hash(PASSWORD_HASH, value, self._rules.hashes) if value else None
        return [fault] if fault else []


def _columns_of(faults: list[Fault]) -> AbstractSet[str]:
    return {fault.column for fault in faults} if faults else _NONE


def _optional_columns(rules: PoolRules) -> frozenset[str]:
    """The columns whose values a user can do without: none that is required or that signs a user in."""
    kept = {USERNAME, MFA_ENABLED, PASSWORD_HASH, *rules.sign_in, *rules.aliases}
    kept |= {f"{name}_verified" for name in kept}
    return frozenset(column.name for column in rules.columns if not column.is_required and column.name not in kept)


def written(values: list[str]) -> bytes | Fault:
    """The row in Cognito's dialect with its line feed, unless it is too long for Cognito."""
    line = ",".join([value.replace(",", "\\,") if "," in value else value for value in values])
    if len(line) > limits.MAX_ROW_CHARACTERS:
        return Fault(RejectionCode.ROW_TOO_LONG, bound=f"{limits.MAX_ROW_CHARACTERS:,}")
    return f"{line}\n".encode()


def _doubt(sign: str, column: str) -> Fault:
    match sign:
        case "\n" | "\r":
            return Fault(RejectionCode.LINE_BREAK_IN_VALUE, column)
        case '"':
            return Fault(RejectionCode.QUOTE_IN_VALUE, column)
        case "\\":
            return Fault(RejectionCode.BACKSLASH_IN_VALUE, column)
        case _:
            return Fault(RejectionCode.CONTROL_CHARACTER, column, code_point(sign))
