"""The files that are measured: users of an invented company, the same every time.

`clean` is in Cognito's dialect, `messy` is ordinary CSV as a spreadsheet writes it with one bad row in ten, `long` has
rows of about 8,000 bytes.
"""

from __future__ import annotations

import enum
import random
from typing import TYPE_CHECKING, Any, assert_never

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = (
    "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,"
    "gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,"
    "cognito:username"
).split(",")
POOL: dict[str, Any] = {
    "AutoVerifiedAttributes": ["email"],
    "MfaConfiguration": "OFF",
    "UsernameConfiguration": {"CaseSensitive": False},
    "SchemaAttributes": [{"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": True}],
}
_GIVEN = (
    "Ada Aiko Amara Ayşe Björn Carlos Chloé Daniel Elena Fatima Grace Hiroshi Ines João Leila Lucía Mei Zoë".split()
)
_FAMILY = "Abe Almeida Bauer Costa Diallo Díaz Fischer Gupta Ito Kim Müller Nakamura O'Brien Rossi Sørensen".split()
_STREETS = ("Harbour Road", "Station Square", "Mill Lane", "Lindenallee", "Rua do Sol", "Calle Mayor")
_BAD_SHARE = 0.1
_LONG_TEXT = "lorem ipsum dolor " * 50


class Kind(enum.StrEnum):
    """The files."""

    CLEAN = "clean"
    MESSY = "messy"
    LONG = "long"


def built(folder: Path, kind: Kind, rows: int) -> Path:
    """The file with that many users, made if it is not there yet."""
    path = folder / f"{kind}-{rows}.csv"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(kind, rows))
        unfinished.rename(path)
    return path


def _lines(kind: Kind, rows: int) -> Iterator[str]:
    chance = random.Random(rows)  # noqa: S311  (a repeatable file, no secret)
    end = "\r\n" if kind is Kind.MESSY else "\n"
    yield ",".join(COLUMNS) + end
    for number in range(rows):
        user = _user(chance, number)
        match kind:
            case Kind.CLEAN:
                yield ",".join(user).replace("|", "\\,") + end
            case Kind.MESSY:
                if chance.random() < _BAD_SHARE:
                    _spoil(user, chance)
                user[17] = f'"{user[17]}"'
                yield ",".join(user).replace("|", ",") + end
            case Kind.LONG:
                for at in range(9):
                    user[at] += " " + _LONG_TEXT.strip()
                yield ",".join(user).replace("|", "\\,") + end
            case _:
                assert_never(kind)


def _user(chance: random.Random, number: int) -> list[str]:
    """The values in the order of COLUMNS; | stands for a comma inside a value."""
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    login = f"user{number:07}"
    return [
        f"{given} {family}",
        given,
        family,
        "",
        given[:3],
        login,
        f"https://people.example.com/{login}",
        f"https://images.example.com/{login}.jpg",
        "",
        f"{login}@mail.example.com",
        "true",
        "",
        f"{chance.randrange(1, 13):02}/{chance.randrange(1, 29):02}/{chance.randrange(1950, 2005)}",
        "Europe/Lisbon",
        "pt-PT",
        f"+35121{chance.randrange(10**6, 10**7)}" if chance.random() < 0.6 else "",  # noqa: PLR2004
        "false",
        f"{chance.choice(_STREETS)} {chance.randrange(1, 200)}| Lisbon",
        str(1_600_000_000 + number),
        "false",
        login,
    ]


def _spoil(user: list[str], chance: random.Random) -> None:
    """One fault of those that people make."""
    match chance.randrange(8):
        case 0:
            user[9] = "unknown"
        case 1:
            user[12] = "31/12/1990"
        case 2:
            user[10] = "false"
        case 3:
            user[20] = "two words"
        case 4:
            user[15] = "021 123456"
        case 5:
            user.append("")
        case 6:
            user[20] = "user0000000"
        case _:
            user[0] = '"two\nlines"'
