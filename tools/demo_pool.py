"""The user pool of the demo: sign-in with a name of one's own, verified emails, two custom attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.local_cloud import LocalCloud

DEPARTMENTS = ("Engineering", "Finance", "Logistics", "People", "Research\\, Design", "Sales", "Support")
"""Values of custom:department as in a file; one has a comma in it."""

COLUMNS = (
    "cognito:username",
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
    "custom:department",
    "custom:employee_number",
    "cognito:mfa_enabled",
)
"""The columns of `examples/users.csv`: the pool's, in an order of our own, which Cognito allows."""


OPEN: dict[str, object] = {"attributes": {"allow": ["custom:department", "custom:employee_number"]}}
"""What the demo's files may set: the pool's settings, beside its id."""


def create_demo_pool(cloud: LocalCloud) -> str:
    """Create the pool and return its id."""
    answer = cloud.client("cognito-idp").create_user_pool(
        PoolName="cognito-drop-demo",
        AutoVerifiedAttributes=["email"],
        MfaConfiguration="OFF",
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
            {
                "Name": "department",
                "AttributeDataType": "String",
                "Mutable": True,
                "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "40"},
            },
            {
                "Name": "employee_number",
                "AttributeDataType": "Number",
                "Mutable": True,
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "99999"},
            },
        ],
    )
    return str(answer["UserPool"]["Id"])
