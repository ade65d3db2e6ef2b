"""Files of which only a mapping is proposed, mostly for their headers."""

from __future__ import annotations

import csv
import io
from typing import Final

from tests.unit.answers.case import Case, made
from tests.unit.proposal.headers import HEADERS
from tests.unit.proposal.test_proposal import COLUMNS


def _of(columns: list[tuple[str, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(zip(*((name, value) for name, value, _ in columns), strict=True))
    return text.getvalue().encode()


_STATES: Final = (
    ("active", "", "", "no"),
    ("Inactive", "", "", "yes"),
    ("on leave", "", "2024-01-31", "no"),
    ("Active", "x", "", "yes"),
    ("", "", "", "no"),
)
FILES: Final = {
    **{name: Case(_of(columns), columns=COLUMNS, is_proposed=True) for name, columns in HEADERS.items()},
    "states of several kinds": made(
        "Login,Mail,Status,Active,Blocked,Left on,Employment,Flag,Notes",
        *(
            f"u{at},u{at}@example.com,{state},{at % 2 == 0},{blocked},{left},permanent,{flag},note {at}"
            for at, (state, blocked, left, flag) in enumerate(_STATES)
        ),
        columns=COLUMNS,
        is_proposed=True,
    ),
    "a state of which all words are clear": made(
        "Login,Mail,Status,Enabled,Locked",
        "ann,ann@example.com,active,true,no",
        "bob,bob@example.com,disabled,false,yes",
        columns=COLUMNS,
        is_proposed=True,
    ),
    "more words than a state has": made(
        "Login,Mail,Status,Notes",
        *(f"u{at},u{at}@example.com,s{at},n{at}" for at in range(40)),
        columns=COLUMNS,
        is_proposed=True,
        is_shown=False,
    ),
    "dates of every form": made(
        "A,Birthday,Day of birth,Born on,DOB",
        "1990-01-31,1990/01/31,31.01.1990,31/01/1990,01-31-1990",
        "1990-02-01,1990/02/01,01.02.1990,01/02/1990,02-01-1990",
        columns=COLUMNS,
        is_proposed=True,
    ),
    "usernames that repeat": made(
        "Login,Mail", *(f"u{at % 8},u{at}@example.com" for at in range(10)), columns=COLUMNS, is_proposed=True
    ),
    "usernames of which one repeats": made(
        "Login,Mail",
        *(f"u{max(at, 1)},u{at}@example.com" for at in range(20)),
        columns=COLUMNS,
        is_proposed=True,
        is_shown=False,
    ),
    "name in small and in capital letters": made("name,Mail", "Ann,ann@example.com", columns=COLUMNS, is_proposed=True),
    "Name in capital letters": made("Name,Mail", "Ann,ann@example.com", columns=COLUMNS, is_proposed=True),
    "name beside a first name": made(
        "name,First name,Mail", "Lee,Ann,ann@example.com", columns=COLUMNS, is_proposed=True
    ),
    "no header": made("ann,ann@example.com", "bob,bob@example.com", columns=COLUMNS, is_proposed=True),
    "hashes and passwords": made(
        "Login,Password,Hash",
        f"ann,secret1,$2b$12${'a' * 53}",
        "bob,secret2,",
        columns=(*COLUMNS, "password_hash"),
        is_proposed=True,
    ),
    "members of members": Case(
        b'[{"id": 1, "profile": {"login": "ann", "mail": "ann@example.com", "a": {"b": {"c": 1}}}, "active": true, '
        b'"tags": ["x"]}, {"id": 2, "profile": {"login": "bob"}, "active": false}]',
        columns=COLUMNS,
        is_proposed=True,
    ),
    "broken JSON": Case(b'[{"login": "ann"', columns=COLUMNS, is_proposed=True),
    "custom attributes": made(
        "Department,Employee ID,Cost Centre,Team,Town",
        "Sales,4711,12,A,Bonn",
        columns=(*COLUMNS, "custom:employee_number", "custom:kostenstelle", "custom:stadt"),
        is_proposed=True,
    ),
}
