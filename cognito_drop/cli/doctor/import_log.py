"""Where Cognito writes the logs of imports into a pool: the group's name begins with the pool's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code, is_denied
from cognito_drop.contract.job_names import log_group_prefix

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context


def log_groups(context: Context, pool_id: str) -> list[str]:
    """The names of the pool's log groups; none before its first import, and where the operator may not list them."""
    pages = context.aws.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=log_group_prefix(pool_id))
    try:
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]
    except ClientError as problem:
        if not is_denied(problem):
            raise
        return []


def pool_name(context: Context, pool_id: str) -> str:
    """The pool's own name, of which a first import makes the name of its group; empty for a pool that is gone."""
    try:
        return context.aws.cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"]
    except ClientError as problem:
        if error_code(problem) != "ResourceNotFoundException" and not is_denied(problem):
            raise
        return ""
