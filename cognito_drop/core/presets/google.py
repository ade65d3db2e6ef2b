"""Google Workspace: the list of users that the Admin console downloads (CSV).

https://support.google.com/a/answer/7348070 (download a list of users)
https://support.google.com/a/answer/40057 (the columns, which are those of an upload: `Email Address [Required]`)
https://support.google.com/a/answer/9048772 (`New Status [UPLOAD ONLY]` archives a user)
Google gives out no password hashes: the column has asterisks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.notes import Note
from cognito_drop.core.presets.preset import Export
from cognito_drop.core.presets.user import SourceUser, evenly, first_of, has_more, is_true, values_of, word
from cognito_drop.core.rows.rejection import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {
    "email": ("emailaddress",),
    "given_name": ("firstname",),
    "family_name": ("lastname",),
    "phone_number": ("mobilephone", "workphone", "homephone"),
    "address": ("workaddress", "homeaddress"),
}
_STATUSES = ("status", "newstatus")
_OTHER_ADDRESSES = ("recoveryemail", "homesecondaryemail", "worksecondaryemail", "recoveryphone")
_MEMBERS = frozenset(
    {
        *(name for names in _COLUMNS.values() for name in names),
        *(*_STATUSES, *_OTHER_ADDRESSES, "2svenrolled", "2svenforced", "password", "passwordhashfunction"),
        *("newprimaryemail", "lastsignin", "emailusage", "driveusage", "photosusage", "storagelimit", "storageused"),
        *("totalstorage", "changepasswordatnextsign-in", "licenseassignments", "newlicenses"),
        "advancedprotectionprogramenrollment",
    }
)
_ADMITTED = frozenset({"", "active"})
_SHUT_OUT = frozenset({"suspended", "archived", "deleted", "inactive", "disabled", "pendingdeletion"})


class Google(Export):
    """Users of an organization, who have their addresses from it: they count as verified."""

    name = PresetName.GOOGLE
    gives_hashes = False
    columns = (*_COLUMNS, "name")
    members = _MEMBERS
    reads_evened = True
    status_in = frozenset(_STATUSES[:1])
    signs = (
        *(frozenset({"emailaddress", name}) for name in ("orgunitpath", "2svenrolled", "lastsignin", "driveusage")),
        frozenset({"Email Address [Required]"}),
    )
    how = "Download the users in the Google Admin console (Directory, Users, Download users) with all columns, as CSV."

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """A status that the Admin console does not document shuts the user out."""
        given = evenly(record)
        attributes = {column: first_of(given, names) for column, names in _COLUMNS.items()}
        attributes["email_verified"] = "true" if attributes["email"] else "false"
        attributes["phone_number_verified"] = "false"
        attributes["name"] = " ".join(filter(None, (attributes["given_name"], attributes["family_name"])))
        user = SourceUser(attributes=attributes)
        statuses = {word(value).replace(" ", "") for value in values_of(record, _STATUSES)}
        if statuses & _SHUT_OUT:
            user.refused = RejectionCode.USER_DISABLED
        elif not statuses <= _ADMITTED or not all(map(word, values_of(record, _STATUSES[:1]))):
            user.refused = RejectionCode.USER_STATUS_UNKNOWN
        if is_true(given.get("2svenrolled")):
            user.notes.append(Note.MFA)
        if first_of(given, _OTHER_ADDRESSES):
            user.notes.append(Note.OTHER_ADDRESSES)
        if has_more(record, _MEMBERS):
            user.notes.append(Note.OTHER_DATA)
        return user
