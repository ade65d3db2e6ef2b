"""Which password hashes an import takes: their form and the bounds of their cost, by algorithm.

The forms are declared once, as parts: the check of a row and the fast expression are both made from them.

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
from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.core.rows.rejection import Fault, RejectionCode

if TYPE_CHECKING:
    from collections.abc import Sequence


class HashAlgorithm(enum.StrEnum):
    """The values of CreateUserImportJob's PasswordHashingAlgorithm."""

    BCRYPT = "BCRYPT"
    SCRYPT = "SCRYPT"
    ARGON2ID = "ARGON2ID"
    PBKDF2_SHA256 = "PBKDF2_SHA256"

    __hash__ = str.__hash__  # that of an enum is written in Python, and every record with a hash asks for it


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
    """Any alphabet, padding and length: hashes are forwarded unchanged."""


@dataclass(frozen=True, slots=True)
class HashPolicy:
    """What is done with the column `password_hash`. Hashes of any of `algorithms` are sent, each algorithm in import
    jobs of its own; without any, jobs have none."""

    algorithms: tuple[HashAlgorithm, ...] = ()
    pbkdf2_form: Pbkdf2Form = Pbkdf2Form.PASSLIB
    leaves_out: bool = False
    """Whether a file may have the column though no hash is sent: it is left out."""

    @classmethod
    def of(cls, algorithms: Sequence[str] | None, pbkdf2_form: str = Pbkdf2Form.PASSLIB) -> HashPolicy:
        """The policy of a pool's settings; no algorithm at all leaves the column out, None refuses it.

        Raises ValueError for an algorithm that Cognito does not have.
        """
        if algorithms is None:
            return cls(pbkdf2_form=Pbkdf2Form(pbkdf2_form))
        found = tuple(dict.fromkeys(map(HashAlgorithm, algorithms)))
        return cls(found, Pbkdf2Form(pbkdf2_form), leaves_out=not found)

    @property
    def names(self) -> str:
        """The algorithms, to be read: `BCRYPT or SCRYPT`."""
        return " or ".join(self.algorithms)


REFUSES_HASHES: Final = HashPolicy()
"""Of a pool whose settings say nothing of hashes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A whole number within bounds; with `width`, it is padded with zeros."""

    least: int
    most: int
    width: int = 0
    is_power_of_two: bool = False

    @property
    def powers(self) -> tuple[int, ...]:
        """The powers of two within the bounds."""
        return tuple(1 << exponent for exponent in range(self.most.bit_length()) if self.least <= 1 << exponent)

    def takes(self, number: int) -> bool:
        """Whether an algorithm is defined for the number, up to the upper bound."""
        return number >= self.least and (not self.is_power_of_two or number in self.powers)


@dataclass(frozen=True, slots=True)
class Signs:
    """One or more of something, such as signs of an alphabet; `one` is its expression, `bytes` its length."""

    one: str
    bytes: int = 1


_HEX: Final = Signs("(?:[0-9a-fA-F]{2})", 2)
_BASE64: Final = Signs("[A-Za-z0-9+/=]")
_EITHER_BASE64: Final = Signs("[A-Za-z0-9+/.=]")
HASH_FORMS: Final[dict[HashAlgorithm, tuple[str | Cost | Signs, ...]]] = {
    HashAlgorithm.BCRYPT: (r"\$2[abxy]\$", Cost(4, 12, width=2), r"\$[./A-Za-z0-9]{53}"),
    HashAlgorithm.SCRYPT: (
        *(Cost(2, 65_536, is_power_of_two=True), r"\$", Cost(1, 8), r"\$", Cost(1, 1)),
        *(r"\$", _HEX, r"\$", _HEX),
    ),
    HashAlgorithm.ARGON2ID: (
        *(r"\$argon2id\$v=[0-9]{1,12}\$m=", Cost(8, 19_456), ",t=", Cost(1, 2), ",p=", Cost(1, 1)),
        *(r"\$", _BASE64, r"\$", _BASE64),
    ),
    HashAlgorithm.PBKDF2_SHA256: (
        *(r"\$pbkdf2-sha256\$", Cost(1, 600_000), r"\$", _EITHER_BASE64, r"\$", _EITHER_BASE64),
    ),
}
"""Each hash in parts: expressions, costs before all signs, and signs."""
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
PBKDF2_TAILS: Final = {
    form: rf"\$[{signs}]{{22}}\$[{signs}]{{43}}"
    for form, signs in ((Pbkdf2Form.PASSLIB, "A-Za-z0-9./"), (Pbkdf2Form.BASE64, "A-Za-z0-9+/"))
}
"""Salt and hash behind the rounds, in the forms that ask for more than Base64."""


def _expression(part: str | Cost | Signs) -> str:
    match part:
        case Cost():
            return f"([0-9]{{{part.width or '1,12'}}})"
        case Signs():
            return f"({part.one}+)"
        case str():
            return part
        case _:
            assert_never(part)


_COMPILED: Final = {
    algorithm: (re.compile("".join(map(_expression, parts))), tuple(part for part in parts if isinstance(part, Cost)))
    for algorithm, parts in HASH_FORMS.items()
}
STANDARD_TAIL: Final = r"\$[A-Za-z0-9+/]{21}[AQgw]==\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
"""A salt of 16 bytes and a hash of 32 in standard Base64, as nearly all are: without padding that is how they are
written in the form with `+`, as no bit is left over."""
_STANDARD: Final = re.compile(rf"\$pbkdf2-sha256\$[0-9]{{1,12}}{STANDARD_TAIL}")
_PBKDF2_FORMS: Final = {form: re.compile(f".*{tail}") for form, tail in PBKDF2_TAILS.items()}


_BY_START: Final = {"$2": HashAlgorithm.BCRYPT, "$a": HashAlgorithm.ARGON2ID, "$p": HashAlgorithm.PBKDF2_SHA256}
HASH_START: Final = 2
"""Characters of a hash that say of which algorithm it can be."""


def algorithm_of(value: str) -> HashAlgorithm | None:
    """The only algorithm of which a value can be a hash, by how it starts; None where it is a hash of none."""
    return HashAlgorithm.SCRYPT if value[:1].isdecimal() else _BY_START.get(value[:HASH_START])


def check_hash(column: str, value: str, policy: HashPolicy) -> Fault | None:  # noqa: PLR0911  (one for each fault)
    """What is wrong with a hash that is not blank, None when nothing is."""
    if not policy.algorithms:
        return Fault(RejectionCode.HASH_WITHOUT_ALGORITHM, column)
    algorithm = algorithm_of(value)
    if algorithm not in policy.algorithms:
        return Fault(RejectionCode.HASH_INVALID, column, policy.names)
    form, costs = _COMPILED[algorithm]
    match = form.fullmatch(value)
    if match is None:
        return Fault(RejectionCode.HASH_INVALID, column, algorithm)
    found = [(cost, int(number)) for cost, number in zip(costs, match.groups(), strict=False)]
    if any(number > cost.most for cost, number in found):
        return Fault(RejectionCode.HASH_TOO_COSTLY, column, algorithm)
    if not all(cost.takes(number) for cost, number in found):
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
    if form is not Pbkdf2Form.ANY and _STANDARD.fullmatch(value):
        bare = value.replace("=", "")
        return bare.replace("+", ".") if form is Pbkdf2Form.PASSLIB else bare
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
