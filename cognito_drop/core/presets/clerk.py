"""Clerk: the CSV export of the dashboard, which has the password digests.

https://clerk.com/docs/guides/development/migrating/export-from-clerk
Columns: id, first_name, last_name, username, primary_email_address, primary_phone_number, verified_email_addresses,
unverified_email_addresses, verified_phone_numbers, unverified_phone_numbers, totp_secret, password_digest,
password_hasher.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import SourceUser, has_more, is_shut_out, text, word
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_BETWEEN = "|"
_MEMBERS = frozenset(
    {
        *("id", "first_name", "last_name", "username", "primary_email_address", "primary_phone_number", "banned"),
        *("verified_email_addresses", "unverified_email_addresses", "verified_phone_numbers"),
        *("unverified_phone_numbers", "totp_secret", "password_digest", "password_hasher", "created_at", "updated_at"),
        *("last_sign_in_at", "last_active_at", "locked"),
    }
)


class Clerk(Export):
    """Users with one primary address and one primary number each; further ones have no place in a pool."""

    name = PresetName.CLERK
    columns = ("email", "phone_number", "given_name", "family_name", "name")
    members = _MEMBERS
    status_in = frozenset({"banned"})
    signs = tuple(map(frozenset, [["primary_email_address"], ["primary_phone_number"], ["verified_email_addresses"]]))
    first_value = re.compile(r"user_\w+")
    how = "Export the users as CSV from Clerk's dashboard, with the header in the first line."

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """An address is verified when it stands among the verified ones."""
        emails, phones = _listed(record, "verified_email_addresses"), _listed(record, "verified_phone_numbers")
        email = text(record.get("primary_email_address")).strip() or next(iter(emails), "")
        phone = text(record.get("primary_phone_number")).strip() or next(iter(phones), "")
        given, family = text(record.get("first_name")), text(record.get("last_name"))
        attributes = {
            "email": email,
            "email_verified": "true" if email and email in emails else "false",
            "phone_number": phone,
            "phone_number_verified": "true" if phone and phone in phones else "false",
            "given_name": given,
            "family_name": family,
            "name": " ".join(part for part in (given, family) if part),
        }
        password, hasher = text(record.get("password_digest")), text(record.get("password_hasher"))
        user = SourceUser(
            id=text(record.get("id")),
            username=text(record.get("username")),
            attributes=attributes,
            password=password,
            has_password=bool(password),
            algorithm=HashAlgorithm.BCRYPT if word(hasher) == "bcrypt" else None,
        )
        if is_shut_out(record.get("banned")):
            user.refused = RejectionCode.USER_DISABLED
        others = [
            *_listed(record, "unverified_email_addresses"),
            *_listed(record, "unverified_phone_numbers"),
            *emails,
            *phones,
        ]
        if any(one not in (email, phone) for one in others):
            user.notes.append(Note.OTHER_ADDRESSES)
        if record.get("totp_secret"):
            user.notes.append(Note.MFA)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user


def _listed(record: Mapping[str, Any], name: str) -> list[str]:
    listed = record.get(name)
    parts = map(text, listed) if isinstance(listed, list) else text(listed).split(_BETWEEN)
    return [part.strip() for part in parts if part.strip()]
