"""How one user is searched for in a pool: the filters of ListUsers that can find the user, and what counts as a match.

AdminGetUser would make each user who is looked up a monthly active user, which is billed; ListUsers does not. What AWS
does not document about filters (a backslash in a value) or documents in two ways (upper and lower case) costs a second
search, and a match is always compared here, so that no user is taken for another. A search can still miss a user:
ListUsers is eventually consistent. Cognito then skips the user itself.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html and
https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.pool_rules import USERNAME as COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.core.rows import PoolRules

USERNAME: Final = "username"
"""The searchable attribute that holds the username; in a row it is `cognito:username`."""
LONGEST_FILTER: Final = 256
"""Characters. AWS repeats a longer filter in its error message, which must not happen with a user's name."""


@dataclass(frozen=True, slots=True)
class UserSearch:
    """One call of ListUsers that can find the user of this name."""

    name: str
    attribute: str
    filter: str
    ignores_case: bool = False

    def matches(self, value: str) -> bool:
        """Whether a user with this value of the attribute is the user of this name."""
        return value == self.name or (self.ignores_case and value.casefold() == self.name.casefold())

    @property
    def may_be_unreadable(self) -> bool:
        """Whether AWS may refuse the filter: only quotation marks have a documented escape."""
        return "\\" in self.name


def searches_for(name: str, rules: PoolRules) -> list[UserSearch]:
    """The searches for the user of this name, to be made until one of them finds the user.

    In a pool that ignores case the name is also searched for in lower case.
    """
    attribute = _attribute(name, rules.sign_in)
    spellings = [name] if rules.is_case_sensitive else dict.fromkeys((name, name.lower()))
    return [
        UserSearch(name, attribute, text, ignores_case=not rules.is_case_sensitive)
        for spelling in spellings
        for value in _escaped(spelling)
        if len(text := f'{attribute} = "{value}"') <= LONGEST_FILTER
    ]


def names_of(user: Mapping[str, str], rules: PoolRules) -> list[str]:
    """The values that a user of the pool is told apart by, as they are compared."""
    return [compared(name, rules) for name in _written(user, rules)]


def name_of(row: Mapping[str, str], rules: PoolRules) -> str:
    """The first of these values as the row has it, which a search needs; empty where there is none."""
    return next(_written(row, rules), "")


def compared(name: str, rules: PoolRules) -> str:
    """A name in the spelling in which the pool compares it."""
    return name if rules.is_case_sensitive else name.casefold()


def searches_by_value(value: str) -> list[UserSearch]:
    """The searches for every user who has this value as username, email address, or phone number."""
    attributes = [USERNAME, *(["email"] if "@" in value else []), *(["phone_number"] if value.startswith("+") else [])]
    return [
        UserSearch(value, attribute, text, ignores_case=True)
        for attribute in attributes
        for spelling in dict.fromkeys((value, value.lower()))
        for escaped in _escaped(spelling)
        if len(text := f'{attribute} = "{escaped}"') <= LONGEST_FILTER
    ]


def _written(user: Mapping[str, str], rules: PoolRules) -> Iterator[str]:
    return filter(None, (user.get(each, "") for each in rules.sign_in or (COLUMN,)))


def _attribute(name: str, sign_in: tuple[str, ...]) -> str:
    """What a name is in a pool that signs in with these attributes: such a pool makes its own usernames."""
    if "phone_number" in sign_in and (name.startswith("+") or "email" not in sign_in):
        return "phone_number"
    return "email" if sign_in else USERNAME


def _escaped(value: str) -> list[str]:
    """The value as it is written in a filter: with every backslash escaped, and with none of them escaped."""
    quoted = value.replace('"', '\\"')
    return [value.replace("\\", "\\\\").replace('"', '\\"'), quoted] if "\\" in value else [quoted]
