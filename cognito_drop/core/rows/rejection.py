"""Why a row cannot be imported, as data: the stable codes. `wording` has the sentence and the hint of each.

Sentences name columns, limits and lines; never a value. Which row gets which code is left to `row_check`.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple


class RejectionCode(enum.StrEnum):
    """The stable codes of everything that makes a row unfit."""

    ROW_TOO_LONG = "row_too_long"
    ROW_BLANK = "row_blank"
    ROW_IS_HEADER = "row_is_header"
    COMMENTED_OUT = "commented_out"
    NO_WAY_IN = "no_way_in"
    WRONG_FIELD_COUNT = "wrong_field_count"
    VALUE_WITHOUT_COLUMN = "value_without_column"
    QUOTE_NOT_CLOSED = "quote_not_closed"
    QUOTES_BROKEN = "quotes_broken"
    LINE_BREAK_IN_VALUE = "line_break_in_value"
    BACKSLASH_IN_VALUE = "backslash_in_value"
    QUOTE_IN_VALUE = "quote_in_value"
    CONTROL_CHARACTER = "control_character"
    VALUE_TOO_LARGE = "value_too_large"
    USERNAME_MISSING = "username_missing"
    USERNAME_INVALID = "username_invalid"
    USERNAME_LIKE_EMAIL = "username_like_email"
    USERNAME_LIKE_PHONE = "username_like_phone"
    USERNAME_NOT_EMAIL = "username_not_email"
    USERNAME_NOT_PHONE = "username_not_phone"
    USERNAME_NOT_EMAIL_OR_PHONE = "username_not_email_or_phone"
    USERNAME_CONTRADICTED = "username_contradicted"
    EMAIL_INVALID = "email_invalid"
    PHONE_INVALID = "phone_invalid"
    BIRTHDATE_DAY_FIRST = "birthdate_day_first"
    BIRTHDATE_INVALID = "birthdate_invalid"
    UPDATED_AT_INVALID = "updated_at_invalid"
    BOOLEAN_INVALID = "boolean_invalid"
    NUMBER_INVALID = "number_invalid"
    DATE_TIME_INVALID = "date_time_invalid"
    TEXT_TOO_SHORT = "text_too_short"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_TOO_SMALL = "number_too_small"
    NUMBER_TOO_GREAT = "number_too_great"
    REQUIRED_MISSING = "required_missing"
    MFA_MUST_BE_ON = "mfa_must_be_on"
    MFA_MUST_BE_OFF = "mfa_must_be_off"
    VERIFIED_WITHOUT_VALUE = "verified_without_value"
    NOT_VERIFIED = "not_verified"
    HASH_WITHOUT_ALGORITHM = "hash_without_algorithm"
    HASH_INVALID = "hash_invalid"
    HASH_TOO_COSTLY = "hash_too_costly"
    HASH_FORM = "hash_form"
    ALIAS_TAKEN = "alias_taken"
    DUPLICATE = "duplicate"
    GROUP_INVALID = "group_invalid"
    TOO_MANY_GROUPS = "too_many_groups"
    RECORD_UNREADABLE = "record_unreadable"
    RECORD_TOO_LONG = "record_too_long"
    USER_DISABLED = "user_disabled"
    USER_STATUS_UNKNOWN = "user_status_unknown"
    USER_SHUT_OUT = "user_shut_out"
    USER_FEDERATED = "user_federated"
    USER_IS_CLIENT = "user_is_client"


NOT_TO_IMPORT: Final = frozenset(
    {
        RejectionCode.COMMENTED_OUT,
        RejectionCode.USER_DISABLED,
        RejectionCode.USER_SHUT_OUT,
        RejectionCode.USER_FEDERATED,
        RejectionCode.USER_IS_CLIENT,
    }
)
"""The codes of users whom another system shuts out or does not own, or somebody has commented out: their rows are no
worse than others."""


BY_MAPPING: Final = "mapping"
"""The bound of a fault that follows from what a mapping sets for all users."""


class Fault(NamedTuple):
    """What is wrong with a row. `bound` is the limit that is broken, or what else the sentence names; `found` is a
    count or a line number."""

    code: RejectionCode
    column: str = ""
    bound: str = ""
    found: int = 0


class Rejection(NamedTuple):
    """A rejected row, ready to be shown. `line` is where the row starts in the dropped file; `column` is the pool's
    name of the column, empty when the row as a whole is meant."""

    line: int
    column: str
    code: RejectionCode
    sentence: str
    hint: str
