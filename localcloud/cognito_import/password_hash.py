"""Which password hashes an import takes: their form and the highest cost, by algorithm.

`localcloud.cognito_sign_in.stored_hash` verifies passwords by them.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from localcloud.choices import Pbkdf2Form
from localcloud.cognito_import.job import HashAlgorithm

_BCRYPT: Final = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SCRYPT: Final = re.compile(r"(\d+)\$(\d+)\$(\d+)\$(?:[0-9a-fA-F]{2})+\$(?:[0-9a-fA-F]{2})+")
_ARGON2ID: Final = re.compile(r"\$argon2id\$v=\d+\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+")
_PBKDF2: Final = {
    Pbkdf2Form.PASSLIB: re.compile(r"\$pbkdf2-sha256\$(\d+)\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}"),
    Pbkdf2Form.BASE64: re.compile(r"\$pbkdf2-sha256\$(\d+)\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}"),
    Pbkdf2Form.ANY: re.compile(r"\$pbkdf2-sha256\$(\d+)\$[A-Za-z0-9+/.=]+\$[A-Za-z0-9+/.=]+"),
}


def is_acceptable(value: str, algorithm: HashAlgorithm, form: Pbkdf2Form) -> bool:
    """Whether the value is a hash of that algorithm within the bounds of its cost.

    The upper ones are AWS's; the lower ones are those of the algorithm itself.
    """
    match algorithm:
        case HashAlgorithm.BCRYPT:
            return _costs(_BCRYPT, value, (4, 12)) is not None
        case HashAlgorithm.SCRYPT:
            costs = _costs(_SCRYPT, value, (2, 65536), (1, 8), (1, 1))
            return costs is not None and costs[0].bit_count() == 1
        case HashAlgorithm.ARGON2ID:
            return _costs(_ARGON2ID, value, (8, 19456), (1, 2), (1, 1)) is not None
        case HashAlgorithm.PBKDF2_SHA256:
            return _costs(_PBKDF2[form], value, (1, 600_000)) is not None
        case _:
            assert_never(algorithm)


def _costs(form: re.Pattern[str], value: str, *bounds: tuple[int, int]) -> list[int] | None:
    """The hash's costs; None where it has not the form, or a cost is out of its bounds."""
    match = form.fullmatch(value)
    costs = list(map(int, match.groups())) if match else []
    is_within = all(least <= cost <= most for cost, (least, most) in zip(costs, bounds, strict=False))
    return costs if match and is_within else None
