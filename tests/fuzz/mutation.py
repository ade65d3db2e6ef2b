"""Breaks files: takes a good one and does to it what editors, exports and accidents do, the same for the same seed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

_COLUMNS: Final = ("cognito:username", "email", "email_verified", "name", "birthdate", "phone_number", "updated_at")
_ROWS: Final = (
    ("ada", "ada@example.com", "true", "Ada, Countess", "12/10/1815", "+14155550100", "1700000000"),
    ("zoë", "zoe@example.com", "yes", "Zoë", "1990-12-31", "+49 40 123456", "1700000000123"),
    ("bob", "bob@example.com", "TRUE", "", "", "", ""),
    ("bob", "bob@example.com", "TRUE", "O'Brien", "02/29/2000", "", "0"),
)
_TOKENS: Final = tuple(
    part.encode("utf-8", "surrogatepass")
    for part in (
        ",", ";", "\t", '"', '""', '","', '"\n', "\n", "\r", "\r\n", "\n\n", "\\", "\\,", "\\\\", "\0", "\x01", " ",
        "\u00a0", "\u3000", "\u2028", "\ufeff", "😀", "\ud800", "true", "FALSE", "+1", "@", "x" * 300, ",,,,,,,",
        '"' * 50, "\\" * 7, "{", "[", "PK\x03\x04", "12/31/1999", "0" * 40, "ada", "\x85", "é" * 130,
    )
)  # fmt: skip
_BYTES: Final = tuple(bytes([value]) for value in range(256))


def seeds() -> list[bytes]:
    """Good files in every dialect and encoding, and some that are foreign."""
    found = [_escaped()]
    for separator in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            text = io.StringIO()
            csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\n").writerows([_COLUMNS, *_ROWS])
            found.append(text.getvalue())
    ends = [text.replace("\n", end) for text in found for end in ("\n", "\r\n", "\r")]
    encoded = [text.encode(encoding) for text in ends for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be")]
    return [*encoded, b"", b"\x1f\x8b\x08", b'[{"a": 1}]', b"\xff\xfe", _escaped().encode() * 20]


def mutated(chance: random.Random, corpus: list[bytes]) -> bytes:
    """A file that was broken in one to eight places, mostly below its header."""
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.randint(1, 8)):
        _break(chance, data, corpus)
    return bytes(data)


def _break(chance: random.Random, data: bytearray, corpus: list[bytes]) -> None:
    header = data.find(b"\n") + 1 if chance.random() < 0.85 else 0
    at = chance.randint(min(header, len(data)), len(data))
    end = min(len(data), at + chance.randint(1, 12))
    match chance.randrange(8):
        case 0 | 1:
            data[at:at] = chance.choice(_TOKENS)
        case 2:
            data[at:end] = chance.choice(_TOKENS)
        case 3:
            data[at : at + 1] = chance.choice(_BYTES)
        case 4:
            del data[at:end]
        case 5:
            data[at:at] = data[at:end] * chance.randint(1, 20)
        case 6:
            other = chance.choice(corpus)
            start = chance.randint(0, len(other))
            data[at:at] = other[start : start + chance.randint(1, 80)]
        case _:
            del data[at:]


def _escaped() -> str:
    rows = [",".join(value.replace(",", "\\,") for value in row) for row in (_COLUMNS, *_ROWS)]
    return "\n".join([*rows, ""])
