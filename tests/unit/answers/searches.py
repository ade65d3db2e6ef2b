"""Files in which values are searched for, as `find` does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.unit.answers.made_exports import LAYOUTS as EXPORTS
from tests.unit.answers.made_layouts import FOREIGN, LAYOUTS
from tests.unit.answers.made_users import USERS
from tests.unit.answers.made_values import VALUES

_VALUES: Final = {
    "phone numbers": (
        *("+442079460958", "+44 20 7946 0958", "0044 20 7946 0958", "442079460964", "020 7946 0961", "(020) 7946-0961"),
        *("+44", "+44207946095", "+442079460963", "4.42E+11", "00000000", "+4420794609581234", "442079460958"),
    ),
    "local phone numbers": ("+442079460958", "02079460961", "7946 0958", "+4915123456789", "0151 23456789", "1234"),
    "local phone numbers of the United States": ("+12065550100", "206 555 0101", "12065550102", "555-0100"),
    "email addresses": (
        *("ann@example.com", "BOB@example.com", "jo@example.com", "g\u00fcn@example.com", "gu\u0308n@example.com"),
        *("kay@example.com", "example.com", "fay@example.com"),
    ),
    "invisible signs": ("ann", "Bob", "cy", "Di", "name"),
    "apostrophes and formulas": ("Ann", "'Ann", "Bob", "+442079460958", "O'Neil"),
}
_LAYOUTS: Final = {
    "doubled quotation marks": ('Ann "Al" Lee', '"Bob"', "bob"),
    "an escaped comma": ("Lee, Ann", "Lee\\, Ann", "Lee"),
    "a quoted comma": ("Lee, Ann", "lee, ann"),
    "UTF-16, little end first": ("\u00c4nn", "\u00e4nn", "ann"),
    "UTF-16, big end first": ("A\u0308nn", "bob@example.com"),
    "a line break in a quoted value": ("Ann\nLee", "Lee", "Roe, Bob"),
    "a quotation mark that is not closed": ("Bob", "bob", "Cy"),
    "a row that is too long": ("ann@example.com", "bob@example.com", "A" * 40),
    "chunks of seven bytes": ("Lee, Ann", "bob@example.com", "cy"),
    "sep= above the header": ("sep=;", "bob"),
}
_EXPORTS: Final = {
    "a list": ("bob@example.com", "AUTH0|2", "auth0", "user_id"),
    "lines of which one is broken": ("auth0|9", "bob@example.com"),
    "a record that is too long": ("bob@example.com", "auth0|2", "cy@example.com"),
    "numbers and nothing in place of texts": ("7", "1.5", "true", "x", "None"),
    "brackets and quotation marks in texts": ("1", "]}", "b"),
    "line breaks, backslashes, and quotation marks in values": ("Ann\nLee", "Bob\\", 'C "y"'),
    "CSV with broken records": ("bob@example.com", "Lee", "cy@example.com"),
    "chunks of seven bytes": ("bob@example.com", "Cy Poe"),
}
_USERS: Final = {
    "keycloak, with hashes, groups, and roles": ("+442079460958", "020 7946 0958", "staff/admins", "/staff/admins"),
    "supabase, who is banned or deleted": ("+442079460958", "442079460958", "Ann Lee"),
    "firebase, with hashes and providers": ("+442079460959", "admin", "google.com"),
}
_FOREIGN: Final = {"JSON of no known system": ("ann", "ann@example.com"), "a web page": ("sign in",)}
FILES: Final = {
    f"{name}{kind}": replace(cases[name], searched=searched, is_shown=False)
    for kind, cases, values in (
        ("", VALUES, _VALUES),
        ("", LAYOUTS, _LAYOUTS),
        (" of an export", EXPORTS, _EXPORTS),
        ("", USERS, _USERS),
        ("", FOREIGN, _FOREIGN),
    )
    for name, searched in values.items()
}
