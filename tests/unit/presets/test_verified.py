"""Which addresses and numbers count as verified."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.rows import RejectionCode as Code
from tests.unit.presets.exports import check_export, lines
from tests.unit.rows.files import user_pool


@pytest.mark.parametrize(
    ("preset", "user"),
    [
        (
            "fusionauth",
            {
                "active": True,
                "tenantId": "1",
                "verified": True,
                "identities": [{"type": "phoneNumber", "value": "+491511234567", "verified": True}],
            },
        ),
        (
            "keycloak",
            {
                "username": "ada",
                "enabled": True,
                "emailVerified": True,
                "attributes": {"phoneNumber": ["+491511234567"], "phoneNumberVerified": ["true"]},
            },
        ),
    ],
)
def test_a_user_without_an_address_who_is_called_verified_comes_by_the_number(
    preset: str, user: dict[str, Any]
) -> None:
    """These systems call users verified who have no address."""
    pool = user_pool(AutoVerifiedAttributes=["email", "phone_number"])
    outcome = check_export(lines([user]), preset, pool)
    assert outcome.codes == []
    assert [(user["phone_number_verified"], user["email_verified"]) for user in outcome.users] == [("true", "false")]


def test_what_fusionauth_says_of_an_identity_counts_in_any_case() -> None:
    """It keeps the values of identities in lower case."""
    identity = {"type": "email", "value": "ada@x.example", "verified": False}
    user = {"active": True, "tenantId": "1", "email": "Ada@x.example", "verified": True, "identities": [identity]}
    assert check_export(lines([user]), "fusionauth").codes == [(1, Code.NOT_VERIFIED)]
