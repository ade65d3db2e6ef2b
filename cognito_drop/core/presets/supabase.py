"""Supabase: the table `auth.users` as CSV, from the dashboard or from `COPY … TO STDOUT WITH CSV HEADER`, and pages of
its Admin API in JSON.

https://supabase.com/docs/guides/auth/managing-user-data and https://supabase.com/docs/guides/auth/users
https://supabase.com/docs/reference/javascript/auth-admin-listusers: metadata under other names, and no hashes
The columns are those that migrations/ of https://github.com/supabase/auth makes and internal/models/user.go reads.
`encrypted_password` is bcrypt for users who signed up there; imported users may have Argon2 or Firebase's
scrypt, and a project may encrypt the hashes, none of which Cognito takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    has_content,
    has_more,
    is_shut_out,
    is_true,
    json_object,
    objects,
    text,
)
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_METADATA = {
    "name": ("full_name", "name"),
    "given_name": ("given_name", "first_name"),
    "family_name": ("family_name", "last_name"),
    "nickname": ("user_name", "preferred_username"),
    "picture": ("avatar_url", "picture"),
    "locale": ("locale",),
    "zoneinfo": ("zoneinfo", "timezone"),
}
_NOTHING = frozenset({"", "null", "NULL", "\\N", "None"})
_USER_DATA, _APP_DATA = ("raw_user_meta_data", "user_metadata"), ("raw_app_meta_data", "app_metadata")
"""What the table and the API call them."""
_KNOWN_OF_APP = frozenset({"provider", "providers", "role", "roles"})
_SIGNS = ("raw_user_meta_data", "email_confirmed_at", "phone_confirmed_at", "instance_id")
_OWN_PROVIDERS = frozenset({"email", "phone"})
_MEMBERS = frozenset(
    {
        *("id", "email", "phone", "encrypted_password", "email_confirmed_at", "confirmed_at", "phone_confirmed_at"),
        *("raw_user_meta_data", "raw_app_meta_data", "banned_until", "deleted_at", "is_super_admin", "is_sso_user"),
        *("is_anonymous", "instance_id", "aud", "role", "created_at", "updated_at", "last_sign_in_at", "invited_at"),
        *("confirmation_token", "confirmation_sent_at", "recovery_token", "recovery_sent_at", "email_change"),
        *("email_change_token", "email_change_token_new", "email_change_token_current", "email_change_sent_at"),
        *("email_change_confirm_status", "phone_change", "phone_change_token", "phone_change_sent_at"),
        *("reauthentication_token", "reauthentication_sent_at"),
        *("user_metadata", "app_metadata", "identities", "factors", "new_email", "new_phone"),
    }
)
_KNOWN = frozenset({*(name for names in _METADATA.values() for name in names), "email", "email_verified"}) | {
    "sub",
    "phone_verified",
}


class Supabase(Export):
    """Users with an email address or a phone number; anonymous ones have neither and are rejected for it."""

    name = PresetName.SUPABASE
    columns = ("email", "phone_number", *_METADATA)
    records_in = "users"
    members = _MEMBERS
    status_in = frozenset({"banned_until"})
    # Devise's tables have these too, and other columns that say who is locked out.
    weak_signs = (frozenset({"encrypted_password"}), frozenset({"id", "email", "confirmed_at"}))
    signs = (*(frozenset({name}) for name in _SIGNS), *weak_signs)
    how = "Export the table auth.users as CSV, with its header."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """A date of confirmation is a verified address. Phone numbers stand without the + that Cognito asks for."""
        metadata, app = _metadata(record, _USER_DATA), _metadata(record, _APP_DATA)
        email, phone = _given(record, "email"), _given(record, "phone")
        password = _given(record, "encrypted_password")
        attributes = {
            "email": email,
            "email_verified": "true" if email and _is_confirmed(record) else "false",
            "phone_number": f"+{phone}" if phone and not phone.startswith("+") else phone,
            "phone_number_verified": "true" if phone and _has_date(record, "phone_confirmed_at") else "false",
        }
        for column, names in _METADATA.items():
            attributes[column] = next((found for name in names if (found := text(metadata.get(name)))), "")
        user = SourceUser(
            id=_given(record, "id"),
            attributes=attributes,
            password=password,
            has_password=bool(password),
            algorithm=HashAlgorithm.BCRYPT if password.startswith("$2") else None,
        )
        # Whether a ban is over cannot be distinguished from the file alone, so any counts.
        if _given(record, "banned_until") or _given(record, "deleted_at"):
            user.refused = RejectionCode.USER_DISABLED
        providers = app.get("providers")
        is_linked = isinstance(providers, list) and not _OWN_PROVIDERS.issuperset(map(text, providers))
        if is_linked or is_true(record.get("is_sso_user")):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if objects(record.get("factors")):
            user.notes.append(Note.MFA)
        if app.get("roles") or app.get("role") or is_true(record.get("is_super_admin")):
            user.notes.append(Note.ROLES)
        if _has_other_data(record, metadata, app):
            user.notes.append(Note.OTHER_DATA)
        return user


def _has_other_data(record: Mapping[str, Any], metadata: Mapping[str, Any], app: Mapping[str, Any]) -> bool:
    """Whether something has no column, or cannot be read."""
    if not metadata.keys() <= _KNOWN or not app.keys() <= _KNOWN_OF_APP or has_more(record, _MEMBERS):
        return True
    unread = (name for names, read in ((_USER_DATA, metadata), (_APP_DATA, app)) if not read for name in names)
    return any(has_content(record.get(name)) for name in unread)


def _metadata(record: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    return json_object(record.get(names[0])) or json_object(record.get(names[1]))


def _is_confirmed(record: Mapping[str, Any]) -> bool:
    """Whether the email address is. `confirmed_at` is the earlier date of email and phone number; before there was
    `email_confirmed_at` it was that of the email address."""
    if "email_confirmed_at" in record:
        return _has_date(record, "email_confirmed_at")
    is_of_phone = _given(record, "phone") and "phone_confirmed_at" not in record  # or may be
    return _has_date(record, "confirmed_at") and not (is_of_phone or _given(record, "phone_confirmed_at"))


def _has_date(record: Mapping[str, Any], name: str) -> bool:
    """Whether the record has a date, or says that there is one: exporters have many words for none."""
    value = _given(record, name)
    return is_true(value) or (is_shut_out(value) and any(map(str.isdigit, value)))


def _given(record: Mapping[str, Any], name: str) -> str:
    value = text(record.get(name)).strip()
    return "" if value in _NOTHING else value
