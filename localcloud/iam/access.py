"""May this session of a role do that? Asks the policies of role and resource, and keeps what was asked.

Guarantees that with the setting `enforce_iam` off everything is allowed and nothing is kept. The caller decides what a
denial means: `gate` answers a request with it, a service that acts in a role's name fails as it fails in AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.iam.needs import needs_of
from localcloud.iam.policies import Question, Verdict
from localcloud.iam.resource_policies import combined, denies_everybody
from localcloud.iam.roles import find_role, role_verdict

if TYPE_CHECKING:
    from localcloud.caller import Caller
    from localcloud.iam.need import Need
    from localcloud.iam.operations import Operation


class AccessDeniedError(Exception):
    """Somebody may not do what they asked for, or what was done in their name; the text is AWS's."""

    def __init__(self, who: str, need: Need, verdict: Verdict, policy: str = "identity-based") -> None:
        self.who, self.need, self.verdict, self.policy = who, need, verdict, policy
        super().__init__(sentence(who, need.action, need.resource, verdict, policy))


def sentence(who: str, action: str, resource: str, verdict: Verdict, policy: str = "identity-based") -> str:
    """AWS's wording of a denial, by this kind of policy."""
    why = (
        f"with an explicit deny in {'an' if policy[0] in 'aeiou' else 'a'} {policy} policy"
        if verdict is Verdict.DENIED
        else f"because no {policy} policy allows the {action} action"
    )
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {why}"


def check(caller: Caller, need: Need, region: str, *, over_tls: bool = True) -> None:
    """Raise AccessDeniedError if the policies do not allow it; a role that does not exist may do nothing."""
    cloud = current()
    if not cloud.settings.enforce_iam:
        return
    role = find_role(caller.role_arn)
    question = Question(need.action, need.resource, {**_context(caller, region, over_tls=over_tls), **need.context})
    said_by_role = role_verdict(role, question) if role else Verdict.NOT_ALLOWED
    verdict, policy = combined(said_by_role, caller, question)
    if verdict is Verdict.ALLOWED:
        cloud.access_log.allowed(caller.role_arn, need.action, need.resource)
    else:
        cloud.access_log.denied(caller.role_arn, need.action, need.resource)
        raise AccessDeniedError(caller.arn, need, verdict, policy)


def check_operation(caller: Caller, operation: Operation) -> None:
    """Raise AccessDeniedError for the first need of the operation that is not allowed."""
    for need in needs_of(operation):
        check(caller, need, operation.region, over_tls=operation.over_tls)


def check_operator(operation: Operation) -> None:
    """Raise AccessDeniedError for what a resource's policy denies to everybody; the operator may do everything else."""
    operator = f"arn:{operation.partition}:iam::{operation.account_id}:user/operator"
    context = {**_of_request(operation.region, over_tls=operation.over_tls), "aws:principalarn": operator}
    for need in needs_of(operation):
        if denies_everybody(Question(need.action, need.resource, {**context, **need.context}), operation.account_id):
            raise AccessDeniedError(operator, need, Verdict.DENIED, "resource-based")


def _context(caller: Caller, region: str, *, over_tls: bool) -> dict[str, str]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html."""
    return {
        **_of_request(region, over_tls=over_tls),
        "aws:principalaccount": caller.account_id,
        "aws:principalarn": caller.role_arn,
        "aws:principaltype": "AssumedRole",
        "aws:resourceaccount": caller.account_id,
        "s3:resourceaccount": caller.account_id,
    }


def _of_request(region: str, *, over_tls: bool) -> dict[str, str]:
    tls = {"s3:tlsversion": "1.3"} if over_tls else {}
    return {"aws:requestedregion": region, "aws:securetransport": str(over_tls).lower(), **tls}
