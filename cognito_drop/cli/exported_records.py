"""Users, groups, and settings as Cognito's answers have them, for the files of an export: with times in UTC, and
without secrets.

Settings are kept by name, so that a member which Cognito adds later is not written before it is known to be no secret.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html and
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cognito_idp.type_defs import GroupTypeTypeDef, UserTypeTypeDef

    from cognito_drop.cli.export_json import ExportedGroupJson, ExportedUserJson

OF_POOL: Final = (
    *("Id", "Name", "Arn", "CreationDate", "LastModifiedDate", "UserPoolTier", "DeletionProtection", "UserPoolTags"),
    *("SchemaAttributes", "UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "AutoVerifiedAttributes"),
    *("UserAttributeUpdateSettings", "Policies", "MfaConfiguration", "DeviceConfiguration", "AccountRecoverySetting"),
    *("AdminCreateUserConfig", "LambdaConfig", "EmailConfiguration", "SmsConfiguration", "UserPoolAddOns"),
    *("EmailVerificationSubject", "EmailVerificationMessage", "SmsVerificationMessage", "SmsAuthenticationMessage"),
    *("VerificationMessageTemplate", "Domain", "CustomDomain", "KeyConfiguration", "IssuerConfiguration"),
    *("AcrConfiguration", "DcrConfiguration"),
)
"""Settings of a pool. Names and ARNs of functions, keys, and roles are no secrets, and a new pool needs them."""
OF_CLIENT: Final = (
    *("ClientId", "ClientName", "ClientType", "CreationDate", "LastModifiedDate", "ExplicitAuthFlows"),
    *("AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity", "TokenValidityUnits", "RefreshTokenRotation"),
    *("AuthSessionValidity", "ReadAttributes", "WriteAttributes", "SupportedIdentityProviders", "CallbackURLs"),
    *("LogoutURLs", "DefaultRedirectURI", "AllowedOAuthFlows", "AllowedOAuthScopes"),
    *("AllowedOAuthFlowsUserPoolClient", "AnalyticsConfiguration", "PreventUserExistenceErrors"),
    *("EnableTokenRevocation", "EnablePropagateAdditionalUserContextData"),
)
OF_MFA: Final = (
    *("MfaConfiguration", "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"),
    "WebAuthnConfiguration",
)
_EXTERNAL_ID: Final = "ExternalId"
"""Who knows it, and the role's ARN, is one step closer to using the role. Any new pool has one of its own."""


def user_record(user: UserTypeTypeDef) -> ExportedUserJson:
    """A user, without the groups."""
    record: ExportedUserJson = {
        "Username": user["Username"],
        "Attributes": {each["Name"]: each.get("Value", "") for each in user.get("Attributes", [])},
        "UserStatus": user.get("UserStatus", ""),
        "Enabled": user.get("Enabled", False),
        "UserCreateDate": _moment(user.get("UserCreateDate")),
        "UserLastModifiedDate": _moment(user.get("UserLastModifiedDate")),
        "Groups": [],
    }
    if options := user.get("MFAOptions"):
        record["MFAOptions"] = [{name: str(value) for name, value in each.items()} for each in options]
    return record


def group_record(group: GroupTypeTypeDef) -> ExportedGroupJson:
    """A group."""
    record: ExportedGroupJson = {
        "GroupName": group["GroupName"],
        "CreationDate": _moment(group.get("CreationDate")),
        "LastModifiedDate": _moment(group.get("LastModifiedDate")),
    }
    if "Description" in group:
        record["Description"] = group["Description"]
    if "Precedence" in group:
        record["Precedence"] = group["Precedence"]
    if "RoleArn" in group:
        record["RoleArn"] = group["RoleArn"]
    return record


def settings(answer: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, object]:
    """The settings of these names."""
    return {name: _open(answer[name]) for name in names if name in answer}


def _open(value: Any) -> Any:  # noqa: ANN401  (any answer)
    """The value without what is secret in it."""
    if isinstance(value, dict):
        return {name: _open(inner) for name, inner in value.items() if name != _EXTERNAL_ID}
    if isinstance(value, list):
        return [_open(inner) for inner in value]
    return _moment(value) if isinstance(value, datetime) else value


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None
