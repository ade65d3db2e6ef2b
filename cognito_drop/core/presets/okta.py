"""Okta: users as its API answers with them (JSON), or a CSV file with the names of Okta's user profile, in any order
and with or without case, blanks and what stands before a point.

https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ (the list of users: status and profile)
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/ (the attributes of the profile)
https://help.okta.com/en-us/Content/Topics/Directory/csv-integration-configure-profile-attributes.htm (names of columns)
Okta gives out no password hashes.
"""

from __future__ import annotations

import functools
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import SourceUser, as_texts, evened, has_content, member, objects, word
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.text.kept import kept_if_short

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {
    "given_name": "firstname",
    "family_name": "lastname",
    "middle_name": "middlename",
    "name": "displayname",
    "nickname": "nickname",
    "profile": "profileurl",
    "zoneinfo": "timezone",
    "address": "postaladdress",
}
_OTHERS = (
    *("id", "login", "username", "status", "email", "mobilephone", "primaryphone", "locale", "preferredlanguage"),
    *("secondemail", "groups", "roles"),
)
_READ = frozenset({*_OTHERS, *_COLUMNS.values()})
_PASSED_OVER = frozenset(
    {
        *(
            "profile",
            "links",
            "embedded",
            "created",
            "activated",
            "statuschanged",
            "lastlogin",
            "lastupdated",
            "type",
        ),
        *("passwordchanged", "transitioningtostatus", "realmid", "credentials"),
    }
)
# The words of the API and the labels of the console, without letter case and what is no letter. Deactivated users have
# the status DEPROVISIONED in the API; PROVISIONED ones are "Pending user action" in the console.
# https://help.okta.com/en-us/content/topics/users-groups-profiles/usgp-end-user-states.htm
_SHUT_OUT = frozenset({"suspended", "deprovisioned", "deactivated", "inactive", "disabled", "deleted"})
# Okta mails an activation link; only who followed it, or whom the organization has provisioned, is known.
_NOT_KNOWN = frozenset({"staged", "provisioned", "pendinguseraction", "pendingactivation"})
_ADMITTED = frozenset({"", "active", "lockedout", "passwordexpired", "recovery", "passwordreset", "passwordrecovery"})
_LETS_IN = _ADMITTED | _NOT_KNOWN
_OF_ACCOUNT = frozenset({"id", "status"})
_STATUSES = frozenset({"status", "transitioningtostatus"})
_DIRECTORIES = frozenset({"active_directory", "ldap"})
_SIGNS = re.compile(r"[\W_]+")
_LINKED = frozenset({"federation", "social"})


class Okta(Export):
    """Users of an organization, who are its own: their email addresses count as verified unless they never came."""

    name = PresetName.OKTA
    columns = ("email", "phone_number", "locale", *_COLUMNS)
    members = _READ | _PASSED_OVER
    reads_evened = True
    status_in = frozenset({"status"})
    signs = tuple(map(frozenset, [["login", "status"], ["email", "status"], ["login", "email"]]))
    weak_signs = signs[1:]
    how = "Export the users with Okta's API (`GET /api/v1/users`), or as CSV with the columns login, email, and status."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """`login` is a username; in a pool with email as alias it gives way to the id, if it looks like an address."""
        members = _members(record)
        texts, others, also_statuses, has_status = _texts_of(tuple(members))
        found = as_texts(texts([*members.values(), ""]))
        own_id, login, username, status, email, mobile, phone, locale, language, *more = found[: len(_OTHERS)]
        second_email, groups, roles = more
        attributes = dict(zip(_COLUMNS, found[len(_OTHERS) :], strict=True))
        own_status = _status(status)
        statuses = (own_status, *map(_status, map(members.get, also_statuses))) if also_statuses else (own_status,)
        attributes["email"] = email
        attributes["email_verified"] = "true" if email and _NOT_KNOWN.isdisjoint(statuses) else "false"
        attributes["phone_number"] = mobile or phone
        attributes["phone_number_verified"] = "false"
        attributes["locale"] = locale or language
        user = SourceUser(own_id, login or username, attributes)
        if not _SHUT_OUT.isdisjoint(statuses):
            user.refused = RejectionCode.USER_DISABLED
        elif not _LETS_IN.issuperset(statuses) or not own_status:
            user.refused = RejectionCode.USER_STATUS_UNKNOWN
            user.lacks_status = not has_status and _LETS_IN.issuperset(statuses)  # Okta's API always has it
        if groups or roles:
            user.notes.append(Note.ROLES)
        if second_email:
            user.notes.append(Note.OTHER_ADDRESSES)
        if (credentials := record.get("credentials")) is not None:
            _note_credentials(user, credentials)
            if _is_unverified(email, member(credentials, "emails")):
                attributes["email_verified"] = "false"
        if others and any(has_content(members[name]) for name in others):
            user.notes.append(Note.OTHER_DATA)
        return user


def _status(value: Any) -> str:  # noqa: ANN401  (any JSON)
    return _status_in(value) if isinstance(value, str) else _bare(value)


def _bare(value: Any) -> str:  # noqa: ANN401
    return _SIGNS.sub("", word(value))


_status_in = kept_if_short(_bare)
"""That of a text, which nearly all users share."""


def _members(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The account's own members, and those of its profile; an attribute of the profile may have the name `status` or
    `id`, and says nothing of the account."""
    inner = record.get("profile")
    if not isinstance(inner, dict):
        return record
    of_profile = {name: value for name, value in inner.items() if evened(name) not in _OF_ACCOUNT}
    return {**of_profile, **record}


def _note_credentials(user: SourceUser, credentials: Any) -> None:  # noqa: ANN401  (any JSON)
    provider = word(member(credentials, "provider", "type"))
    if provider in _DIRECTORIES:
        user.notes.append(Note.DIRECTORY)
    elif provider in _LINKED:
        user.notes.append(Note.SOCIAL_IDENTITIES)
    if member(credentials, "password", "hash"):
        user.has_password = True


def _is_unverified(email: str, emails: Any) -> bool:  # noqa: ANN401
    """Whether Okta lists the address and does not call it verified. Where it has no such list it does not say."""
    return any(
        word(one.get("value")) == word(email) and word(one.get("status")) != "verified" for one in objects(emails)
    )


@functools.lru_cache(maxsize=16)
def _texts_of(names: tuple[str, ...]) -> tuple[itemgetter[Any], tuple[str, ...], tuple[str, ...], bool]:
    """What is read of the values of records with these members and a blank one after them, the members that are not
    read, those that shut a user out beside the status (a second one, and the one that is to follow), and whether they
    have a status. In a CSV file all rows have the same ones, and a column of the account goes before one of the
    profile."""
    given: dict[str, str] = {}
    for name in sorted(names, key=lambda name: "." in name):
        given.setdefault(evened(name), name)
    others = tuple(name for name in names if evened(name) not in Okta.members)
    also = tuple(
        name for name in names if "." not in name and evened(name) in _STATUSES and name != given.get("status")
    )
    places = {name: place for place, name in enumerate(names)}
    read = itemgetter(*(places[given[name]] if name in given else -1 for name in (*_OTHERS, *_COLUMNS.values())))
    return read, others, also, "status" in given
