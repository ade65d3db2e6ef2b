"""Says whether Cognito may assume a role, and what that role may do, from the role's policies in moto's IAM.

A small reading of IAM's policy language: Effect, Principal (services), Action, NotAction, Resource, NotResource,
wildcards, explicit deny wins, a permissions boundary limits. moto's own evaluator ignores service principals and `?`,
and takes `.` for any character. Left out: conditions. A statement with a Condition grants nothing and denies nothing,
as there is no request context to hold against it; one public project had to drop aws:SourceAccount and aws:SourceArn
from the trust policy for the same result.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from moto.iam.models import IAMBackend, ManagedPolicy, Role

Statement = dict[str, Any]


def find_role(role_arn: str, account_id: str, region: str) -> Role | None:
    """The role of that account, None when there is none by that ARN."""
    try:
        return _iam(account_id, region).get_role_by_arn(role_arn)
    except NotFoundException:
        return None


def trusts(role: Role, service: str) -> bool:
    """Whether the role's trust policy lets the service, such as `logs.amazonaws.com`, call sts:AssumeRole."""
    statements = [
        statement
        for statement in _statements(role.assume_role_policy_document)
        if _names_service(statement.get("Principal", {}), service)
    ]
    return _is_allowed(statements, "sts:AssumeRole", None)


def allows(role: Role, action: str, resource: str, region: str) -> bool:
    """Whether the role's policies, and its boundary if it has one, allow the action on the resource's ARN."""
    documents = [*role.policies.values(), *map(_default_document, role.managed_policies.values())]
    if not _is_allowed(_all_statements(documents), action, resource):
        return False
    if role.permissions_boundary_arn is None:
        return True
    boundary = _iam(role.account_id, region).managed_policies.get(role.permissions_boundary_arn)
    return boundary is not None and _is_allowed(_statements(_default_document(boundary)), action, resource)


def _iam(account_id: str, region: str) -> IAMBackend:
    return iam_backends[account_id][get_partition(region)]


def _default_document(policy: ManagedPolicy) -> str:
    return next(version.document for version in policy.versions if version.is_default)


def _all_statements(documents: Iterable[str]) -> list[Statement]:
    return [statement for document in documents for statement in _statements(document)]


@functools.lru_cache(maxsize=256)
def _parsed(document: str) -> tuple[Statement, ...]:
    statements = json.loads(document).get("Statement", [])
    return tuple(statements if isinstance(statements, list) else [statements])


def _statements(document: str) -> Iterator[Statement]:
    return (statement for statement in _parsed(document) if not statement.get("Condition"))


def _is_allowed(statements: Iterable[Statement], action: str, resource: str | None) -> bool:
    effects = {statement["Effect"] for statement in statements if _concerns(statement, action, resource)}
    return effects == {"Allow"}


def _concerns(statement: Statement, action: str, resource: str | None) -> bool:
    if "NotAction" in statement:
        about_action = not _matches_any(statement["NotAction"], action, re.IGNORECASE)
    else:
        about_action = _matches_any(statement.get("Action", []), action, re.IGNORECASE)
    if not about_action or resource is None:
        return about_action
    if "NotResource" in statement:
        return not _matches_any(statement["NotResource"], resource, re.NOFLAG)
    return _matches_any(statement.get("Resource", []), resource, re.NOFLAG)


def _names_service(principal: object, service: str) -> bool:
    if principal == "*":
        return True
    return isinstance(principal, dict) and service in _as_list(principal.get("Service", []))


def _matches_any(patterns: object, value: str, flags: re.RegexFlag) -> bool:
    return any(_compiled(pattern, flags).fullmatch(value) for pattern in _as_list(patterns))


def _as_list(value: object) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.compile("".join(parts), flags | re.DOTALL)
