"""The groups of user pools: which there are, new ones, and users in them.

Guarantees to answer with AWS's own error code what belongs to one group or one membership, and to raise what does not.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import GroupTypeTypeDef

_LONGEST_PAGE = 60
_BETWEEN_CALLS = 0.4
"""Seconds: half of the five calls in a second that Cognito allows for a pool, so that another run fits in.
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
_OF_ONE_GROUP = frozenset({"InvalidParameterException", "LimitExceededException"})
_OF_ONE_MEMBERSHIP = _OF_ONE_GROUP | {"ResourceNotFoundException", "UserNotFoundException"}


@dataclass(frozen=True, slots=True)
class PoolGroups:
    """The names of a pool's groups."""

    names: set[str]
    privileged: frozenset[str] = frozenset()
    """Those with an IAM role or a precedence."""


class UserGroups:
    """Groups of user pools. Its client must not try again by itself: every call has its time."""

    def __init__(self, client: CognitoIdentityProviderClient, sleep: Callable[[float], None] | None = None) -> None:
        self._client = client
        self._sleep = sleep or time.sleep

    def listed(self, pool_id: str) -> PoolGroups:
        """The pool's groups; 10,000 at most, a call for every 60, within the rate of calls."""
        pages = self._client.get_paginator("list_groups").paginate(
            UserPoolId=pool_id, PaginationConfig={"PageSize": _LONGEST_PAGE}
        )
        groups = []
        for page in pages:
            groups += page["Groups"]
            if page.get("NextToken"):
                self._sleep(_BETWEEN_CALLS)
        privileged = (each["GroupName"] for each in groups if each.get("RoleArn") or "Precedence" in each)
        return PoolGroups({group["GroupName"] for group in groups}, frozenset(privileged))

    def page(self, pool_id: str, token: str) -> tuple[list[GroupTypeTypeDef], str]:
        """Some groups as Cognito describes them, and what asks for those after them, empty at the end."""
        request: dict[str, Any] = {"NextToken": token} if token else {}
        answer = self._client.list_groups(UserPoolId=pool_id, Limit=_LONGEST_PAGE, **request)
        return answer.get("Groups", []), answer.get("NextToken", "")

    def create(self, pool_id: str, group: str) -> str:
        """Create a group, unless there is one; return why Cognito has not, empty when there is one now.

        Pauses after the call, so that several are within the rate of calls.
        """
        try:
            self._client.create_group(UserPoolId=pool_id, GroupName=group)
        except ClientError as error:
            if error_code(error) in _OF_ONE_GROUP:
                return error_code(error)
            if error_code(error) != "GroupExistsException":
                raise
        self._sleep(_BETWEEN_CALLS)
        return ""

    def add(self, pool_id: str, username: str, group: str) -> str:
        """Add a user to a group; return why Cognito has not, empty when the user is in it now."""
        try:
            self._client.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=group)
        except ClientError as error:
            if error_code(error) in _OF_ONE_MEMBERSHIP:
                return error_code(error)
            raise
        return ""
