"""Supabase: the table `auth.users` as CSV, from the dashboard or from `COPY … TO STDOUT WITH CSV HEADER`.

https://supabase.com/docs/guides/auth/managing-user-data
https://supabase.com/docs/guides/auth/users (the user object)
`encrypted_password` is bcrypt.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambdas.core.presets.user import Note, SourceUser, flag, member, text
from lambdas.core.rows.password_hash import HashAlgorithm
from lambdas.core.rows.rejection import RejectionCode

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
_OWN_PROVIDERS = frozenset({"email", "phone"})


class Supabase:
    """Users with an email address or a phone number; anonymous ones have neither and are rejected for it."""

    name = "supabase"
    columns = ("email", "phone_number", *_METADATA)
    records_in = None
    csv_columns = None

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """A date of confirmation is a verified address. Phone numbers stand without the + that Cognito asks for."""
        metadata, app = _object(record.get("raw_user_meta_data")), _object(record.get("raw_app_meta_data"))
        phone, password = _given(record, "phone"), _given(record, "encrypted_password")
        confirmed = _given(record, "email_confirmed_at") or _given(record, "confirmed_at")
        attributes = {
            "email": _given(record, "email"),
            "email_verified": "true" if confirmed and _given(record, "email") else "false",
            "phone_number": f"+{phone}" if phone and not phone.startswith("+") else phone,
            "phone_number_verified": "true" if phone and _given(record, "phone_confirmed_at") else "false",
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
        # Whether a ban is over cannot be told from the file alone, so any counts.
        user.refuse_if(RejectionCode.USER_DISABLED, _given(record, "banned_until") or _given(record, "deleted_at"))
        providers = member(app, "providers")
        linked = {text(one) for one in providers} if isinstance(providers, list) else set()
        user.note_if(Note.SOCIAL_IDENTITIES, linked - _OWN_PROVIDERS)
        user.note_if(Note.ROLES, member(app, "roles") or member(app, "role") or _is_true(record, "is_super_admin"))
        known = {name for names in _METADATA.values() for name in names} | {
            "email",
            "email_verified",
            "sub",
            "phone_verified",
        }
        user.note_if(Note.OTHER_DATA, set(metadata) - known)
        return user


def _given(record: Mapping[str, Any], name: str) -> str:
    value = text(record.get(name)).strip()
    return "" if value in _NOTHING else value


def _is_true(record: Mapping[str, Any], name: str) -> bool:
    return flag(record.get(name)) == "true"


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
    """The object that a column of JSON holds; an empty one where it holds none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
