"""The sentence, the hint and the pool setting for every reason why a row is rejected.

A template may name {column}, {bound} and {found}; it never sees a value of the row.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
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


_SCHEMA = "SchemaAttributes: the limits of {column}, which are fixed once the attribute exists"
_SIGN_IN = "UsernameAttributes, which is fixed when the pool is created"
_ALIASES = "AliasAttributes, which is fixed when the pool is created"
_MFA = "MfaConfiguration"

_WORDINGS: Final[dict[Code, Wording]] = {
    Code.ROW_TOO_LONG: Wording(
        "The row has more than {bound} characters.",
        "Shorten its values; if it holds several users, a line break or a closing quotation mark is missing.",
    ),
    Code.ROW_BLANK: Wording("The row has separators and no values.", "Delete it."),
    Code.WRONG_FIELD_COUNT: Wording(
        "The row has {found} values, the header has {bound} columns.",
        "Look for a separator too many or too few, or one inside a value that is neither quoted nor escaped.",
        "The row has not as many values as the header has columns.",
    ),
    Code.QUOTE_NOT_CLOSED: Wording(
        "A quotation mark opens a value and no other one closes it.",
        "Close the value with a quotation mark; write one inside a value twice.",
    ),
    Code.QUOTES_BROKEN: Wording(
        "A quoted value is followed by something else than a separator.",
        "Write a quotation mark inside a quoted value twice.",
    ),
    Code.LINE_BREAK_IN_VALUE: Wording(
        "{column} has a line break in it, which Cognito's file cannot hold.", "Replace it by a blank or a comma."
    ),
    Code.BACKSLASH_IN_VALUE: Wording(
        "{column} has a backslash in it; how Cognito reads one that does not stand before a comma is not documented.",
        "Remove it, and set the attribute after the import.",
    ),
    Code.QUOTE_IN_VALUE: Wording(
        "{column} has a quotation mark in it, and Cognito asks for files without quotation marks.",
        "Remove it or use a typographic one, or set the attribute after the import.",
    ),
    Code.CONTROL_CHARACTER: Wording("{column} has a control character in it.", "Remove it; it cannot be seen."),
    Code.VALUE_TOO_LARGE: Wording("{column} has more than {bound} bytes.", "Shorten it."),
    Code.USERNAME_MISSING: Wording("The row has no username.", "Give every user one."),
    Code.USERNAME_INVALID: Wording(
        "The username is not 1 to 128 letters, digits, signs and punctuation marks.", "Remove blanks and shorten it."
    ),
    Code.USERNAME_LIKE_EMAIL: Wording(
        "The username looks like an email address, and users of this pool can sign in with theirs.",
        "Choose another username and keep the address in email.",
        setting=_ALIASES,
    ),
    Code.USERNAME_LIKE_PHONE: Wording(
        "The username looks like a phone number, and users of this pool can sign in with theirs.",
        "Choose another username and keep the number in phone_number.",
        setting=_ALIASES,
    ),
    Code.USERNAME_NOT_EMAIL: Wording(
        "The username is not an email address, and users of this pool sign in with theirs.",
        "Put the user's email address into cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_NOT_PHONE: Wording(
        "The username is not a phone number, and users of this pool sign in with theirs.",
        "Put the user's phone number, as in +14155550100, into cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_NOT_EMAIL_OR_PHONE: Wording(
        "The username is neither an email address nor a phone number, and users of this pool sign in with one of them.",
        "Put the user's email address or phone number, as in +14155550100, into cognito:username.",
        setting=_SIGN_IN,
    ),
    Code.USERNAME_CONTRADICTED: Wording(
        "{column} is not the one that stands in cognito:username.", "Make them the same, or leave {column} blank."
    ),
    Code.EMAIL_INVALID: Wording("{column} is not an email address.", "Write it as in ada@example.com."),
    Code.PHONE_INVALID: Wording(
        "{column} is not a phone number with its country.", "Start it with + and the country's code: +14155550100."
    ),
    Code.BIRTHDATE_INVALID: Wording(
        "{column} is not a date in the form mm/dd/yyyy.", "Write 12/31/1990; 1990-12-31 is understood too."
    ),
    Code.UPDATED_AT_INVALID: Wording(
        "{column} is not a number of seconds since 1970.", "Write 1700000000; milliseconds are understood too."
    ),
    Code.BOOLEAN_INVALID: Wording("{column} is neither true nor false.", "Write true or false, or leave it blank."),
    Code.NUMBER_INVALID: Wording("{column} is not a number.", "Write digits, with a point before decimals."),
    Code.DATE_TIME_INVALID: Wording("{column} is not a date and time.", "Write it as in 2030-12-31T23:59:59."),
    Code.TEXT_TOO_SHORT: Wording("{column} has fewer than {bound} characters.", "Lengthen it.", setting=_SCHEMA),
    Code.TEXT_TOO_LONG: Wording("{column} has more than {bound} characters.", "Shorten it.", setting=_SCHEMA),
    Code.NUMBER_TOO_SMALL: Wording("{column} is less than {bound}.", "Correct the number.", setting=_SCHEMA),
    Code.NUMBER_TOO_GREAT: Wording("{column} is more than {bound}.", "Correct the number.", setting=_SCHEMA),
    Code.REQUIRED_MISSING: Wording(
        "{column} is blank, and the pool requires it.",
        "Give every user one.",
        setting="SchemaAttributes: whether {column} is required, which is fixed when the pool is created",
    ),
    Code.MFA_MUST_BE_ON: Wording(
        "{column} is false, and the pool requires MFA.", "Write true or leave it blank.", setting=_MFA
    ),
    Code.MFA_MUST_BE_OFF: Wording(
        "{column} is true, and the pool has no MFA.", "Write false or leave it blank.", setting=_MFA
    ),
    Code.VERIFIED_WITHOUT_VALUE: Wording(
        "{column} is blank and is said to be verified.", "Give the user one, or write false in {column}_verified."
    ),
    Code.NOT_VERIFIED: Wording(
        "Nothing that the pool verifies by itself is verified for this user.",
        "Write true in {bound}, where the value is known to be the user's.",
        setting="AutoVerifiedAttributes",
    ),
    Code.HASH_WITHOUT_ALGORITHM: Wording(
        "{column} has a value, and no algorithm is configured for this pool.",
        "Name it in the pool's setting password_hashes, or leave the column blank.",
    ),
    Code.HASH_INVALID: Wording(
        "{column} is not a hash in the form of {bound}.", "Correct it, or leave it blank: the user sets a new password."
    ),
    Code.HASH_TOO_COSTLY: Wording(
        "{column} was made with a cost above Cognito's limit for {bound}.",
        "Leave it blank: the user sets a new password.",
    ),
    Code.HASH_FORM: Wording(
        "{column} is not written as the pool's setting pbkdf2_form asks: {bound}, a salt of 16 bytes and a hash of 32 "
        "without padding. AWS documents no other form.",
        "Write it so, or leave it blank: the user sets a new password. With pbkdf2_form any it is sent as it is.",
    ),
    Code.GROUP_INVALID: Wording(
        "{column} has a group's name that is not 1 to 128 letters, digits, signs and punctuation marks.",
        "Write names without blanks in them, with | between two.",
    ),
    Code.RECORD_UNREADABLE: Wording(
        "The record is no JSON object.", "Correct it; a bracket or a quotation mark may be missing."
    ),
    Code.RECORD_TOO_LONG: Wording(
        "The record has more than {bound} characters.", "Take what is no attribute of the user out of it."
    ),
    Code.USER_DISABLED: Wording(
        "The user is blocked, disabled or deleted there, and an import would let the user in again.",
        "Leave the user out; or take the mark out of the record, import it, and disable the user in the pool.",
    ),
    Code.USER_FEDERATED: Wording(
        "The user comes from another identity provider, and Cognito makes such a user at the first sign-in.",
        "Leave the user out; connect the provider with the pool.",
    ),
    Code.USER_IS_CLIENT: Wording("The account belongs to a client, not to a person.", "Leave it out."),
    Code.ALIAS_TAKEN: Wording(
        "{column} is verified for the user in line {found} already, and users of this pool sign in with theirs: "
        "Cognito lets one user have it.",
        "Leave it blank in one of the two rows, or write false in {column}_verified.",
        "{column} is verified for the user of an earlier line already, and users of this pool sign in with theirs: "
        "Cognito lets one user have it.",
        setting=_ALIASES,
    ),
    Code.DUPLICATE: Wording(
        "The user stands in line {found} already.",
        "Delete one of the two.",
        "The user stands in an earlier line already.",
    ),
}


def rejection(line: int, fault: Fault) -> Rejection:
    """What is said of the row that starts in this line."""
    if fault.found:
        wording = _WORDINGS[fault.code]
        sentence, hint = _filled(wording.sentence, fault), _filled(wording.hint, fault)
    else:
        sentence, hint = _said(fault.code, fault.column, fault.bound)
    return Rejection(line, fault.column, fault.code, sentence, hint)


def of_many(fault: Fault) -> Wording:
    """What is said of all rows with this code, column and bound."""
    wording = _WORDINGS[fault.code]
    return Wording(
        _filled(wording.of_many or wording.sentence, fault),
        _filled(wording.hint, fault),
        setting=_filled(wording.setting, fault),
    )


@functools.lru_cache(maxsize=1024)
def _said(code: Code, column: str, bound: str) -> tuple[str, str]:
    wording, fault = _WORDINGS[code], Fault(code, column, bound)
    return _filled(wording.sentence, fault), _filled(wording.hint, fault)


def _filled(template: str, fault: Fault) -> str:
    return template.format(column=fault.column, bound=fault.bound, found=f"{fault.found:,}")
