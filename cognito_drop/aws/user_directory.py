"""Who is in a user pool: all users in pages, or one by a search; in the keys by which a pool tells its users apart.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.core.pools.lookup import PAGE
from cognito_drop.core.pools.user_search import USERNAME
from cognito_drop.core.rows.pool_rules import USERNAME as COLUMN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import ListUsersResponseTypeDef, UserTypeTypeDef

    from cognito_drop.core.pools.user_search import UserSearch

    Paced = Callable[[Callable[[], ListUsersResponseTypeDef]], ListUsersResponseTypeDef]

_LEAST = ["sub"]
"""What is asked of users whose names alone are needed: every user has this attribute."""


def at_once(call: Callable[[], ListUsersResponseTypeDef]) -> ListUsersResponseTypeDef:
    """The answer of a call that has no pace."""
    return call()


@dataclass(frozen=True, slots=True)
class PoolUser:
    """A user whom a search has found."""

    username: str
    attribute: str
    """By which the user was found."""
    status: str
    """Cognito's UserStatus."""
    is_enabled: bool
    created: datetime | None


class UserDirectory:
    """The users of pools. Its client must not try again by itself: every call has its time."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self._client = client

    def page(self, pool_id: str, sign_in: Sequence[str], token: str) -> tuple[list[str], str]:
        """Some users and what asks for those after them, empty at the end.

        Users are distinguished by the attributes of `sign_in`, where a pool has some, otherwise by their names. A user
        who has none of these is left out.
        """
        request: dict[str, Any] = {"UserPoolId": pool_id, "Limit": PAGE}
        if token:
            request["PaginationToken"] = token
        if not sign_in:
            request["AttributesToGet"] = _LEAST
        answer = self._client.list_users(**request)
        return list(_keys(answer.get("Users", []), sign_in)), answer.get("PaginationToken", "")

    def users(self, pool_id: str, token: str) -> tuple[list[dict[str, str]], str]:
        """Some users with all their attributes, the username as `cognito:username`, and what asks for those after them,
        empty at the end."""
        records, following = self.records(pool_id, token)
        return [attributes_of(user) | {COLUMN: user["Username"]} for user in records], following

    def records(self, pool_id: str, token: str) -> tuple[list[UserTypeTypeDef], str]:
        """Some users as Cognito describes them, and what asks for those after them, empty at the end."""
        request: dict[str, Any] = {"PaginationToken": token} if token else {}
        answer = self._client.list_users(UserPoolId=pool_id, Limit=PAGE, **request)
        return answer.get("Users", []), answer.get("PaginationToken", "")

    def members(self, pool_id: str, group: str, token: str) -> tuple[list[str], str]:
        """The usernames of some users in a group, and what asks for those after them, empty at the end."""
        request: dict[str, Any] = {"NextToken": token} if token else {}
        answer = self._client.list_users_in_group(UserPoolId=pool_id, GroupName=group, Limit=PAGE, **request)
        return [user["Username"] for user in answer.get("Users", [])], answer.get("NextToken", "")

    def has(self, pool_id: str, search: UserSearch, paced: Paced = at_once) -> bool:
        """Whether the search finds its user."""
        return bool(self.found(pool_id, search, paced))

    def found(self, pool_id: str, search: UserSearch, paced: Paced = at_once) -> list[PoolUser]:
        """The users that the search finds. `paced` makes each of its calls."""
        return [
            PoolUser(
                user["Username"],
                search.attribute,
                user.get("UserStatus", ""),
                user.get("Enabled", False),
                user.get("UserCreateDate"),
            )
            for user in self._matching(pool_id, search, paced)
        ]

    def ids(self, pool_id: str, search: UserSearch, paced: Paced = at_once) -> list[dict[str, str]]:
        """The users that the search finds: the value that was searched for, `sub`, and `cognito:username`."""
        found = self._matching(pool_id, search, paced, *_LEAST)
        return [attributes_of(user) | {COLUMN: user["Username"]} for user in found]

    def _matching(self, pool_id: str, search: UserSearch, paced: Paced, *more: str) -> list[UserTypeTypeDef]:
        """It asks for more than one user: AWS may find others whose names differ in case only."""
        sign_in = () if search.attribute == USERNAME else (search.attribute,)
        attributes = [*sign_in, *more] or _LEAST
        try:
            found = list(filtered(self._client, pool_id, search.filter, PAGE, paced, AttributesToGet=attributes))
        except ClientError as error:
            if error_code(error) == "InvalidParameterException" and search.may_be_unreadable:
                return []
            raise
        return [user for user in found if any(map(search.matches, _keys([user], sign_in)))]


def filtered(
    client: CognitoIdentityProviderClient,
    pool_id: str,
    text: str,
    limit: int,
    paced: Paced,
    **options: Any,  # noqa: ANN401  (of ListUsers)
) -> Iterator[UserTypeTypeDef]:
    """The users that a filter finds. `paced` makes each call.

    A page may have none of them, or fewer than `limit`, and the next one others: only one without a token is the last.
    """
    request: dict[str, Any] = {"UserPoolId": pool_id, "Filter": text, "Limit": limit, **options}
    while True:
        answer = paced(lambda: client.list_users(**request))
        yield from answer.get("Users", [])
        if not answer.get("PaginationToken"):
            return
        request["PaginationToken"] = answer["PaginationToken"]


def attributes_of(user: UserTypeTypeDef) -> dict[str, str]:
    """The attributes of a user by their names."""
    return {each["Name"]: each.get("Value", "") for each in user.get("Attributes", [])}


def _keys(users: Sequence[UserTypeTypeDef], sign_in: Sequence[str]) -> Iterator[str]:
    """The names of users, or their values of the attributes that the pool signs in with."""
    for user in users:
        if not sign_in:
            yield user["Username"]
            continue
        for attribute in user.get("Attributes", []):
            if attribute["Name"] in sign_in and attribute.get("Value"):
                yield attribute["Value"]
