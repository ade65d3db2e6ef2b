"""Small exports of other systems, and mappings: how records are laid out, and what they say."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.unit.answers.case import COLUMNS, Case, made
from tests.unit.presets.exports import lines

WITH_HASHES: Final = (*COLUMNS, "password_hash")
ANN: Final = {"user_id": "auth0|1", "email": "ann@example.com", "email_verified": True, "name": "Ann Lee"}
BOB: Final = {"user_id": "auth0|2", "email": "bob@example.com", "email_verified": True, "name": "Bob Roe"}
CY: Final = {"user_id": "auth0|3", "email": "cy@example.com", "email_verified": False, "name": "Cy Poe"}
KEYCLOAK: Final = {"username": "ann", "enabled": True, "emailVerified": True, "email": "ann@example.com"}
CSV: Final = "Id,Email,Email Verified,Name"
STAFF: Final = {
    "columns": {
        "cognito:username": {"from": "Login", "lower": True},
        "email": {"first": ["Work mail", "Home mail"]},
        "email_verified": {"constant": True},
        "name": {"join": ["First", "Last"]},
        "birthdate": {"from": "Born", "date": "%d.%m.%Y"},
        "phone_number": "Phone",
        "phone_number_verified": {"from": "Phone checked", "is_true": ["ja", "x"]},
        "cognito:groups": "Teams",
        "custom:team": {"join": ["Dept", "Unit"], "with": "/"},
    },
    "disabled": ["Left", {"from": "State", "is_true": ["inactive", "Gone"]}],
    "leave_out": ["Shoe size"],
}
STAFF_HEADER: Final = (
    "Login,Work mail,Home mail,First,Last,Born,Phone,Phone checked,Teams,Dept,Unit,Left,State,Shoe size"
)
ACCOUNTS: Final = {
    "records": "accounts",
    "columns": {
        "cognito:username": "profile.login",
        "email": "profile.mails",
        "email_verified": "profile.checked",
        "name": "profile.names.full",
        "cognito:groups": "teams",
        "password_hash": "secret",
    },
    "disabled": "blocks",
    "password_hash_algorithm": "BCRYPT",
}


def document(value: Any, **how: Any) -> Case:  # noqa: ANN401  (any JSON, and the fields of Case)
    """A file of one JSON value."""
    return Case(json.dumps(value, indent=1 if how.pop("indented", False) else None).encode(), **how)


def auth0(content: bytes, **how: Any) -> Case:  # noqa: ANN401
    """An export of Auth0."""
    return Case(content, "auth0", **how)


LAYOUTS: Final = {
    "a record a line": auth0(lines([ANN, BOB, CY]).encode()),
    "a list": document([ANN, BOB, CY], preset="auth0"),
    "a list over several lines": document([ANN, BOB], preset="auth0", indented=True),
    "a page of an answer": document({"start": 0, "limit": 2, "total": 3, "users": [ANN, BOB]}, preset="auth0"),
    "two pages, one after the other": auth0(
        (json.dumps({"start": 0, "users": [ANN]}) + "\n" + json.dumps({"start": 1, "users": [BOB]})).encode()
    ),
    "a list of pages": document([{"start": 0, "users": [ANN]}, {"start": 1, "users": [BOB, CY]}], preset="auth0"),
    "two lists, one after the other": auth0((json.dumps([ANN]) + "\n" + json.dumps([BOB])).encode()),
    "lists of lists": document([[ANN], [BOB]], preset="auth0"),
    "an empty list": document([], preset="auth0"),
    "no record has a value": document([{"user_id": "", "email": " "}, {}], preset="auth0"),
    "a list that breaks off": auth0(json.dumps([ANN, BOB]).encode()[:-40]),
    "a list that breaks off between records": auth0(json.dumps([ANN, BOB]).encode()[:-1]),
    "lines of which one is broken": auth0(
        lines([ANN]).encode() + b'{"user_id": "auth0|9", "email": \n' + lines([BOB]).encode()
    ),
    "lines of which one is no object": auth0(lines([ANN, ["x"], "text", 7, None, BOB]).encode()),
    "lines with commas between them": auth0((json.dumps(ANN) + ",\n" + json.dumps(BOB) + "\n").encode()),
    "text behind a list": auth0(json.dumps([ANN]).encode() + b" and more"),
    "a broken value within a list": auth0(
        b'[{"user_id": "auth0|1", "email": nope}, ' + json.dumps(BOB).encode() + b"]"
    ),
    "brackets and quotation marks in texts": document(
        [ANN | {"name": 'A "}]{[" \\ B'}, BOB | {"user_metadata": {"a": [1, {"b": "]}"}]}}], preset="auth0"
    ),
    "members with brackets in their texts before a list": auth0(
        json.dumps(
            {
                "note": 'a "[{" b',
                "tags": ["x]", {"y": "}"}, [[1], {}]],
                "more": {"deep": [{"z": "{["}]},
                "users": [ANN, BOB],
            }
        ).encode()
    ),
    "a member that comes twice": auth0(
        b'{"user_id": "auth0|1", "email": "old@example.com", "email": "ann@example.com", "email_verified": true}\n'
    ),
    "numbers and nothing in place of texts": document(
        [ANN | {"name": 7, "nickname": None, "picture": 1.50, "given_name": True, "family_name": ["x"]}], preset="auth0"
    ),
    "half of a pair of surrogates": auth0(
        b'{"user_id": "auth0|1", "email": "ann@example.com", "email_verified": true, "name": "A\\ud800"}\n'
        + lines([BOB]).encode()
    ),
    "line breaks, backslashes, and quotation marks in values": document(
        [ANN | {"name": "Ann\nLee"}, BOB | {"name": "Bob\\"}, CY | {"name": 'C "y"', "email_verified": True}],
        preset="auth0",
    ),
    "UTF-16": auth0(("\ufeff" + lines([ANN, BOB])).encode("utf-16-le")),
    "UTF-8 with a byte order mark": auth0(("\ufeff" + lines([ANN])).encode()),
    "UTF-8 that breaks off within a character": auth0(lines([ANN]).encode() + b"\xc3"),
    "not UTF-8": auth0(lines([ANN]).encode() + b'{"user_id": "auth0|2", "name": "M\xfcller"}\n'),
    "chunks of seven bytes": auth0(lines([ANN, BOB, CY]).encode(), chunk=7),
    "a record that is too long": auth0(lines([ANN, BOB | {"name": "A" * 1_100_000}, CY]).encode(), is_shown=False),
    "CSV": made(
        CSV, "auth0|1,ann@example.com,true,Ann Lee", 'auth0|2,bob@example.com,false,"Roe, Bob"', preset="auth0"
    ),
    "CSV with a record of two lines": made(
        CSV, 'auth0|1,ann@example.com,true,"Ann', 'Lee"', "auth0|2,bob@example.com,true,Bob", preset="auth0"
    ),
    "CSV with broken records": made(
        CSV,
        "auth0|1,ann@example.com,true,Ann",
        "Lee",
        'auth0|2,bob@example.com,true,"Bob',
        "auth0|3,cy@example.com,true,Cy",
        preset="auth0",
    ),
    "CSV with comments and blank lines": made(
        CSV, "", "auth0|1,ann@example.com,true,Ann", "# left", ",,,", preset="auth0"
    ),
    "CSV with semicolons and CRLF": made(
        CSV.replace(",", ";"), "auth0|1;ann@example.com;true;Ann", end="\r\n", preset="auth0"
    ),
    "CSV with a column twice": made(f"{CSV},Email", "auth0|1,ann@example.com,true,Ann,ann@example.com", preset="auth0"),
    "a header alone": made(CSV, preset="auth0"),
}
