"""Under which name a user of another system signs in to the pool."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.rows import RejectionCode as Code
from tests.unit.presets.exports import check_export, lines, notes
from tests.unit.rows.files import user_pool

NAME, EMAIL, PHONE = "ada", "ada@example.com", "+442079460958"
OF_EMAIL = {"email": EMAIL, "email_verified": True}
OF_PHONE = {"phone_number": PHONE, "phone_verified": True}
BOTH = OF_EMAIL | OF_PHONE


def _username(record: dict[str, Any], **pool: list[str]) -> tuple[str, set[str]]:
    """The username of the row, and the notes that say why it is not the user's own; the code of a refused row."""
    verified = user_pool(AutoVerifiedAttributes=["email", "phone_number"], **pool)
    outcome = check_export(lines([{"user_id": "auth0|1", **record}]), "auth0", verified)
    if outcome.codes:
        return str(outcome.codes[0][1]), set()
    return outcome.users[0]["cognito:username"], {note for note in notes(outcome) if note.startswith("username_is")}


@pytest.mark.parametrize(
    ("sign_in", "record", "expected"),
    [
        (["email"], BOTH, EMAIL),
        (["email"], OF_EMAIL, EMAIL),
        (["email"], OF_PHONE, Code.USERNAME_MISSING),
        (["phone_number"], BOTH, PHONE),
        (["phone_number"], OF_PHONE, PHONE),
        (["phone_number"], OF_EMAIL, Code.USERNAME_MISSING),
        (["email", "phone_number"], BOTH, EMAIL),
        (["email", "phone_number"], OF_EMAIL, EMAIL),
        (["email", "phone_number"], OF_PHONE, PHONE),
        (["phone_number", "email"], BOTH, EMAIL),
        (["phone_number", "email"], OF_PHONE, PHONE),
    ],
)
def test_a_pool_signs_in_with_its_attribute_and_with_nothing_else(
    sign_in: list[str], record: dict[str, Any], expected: str
) -> None:
    """Whatever other name the user has; who lacks the attribute has no name for the pool."""
    for own in ({}, {"username": NAME}):
        assert _username({**record, **own}, UsernameAttributes=sign_in) == (expected, set())


@pytest.mark.parametrize(
    ("aliases", "record", "expected"),
    [
        ([], {**BOTH, "username": NAME}, (NAME, set())),
        ([], BOTH, (EMAIL, {"username_is_email"})),
        ([], OF_PHONE, (PHONE, {"username_is_phone"})),
        (["email", "phone_number"], {**BOTH, "username": NAME}, (NAME, set())),
        (["email"], {**BOTH, "username": EMAIL}, ("auth0|1", {"username_is_id"})),
        (["email"], BOTH, ("auth0|1", {"username_is_id"})),
        (["email"], OF_PHONE, (PHONE, {"username_is_phone"})),
        (["email"], {**OF_PHONE, "username": EMAIL}, (PHONE, {"username_is_phone"})),
        (["phone_number"], BOTH, (EMAIL, {"username_is_email"})),
        (["phone_number"], OF_PHONE, ("auth0|1", {"username_is_id"})),
        (["phone_number"], {**OF_EMAIL, "username": PHONE}, (EMAIL, {"username_is_email"})),
    ],
)
def test_another_pool_has_the_first_name_that_it_does_not_keep_for_aliases(
    aliases: list[str], record: dict[str, Any], expected: tuple[str, set[str]]
) -> None:
    """The user's own, the address, the id; a note says so where it is not the user's own."""
    assert _username(record, AliasAttributes=aliases) == expected
