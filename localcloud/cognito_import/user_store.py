"""Puts imported users into moto's pool, cheaply enough for hundreds of thousands, and knows which names are taken.

moto keeps three copies of a user's attributes and remembers every user twice. An imported user keeps its attributes
once, as two tuples, and shows them in moto's shapes when asked."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.moto_api._internal import mock_random

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from moto.cognitoidp.models import CognitoIdpGroup, CognitoIdpUserPool

    from localcloud.cognito_import.row_rules import UserRecord

_PASSWORDLESS_FACTORS = frozenset({"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"})


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
        self.status = status
        self.enabled = True
        self._names = _with_sub(record.names)
        self._values = (*record.values, self.id)
        self.sms_mfa_enabled = record.has_mfa
        self.software_token_mfa_enabled = False
        self.token_verified = False
        self.confirmation_code = None
        self.preferred_mfa_setting = None
        self.create_date = at
        self.last_modified_date = at
        self._groups: set[CognitoIdpGroup] | None = None

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

    def __init__(self, pool: CognitoIdpUserPool) -> None:
        config = pool.extended_config
        policies = config.get("Policies") or {}
        factors = (policies.get("SignInPolicy") or {}).get("AllowedFirstAuthFactors") or []
        self._pool = pool
        self._sign_in_names: list[str] = config.get("UsernameAttributes") or []
        # A pool is case sensitive unless it was made otherwise.
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UsernameConfigurationType.html
        self._ignores_case = (config.get("UsernameConfiguration") or {}).get("CaseSensitive") is False
        self._is_passwordless = not _PASSWORDLESS_FACTORS.isdisjoint(factors)
        self._taken: set[str] = set()
        self._users_known = 0

    def refresh(self) -> None:
        """Take in users that others added or deleted since; to be called before a batch of rows."""
        if len(self._pool.users) != self._users_known or not self._users_known:
            self._taken = {key for user in self._pool.users.values() for key in self._keys_of(user)}
            self._users_known = len(self._pool.users)

    def add(self, record: UserRecord, at: datetime) -> bool:
        """Add the user; False when the name is taken and nothing was added."""
        keys = self._keys(record)
        if not self._taken.isdisjoint(keys):
            return False
        has_status = UserStatus.CONFIRMED if record.has_password or self._is_passwordless else UserStatus.RESET_REQUIRED
        username = None if self._sign_in_names else record.username
        user = ImportedUser(self._pool.id, username, has_status, record, at)
        self._pool.users[user.username] = user
        self._taken.update(keys)
        self._users_known += 1
        return True

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
