"""Small files of the pool's own columns: how they are written, and what values they have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.rows import (
    BadOptionalValues,
    Undocumented,
    UnknownColumns,
)
from cognito_drop.core.sign_in.facts import EMAIL, PHONE, AppClient, SignInFacts
from cognito_drop.core.sign_in.first_way import FirstWays
from tests.unit.answers.case import COLUMNS, FEW, Case, hashes, made

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW: Final = "cognito:username,email,email_verified"
NAMED: Final = f"{ROW},name"
ANN, BOB, CY, DI = (f"{name},{name}@example.com,true" for name in ("ann", "bob", "cy", "di"))
LENIENT: Final = {
    "unknown_columns": UnknownColumns.LEAVE_OUT,
    "bad_optional_values": BadOptionalValues.LEAVE_OUT,
    "undocumented": Undocumented.PASS,
}
BCRYPT: Final = f"$2b$12${'a' * 53}"
COSTLY: Final = f"$2b$17${'a' * 53}"
PBKDF2: Final = f"$pbkdf2-sha256$29000${'a' * 22}${'b' * 43}"
PADDED: Final = f"$pbkdf2-sha256$29000${'+' * 21}A==${'+' * 42}A="
UMLAUT: Final = "\u00e4"
WITH_HASHES: Final = (*FEW, "password_hash")
LATE: Final = (NAMED, *(f"user{number:05},user{number:05}@example.com,true,A person" for number in range(6_000)))
"""So long that what comes behind is not in the start of the file, by which its dialect is known."""
FACTS: Final = SignInFacts(
    recovery=(EMAIL, PHONE),
    is_recovery_chosen=True,
    codes=(),
    requires_mfa=False,
    mfa=frozenset({PHONE}),
    has_authenticator=False,
    has_sms=True,
    sends_by_ses=True,
)
PASSWORDS: Final = AppClient("web", frozenset({"ALLOW_USER_PASSWORD_AUTH"}), hides_users=False)
CODES: Final = AppClient("web", frozenset({"ALLOW_USER_AUTH"}), hides_users=False)


def sep(separator: str, *lines: str) -> list[str]:
    """The lines with another separator."""
    return [line.replace(",", separator) for line in lines]


def wide(*lines: str, **how: Any) -> Case:  # noqa: ANN401  (the fields of Case)
    """A file for a pool that takes all kinds of values."""
    return made(*lines, columns=COLUMNS, **how)


def valued(column: str, *values: str, **how: Any) -> Case:  # noqa: ANN401  (the fields of Case)
    """A row for each value of a column."""
    rows = (f"u{number},u{number}@example.com,true,{value}" for number, value in enumerate(values))
    return made(f"{ROW},{column}", *rows, columns=tuple(dict.fromkeys((*FEW, column))), **how)


_USERS: Final = made(
    f"{ROW},phone_number,phone_number_verified,cognito:mfa_enabled,password_hash",
    f"{ANN},,,false,{BCRYPT}",
    f"{BOB},,,FALSE,",
    f"{CY},+442079460958,true,true,",
    "di,di@example.com,false,+442079460959,TRUE,TRUE,",
    "ed,,,+442079460960,true,false,",
    f"fay,fay@example.com,TRUE,+442079460961,FALSE,true,{BCRYPT}",
).content


def ways(
    of_pool: str = "OPTIONAL",
    verifies: Sequence[str] = ("email", "phone_number"),
    *,
    is_required: bool = False,
    **changes: Any,  # noqa: ANN401  (SignInFacts's)
) -> Case:
    """The same users in a pool with these facts."""
    pool = {"AutoVerifiedAttributes": verifies, "MfaConfiguration": of_pool}
    options = {"ways": FirstWays(replace(FACTS, **changes)), "requires_way_in": is_required}
    return Case(
        _USERS,
        pool=pool,
        columns=(*WITH_HASHES, "phone_number", "phone_number_verified"),
        hashes=hashes("BCRYPT"),
        options=options,
    )
