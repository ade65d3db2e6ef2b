"""The columns of a pool's CSV file, and which schema stands behind each.

What a value in a column may be is left to `row_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.cognitoidp.models import CognitoIdpUserPoolAttribute

from localcloud.choices import HashColumn

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool

STANDARD: Final = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
)
USERNAME: Final = "cognito:username"
MFA_ENABLED: Final = "cognito:mfa_enabled"
PASSWORD_HASH: Final = "password_hash"  # noqa: S105  (the name of a column)


def columns_of(pool: CognitoIdpUserPool, hashes: HashColumn) -> list[str]:
    """The header that GetCSVHeader answers for the pool; `sub` and `identities` are never columns.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
    """
    custom = [name for name, attribute in pool.schema_attributes.items() if attribute.custom]
    listed = [PASSWORD_HASH] if hashes is HashColumn.LISTED else []
    return [*STANDARD, *custom, *listed, MFA_ENABLED, USERNAME]


def schema_of(pool: CognitoIdpUserPool) -> dict[str, CognitoIdpUserPoolAttribute]:
    """The attribute behind each column that has one.

    moto keeps only the attributes that CreateUserPool named, Cognito keeps all standard ones.
    """
    standard = {
        name: CognitoIdpUserPoolAttribute(name, custom=False, schema=CognitoIdpUserPoolAttribute.STANDARD_SCHEMA[name])
        for name in STANDARD
        if name not in pool.schema_attributes
    }
    return standard | {name: schema for name, schema in pool.schema_attributes.items() if name != "sub"}
