"""What a user pool and its app clients say of how users sign in: a few reading calls, within Cognito's rates.

Guarantees that no call makes a user active, and that an answer which AWS denies, or does not give in time, is an error
of its own: whether a file can be imported does not depend on it.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html (UserPoolClientRead, UserPoolResourceRead)
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import AdapterError, error_code, is_denied, is_throttled
from cognito_drop.core.sign_in.facts import SignInFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_MOST_CLIENTS: Final = 20
"""App clients that are asked for; a pool can have 1,000."""
_BETWEEN_CALLS: Final = 0.4
"""Seconds: half of the five calls of one operation in a second that Cognito allows for a pool."""


class SignInUnknownError(AdapterError):
    """AWS did not say how users sign in; the text is the operation and the error's code."""


class PoolSignIn:
    """How the users of pools sign in."""

    def __init__(self, client: CognitoIdentityProviderClient, sleep: Callable[[float], None] | None = None) -> None:
        self._client = client
        self._sleep = sleep or time.sleep

    def facts(self, pool_id: str, description: Mapping[str, Any]) -> SignInFacts:
        """The facts of a pool that DescribeUserPool describes like this. Raises SignInUnknownError."""
        try:
            mfa = self._client.get_user_pool_mfa_config(UserPoolId=pool_id)
            return SignInFacts.of(description, mfa, list(self._clients(pool_id)))
        except ClientError as error:
            if is_denied(error) or is_throttled(error):
                raise SignInUnknownError(f"{error.operation_name}: {error_code(error)}") from error
            raise

    def _clients(self, pool_id: str) -> Iterator[Mapping[str, Any]]:
        """The app clients. Raises SignInUnknownError where there are more than are asked for."""
        answer = self._client.list_user_pool_clients(UserPoolId=pool_id, MaxResults=_MOST_CLIENTS)
        if answer.get("NextToken"):
            raise SignInUnknownError(f"the pool has more than {_MOST_CLIENTS} app clients")
        for number, client in enumerate(answer.get("UserPoolClients", [])):
            if number:
                self._sleep(_BETWEEN_CALLS)
            try:
                answered = self._client.describe_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    continue  # deleted meanwhile
                raise
            yield answered["UserPoolClient"]
