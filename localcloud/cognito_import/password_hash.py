"""Which password hashes an import takes: their form and the highest cost, by algorithm.

The local pool keeps no password for such a user: it cannot check one against a foreign hash, so sign-in stays refused
here.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from localcloud.cognito_import.job import HashAlgorithm

_BCRYPT: Final = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SCRYPT: Final = re.compile(r"(\d+)\$(\d+)\$(\d+)\$(?:[0-9a-fA-F]{2})+\$(?:[0-9a-fA-F]{2})+")
_ARGON2ID: Final = re.compile(r"\$argon2id\$v=\d+\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+")
_PBKDF2: Final = re.compile(r"\$pbkdf2-sha256\$(\d+)\$[A-Za-z0-9+/.=]+\$[A-Za-z0-9+/.=]+")


def is_acceptable(value: str, algorithm: HashAlgorithm) -> bool:
    """Whether the value is a hash of that algorithm within the limits of its cost."""
    match algorithm:
        case HashAlgorithm.BCRYPT:
            return _within(_BCRYPT, value, (12,))
        case HashAlgorithm.SCRYPT:
            return _within(_SCRYPT, value, (65536, 8, 1))
        case HashAlgorithm.ARGON2ID:
            return _within(_ARGON2ID, value, (19456, 2, 1))
        case HashAlgorithm.PBKDF2_SHA256:
            return _within(_PBKDF2, value, (600_000,))
        case _:
            assert_never(algorithm)


def _within(form: re.Pattern[str], value: str, limits: tuple[int, ...]) -> bool:
    match = form.fullmatch(value)
    return match is not None and all(int(cost) <= limit for cost, limit in zip(match.groups(), limits, strict=True))
