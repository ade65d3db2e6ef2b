"""Which password hashes an import takes: their form and the bounds of their cost, by algorithm.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
AWS documents the upper bounds; below the lower ones an algorithm is not defined: bcrypt starts at cost 4, scrypt's N is
a power of two above 1 (RFC 7914), Argon2 has 8 KiB of memory for each lane and one pass (RFC 9106), PBKDF2 one round.
"""

from __future__ import annotations

import base64
import binascii
import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.rejection import Fault, RejectionCode

if TYPE_CHECKING:
    from collections.abc import Sequence


class HashAlgorithm(enum.StrEnum):
    """The values of CreateUserImportJob's PasswordHashingAlgorithm."""

    BCRYPT = "BCRYPT"
    SCRYPT = "SCRYPT"
    ARGON2ID = "ARGON2ID"
    PBKDF2_SHA256 = "PBKDF2_SHA256"


class Pbkdf2Form(enum.StrEnum):
    """How salt and hash are written in `$pbkdf2-sha256$rounds$salt$hash`.

    AWS documents this by one example, in the form of Python's passlib: a salt of 16 bytes, a hash of 32, no padding. It
    has neither `+` nor `.`, so which of the two Cognito reads is not known.
    """

    PASSLIB = "passlib"
    """AWS's example, with `.` for Base64's `+`, as passlib writes it."""
    BASE64 = "base64"
    """AWS's example, with `+`."""
    ANY = "any"
    """Any alphabet, padding and length: hashes are passed on as they are."""


@dataclass(frozen=True, slots=True)
class HashPolicy:
    """What is done with the column `password_hash`. `algorithm` is the one of the import job, None when it has none."""

    algorithm: HashAlgorithm | None = None
    pbkdf2_form: Pbkdf2Form = Pbkdf2Form.PASSLIB
    leaves_out: bool = False
    """Whether a file may have the column though no hash is sent: it is left out."""

    @classmethod
    def of(cls, algorithms: Sequence[str] | None, pbkdf2_form: str = Pbkdf2Form.PASSLIB) -> HashPolicy:
        """The policy of a pool's settings; no algorithm at all leaves the column out, None refuses it.

        Raises ValueError for an algorithm that Cognito does not have, and for more than one: an import job takes one.
        """
        if algorithms is None:
            return cls(pbkdf2_form=Pbkdf2Form(pbkdf2_form))
        if len(algorithms) > 1:
            raise ValueError("password_hashes names more than one algorithm; an import job supports only one.")
        algorithm = HashAlgorithm(algorithms[0]) if algorithms else None
        return cls(algorithm, Pbkdf2Form(pbkdf2_form), leaves_out=algorithm is None)


REFUSES_HASHES: Final = HashPolicy()
"""Of a pool whose settings say nothing of hashes."""
_NUMBER: Final = "([0-9]{1,12})"
_BASE64: Final = "[A-Za-z0-9+/=]+"
_POWERS: Final = frozenset(1 << exponent for exponent in range(1, 17))
_FORMS: Final = {
    HashAlgorithm.BCRYPT: (r"\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{53}", ((4, 12),)),
    HashAlgorithm.SCRYPT: (
        rf"{_NUMBER}\${_NUMBER}\${_NUMBER}\$(?:[0-9a-fA-F]{{2}})+\$(?:[0-9a-fA-F]{{2}})+",
        ((2, 65_536), (1, 8), (1, 1)),
    ),
    HashAlgorithm.ARGON2ID: (
        rf"\$argon2id\$v=[0-9]{{1,12}}\$m={_NUMBER},t={_NUMBER},p={_NUMBER}\${_BASE64}\${_BASE64}",
        ((8, 19_456), (1, 2), (1, 1)),
    ),
    HashAlgorithm.PBKDF2_SHA256: (
        rf"\$pbkdf2-sha256\${_NUMBER}\$([A-Za-z0-9+/.=]+)\$([A-Za-z0-9+/.=]+)",
        ((1, 600_000),),
    ),
}
_COMPILED: Final = {algorithm: (re.compile(form), bounds) for algorithm, (form, bounds) in _FORMS.items()}
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_SIGNS: Final = {Pbkdf2Form.PASSLIB: "A-Za-z0-9./", Pbkdf2Form.BASE64: "A-Za-z0-9+/"}
_PBKDF2_FORMS: Final = {form: re.compile(rf".*\$[{signs}]{{22}}\$[{signs}]{{43}}") for form, signs in _SIGNS.items()}


def check_hash(column: str, value: str, policy: HashPolicy) -> Fault | None:
    """What is wrong with a hash that is not blank, None when nothing is."""
    algorithm = policy.algorithm
    if algorithm is None:
        return Fault(RejectionCode.HASH_WITHOUT_ALGORITHM, column)
    form, bounds = _COMPILED[algorithm]
    match = form.fullmatch(value)
    if match is None:
        return Fault(RejectionCode.HASH_INVALID, column, algorithm)
    costs = [int(cost) for cost in match.groups()[: len(bounds)]]
    if any(cost > most for cost, (_, most) in zip(costs, bounds, strict=True)):
        return Fault(RejectionCode.HASH_TOO_COSTLY, column, algorithm)
    has_power = algorithm is not HashAlgorithm.SCRYPT or costs[0] in _POWERS
    if not has_power or any(cost < least for cost, (least, _) in zip(costs, bounds, strict=True)):
        return Fault(RejectionCode.HASH_INVALID, column, algorithm)
    if algorithm is HashAlgorithm.PBKDF2_SHA256 and not _has_form(value, policy.pbkdf2_form):
        return Fault(RejectionCode.HASH_FORM, column, policy.pbkdf2_form)
    return None


def _has_form(value: str, form: Pbkdf2Form) -> bool:
    return form is Pbkdf2Form.ANY or _PBKDF2_FORMS[form].fullmatch(value) is not None


def to_pbkdf2_form(value: str, form: Pbkdf2Form) -> str:
    """The hash written in this form where that loses nothing, else as it is.

    A longer hash is cut: PBKDF2 makes its output in blocks of 32 bytes with SHA-256, each by itself (RFC 8018), so the
    first of them is the very hash of 32 bytes.
    """
    match = _COMPILED[HashAlgorithm.PBKDF2_SHA256][0].fullmatch(value)
    if match is None or form is Pbkdf2Form.ANY:
        return value
    rounds, *written = match.groups()
    salt, derived = map(_bytes, written)
    if salt is None or derived is None or len(salt) != _SALT_BYTES or len(derived) < _HASH_BYTES:
        return value
    return f"$pbkdf2-sha256${rounds}${_text(salt, form)}${_text(derived[:_HASH_BYTES], form)}"


def _bytes(written: str) -> bytes | None:
    """What is written in Base64 of either alphabet, with or without padding; None where it is no Base64."""
    bare = written.rstrip("=").replace(".", "+")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def _text(data: bytes, form: Pbkdf2Form) -> str:
    text = base64.b64encode(data).decode().rstrip("=")
    return text.replace("+", ".") if form is Pbkdf2Form.PASSLIB else text
