"""Who is in a user pool: all users in pages, or one by name; in the keys by which a pool tells its users apart.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code
from lambdas.core.lookup import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class UserDirectory:
    """The users of pools. Its client must not try again by itself: every call has its time."""

    def __init__(self, client: CognitoIdentityProviderClient) -> None:
        self._client = client

    def page(self, pool_id: str, sign_in: Sequence[str], token: str) -> tuple[list[str], str]:
        """Some users and what asks for those after them, empty at the end.

        Users are told apart by the attributes of `sign_in`, where a pool has some, otherwise by their names. A user who
        has none of these is left out.
        """
        request: dict[str, Any] = {"UserPoolId": pool_id, "Limit": PAGE}
        if token:
            request["PaginationToken"] = token
        if not sign_in:
            request["AttributesToGet"] = ["sub"]  # nothing else of them need travel; every user has one
        answer = self._client.list_users(**request)
        users = answer.get("Users", [])
        if not sign_in:
            return [user["Username"] for user in users], answer.get("PaginationToken", "")
        found = [
            attribute["Value"]
            for user in users
            for attribute in user.get("Attributes", [])
            if attribute["Name"] in sign_in and attribute.get("Value")
        ]
        return found, answer.get("PaginationToken", "")

    def has(self, pool_id: str, username: str) -> bool:
        """Whether the pool has a user of this name, or with this email or phone number where these are names."""
        return has_user(self._client, pool_id, username)


def has_user(client: CognitoIdentityProviderClient, pool_id: str, username: str) -> bool:
    """Whether the pool has a user of this name, or with this email or phone number where these are names."""
    try:
        client.admin_get_user(UserPoolId=pool_id, Username=username)
    except ClientError as error:
        if error_code(error) == "UserNotFoundException":
            return False
        raise
    return True
