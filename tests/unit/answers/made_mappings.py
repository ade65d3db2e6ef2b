"""Files that are read with a mapping."""

from __future__ import annotations

from typing import Any, Final

from tests.unit.answers.case import hashes, made
from tests.unit.answers.made_exports import ACCOUNTS, ANN, BOB, KEYCLOAK, STAFF, STAFF_HEADER, WITH_HASHES, document
from tests.unit.answers.made_rows import BCRYPT, LENIENT

BLANK_OR_NOT: Final[tuple[Any, ...]] = (None, "", [], {}, "yes", False, "no", ["gone"], {"since": 1}, [{}])
_NAMED: Final = {"cognito:username": "login", "email": "mail", "email_verified": {"constant": True}}
_TITLED: Final = {"cognito:username": "Login", "email": "Mail", "email_verified": {"constant": True}}
MAPPINGS: Final = {
    "all kinds of rules": made(
        STAFF_HEADER,
        "ANN,ann@example.com,,Ann,Lee,31.01.1990,+442079460958,ja,staff,Sales,EU,,active,38",
        "Bob,,bob@example.com,Bob,,1.2.1990,,nein,,,,no,Active,",
        "cy,cy@example.com,,,Poe,1990-01-31,,X,a|b,Sales,,yes,active,",
        "di,di@example.com,,Di,Wu,,,,,,,,Gone,",
        "ed,ed@example.com,,Ed,Yu,,,,,,,,unknown,",
        preset=STAFF,
    ),
    "dates of another form that are left out": made(
        STAFF_HEADER, "cy,cy@example.com,,,Poe,soon,,X,,Sales,,,active,", preset=STAFF, options=LENIENT
    ),
    "a column that the mapping reads is missing": made(
        "Login,Work mail,First", "ann,ann@example.com,Ann", preset=STAFF
    ),
    "members of members": document(
        {
            "accounts": [
                {
                    "profile": {
                        "login": "ann",
                        "mails": "ann@example.com",
                        "checked": True,
                        "names": {"full": "Ann Lee"},
                    },
                    "teams": ["staff", "admins"],
                    "secret": BCRYPT,
                    "blocks": [],
                },
                {
                    "profile": {"login": "bob", "mails": "bob@example.com", "checked": "yes", "names": None},
                    "teams": "staff",
                    "blocks": [{"since": 2024}],
                },
                {"profile": {"login": "cy", "mails": ["cy@example.com"], "checked": 1}, "blocks": False, "more": 1},
                {"profile.login": "di", "profile": {"mails": "di@example.com", "checked": True}, "blocks": None},
            ]
        },
        preset=ACCOUNTS,
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT", "SCRYPT"),
    ),
    "a path that no record has": document(
        [{"login": "ann", "mail": "ann@example.com"}],
        preset={"columns": {**_NAMED, "name": "profile.name"}},
    ),
    "paths of which no record has one": document(
        [{"login": "ann", "mail": "ann@example.com"}],
        preset={"columns": {"cognito:username": {"first": ["user", "id"]}, "email": {"first": ["Mail", "mails"]}}},
    ),
    "what a preset lacks": document(
        [ANN | {"app_metadata": {"team": "sales"}}, BOB | {"app_metadata": {"team": "x", "gone": "yes"}}],
        preset={
            "preset": "auth0",
            "columns": {"custom:team": "app_metadata.team", "name": {"constant": "A user"}},
            "disabled": "app_metadata.gone",
        },
    ),
    "a mapping that names another preset": document(
        [KEYCLOAK], preset={"preset": "auth0", "columns": {"custom:team": "x"}}, options={"has_own_mapping": True}
    ),
    "constants for all users": made(
        "Login,Mail",
        "ann,ann@example.com",
        "bob,bob@example.com",
        preset={"columns": {**_TITLED, "custom:level": {"constant": 700}}},
    ),
    "aliases that a mapping verifies": made(
        "Login,Mail",
        "ann,ann@example.com",
        "bob,ann@example.com",
        preset={"columns": _TITLED},
        pool={"AliasAttributes": ["email"]},
    ),
    **{
        f"a status that is not read, and is {value!r} for one user": document(
            [{"login": "ann", "mail": "ann@example.com", "active": True}, {"login": "bob", "active": value}],
            preset={"columns": _NAMED},
        )
        for value in BLANK_OR_NOT
    },
    "half of a pair of surrogates in an attribute that files may not set": made(
        '[{"login": "ann", "mail": "ann@example.com", "team": "\\ud800"}]',
        preset={"columns": {**_NAMED, "custom:team": "team"}},
        options={"attributes": frozenset(), **LENIENT},
    ),
    "a status that is not read": made(
        "Login,Mail,Status",
        "ann,ann@example.com,active",
        preset={"columns": _TITLED},
    ),
}
