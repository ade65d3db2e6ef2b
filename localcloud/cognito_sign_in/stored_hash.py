"""Whether a password belongs to an imported hash. The hashes describe themselves: their form says which algorithm.

Source of the forms: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
The algorithms are those of bcrypt, argon2-cffi, and hashlib.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

import argon2
import bcrypt

_BCRYPT_READS: Final = 72  # bytes of a password; bcrypt ignores the rest
_SCRYPT_MEMORY: Final = 2  # times what N and r need at least: OpenSSL asks for a little more


def matches(stored: str, password: str) -> bool:
    """Whether the password is the one of the hash, which the import has accepted."""
    given = password.encode()
    if stored.startswith("$2"):
        return bcrypt.checkpw(given[:_BCRYPT_READS], stored.encode())
    if stored.startswith("$argon2id$"):
        return _argon2id(stored, given)
    if stored.startswith("$pbkdf2-sha256$"):
        return _pbkdf2(stored, given)
    return _scrypt(stored, given)


def _argon2id(stored: str, given: bytes) -> bool:
    """A hash that the library cannot read, with a salt of less than 8 bytes for one, belongs to no password."""
    bare = "$".join(part.rstrip("=") for part in stored.split("$"))
    try:
        return argon2.low_level.verify_secret(bare.encode(), given, argon2.Type.ID)
    except argon2.exceptions.VerificationError:
        return False


def _pbkdf2(stored: str, given: bytes) -> bool:
    _, _, rounds, salt, derived = stored.split("$")
    expected = _decoded(derived)
    found = hashlib.pbkdf2_hmac("sha256", given, _decoded(salt), int(rounds), len(expected))
    return hmac.compare_digest(found, expected)


def _scrypt(stored: str, given: bytes) -> bool:
    cost, block, lanes, salt, derived = stored.split("$")
    n, r, p = int(cost), int(block), int(lanes)
    expected = bytes.fromhex(derived)
    memory = 128 * n * r * _SCRYPT_MEMORY
    found = hashlib.scrypt(given, salt=bytes.fromhex(salt), n=n, r=r, p=p, maxmem=memory, dklen=len(expected))
    return hmac.compare_digest(found, expected)


def _decoded(written: str) -> bytes:
    """What is written in Base64, with passlib's `.` or with `+`, with padding or without."""
    bare = written.rstrip("=").replace(".", "+")
    return base64.b64decode(bare + "=" * (-len(bare) % 4))
