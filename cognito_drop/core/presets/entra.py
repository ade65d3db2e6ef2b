"""Microsoft Entra ID: users that its portal downloads or takes (CSV), that the Microsoft 365 admin center exports
(CSV), or that Microsoft Graph answers with (JSON, `{"value": […]}`, page after page).

https://learn.microsoft.com/en-us/entra/identity/users/users-bulk-download (the columns of a download)
https://learn.microsoft.com/en-us/entra/identity/users/users-bulk-add (`Block sign in (Yes/No) [accountEnabled]`)
https://learn.microsoft.com/en-us/graph/api/resources/user (the members; accountEnabled comes with `$select` only)
Entra ID gives out no password hashes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import (
    SourceUser,
    evenly,
    first_of,
    has_content,
    has_more,
    is_shut_out,
    is_true,
    objects,
    text,
    values_of,
    word,
)
from cognito_drop.core.rows.email_address import is_email
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {
    "name": ("displayname", "name"),
    "given_name": ("givenname", "firstname"),
    "family_name": ("surname", "lastname"),
    "phone_number": ("mobilephone", "mobile", "telephonenumber", "phonenumber", "businessphones"),
    "locale": ("preferredlanguage",),
}
_LOGIN = ("userprincipalname", "username")
_IDS = ("id", "objectid")
_ENABLED = ("accountenabled",)
_BLOCKED = ("blocksignin", "blockcredential")
_DELETED = ("deleteddatetime", "softdeletiontimestamp")
_INVITATION = ("externaluserstate", "invitationstate", "userstate")
_ACCEPTED = "accepted"
_SYNCED = ("onpremisessyncenabled", "directorysynced", "dirsyncenabled")
_OTHER_MAILS = ("othermails", "alternateemailaddress", "alternateemailaddresses", "authenticationemail")
_MEMBERS = frozenset(
    {
        *(name for names in _COLUMNS.values() for name in names),
        *(*_LOGIN, *_IDS, *_BLOCKED, *_DELETED, *_INVITATION, *_SYNCED, *_OTHER_MAILS),
        *("mail", "proxyaddresses", "identities", "accountenabled", "usertype"),
        *("initialpassword", "passwordprofile", "passwordpolicies", "passwordneverexpires", "strongpasswordrequired"),
        *("lastpasswordchangetimestamp", "lastpasswordchangedatetime", "createddatetime", "whencreated"),
        *(
            "creationtype",
            "identityissuer",
            "externaluserstatechangedatetime",
            "userstatechangedon",
            "lastdirsynctime",
            "mailnickname",
        ),
        *("agegroup", "consentprovidedforminor", "legalagegroupclassification", "oathtokenmetadata", "context", "type"),
        *("assignedlicenses", "assignedplans", "provisionedplans", "licenses", "licenseassignmentdetails"),
        *("signinactivity", "signinsessionsvalidfromdatetime", "refreshtokensvalidfromdatetime", "releasetrack"),
        *("preferreddatalocation", "onpremisesimmutableid", "onpremiseslastsyncdatetime", "securityidentifier"),
    }
)
_PRIMARY = re.compile(r"\bSMTP:([^\s,;+]+)")
_OF_GUESTS = "#ext#"
_OF_TENANT = ".onmicrosoft.com"
_OF_POWERSHELL = "System."
"""How Export-Csv begins what it writes for a list: the name of its type."""


class Entra(Export):
    """Users of a tenant, whose addresses the organization has given them, and guests who took their invitation."""

    name = PresetName.ENTRA
    gives_hashes = False
    columns = ("email", *_COLUMNS)
    records_in = "value"
    reads_evened = True
    members = _MEMBERS
    status_in = frozenset({"accountenabled", *_BLOCKED})
    signs = (
        *(frozenset({"userprincipalname", name}) for name in ("accountenabled", "usertype", *_IDS)),
        *(frozenset({login, blocked}) for login in _LOGIN for blocked in _BLOCKED),
    )
    how = (
        "Download the users in the Microsoft Entra admin center (Users, All users, Download users), or ask Microsoft "
        "Graph for /users with "
        "$select=id,userPrincipalName,mail,accountEnabled,externalUserState,displayName,givenName,surname."
    )

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """The address is `mail`, the primary one of `proxyAddresses`, or the one of a local account of B2C; else the
        name to sign in with, unless no mail reaches it."""
        given = evenly(record)
        login, identities = first_of(given, _LOGIN), objects(given.get("identities"))
        has_mailbox = _has_mailbox(login)
        email = _mail(given, identities) or (login if has_mailbox and is_email(login) else "")
        attributes = {column: first_of(given, names) for column, names in _COLUMNS.items()}
        attributes["email"] = email
        if attributes["phone_number"].startswith(_OF_POWERSHELL):
            attributes["phone_number"] = ""
        attributes["email_verified"] = "true" if email and not _is_pending(given, login) else "false"
        attributes["phone_number_verified"] = "false"
        user = SourceUser(first_of(given, _IDS), login if has_mailbox else "", attributes)
        if _is_disabled(record):
            user.refused = RejectionCode.USER_DISABLED
        elif None in values_of(record, _ENABLED):  # what Graph answers without the permission
            user.refused = RejectionCode.USER_STATUS_UNKNOWN
        elif given.keys().isdisjoint(self.status_in):  # where it was asked for, Graph answers with it
            user.refused, user.lacks_status = RejectionCode.USER_STATUS_UNKNOWN, True
        if word(given.get("usertype")) == "guest" or any(_kind(one) == "federated" for one in identities):
            user.notes.append(Note.SOCIAL_IDENTITIES)
        if any(is_true(given.get(name)) for name in _SYNCED):
            user.notes.append(Note.DIRECTORY)
        if any(has_content(given.get(name)) for name in _OTHER_MAILS):
            user.notes.append(Note.OTHER_ADDRESSES)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user


def _is_disabled(record: Mapping[str, Any]) -> bool:
    """Yes in `Block sign in` is blocked, and whatever is not clearly true in `accountEnabled`."""
    return (
        any(value is not None and not is_true(value) for value in values_of(record, _ENABLED))
        or any(map(is_shut_out, values_of(record, _BLOCKED)))
        or any(map(has_content, values_of(record, _DELETED)))
    )


def _is_pending(given: Mapping[str, Any], login: str) -> bool:
    """Whether an invitation may not have been accepted: any other state, or none in the file for a guest."""
    if _OF_GUESTS in login.lower() and given.keys().isdisjoint(_INVITATION):
        return True
    state = first_of(given, _INVITATION)
    return word(state) != _ACCEPTED and is_shut_out(state)


def _has_mailbox(login: str) -> bool:
    """Whether the name may be an address: not those of guests, nor those of a tenant without a mailbox."""
    name = login.lower()
    return _OF_GUESTS not in name and not name.endswith(_OF_TENANT)


def _mail(given: Mapping[str, Any], identities: list[dict[str, Any]]) -> str:
    primary = _PRIMARY.search(text(given.get("proxyaddresses")))
    local = (text(evenly(one).get("issuerassignedid")) for one in identities if _kind(one) == "emailaddress")
    return first_of(given, ("mail",)) or (primary[1] if primary else next(local, ""))


def _kind(identity: Mapping[str, Any]) -> str:
    return word(evenly(identity).get("signintype"))
