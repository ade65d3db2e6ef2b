"""The filter of ListUsers: one attribute, `=` or `^=`, and a value in quotation marks.

Gap of moto 5.2.5: it reads no escapes, and looks at every user's attributes even for one name.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.models import UserStatus

from localcloud.cognito_import import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool

_FILTER: Final = re.compile(r'\s*([\w:]+)\s*(\^?=)\s*"(.*)"\s*', re.ASCII | re.DOTALL)
_LONGEST: Final = 256
_ATTRIBUTES: Final = frozenset(
    {"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
)
_STATUSES: Final = frozenset({"cognito:user_status", "status"})


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users are listed."""

    attribute: str
    is_prefix: bool
    value: str
    ignores_case: bool

    @classmethod
    def parse(cls, text: str, *, reads_backslashes: bool, ignores_case: bool) -> Self:
        """Read a filter. Raises InvalidParameterException."""
        if len(text) > _LONGEST:
            raise InvalidParameterException(texts.FILTER_TOO_LONG.format(filter=text))
        match = _FILTER.fullmatch(text)
        if match is None:
            raise InvalidParameterException(texts.BAD_FILTER)
        attribute, operator, quoted = match.groups()
        if attribute not in _ATTRIBUTES | _STATUSES:
            raise InvalidParameterException(texts.NOT_SEARCHABLE.format(attribute=attribute))
        if attribute in _STATUSES:  # documented: user_status without case, status with case
            ignores_case = attribute == "cognito:user_status"
        return cls(attribute, operator == "^=", _value(quoted, reads_backslashes=reads_backslashes), ignores_case)

    def users(self, pool: CognitoIdpUserPool) -> list[CognitoIdpUser]:
        """The users of the pool that match, in moto's order."""
        return [user for user in self._candidates(pool) if self._matches(user)]

    def _candidates(self, pool: CognitoIdpUserPool) -> Iterable[CognitoIdpUser]:
        if self.attribute == "username" and not self.is_prefix and not self.ignores_case:
            return [pool.users[self.value]] if self.value in pool.users else []
        return pool.users.values()

    def _matches(self, user: CognitoIdpUser) -> bool:
        found, value = self._of(user), self.value
        if found is None:
            return False
        if self.ignores_case:
            found, value = found.casefold(), value.casefold()
        return found.startswith(value) if self.is_prefix else found == value

    def _of(self, user: CognitoIdpUser) -> str | None:
        if self.attribute == "username":
            return str(user.username)
        if self.attribute == "status":
            return "Enabled" if user.enabled else "Disabled"
        if self.attribute == "cognito:user_status":
            return UserStatus(user.status).value
        found = user.attribute_lookup.get(self.attribute)
        return None if found is None else str(found)


def _value(quoted: str, *, reads_backslashes: bool) -> str:
    """The value between the outer quotation marks. Raises InvalidParameterException for a mark without an escape."""
    if reads_backslashes:
        if not re.fullmatch(r'(?:[^"\\]|\\["\\])*', quoted, re.DOTALL):
            raise InvalidParameterException(texts.BAD_FILTER)
        return re.sub(r'\\(["\\])', r"\1", quoted)
    if re.search(r'(?<!\\)"', quoted):
        raise InvalidParameterException(texts.BAD_FILTER)
    return quoted.replace('\\"', '"')
