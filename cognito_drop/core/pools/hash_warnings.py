"""What is to be known of the first sign-in of imported users, as warnings: drawn from the pool, never from a row.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.core.rows import PoolRules, PreflightReport
    from cognito_drop.core.text.json_types import WarningJson

HASHES_NOT_LISTED: Final = "password_hashes_not_listed"
HASHES_PROBABLY_REFUSED: Final = "password_hashes_probably_refused"
_NAMES: Final = {"email": "an email address", "phone_number": "a phone number"}

_SENTENCES: Final = {
    HASHES_NOT_LISTED: "The pool's CSV header does not list password_hash; the column is sent because the setting "
    "password_hashes enables it. A pool that does not support the column fails the whole import job. No rows are "
    "lost: with password_hashes set to [], the users are imported without hashes.",
    "password_hashes_left_out": "The column password_hash is left out because the pool's setting password_hashes is "
    "[]: users are imported without their passwords.",
    "password_hashes_without_srp": "Users with a password hash are imported as CONFIRMED. Until their first sign-in "
    "they cannot use SRP, only USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH, which an app client with default "
    "settings does not allow.",
    HASHES_PROBABLY_REFUSED: "Cognito imported no rows. A likely cause is the column password_hash, which the pool's "
    "CSV header does not list. Set password_hashes to [] for this pool, deploy, and drop the rows again: the users are "
    "imported without hashes.",
}


def first_sign_ins(report: PreflightReport, rules: PoolRules) -> list[WarningJson]:
    """What is said of a file that can be imported."""
    if not report.accepted:
        return []
    found: list[WarningJson] = []
    if rules.takes_hashes:
        if not rules.lists_hashes:
            found.append(_warning(HASHES_NOT_LISTED))
        if report.with_password:
            found.append(_warning("password_hashes_without_srp"))
            found.append(_passwords(report.with_password))
    elif report.columns.has_hashes_left_out:
        found.append(_warning("password_hashes_left_out"))
    if rules.code_factors:
        given = " or ".join(_NAMES[name] for name in rules.code_factors)
        sentence = (
            f"The pool signs users in with one-time codes: users with {given} are imported as CONFIRMED and can sign "
            "in with a code. A passkey does not count. All other users without a password hash are RESET_REQUIRED."
        )
        found.append({"code": "confirmed_by_code", "message": sentence})
    return found


def after_failure(warnings: Iterable[WarningJson]) -> list[WarningJson]:
    """What is said of an import that Cognito refused before its first row, beside what was said before it."""
    return [_warning(HASHES_PROBABLY_REFUSED)] if any(one["code"] == HASHES_NOT_LISTED for one in warnings) else []


def _passwords(users: int) -> WarningJson:
    who = "1 user gets a password" if users == 1 else f"{users:,} users get passwords"
    sentence = (
        f"{who} from the file and {'is' if users == 1 else 'are'} imported as CONFIRMED: anyone who knows a password, "
        "such as the author of the file, can sign in with it."
    )
    return {"code": "passwords_from_file", "message": sentence, "count": users}


def _warning(code: str) -> WarningJson:
    return {"code": code, "message": _SENTENCES[code]}
