"""Puts imported users into moto's pool, cheaply enough for hundreds of thousands, and knows which names are taken.

moto keeps three copies of a user's attributes and remembers every user twice. An imported user keeps its attributes
once, as two tuples, and shows them in moto's shapes when asked."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.moto_api._internal import mock_random

from localcloud.choices import RepeatedAlias
from localcloud.cognito_import import texts
from localcloud.cognito_import.job import Outcome
from localcloud.moto_patches.users_in_any_case import ignores_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from moto.cognitoidp.models import CognitoIdpGroup, CognitoIdpUserPool

    from localcloud.cognito_import.row_rules import UserRecord

_CODE_FACTORS = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}
"""One-time codes as first factors, and where each is sent. A passkey is registered after the import."""
_ALIASES = ("email", "phone_number")
_CASELESS = frozenset({"email", "preferred_username"})
"""Attributes that ignore case where usernames do.
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html"""


@functools.lru_cache(maxsize=1024)
def _with_sub(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names and `sub`: one tuple for all users that have the same attributes."""
    return (*names, "sub")


class ImportedUser(CognitoIdpUser):
    """A user that behaves as moto's own and holds a fraction of the memory."""

    def __new__(cls, *_args: object, **_kwargs: object) -> ImportedUser:
        """Make the user without moto's list of all instances, which only its dashboard reads."""
        return object.__new__(cls)

    def __init__(
        self, pool_id: str, username: str | None, status: UserStatus, record: UserRecord, at: datetime
    ) -> None:
        # moto's own constructor is not called: it builds what this class does without.
        self.id = str(mock_random.uuid4())
        self.user_pool_id = pool_id
        self.username = username or self.id
        self.password = None
        self.password_hash = record.password_hash
        self.status = status
        self.enabled = True
        self._names = _with_sub(record.names)
        self._values = (*record.values, self.id)
        self.sms_mfa_enabled = record.has_mfa and "phone_number" in record.names
        self.software_token_mfa_enabled = False
        self.token_verified = False
        self.confirmation_code = None
        self.preferred_mfa_setting = None
        self.create_date = at
        self.last_modified_date = at
        self._groups: set[CognitoIdpGroup] | None = None

    def take_password(self, password: str) -> None:
        """Make it the user's own password; an imported hash is not needed any more."""
        self.password, self.password_hash = password, None

    @property
    def attribute_lookup(self) -> dict[str, Any]:
        """The attributes by name; a new dict each time."""
        return dict(zip(self._names, self._values, strict=True))

    @attribute_lookup.setter
    def attribute_lookup(self, attributes: dict[str, Any]) -> None:
        self._names, self._values = tuple(attributes), tuple(attributes.values())

    @property
    def attributes(self) -> list[dict[str, Any]]:
        """The attributes as the API lists them; a new list each time."""
        return [{"Name": name, "Value": value} for name, value in zip(self._names, self._values, strict=True)]

    @attributes.setter
    def attributes(self, attributes: list[dict[str, Any]]) -> None:
        self.attribute_lookup = {attribute["Name"]: attribute["Value"] for attribute in attributes}

    @property
    def groups(self) -> set[CognitoIdpGroup]:
        """The groups of the user, made when first asked for."""
        if self._groups is None:
            self._groups = set()
        return self._groups

    @groups.setter
    def groups(self, groups: set[CognitoIdpGroup]) -> None:
        self._groups = groups


