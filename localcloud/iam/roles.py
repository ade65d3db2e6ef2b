"""Roles and their identity policies, as moto's IAM holds them.

A role's inline policies and the default versions of its managed policies are asked; a permissions boundary limits what
they allow. Not imitated: session policies, service control policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.utilities.arns import parse_arn

from localcloud.iam.patterns import as_list
from localcloud.iam.policies import Question, Statement, Verdict, statements_of, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from moto.iam.models import IAMBackend, ManagedPolicy, Role


def find_role(role_arn: str) -> Role | None:
    """The role, None when there is none by that ARN."""
    try:
        return _iam(role_arn).get_role_by_arn(role_arn)
    except NotFoundException:
        return None


def policies_of(role: Role) -> Iterator[tuple[str, str]]:
    """Name, or ARN, and JSON of each of the role's policies."""
    yield from role.policies.items()
    for arn, policy in role.managed_policies.items():
        yield arn, _default_document(policy)


def role_verdict(role: Role, question: Question, *, with_conditions: bool = True) -> Verdict:
    """What the role's policies and its boundary say; without conditions, statements that have some are passed over."""
    by_policies = _said_by([document for _, document in policies_of(role)], question, with_conditions=with_conditions)
    within = boundary_verdict(role, question, with_conditions=with_conditions)
    return by_policies if by_policies is not Verdict.ALLOWED or within is None else within


def boundary_verdict(role: Role, question: Question, *, with_conditions: bool = True) -> Verdict | None:
    """What the role's permissions boundary says; None for a role without one."""
    if role.permissions_boundary_arn is None:
        return None
    boundary = _iam(role.arn).managed_policies.get(role.permissions_boundary_arn)
    if boundary is None:
        return Verdict.NOT_ALLOWED
    return _said_by([_default_document(boundary)], question, with_conditions=with_conditions)


def _said_by(documents: list[str], question: Question, *, with_conditions: bool) -> Verdict:
    statements = (statement for document in documents for statement in statements_of(document))
    return verdict((one for one in statements if with_conditions or not one.get("Condition")), question)


def trusts(role: Role, service: str, context: Mapping[str, str] | None = None) -> bool:
    """Whether the role's trust policy lets the service, such as `events.amazonaws.com`, assume it.

    The context has what the service says of the request, its keys in lower case. Without one, statements with
    conditions grant and deny nothing, as nothing is known to be held against them.
    """
    statements = [
        statement
        for statement in statements_of(role.assume_role_policy_document)
        if names_service(statement, service) and (context is not None or not statement.get("Condition"))
    ]
    return verdict(statements, Question("sts:AssumeRole", None, context or {})) is Verdict.ALLOWED


def names_service(statement: Statement, service: str) -> bool:
    """Whether the statement's Principal is everyone or that service."""
    principal = statement.get("Principal")
    if principal in ("*", {"AWS": "*"}):
        return True
    return isinstance(principal, dict) and service in as_list(principal.get("Service"))


def _iam(role_arn: str) -> IAMBackend:
    return iam_backends[parse_arn(role_arn).account][role_arn.split(":")[1]]


def _default_document(policy: ManagedPolicy) -> str:
    return next(version.document for version in policy.versions if version.is_default)
