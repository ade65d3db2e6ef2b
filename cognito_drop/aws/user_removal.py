"""Users of pools, read one by one and deleted, for an undo.

AdminGetUser would make each user who is read a monthly active user; ListUsers does not.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.user_directory import at_once, attributes_of, filtered
from cognito_drop.core.undo.decision import UserNow

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import UserTypeTypeDef

    from cognito_drop.aws.user_directory import Paced

GONE: Final = "UserNotFoundException"
"""AWS's answer for a user who is not in the pool."""
_OF_ONE_USER: Final = frozenset({GONE, "InvalidParameterException", "UnsupportedUserStateException"})
_MOST_FOUND: Final = 2
"""One user has a `sub`; a second one is a reason to delete neither."""


class UserRemoval:
    """Reads and deletes. Its client must not try again by itself: every call has its time."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self._client = client

    def with_sub(self, pool_id: str, sub: str, paced: Paced = at_once) -> list[UserNow]:
        """The users with this `sub`, which has the form of one. `paced` makes each call."""
        found = filtered(self._client, pool_id, f'sub = "{sub}"', _MOST_FOUND, paced)
        return [user_now(user) for user in islice(found, _MOST_FOUND)]

    def delete(self, pool_id: str, username: str) -> str:
        """Delete a user; return why Cognito has not, empty when it has."""
        try:
            self._client.admin_delete_user(UserPoolId=pool_id, Username=username)
        except ClientError as error:
            if error_code(error) in _OF_ONE_USER:
                return error_code(error)
            raise
        return ""


def user_now(user: UserTypeTypeDef) -> UserNow:
    """A user as an undo looks at it."""
    attributes = attributes_of(user)
    return UserNow(
        username=user.get("Username", ""),
        sub=attributes.get("sub", ""),
        status=user.get("UserStatus", ""),
        created=user.get("UserCreateDate"),
        modified=user.get("UserLastModifiedDate"),
        is_linked=bool(attributes.get("identities")),
    )