class UserStore:
    """The users of one pool, as one import job sees and adds them."""

    def __init__(self, pool: CognitoIdpUserPool, repeated_alias: RepeatedAlias, *, lowers_names: bool = False) -> None:
        config = pool.extended_config
        policies = config.get("Policies") or {}
        factors = (policies.get("SignInPolicy") or {}).get("AllowedFirstAuthFactors") or []
        self._pool = pool
        self._sign_in_names: list[str] = config.get("UsernameAttributes") or []
        self._ignores_case = ignores_case(pool)
        self._lowers_names = lowers_names and self._ignores_case
        self._code_attributes = {name for factor, name in _CODE_FACTORS.items() if factor in factors}
        self._aliases = [name for name in config.get("AliasAttributes") or [] if name in _ALIASES]
        self._repeated_alias = repeated_alias
        self._owners: dict[str, str] = {}
        """By alias the username of who can sign in with it; no two attributes have the same values."""
        self._taken: set[str] = set()
        self._users_known = 0

    def refresh(self) -> None:
        """Take in users that others added or deleted since; to be called before a batch of rows."""
        if len(self._pool.users) != self._users_known or not self._users_known:
            users = self._pool.users.values()
            self._taken = {key for user in users for key in self._keys_of(user)}
            if self._aliases:
                self._owners = {key: user.username for user in users for key in self._aliases_in(user.attribute_lookup)}
            self._users_known = len(self._pool.users)

    def add(self, record: UserRecord, at: datetime) -> tuple[Outcome, str]:
        """Add the user; the outcome of the row, and the reason."""
        if self._lowers_names:
            record = _in_lower_case(record)
        keys = self._keys(record)
        if not self._taken.isdisjoint(keys):
            return Outcome.SKIPPED, texts.ROW_EXISTS
        aliases = self._aliases_in(dict(zip(record.names, record.values, strict=True))) if self._aliases else {}
        repeated = {key: name for key, name in aliases.items() if key in self._owners}
        if repeated and self._repeated_alias is not RepeatedAlias.MOVE:
            if self._repeated_alias is RepeatedAlias.SKIP:
                return Outcome.SKIPPED, texts.ROW_EXISTS
            return Outcome.FAILED, texts.ROW_ALIAS_TAKEN.format(column=next(iter(repeated.values())))
        for key, name in repeated.items():
            self._take_alias(self._pool.users[self._owners[key]], name)
        has_status = UserStatus.CONFIRMED if self._needs_no_password(record) else UserStatus.RESET_REQUIRED
        username = None if self._sign_in_names else record.username
        user = ImportedUser(self._pool.id, username, has_status, record, at)
        self._pool.users[user.username] = user
        self._taken.update(keys)
        self._owners.update(dict.fromkeys(aliases, user.username))
        self._users_known += 1
        return Outcome.IMPORTED, texts.ROW_IMPORTED

    def _needs_no_password(self, record: UserRecord) -> bool:
        """Whether there is a hash, or an attribute to which a code is sent that signs the user in."""
        return record.password_hash is not None or not self._code_attributes.isdisjoint(record.names)

    def _aliases_in(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """The verified values with which the user can sign in, and the attribute of each."""
        verified = [name for name in self._aliases if attributes.get(f"{name}_verified") == "true"]
        return {self._folded(attributes[name]): name for name in verified if name in attributes}

    @staticmethod
    def _take_alias(user: CognitoIdpUser, name: str) -> None:
        """Take the alias from its owner, as SignUp's confirmation does with ForceAliasCreation."""
        user.attribute_lookup = {**user.attribute_lookup, f"{name}_verified": "false"}
        user.attributes = [{"Name": each, "Value": value} for each, value in user.attribute_lookup.items()]

    def _keys(self, record: UserRecord) -> list[str]:
        if not self._sign_in_names:
            return [self._folded(record.username)]
        pairs = zip(record.names, record.values, strict=True)
        return [self._folded(value) for name, value in pairs if name in self._sign_in_names]

    def _keys_of(self, user: CognitoIdpUser) -> Iterator[str]:
        if not self._sign_in_names:
            yield self._folded(user.username)
            return
        lookup = user.attribute_lookup
        for name in self._sign_in_names:
            if name in lookup:
                yield self._folded(lookup[name])

    def _folded(self, name: str) -> str:
        return name.casefold() if self._ignores_case else name


def _in_lower_case(record: UserRecord) -> UserRecord:
    pairs = zip(record.names, record.values, strict=True)
    values = tuple(value.lower() if name in _CASELESS else value for name, value in pairs)
    return replace(record, username=record.username.lower(), values=values)
