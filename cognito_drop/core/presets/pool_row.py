"""A user of another system as a row of the pool: which name to sign in with, which columns, which password.

The outcome of the row is decided by the row engine: this decides nothing that Cognito decides.
"""

from __future__ import annotations

import re
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets.notes import Note
from cognito_drop.core.rows.email_address import is_email
from cognito_drop.core.rows.fast_values import convertible_form, hash_form
from cognito_drop.core.rows.groups import GROUPS
from cognito_drop.core.rows.password_hash import HashAlgorithm, check_hash, to_pbkdf2_form
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, USERNAME, Mfa, is_custom
from cognito_drop.core.rows.rejection import RejectionCode
from cognito_drop.core.rows.values import is_phone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.presets.user import SourceUser
    from cognito_drop.core.rows.layout import Layout
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules

_ANY_CUSTOM: Final = "custom:*"
_NOTES: Final = {
    RejectionCode.HASH_TOO_COSTLY: Note.PASSWORD_COST,
    RejectionCode.HASH_FORM: Note.PASSWORD_FORM,
}
_PBKDF2: Final = HashAlgorithm.PBKDF2_SHA256
_USERNAME_IS_EMAIL: Final = Note.USERNAME_IS_EMAIL
_PASSWORD_NOT_TAKEN: Final = Note.PASSWORD_NOT_TAKEN
"""Python 3.11 takes long to find a member of an enumeration, and many users have these."""
_VERIFIED: Final = ("email_verified", "phone_number_verified")


def columns_for(preset: Preset, rules: PoolRules, options: Options) -> list[str]:
    """The pool's columns that rows of this preset fill, in the pool's order, and then that of the groups."""
    wanted = {USERNAME, MFA_ENABLED, *_VERIFIED, *preset.columns}
    if rules.takes_hashes:
        wanted.add(PASSWORD_HASH)
    custom = _ANY_CUSTOM in wanted
    found = [
        column.name
        for column in rules.columns
        if (column.name in wanted or (custom and is_custom(column.name))) and not options.is_closed(column.name)
    ]
    return [*found, GROUPS] if options.reads_groups and GROUPS in wanted else found


class PoolRow:
    """Makes rows for one pool and one layout."""

    def __init__(self, rules: PoolRules, layout: Layout, options: Options) -> None:
        self._sign_in, self._aliases = rules.sign_in, rules.aliases
        names = [column.name if column else "" for column in layout.in_file]
        self._blank = dict.fromkeys(names, "")
        self._taken = itemgetter(*names)  # no layout is without the username and what is verified
        self._takes_hashes = PASSWORD_HASH in names
        self._takes_groups = GROUPS in names
        self._pbkdf2_form = rules.hashes.pbkdf2_form
        self._taken_algorithms = frozenset(rules.hashes.algorithms if self._takes_hashes else ())
        self._surely_good = {each: re.compile(hash_form(each, rules.hashes)).fullmatch for each in HashAlgorithm}
        self._is_convertible = re.compile(convertible_form(rules.hashes)).fullmatch
        self._policy_of = {algorithm: replace(rules.hashes, algorithms=(algorithm,)) for algorithm in HashAlgorithm}
        self._closed = tuple(column.name for column in rules.columns if options.is_closed(column.name))
        self._mfa = "" if rules.mfa is Mfa.ON else "false"

    def values(self, user: SourceUser) -> Sequence[str]:
        """The row's values in the order of the layout; the user's notes become those of this pool."""
        given = user.attributes
        given[USERNAME] = self._username(user)
        given[MFA_ENABLED] = self._mfa
        given[PASSWORD_HASH] = self._password(user) if user.has_password else ""
        if not self._takes_groups and given.get(GROUPS) and Note.ROLES not in user.notes:
            user.notes.append(Note.ROLES)
        if self._closed and any(map(given.get, self._closed)):
            user.notes.append(Note.ATTRIBUTES_NOT_ALLOWED)
        try:
            found: tuple[str, ...] = self._taken(given)  # most presets fill all of their columns
        except KeyError:
            found = self._taken({**self._blank, **given})
        return found

    def _username(self, user: SourceUser) -> str:
        """Where the pool signs in with an attribute that one; else the user's own name, the address that was signed in
        with, or the id: the first that is there and that the pool does not keep for its aliases."""
        sign_in, name = self._sign_in, user.username
        if name and not sign_in and not (self._aliases and self._is_kept(name)):  # as most have
            return name
        email, phone = user.attributes.get("email", ""), user.attributes.get("phone_number", "")
        if sign_in:
            return (email if "email" in sign_in else "") or (phone if "phone_number" in sign_in else "")
        address = email or phone
        if address and not (self._aliases and self._is_kept(address)):
            user.notes.append(_USERNAME_IS_EMAIL if email else Note.USERNAME_IS_PHONE)
            return address
        if user.id:
            user.notes.append(Note.USERNAME_IS_ID)
        return user.id

    def _is_kept(self, name: str) -> bool:
        """Whether the pool keeps such names for its aliases."""
        aliases = self._aliases
        return ("email" in aliases and is_email(name)) or ("phone_number" in aliases and is_phone_number(name))

    def _password(self, user: SourceUser) -> str:
        """The hash, where this pool takes it; a hash that Cognito would fail the row for is left out, and recorded."""
        algorithm, password, fault = user.algorithm, user.password, None
        if algorithm is None:
            user.notes.append(Note.PASSWORD_ALGORITHM)
            return ""
        is_taken, is_pbkdf2 = algorithm in self._taken_algorithms, algorithm is _PBKDF2
        if is_pbkdf2 and self._is_convertible(password):
            password = to_pbkdf2_form(password, self._pbkdf2_form) if is_taken else ""
        elif not self._surely_good[algorithm](password):
            if is_pbkdf2:
                password = to_pbkdf2_form(password, self._pbkdf2_form)
            if not self._surely_good[algorithm](password):
                # A hash that Cognito never takes is said to be one: no setting helps.
                fault = check_hash(PASSWORD_HASH, password, self._policy_of[algorithm])
        if fault is None and is_taken:
            return password
        user.notes.append(_NOTES.get(fault.code, Note.PASSWORD_ALGORITHM) if fault else _PASSWORD_NOT_TAKEN)
        return ""


def as_lines(rows: list[Sequence[str]]) -> bytes | None:
    r"""The rows as lines in Cognito's dialect, None when a value of any holds what they cannot say: a line break, NUL,
    a backslash or half of a pair of surrogates. All rows have the same number of values."""
    text = "\n".join(map("\0".join, rows))
    is_plain = (
        "\\" not in text and text.count("\n") == len(rows) - 1 and text.count("\0") == len(rows) * (len(rows[0]) - 1)
    )
    if not is_plain:
        return None
    try:
        return (text.replace(",", "\\,").replace("\0", ",") + "\n").encode()
    except UnicodeEncodeError:
        return None
