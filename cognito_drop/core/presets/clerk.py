"""Clerk: the CSV export of the dashboard, which has the password digests, users as the API answers with them (JSON), or
the JSON file of `clerk migrate export clerk`.

https://clerk.com/docs/guides/development/migrating/export-from-clerk
https://github.com/clerk/cli/blob/main/packages/cli-core/src/commands/migrate/export/clerk.ts
https://clerk.com/docs/reference/backend-api/tag/users/get/users (the API's members; in its SDK the same in camelCase)
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
from cognito_drop.core.presets.user import (
    SourceUser,
    evened,
    evenly,
    has_content,
    has_more,
    is_shut_out,
    is_true,
    member,
    objects,
    text,
    word,
)
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
_OF_CLI = ("createorganizationenabled", "deleteselfenabled")
_LISTS = ("verifiedemailaddresses", "verifiedphonenumbers")
_LINKS = ("externalaccounts", "samlaccounts", "enterpriseaccounts")
_API_MEMBERS = frozenset(
    {
        *("id", "object", "firstname", "lastname", "username", "banned", "locked", "emailaddresses", "phonenumbers"),
        *("primaryemailaddressid", "primaryphonenumberid", "primaryweb3walletid", "totpenabled", "twofactorenabled"),
        *("backupcodeenabled", "passwordenabled", "passkeys", *_LINKS, "organizationmemberships", "imageurl"),
        *("profileimageurl", "hasimage", "createdat", "updatedat", "lastsigninat", "lastactiveat", "legalacceptedat"),
        *("lockoutexpiresinseconds", "verificationattemptsremaining", "deleteselfenabled", "mfaenabledat"),
        *("createorganizationenabled", "createorganizationslimit", "mfadisabledat", "passwordlastupdatedat", "raw"),
    }
)


class Clerk(Export):
    """Users with one primary address and one primary number each; further ones have no place in a pool."""

    name = PresetName.CLERK
    columns = ("email", "phone_number", "given_name", "family_name", "name")
    members = _MEMBERS | _API_MEMBERS
    status_in = frozenset({"banned"})
    records_in = "data"
    signs = (
        *map(frozenset, [["primary_email_address"], ["primary_phone_number"], ["verified_email_addresses"]]),
        *map(frozenset, [["emailaddresses", "primaryemailaddressid"], ["primaryphonenumberid"]]),
    )
    first_value = re.compile(r"user_\w*\d\w*")  # no name of a column, such as user_id
    how = "Export the users as CSV from Clerk's dashboard, with the header in the first line."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """An address is verified when it stands among the verified ones."""
        by_name = evenly(record)
        if "emailaddresses" in by_name:
            return _api_user(self, by_name)
        emails, phones = _listed(record, "verified_email_addresses"), _listed(record, "verified_phone_numbers")
        email = text(record.get("primary_email_address")).strip() or next(iter(emails), "")
        phone = text(record.get("primary_phone_number")).strip() or next(iter(phones), "")
        is_primary_verified = _is_of_cli(by_name)
        # The dashboard writes a tab before what a spreadsheet would take for a formula.
        given, family = text(record.get("first_name")).strip(), text(record.get("last_name")).strip()
        attributes = {
            "email": email,
            "email_verified": "true" if email and (is_primary_verified or email in emails) else "false",
            "phone_number": phone,
            "phone_number_verified": "true" if phone and (is_primary_verified or phone in phones) else "false",
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
        if has_more(record, self.members):
            user.notes.append(Note.OTHER_DATA)
        return user


def _is_of_cli(given: Mapping[str, Any]) -> bool:
    """Whether Clerk's CLI has written the record: it has these as booleans, lists as lists, and a primary address or
    number only if it is verified, in no list."""
    has_settings = any(isinstance(given.get(name), bool) for name in _OF_CLI)
    return has_settings and not any(isinstance(given.get(name), str) for name in _LISTS)


def _api_user(preset: Clerk, given: Mapping[str, Any]) -> SourceUser:
    """The user that a record of the API describes, read as the line of the CSV export that has the same."""
    emails = _addresses(given, "email_address", "primaryemailaddressid")
    phones = _addresses(given, "phone_number", "primaryphonenumberid")
    has_more_factors = any(is_true(given.get(name)) for name in ("totpenabled", "twofactorenabled"))
    user = preset.account(
        {
            **{name: given.get(evened(name)) for name in ("id", "first_name", "last_name", "username", "banned")},
            **emails,
            **phones,
            "totp_secret": "set" if has_more_factors or given.get("passkeys") else "",
        }
    )
    if is_shut_out(given.get("locked")) and given.get("lockoutexpiresinseconds") is None:  # a lockout without end
        user.refused = RejectionCode.USER_DISABLED
    if any(given.get(name) for name in _LINKS):
        user.notes.append(Note.SOCIAL_IDENTITIES)
    if given.get("organizationmemberships"):
        user.notes.append(Note.ROLES)
    if any(has_content(value) for name, value in given.items() if name not in _API_MEMBERS):
        user.notes.append(Note.OTHER_DATA)
    return user


def _addresses(given: Mapping[str, Any], kind: str, primary: str) -> Mapping[str, Any]:
    """The addresses or numbers of a record of the API as the CSV export has them."""
    plural = "email_addresses" if kind == "email_address" else "phone_numbers"
    found: dict[str, Any] = {f"verified_{plural}": [], f"unverified_{plural}": []}
    for one in map(evenly, objects(given.get(evened(plural)))):
        value = text(one.get(evened(kind))).strip()
        is_verified = word(member(one.get("verification"), "status")) == "verified"
        found[f"{'' if is_verified else 'un'}verified_{plural}"].append(value)
        if one.get("id") and one.get("id") == given.get(primary):
            found[f"primary_{kind}"] = value
    return found


def _listed(record: Mapping[str, Any], name: str) -> list[str]:
    listed = record.get(name)
    parts = map(text, listed) if isinstance(listed, list) else text(listed).split(_BETWEEN)
    return [part.strip() for part in parts if part.strip()]
