"""Amazon Cognito itself: what ListUsers answers, as the AWS CLI writes it (`{"Users": […]}`), a user a line, or as the
usual exporters write it: a list, with the groups of each user, attributes as an object, or a CSV file.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html
docs/schemas/export-user-1.json: what `cognito-drop export` writes
https://github.com/mifi/cognito-backup and https://github.com/rahulpsd18/cognito-backup-restore (a list; `Groups`)
https://github.com/studionone/cognito-export (attributes as an object)
https://github.com/hawkerfun/cognito-csv-exporter and its copies (a CSV file with attributes and members as columns)
ListUsers gives out no password hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    evened,
    evenly,
    flag,
    has_content,
    is_true,
    json_value,
    objects,
    text,
    word,
)
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR, is_group_name, joined
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, USERNAME, is_custom
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATUSES = ("UserStatus", "Status", "Confirmation status")
_ENABLED = ("Enabled", "Status")
"""Only these say who is disabled: UserStatus is CONFIRMED of disabled users, too."""
_STANDARD = (
    *("email", "phone_number", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
    *("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "address", "updated_at"),
)
_NEVER_SET = frozenset({"sub", "identities", "cognito:user_status", MFA_ENABLED})
_VERIFIED = ("email_verified", "phone_number_verified")
_USERNAMES = ("Username", USERNAME)
_SIGNS = ("UserAttributes", "UserStatus", "UserCreateDate", "UserLastModifiedDate", "Confirmation status")
"""Members of no other system, also as SDKs of other languages write them: `userStatus`."""
_MEMBERS = frozenset(
    {
        *(*_USERNAMES, "Attributes", "UserAttributes", "UserCreateDate", "UserLastModifiedDate", "Enabled"),
        *(*_STATUSES, "MFAOptions", "PreferredMfaSetting", "UserMFASettingList", "Groups"),
        *(*_STANDARD, *_NEVER_SET, *_VERIFIED),
    }
)
_SHUT_OUT = frozenset({"archived", "compromised", "unknown", "disabled"})
_ADMITTED = frozenset({"", "confirmed", "unconfirmed", "reset_required", "force_change_password", "enabled"})
OLD_SUB = "custom:old_sub"
"""Takes the user's `sub` in the exported pool, where this pool has the attribute and files may set it: a new pool gives
every user a new one."""
_FROM_OUTSIDE = "external_provider"


class CognitoUsers(Export):
    """Users of another pool, with their custom attributes where this pool has the same ones."""

    name = PresetName.COGNITO
    gives_hashes = False
    columns = (*_STANDARD, "custom:*", GROUPS)
    records_in = "Users"
    members = _MEMBERS
    status_in = frozenset(_ENABLED)
    more_status_in = frozenset(_STATUSES)
    signs = tuple(frozenset({name}) for name in ("Attributes", *_SIGNS, *map(evened, _SIGNS)))
    how = "Export the users with `aws cognito-idp list-users`."

    def knows(self, name: str) -> bool:
        """In a CSV file attributes are columns."""
        return super().knows(name) or _is_attribute(name)

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """In a pool that signs in with email or phone, Username is an id of Cognito's own: the same as `sub`."""
        given = _attributes(record)
        attributes = {name: value for name, value in given.items() if name not in _NEVER_SET}
        for name in _VERIFIED:
            attributes[name] = flag(given.get(name, ""))
        if not attributes.get(OLD_SUB):  # of several moves the first one counts
            attributes[OLD_SUB] = given.get("sub", "")
        names, is_read = _groups(record.get("Groups"))
        fitting = [name for name in names if is_group_name(name) and SEPARATOR not in name]
        attributes[GROUPS] = joined(fitting)
        username = next(filter(None, (text(record.get(name)) for name in _USERNAMES)), given.get("sub", ""))
        is_own = username != given.get("sub")
        user = SourceUser(
            id=given.get("sub") or username,  # what an application stores of a user
            username=username if is_own else "",
            attributes=attributes,
        )
        _judge(user, record)
        if len(fitting) < len(names) or not is_read:
            user.notes.append(Note.ROLES)
        if given.get("identities"):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if record.get("MFAOptions") or record.get("UserMFASettingList") or is_true(given.get(MFA_ENABLED)):
            user.notes.append(Note.MFA)
        if any(has_content(value) for name, value in record.items() if not self.knows(name)):
            user.notes.append(Note.OTHER_DATA)
        return user


def _judge(user: SourceUser, record: Mapping[str, Any]) -> None:
    """Say whether the user may be let in. The console has labels, and `Status` for what ListUsers calls Enabled."""
    statuses = {word(record[name]).replace(" ", "_") for name in _STATUSES if name in record}
    if _FROM_OUTSIDE in statuses:
        user.refused = RejectionCode.USER_FEDERATED
    elif statuses & _SHUT_OUT or not is_true(record.get("Enabled", True)):
        user.refused = RejectionCode.USER_DISABLED
    elif not statuses <= _ADMITTED or statuses == {""}:
        user.refused = RejectionCode.USER_STATUS_UNKNOWN
    elif record.keys().isdisjoint(_ENABLED):  # ListUsers always has it
        user.refused, user.lacks_status = RejectionCode.USER_STATUS_UNKNOWN, True


def _is_attribute(name: str) -> bool:
    return name in _STANDARD or name in _VERIFIED or name in _NEVER_SET or is_custom(name)


def _attributes(record: Mapping[str, Any]) -> dict[str, str]:
    """A list of names and values, an object, or members of the record itself."""
    for name in ("Attributes", "UserAttributes"):
        found = record.get(name)
        if isinstance(found, str):  # in a CSV file
            found = json_value(found)
        if isinstance(found, dict):
            return {name: text(value) for name, value in found.items()}
        if pairs := list(map(evenly, objects(found))):
            return {text(one.get("name")): text(one.get("value")) for one in pairs}
    return {name: text(value) for name, value in record.items() if _is_attribute(name)}


def _groups(groups: Any) -> tuple[list[str], bool]:  # noqa: ANN401  (any JSON)
    """Names of groups, or the objects that AdminListGroupsForUser answers with; and whether that is all there is. In a
    CSV file only a list in JSON is read: any sign that may stand between two names may be in one, too."""
    listed = json_value(groups) if isinstance(groups, str) else groups
    if not isinstance(listed, list):
        return [], not has_content(groups)
    return [text(one.get("GroupName") if isinstance(one, dict) else one) for one in listed], True
