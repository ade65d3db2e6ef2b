"""What an export has of Cognito's answers, and what it leaves out because it is secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import botocore.session
import pytest
from botocore.model import ListShape, StructureShape

from cognito_drop.cli.export_csv import ExportCsv
from cognito_drop.cli.exported_records import OF_CLIENT, OF_MFA, OF_POOL, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

LEFT_OUT = {
    "UserPoolType": {
        *("Status", "EstimatedNumberOfUsers"),  # facts of the moment
        *("SmsConfigurationFailure", "EmailConfigurationFailure"),
    },
    "UserPoolClientType": {"ClientSecret", "UserPoolId"},
    "GetUserPoolMfaConfigResponse": set[str](),
}
KEPT = {"UserPoolType": OF_POOL, "UserPoolClientType": OF_CLIENT, "GetUserPoolMfaConfigResponse": OF_MFA}
LIKE_SECRETS = re.compile(r"secret|credential|passphrase|privatekey|externalid", re.IGNORECASE)
MODEL = botocore.session.get_session().get_service_model("cognito-idp")


def _structure(name: str) -> StructureShape:
    shape = MODEL.shape_for(name)
    assert isinstance(shape, StructureShape)
    return shape


def _members(shape: Shape, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Shape]]:
    if shape.name in seen:
        return
    if isinstance(shape, StructureShape):
        for name, inner in shape.members.items():
            yield name, inner
            yield from _members(inner, seen | {shape.name})
    elif isinstance(shape, ListShape):
        yield from _members(shape.member, seen | {shape.name})


@pytest.mark.parametrize("shape", KEPT)
def test_every_setting_is_kept_or_left_out_on_purpose(shape: str) -> None:
    """One that Cognito adds fails here, and is not written until somebody has decided."""
    assert {*KEPT[shape], *LEFT_OUT[shape]} == set(_structure(shape).members)
    assert LEFT_OUT[shape].isdisjoint(KEPT[shape])


def test_no_member_that_is_secret_is_kept() -> None:
    """Of none of the kept settings, at any depth; AWS marks the ids of app clients too, which every page has."""
    secret = set[str]()
    for shape, kept in KEPT.items():
        members = _structure(shape).members
        for member in kept:
            found = [(member, members[member]), *_members(members[member])]
            secret |= {name for name, one in found if one.metadata.get("sensitive") or LIKE_SECRETS.search(name)}
    assert secret == {"ClientId", "ExternalId"}
    shown = settings({"SmsConfiguration": {"ExternalId": "x", "SnsRegion": "y"}, "Other": 1}, OF_POOL)
    assert shown == {"SmsConfiguration": {"SnsRegion": "y"}}


def _csv(*sign_in: str) -> ExportCsv:
    pool = {"AutoVerifiedAttributes": ["email"], "UsernameAttributes": list(sign_in)}
    return ExportCsv(pool, ["name", "email", "email_verified", "cognito:mfa_enabled", "cognito:username"])


def test_users_whom_a_csv_file_cannot_have_are_counted() -> None:
    """Who must not become an ordinary user, and whose values a line cannot hold."""
    good = {"Username": "ada", "Attributes": {"email": "ada@example.com", "email_verified": "true"},
            "UserStatus": "CONFIRMED", "Enabled": True, "Groups": ["a", "b"]}  # fmt: skip
    csv = _csv()
    lines = csv.lines([
        good,
        good | {"Enabled": False},
        good | {"UserStatus": "EXTERNAL_PROVIDER"},
        good | {"UserStatus": "COMPROMISED"},
        good | {"Attributes": {"name": "two\nlines"}},
        good | {"Attributes": {"name": "back\\slash"}},
    ])  # fmt: skip
    assert b"".join(lines).decode() == (
        "name,email,email_verified,cognito:mfa_enabled,cognito:username,cognito:groups\n"
        ",ada@example.com,true,false,ada,a|b\n"
    )
    assert csv.left_out == {"user_disabled": 2, "user_federated": 1, "value_not_in_csv": 2}


def test_a_user_without_the_name_of_the_pool_is_counted() -> None:
    """In a pool that signs in with email, the username is the address."""
    csv = _csv("email")
    user = {"Username": "5b7c", "Attributes": {"sub": "5b7c"}, "UserStatus": "CONFIRMED", "Enabled": True}
    assert len(list(csv.lines([user, user | {"Attributes": {"email": "a@example.com"}}]))) == 2
    assert csv.left_out == {"username_missing": 1}
