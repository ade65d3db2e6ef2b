"""Firebase Authentication: `firebase auth:export` as JSON (`{"users": […]}`) and as CSV, which has no header.

https://firebase.google.com/docs/cli/auth
https://github.com/firebase/firebase-tools/blob/master/src/accountExporter.ts (the columns of the CSV file)
Its password hashes are a variant of scrypt with a key of the project's own, which Cognito does not verify.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import SourceUser, Texts, flag, has_more, is_shut_out, objects, text
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = Texts(("localId", "email", "displayName", "photoUrl", "phoneNumber"))
_PROVIDERS = ("google", "facebook", "twitter", "github")
_LATER_PROVIDERS = ("apple", "microsoft", "game_center", "play_games", "linkedin", "yahoo")
"""Those that firebase-tools writes behind all other columns, since May 2026."""


def _columns_of(*providers: str) -> tuple[str, ...]:
    return tuple(f"{provider}_{what}" for provider in providers for what in ("id", "email", "name", "photo"))


_PROVIDER_IDS = tuple(f"{provider}_id" for provider in (*_PROVIDERS, *_LATER_PROVIDERS))
_MEMBERS = frozenset(
    {
        *("localId", "email", "emailVerified", "displayName", "photoUrl", "phoneNumber", "disabled", "passwordHash"),
        *("salt", "version", "passwordUpdatedAt", "validSince", "createdAt", "lastLoginAt", "lastSignedInAt"),
        *("lastRefreshAt", "providerUserInfo", "mfaInfo", "customAttributes", "customAuth", "tenantId"),
        *_columns_of(*_PROVIDERS, *_LATER_PROVIDERS),
    }
)
_NOT_SOCIAL = frozenset({"password", "phone", ""})


class Firebase(Export):
    """Users with an email address or a phone number; anonymous ones have neither and are rejected for it."""

    name = PresetName.FIREBASE
    columns = ("email", "name", "picture", "phone_number")
    records_in = "users"
    csv_columns = (
        *("localId", "email", "emailVerified", "passwordHash", "salt", "displayName", "photoUrl"),
        *_columns_of(*_PROVIDERS),
        *("createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"),
    )
    more_csv_columns = _columns_of(*_LATER_PROVIDERS)

    members = _MEMBERS
    status_in = frozenset({"disabled"})
    signs = (frozenset({"localId"}),)
    how = "Export the users with a current firebase-tools: `firebase auth:export users.json --format=json`."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """A phone number in Firebase is one that has been verified by a message."""
        own_id, email, name, picture, phone = _TEXTS.of(record)
        attributes = {
            "email": email,
            "email_verified": flag(record.get("emailVerified")),
            "name": name,
            "picture": picture,
            "phone_number": phone,
            "phone_number_verified": "true" if phone else "false",
        }
        user = SourceUser(own_id, attributes=attributes, has_password=bool(record.get("passwordHash")))
        if is_shut_out(record.get("disabled")):
            user.refused = RejectionCode.USER_DISABLED
        providers = [text(one.get("providerId")) for one in objects(record.get("providerUserInfo"))]
        if not _NOT_SOCIAL.issuperset(providers) or any(map(record.get, _PROVIDER_IDS)):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if record.get("mfaInfo"):
            user.notes.append(Note.MFA)
        if record.get("customAttributes"):
            user.notes.append(Note.ROLES)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user
