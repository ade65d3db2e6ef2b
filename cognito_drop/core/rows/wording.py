"""The sentence, the hint and the pool setting for every reason why a row is rejected.

A template may name {column}, {bound} and {found}; it never sees a value of the row.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Final

from cognito_drop.core.rows.rejection import Fault, Rejection
from cognito_drop.core.rows.rejection import RejectionCode as Code


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of a code: of one row, what to do, of many rows (where that differs), which pool setting would let
    the rows pass (where one would)."""

    sentence: str
    hint: str
    of_many: str = ""
    setting: str = ""


_SCHEMA = "SchemaAttributes: the limits of {column}, which cannot be changed after the attribute is created"
_SIGN_IN = "UsernameAttributes, which cannot be changed after the pool is created"
_ALIASES = "AliasAttributes, which cannot be changed after the pool is created"
_MFA = "MfaConfiguration"

_WORDINGS: Final[dict[Code, Wording]] = {
    Code.ROW_TOO_LONG: Wording(
        "The row has more than {bound} characters.",
        "Shorten its values. If it contains several users, a line break or a closing quotation mark is missing.",
    ),
    Code.ROW_BLANK: Wording("The row has no values.", "Delete it."),
    Code.ROW_IS_HEADER: Wording("The row repeats the header, as in files that were joined.", "Delete it."),
    Code.COMMENTED_OUT: Wording(
        "The row starts with #, as a row does that is commented out.",
        "Leave the user out, or delete the #. If the value itself starts with #, move another column to the front.",
    ),
    Code.WRONG_FIELD_COUNT: Wording(
        "The number of values is {found}, but the header has {bound} columns.",
        "Look for an extra or missing separator, or for one inside a value that is neither quoted nor escaped. A line "
        "break in a value splits the row: all lines up to its end are rejected with it. Replace the line break with a "
        "space.",
        "The number of values in the row differs from the number of columns in the header.",
    ),
    Code.VALUE_WITHOUT_COLUMN: Wording(
        "The row has a value in a column without a name.", "Give the column a name, or remove the value."
    ),
    Code.QUOTE_NOT_CLOSED: Wording(
        "A quoted value has no closing quotation mark.",
        "Close the value with a quotation mark. Double a quotation mark inside a value.",
    ),
    Code.QUOTES_BROKEN: Wording(
        "A quoted value is not followed by a separator.",
        "Double a quotation mark inside a quoted value.",
    ),
    Code.LINE_BREAK_IN_VALUE: Wording(
        "{column} contains a line break, which Cognito's CSV format does not support.",
        "Replace it with a space or a comma.",
    ),
    Code.BACKSLASH_IN_VALUE: Wording(
        "{column} contains a backslash; Cognito documents a backslash only before a comma.",
        "Remove it and set the attribute after the import.",
    ),
    Code.QUOTE_IN_VALUE: Wording(
        "{column} contains a quotation mark, and Cognito requires files without quotation marks.",
        "Remove it or use a typographic one, or set the attribute after the import.",
    ),
    Code.CONTROL_CHARACTER: Wording("{column} contains a control character.", "Remove the character {bound}."),
    Code.VALUE_TOO_LARGE: Wording("{column} has more than {bound} bytes.", "Shorten it."),
    Code.USERNAME_MISSING: Wording("The row has no username.", "Give every user one."),
    Code.USERNAME_INVALID: Wording(
        "The username must be 1 to 128 letters, digits, symbols, and punctuation marks.",
        "{bound}Remove spaces and shorten it.",
    ),
    Code.USERNAME_LIKE_EMAIL: Wording(
        "The username looks like an email address, and users of this pool can sign in with one.",
        "Choose another username and put the address in email.",
        setting=_ALIASES,
    ),
    Code.USERNAME_LIKE_PHONE: Wording(
        "The username looks like a phone number, and users of this pool can sign in with one.",
        "Choose another username and put the number in phone_number.",
        setting=_ALIASES,
    ),
    Code.USERNAME_NOT_EMAIL: Wording(
        "The username is not an email address, and users of this pool sign in with one.",
        "Put the user's email address in cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_NOT_PHONE: Wording(
        "The username is not a phone number, and users of this pool sign in with one.",
        "Put the user's phone number, such as +14155550100, in cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_NOT_EMAIL_OR_PHONE: Wording(
        "The username is neither an email address nor a phone number, and users of this pool sign in with one of them.",
        "Put the user's email address or phone number, such as +14155550100, in cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_CONTRADICTED: Wording(
        "{column} does not match cognito:username.", "Use the same value for both, or leave {column} blank."
    ),
    Code.EMAIL_INVALID: Wording("{column} is not a valid email address.", "{bound}Use a form such as ada@example.com."),
    Code.PHONE_INVALID: Wording(
        "{column} is not a phone number with a country code.",
        "Start it with + and the country code, such as +14155550100, or {bound}.",
    ),
    Code.BIRTHDATE_DAY_FIRST: Wording(
        "{column} has the day first; Cognito reads mm/dd/yyyy.",
        "Write it as yyyy-mm-dd, and check the other dates too.",
    ),
    Code.BIRTHDATE_INVALID: Wording(
        "{column} is not a date in the form mm/dd/yyyy.", "Use a form such as 12/31/1990; 1990-12-31 is accepted too."
    ),
    Code.UPDATED_AT_INVALID: Wording(
        "{column} is not a time in seconds since 1970.",
        "Use 9 or 10 digits, such as 1700000000; milliseconds and microseconds are accepted too.",
    ),
    Code.BOOLEAN_INVALID: Wording("{column} is neither true nor false.", "Write true or false, or leave it blank."),
    Code.NUMBER_INVALID: Wording("{column} is not a number.", "Use digits, with a decimal point if needed."),
    Code.DATE_TIME_INVALID: Wording("{column} is not a date and time.", "Use a form such as 2030-12-31T23:59:59."),
    Code.TEXT_TOO_SHORT: Wording("{column} has fewer than {bound} characters.", "Lengthen it.", setting=_SCHEMA),
    Code.TEXT_TOO_LONG: Wording("{column} has more than {bound} characters.", "Shorten it.", setting=_SCHEMA),
    Code.NUMBER_TOO_SMALL: Wording("{column} is less than {bound}.", "Correct the number.", setting=_SCHEMA),
    Code.NUMBER_TOO_GREAT: Wording("{column} is more than {bound}.", "Correct the number.", setting=_SCHEMA),
    Code.REQUIRED_MISSING: Wording(
        "{column} is blank, but the pool requires it.",
        "Give every user one.",
        setting="SchemaAttributes: whether {column} is required, which cannot be changed after the pool is created",
    ),
    Code.MFA_MUST_BE_ON: Wording(
        "{column} is false, but the pool requires MFA.", "Write true or leave it blank.", setting=_MFA
    ),
    Code.MFA_MUST_BE_OFF: Wording(
        "{column} is true, but MFA is off in the pool.", "Write false or leave it blank.", setting=_MFA
    ),
    Code.VERIFIED_WITHOUT_VALUE: Wording(
        "{column} is blank but marked as verified.", "Add a value, or write false in {column}_verified."
    ),
    Code.NOT_VERIFIED: Wording(
        "No auto-verified attribute is marked verified for this user.",
        "Write true in {bound} if the value is known to belong to the user.",
        setting="AutoVerifiedAttributes",
    ),
    Code.NO_WAY_IN: Wording(
        "The user has no way to sign in: {bound}.",
        "Add what the user lacks, or change the settings of the pool that docs/first-sign-in.md lists.",
        setting="require_way_in",
    ),
    Code.HASH_WITHOUT_ALGORITHM: Wording(
        "{column} has a value, but no algorithm is configured for this pool.",
        "Name the algorithm in the pool's setting password_hashes, or leave the column blank.",
    ),
    Code.HASH_INVALID: Wording(
        "{column} is not a valid {bound} hash.", "Correct it, or leave it blank: the user sets a new password."
    ),
    Code.HASH_TOO_COSTLY: Wording(
        "{column} has a cost above Cognito's limit for {bound}.",
        "Leave it blank: the user sets a new password.",
    ),
    Code.HASH_FORM: Wording(
        "{column} is not in the format that the pool's setting pbkdf2_form requires: {bound}, a 16-byte salt, and a "
        "32-byte hash without padding. AWS documents no other format.",
        "Write it in that format, or leave it blank: the user sets a new password. With pbkdf2_form set to any, the "
        "hash is sent unchanged.",
    ),
    Code.GROUP_INVALID: Wording(
        "{column} has an invalid group name: use 1 to 128 letters, digits, symbols, and punctuation marks.",
        "Use names without spaces, separated by |.",
    ),
    Code.TOO_MANY_GROUPS: Wording(
        "{column} names more than {bound} groups, and Cognito lets a user be in no more.",
        "Name fewer groups for this user.",
    ),
    Code.RECORD_UNREADABLE: Wording(
        "The record is not a valid JSON object.", "Correct it; a bracket or a quotation mark may be missing."
    ),
    Code.RECORD_TOO_LONG: Wording(
        "The record has more than {bound} characters.", "Remove the fields that are not user attributes."
    ),
    Code.USER_DISABLED: Wording(
        "The user is blocked, disabled, or deleted in the source system, and an import would restore access.",
        "Leave the user out; or clear the disabled flag in the record, import it, and disable the user in the pool.",
    ),
    Code.USER_STATUS_UNKNOWN: Wording(
        "The export gives the user no status that the preset knows, so the user may be disabled.",
        "Leave the user out; or write a status that the source system documents.",
    ),
    Code.USER_SHUT_OUT: Wording(
        "The file has the user a second time: the record on line {found} is of somebody who may not sign in.",
        "Leave the user out; or delete the older of the two records, if the user may sign in again.",
        "The file has the user a second time: an earlier record is of somebody who may not sign in.",
    ),
    Code.USER_FEDERATED: Wording(
        "The user comes from another identity provider, and Cognito creates such a user at the first sign-in.",
        "Leave the user out, and add the identity provider to the pool.",
    ),
    Code.USER_IS_CLIENT: Wording("The account belongs to a client, not to a person.", "Leave it out."),
    Code.ALIAS_TAKEN: Wording(
        "{column} is already verified for the user on line {found}, and users of this pool sign in with it: only one "
        "user can have it.",
        "Leave it blank in one of the two rows, or write false in {column}_verified.",
        "{column} is already verified for the user on an earlier line, and users of this pool sign in with it: only "
        "one user can have it.",
        setting=_ALIASES,
    ),
    Code.DUPLICATE: Wording(
        "Duplicate of the user on line {found}.",
        "Delete one of the two.",
        "Duplicate of a user on an earlier line.",
    ),
}

