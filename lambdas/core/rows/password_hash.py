"""Which password hashes an import takes: their form and the highest cost, by algorithm.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import enum
import re
from typing import Final

from lambdas.core.rows.rejection import Fault, RejectionCode


class HashAlgorithm(enum.StrEnum):
    """The values of CreateUserImportJob's PasswordHashingAlgorithm."""

    BCRYPT = "BCRYPT"
    SCRYPT = "SCRYPT"
    ARGON2ID = "ARGON2ID"
    PBKDF2_SHA256 = "PBKDF2_SHA256"


_NUMBER: Final = "([0-9]{1,12})"
_BASE64: Final = "[A-Za-z0-9+/=]+"
_FORMS: Final = {
    HashAlgorithm.BCRYPT: (r"\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{53}", (12,)),
    HashAlgorithm.SCRYPT: (
        rf"{_NUMBER}\${_NUMBER}\${_NUMBER}\$(?:[0-9a-fA-F]{{2}})+\$(?:[0-9a-fA-F]{{2}})+",
        (65_536, 8, 1),
    ),
    HashAlgorithm.ARGON2ID: (
        rf"\$argon2id\$v=[0-9]{{1,12}}\$m={_NUMBER},t={_NUMBER},p={_NUMBER}\${_BASE64}\${_BASE64}",
        (19_456, 2, 1),
    ),
    HashAlgorithm.PBKDF2_SHA256: (
        rf"\$pbkdf2-sha256\${_NUMBER}\$[A-Za-z0-9+/.=]+\$[A-Za-z0-9+/.=]+",
        (600_000,),
    ),
}
_COMPILED: Final = {algorithm: (re.compile(form), limits) for algorithm, (form, limits) in _FORMS.items()}


def check_hash(column: str, value: str, algorithm: HashAlgorithm | None) -> Fault | None:
    """What is wrong with a hash that is not blank, None when nothing is."""
    if algorithm is None:
        return Fault(RejectionCode.HASH_WITHOUT_ALGORITHM, column)
    form, limits = _COMPILED[algorithm]
    match = form.fullmatch(value)
    if match is None:
        return Fault(RejectionCode.HASH_INVALID, column, algorithm)
    for cost, limit in zip(match.groups(), limits, strict=True):
        if int(cost) > limit:
            return Fault(RejectionCode.HASH_TOO_COSTLY, column, algorithm)
    return None
