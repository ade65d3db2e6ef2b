"""Makes the files in examples/: users of an invented company, some of them bad in different ways.

`users.csv` is in Cognito's dialect, `messy.csv` is what a spreadsheet exports. The same seed gives the same files;
`python -m tools examples` writes them again.
"""

from __future__ import annotations

import random
import unicodedata
from typing import TYPE_CHECKING

from tools.demo_pool import COLUMNS, DEPARTMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEED = 1887
_USERS = 1_000
_REPEATED = (211, 498, 499, 730, 902)
"""Places at which the user before comes a second time."""

_GIVEN = (
    "Ada Aiko Alejandro Amara Anna Ayşe Björn Carlos Chidi Chloé Daniel Elena Emeka Fatima Finn Grace Hanna Hiroshi "
    "Ines Isla Ivan Jana João Jonas Kofi Laila Lars Leila Lucía Luka Maja María Mei Mateo Mina Noah Nora Olivia "
    "Omar Oskar Priya Ravi Rosa Sanne Sofia Tariq Tomáš Yara Yusuf Zoë"
).split()
_FAMILY = (
    "Abe Almeida Andersson Bauer Becker Carvalho Chen Costa Diallo Díaz Dubois Eriksen Fischer Fonseca Gupta Haddad "
    "Hansen Horák Ibrahim Ito Jansen Johansson Kaya Keller Kim Kowalski Larsen Lopes Mbeki Meyer Moreau Müller "
    "Nakamura Ndiaye Novak O'Brien Okafor Olsen Petrov Ramírez Rossi Sato Schmidt Silva Singh Smith "
    "Sørensen Tanaka Weber Yildiz"
).split()
_STREETS = ("Harbour Road", "Station Square", "Mill Lane", "Lindenallee", "Rua do Sol", "Calle Mayor", "Kungsgatan")
_CITIES = (("Lisbon", "Europe/Lisbon", "pt-PT", "+35121"), ("Hamburg", "Europe/Berlin", "de-DE", "+4940"),
           ("Stockholm", "Europe/Stockholm", "sv-SE", "+468"), ("Madrid", "Europe/Madrid", "es-ES", "+3491"),
           ("London", "Europe/London", "en-GB", "+4420"))  # fmt: skip


def example_file() -> str:
    """The whole file with its header, lines ended by a line feed."""
    return "".join(f"{line}\n" for line in [",".join(COLUMNS), *_lines()])


def messy_file() -> str:
    """200 users as a spreadsheet exports them: semicolons, quotes, its own names and forms, CRLF, a byte order mark."""
    chance = random.Random(_SEED + 1)  # noqa: S311  (a repeatable example, no secret)
    users = [_user(chance, _USERS + number) for number in range(1, _MESSY_USERS + 1)]
    rows = [_messy_row(user, _MESSY_FLAWS.get(number, {})) for number, user in enumerate(users, 1)]
    rows[_MESSY_REPEATED] = rows[_MESSY_REPEATED - 1]
    return "\ufeff" + "".join(";".join(row) + "\r\n" for row in [_MESSY_HEADER, *rows])


def _messy_row(user: dict[str, str], flaws: dict[str, str]) -> list[str]:
    month, day, year = user["birthdate"].split("/")
    phone = user["phone_number"]
    row = {
        "Username": user["cognito:username"],
        "E-Mail": user["email"],
        "Email Verified": "yes",
        "First Name": user["given_name"],
        "Last Name": user["family_name"],
        "Phone": f"{phone[:3]} {phone[3:6]}-{phone[6:]}" if phone else "",
        "Date of Birth": f"{year}-{month}-{day}",
        "Address": '"' + user["address"].replace("\\,", ";") + '"',
        "Department": user["custom:department"].replace("\\,", ","),
        "Employee Number": user["custom:employee_number"],
    }
    return [*(row | flaws).values()]


_MESSY_USERS = 200
_MESSY_REPEATED = 120
_MESSY_HEADER = (
    "Username;E-Mail;Email Verified;First Name;Last Name;Phone;Date of Birth;Address;Department;Employee Number"
).split(";")
_MESSY_FLAWS = {
    12: {"Email Verified": "no"},
    13: {"Email Verified": "no"},
    31: {"E-Mail": "jonas.keller at example.com"},
    58: {"Phone": "040 123 456"},
    77: {"Date of Birth": "03/04/90"},
    104: {"E-Mail": ""},
    133: {"Address": '"Mill Lane 7\r\n2nd floor; Lisbon"'},
    160: {"Employee Number": "none yet"},
    171: {"Username": "two words"},
}


def _lines() -> Iterator[str]:
    chance = random.Random(_SEED)  # noqa: S311  (a repeatable example, no secret)
    user: dict[str, str] = {}
    for number in range(1, _USERS + 1):
        if number not in _REPEATED:
            user = _user(chance, number)
        yield _line({**user, **_FLAWS.get(number, {})})


_FLAWS = {
    57: {"email_verified": "FALSE", "phone_number_verified": "FALSE"},
    133: {"email": "maja.keller(at)example.com"},
    286: {"phone_number": "040 123456"},
    402: {"birthdate": "31/12/1990"},
    617: {"email": "", "email_verified": "TRUE"},
    745: {"custom:employee_number": "A-745"},
    888: {"cognito:username": "two words"},
}
"""Rows that Cognito fails, each for another reason."""


def _user(chance: random.Random, number: int) -> dict[str, str]:
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    city, zone, locale, dial = chance.choice(_CITIES)
    login = f"{_letters(given)}.{_letters(family)}{number}"
    has_phone = chance.random() < 0.6  # noqa: PLR2004  (a share of the users)
    return {
        "cognito:username": login,
        "cognito:mfa_enabled": "FALSE",
        "name": f"{given} {family}",
        "given_name": given,
        "family_name": family,
        "email": f"{login}@example.com",
        "email_verified": "TRUE",
        "phone_number": f"{dial}{chance.randrange(10**6, 10**7)}" if has_phone else "",
        "phone_number_verified": "FALSE",
        "birthdate": f"{chance.randrange(1, 13):02}/{chance.randrange(1, 29):02}/{chance.randrange(1955, 2005)}",
        "zoneinfo": zone,
        "locale": locale,
        "address": f"{chance.choice(_STREETS)} {chance.randrange(1, 200)}\\, {city}",
        "updated_at": str(1_700_000_000 + number * 3_600),
        "custom:department": chance.choice(DEPARTMENTS),
        "custom:employee_number": str(10_000 + number),
    }


def _line(user: dict[str, str]) -> str:
    return ",".join(user.get(column, "") for column in COLUMNS)


def _letters(name: str) -> str:
    """The name in lower-case ASCII letters."""
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in plain.lower() if letter.isascii() and letter.isalpha())
