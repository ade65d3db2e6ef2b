"""The role with which Cognito writes the log of an import: without it no import starts, or a job fails as a whole.

Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-cli-cloudwatch-iam-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.finding import Finding, error, warning
from cognito_drop.cli.doctor.import_log import log_groups, pool_name
from cognito_drop.cli.doctor.policy import has_condition, is_allowed, statements, trusting
from cognito_drop.cli.doctor.pools import pools_in_turn
from cognito_drop.cli.restore import RESTORE
from cognito_drop.contract.job_names import log_group_prefix
from cognito_drop.core.runs.detail_gap import DetailGap, is_log_group_name
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.doctor.policy import Statement

_SERVICE = "cognito-idp.amazonaws.com"
_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")


def logs_role_findings(context: Context) -> list[Finding]:
    """What is wrong with it."""
    arn = context.deployment.logs_role
    name = arn.rpartition("/")[2]
    try:
        role = context.aws.iam.get_role(RoleName=name)["Role"]
    except ClientError as problem:
        if error_code(problem) != "NoSuchEntity":
            raise
        message = f"The role {name}, with which Cognito writes the logs of imports, does not exist."
        return [error("logs_role_missing", message, RESTORE, command=context.restore_command, resource=name)]
    found = []
    trusts = trusting(statements(role["AssumeRolePolicyDocument"]), _SERVICE)  # type: ignore[arg-type]  # a dict, decoded
    if not trusts:
        message = f"The role {name} does not trust {_SERVICE}."
        found.append(error("logs_role_trust", message, RESTORE, command=context.restore_command, resource=name))
    elif has_condition(trusts):
        message = f"The role {name} trusts {_SERVICE} only under a condition, which is known to make imports fail."
        found.append(
            warning("logs_role_trust_condition", message, RESTORE, command=context.restore_command, resource=name)
        )
    partition, account = arn.split(":")[1], arn.split(":")[4]
    start = f"arn:{partition}:logs:{context.deployment.region}:{account}:log-group:"
    allowed = _statements_of(context, name)
    for pool in pools_in_turn(context):
        own_name, groups = pool_name(context, pool.id), log_groups(context, pool.id)
        if not groups and not is_log_group_name(own_name):
            found.append(_odd_name(pool, own_name))
        names = groups or [f"{log_group_prefix(pool.id)}{own_name}"]
        missing = [
            action for action in _ACTIONS if not all(is_allowed(allowed, action, f"{start}{group}") for group in names)
        ]
        if missing:
            message = f"The role {name} is not allowed to call {', '.join(missing)} for the pool {pool.alias}."
            found.append(
                error("logs_role_permissions", message, RESTORE, command=context.restore_command, resource=name)
            )
            return found
    return found


def _odd_name(pool: ServedPool, name: str) -> Finding:
    return warning(
        DetailGap.LOG_UNNAMEABLE.value,
        f"The pool {pool.alias} has the name {printable(name)!r}, which is not valid in a log group name: its "
        "imports may have no log.",
        "Imports work without a log, but their reports have only Cognito's counts and not always the outcome of a "
        "single row. Use a pool name that has only letters, digits, and . - _ / #.",
    )


def _statements_of(context: Context, name: str) -> list[Statement]:
    iam, found = context.aws.iam, list["Statement"]()
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            inline = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            found += statements(inline)  # type: ignore[arg-type]  # a dict, decoded
    for attached in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for entry in attached["AttachedPolicies"]:
            arn = entry["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            found += statements(document)  # type: ignore[arg-type]  # a dict, decoded
    return found