OF_MAPPINGS: Final[dict[Code, Wording]] = {
    Code.USER_DISABLED: Wording(
        "`disabled` in the mapping keeps the user out, by the value of {bound}.",
        "Leave the user out. If the user is to sign in, correct or clear the value, or change `disabled` in the "
        "mapping.",
    ),
    Code.VERIFIED_WITHOUT_VALUE: Wording(
        "{column} is blank, but the mapping marks it as verified for all users.", "Add a value, or leave the user out."
    ),
    Code.ALIAS_TAKEN: replace(
        _WORDINGS[Code.ALIAS_TAKEN], hint="Correct it in one of the two rows, or delete one of them."
    ),
}
"""What is said instead where a mapping is the reason: where the fault has a bound."""


def rejection(line: int, fault: Fault) -> Rejection:
    """What is said of the row that starts in this line."""
    if fault.found:
        wording = _wording(fault)
        sentence, hint = _filled(wording.sentence, fault), _filled(wording.hint, fault)
    else:
        sentence, hint = _said(fault.code, fault.column, fault.bound)
    return Rejection(line, fault.column, fault.code, sentence, hint)


def of_many(fault: Fault) -> Wording:
    """What is said of all rows with this code, column and bound."""
    wording = _wording(fault)
    return Wording(
        _filled(wording.of_many or wording.sentence, fault),
        _filled(wording.hint, fault),
        setting=_filled(wording.setting, fault),
    )


@functools.lru_cache(maxsize=1024)
def _said(code: Code, column: str, bound: str) -> tuple[str, str]:
    fault = Fault(code, column, bound)
    wording = _wording(fault)
    return _filled(wording.sentence, fault), _filled(wording.hint, fault)


def _wording(fault: Fault) -> Wording:
    said = OF_MAPPINGS.get(fault.code) if fault.bound else None
    return said or _WORDINGS[fault.code]


def _filled(template: str, fault: Fault) -> str:
    return template.format(column=fault.column, bound=fault.bound, found=fault.found)
