"""Amazon Cognito itself: what ListUsers answers, as the AWS CLI writes it (`{"Users": […]}`), or a user a line.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html
ListUsers gives out no password hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import SourceUser, flag, has_more, is_true, objects, text, word
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEMBERS = frozenset(
    {
        *(
            "Username",
            "Attributes",
            "UserAttributes",
            "UserCreateDate",
            "UserLastModifiedDate",
            "Enabled",
            "UserStatus",
        ),
        *("MFAOptions", "PreferredMfaSetting", "UserMFASettingList"),
    }
)
_SHUT_OUT = frozenset({"archived", "compromised", "unknown"})
_NEVER_SET = frozenset({"sub", "identities", "cognito:user_status", "cognito:mfa_enabled"})
_FROM_OUTSIDE = "external_provider"


class CognitoUsers(Export):
    """Users of another pool, with their custom attributes where this pool has the same ones."""

    name = PresetName.COGNITO
    columns = (
        *(
            "email",
            "phone_number",
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
        ),
        *(
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "address",
            "updated_at",
            "custom:*",
        ),
    )
    records_in = "Users"
    members = _MEMBERS
    status_in = frozenset({"Enabled", "UserStatus"})
    signs = (frozenset({"Attributes"}), frozenset({"UserAttributes"}), frozenset({"UserStatus"}))
    how = "Export the users with `aws cognito-idp list-users`."

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """In a pool that signs in with email or phone, Username is an id of Cognito's own: the same as `sub`."""
        pairs = objects(record.get("Attributes")) or objects(record.get("UserAttributes"))
        given = {text(one.get("Name")): text(one.get("Value")) for one in pairs}
        attributes = {name: value for name, value in given.items() if name not in _NEVER_SET}
        for name in ("email_verified", "phone_number_verified"):
            attributes[name] = flag(given.get(name, ""))
        username = text(record.get("Username"))
        is_own = username != given.get("sub")
        user = SourceUser(
            id=username,
            username=username if is_own else "",
            attributes=attributes,
        )
        status = word(record.get("UserStatus"))
        if status == _FROM_OUTSIDE:
            user.refused = RejectionCode.USER_FEDERATED
        elif status in _SHUT_OUT or not is_true(record.get("Enabled", True)):
            user.refused = RejectionCode.USER_DISABLED
        if given.get("identities"):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if record.get("MFAOptions") or record.get("UserMFASettingList"):
            user.notes.append(Note.MFA)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user
