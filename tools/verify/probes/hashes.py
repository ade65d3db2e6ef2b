"""Which password hashes an import takes, and whether their users can sign in."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from localcloud.choices import Pbkdf2Form
from tools.verify.account import GOOD, refusal, without_number
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.verify.account import Account

_PASSWORD: Final = "Throwaway-1"  # noqa: S105  (of invented users in a throwaway pool)
_OTHERS: Final = {
    "BCRYPT": "$2b$10$hVA3QduMQPCNESVAeo.Z9.zhb35wIh3tzaHkgcNVTjTERj7znrnYu",
    "ARGON2ID": "$argon2id$v=19$m=19456\\,t=2\\,p=1$69eicC3EhmsCRdW+S+dlmg$46evA4BoeBHgCHQamhtQundmNsLV4jhzumuKEBSv+sw",
    "SCRYPT": "16384$8$1$000102030405060708090a0b0c0d0e0f"
    "$80aeeaa1401af269477aab5db769cc499546666c3f489f2d9ab1167e0d2ef11c",
}
"""Hashes of the password by bcrypt, Argon2id (its commas escaped, as the file demands) and scrypt."""
_SALT: Final = bytes([251]) * 16
"""Base64 writes it as `+/v7…`, so that its alphabet matters."""
_ROUNDS: Final = 100_000
_FORMS: Final = {
    frozenset({"passlib"}): Pbkdf2Form.PASSLIB,
    frozenset({"base64"}): Pbkdf2Form.BASE64,
    frozenset({"passlib", "base64", "padded", "64 bytes"}): Pbkdf2Form.ANY,
}


def pbkdf2_hashes(account: Account) -> Seen:
    """Hashes of PBKDF2: in the form of passlib, of Base64, padded, and of 64 bytes."""
    values = {
        "passlib": _pbkdf2(32).replace("+", ".").replace("=", ""),
        "base64": _pbkdf2(32).replace("=", ""),
        "padded": _pbkdf2(32),
        "64 bytes": _pbkdf2(64).replace("=", ""),
    }
    seen = _look(account, "PBKDF2_SHA256", values)
    taken = frozenset(name for name in values if seen.get(name, "").startswith("[SUCCEEDED]"))
    return Seen(seen, {"import_pbkdf2_form": _FORMS[taken]} if taken in _FORMS else {})


def other_hashes(account: Account) -> Seen:
    """A hash of each other algorithm, and one that is none."""
    return Seen(
        {
            algorithm: _look(account, algorithm, {"good": value, "bad": "no-hash"})
            for algorithm, value in _OTHERS.items()
        }
    )


def _look(account: Account, algorithm: str, values: Mapping[str, str]) -> dict[str, str]:
    """The line of the log for each hash, and how the user's sign-in is answered; or how the whole job fails."""
    pool = account.pool("hashes")
    names = {name: f"{algorithm}{number}".lower() for number, name in enumerate(values)}
    rows = [{**GOOD, "cognito:username": names[name], "password_hash": value} for name, value in values.items()]
    job = account.run(pool, account.file(pool, rows, "password_hash"), PasswordHashingAlgorithm=algorithm)
    lines = [without_number(line) for line in account.log(job, len(rows))]
    if not lines:
        return {"job": f"{job['Status']}: {job['CompletionMessage']}"}
    client = account.cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=algorithm, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    return {
        name: f"{line} Sign-in: {_sign_in(account, client, names[name])}"
        for name, line in zip(values, lines, strict=True)
    }


def _sign_in(account: Account, client: str, name: str) -> str:
    error = refusal(
        lambda: account.cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": _PASSWORD},
        )
    )
    return error.code if error else "answered"


def _pbkdf2(length: int) -> str:
    made = hashlib.pbkdf2_hmac("sha256", _PASSWORD.encode(), _SALT, _ROUNDS, length)
    salt, value = (base64.b64encode(part).decode() for part in (_SALT, made))
    return f"$pbkdf2-sha256${_ROUNDS}${salt}${value}"
