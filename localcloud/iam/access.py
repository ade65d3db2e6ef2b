"""May this session of a role do that? Asks the role's policies and keeps what was asked.

Guarantees that with the setting `enforce_iam` off everything is allowed and nothing is kept. The caller decides what a
denial means: `gate` answers a request with it, a service that acts in a role's name fails as it fails in AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.iam import pool_keys
from localcloud.iam.needs import needs_of
from localcloud.iam.policies import Question, Verdict
from localcloud.iam.roles import find_role, role_verdict

if TYPE_CHECKING:
    from localcloud.caller import Caller
    from localcloud.iam.need import Need
    from localcloud.iam.operations import Operation


class AccessDeniedError(Exception):
    """A role may not do what was done in its name; the text is AWS's."""

    def __init__(self, caller: Caller, need: Need, verdict: Verdict, policy: str = "identity-based") -> None:
        self.caller, self.need, self.verdict, self.policy = caller, need, verdict, policy
        super().__init__(sentence(caller.arn, need.action, need.resource, verdict, policy))


def sentence(who: str, action: str, resource: str, verdict: Verdict, policy: str = "identity-based") -> str:
    """AWS's wording of a denial, by this kind of policy."""
    why = (
        f"with an explicit deny in {'an' if policy[0] in 'aeiou' else 'a'} {policy} policy"
        if verdict is Verdict.DENIED
        else f"because no {policy} policy allows the {action} action"
    )
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {why}"


def check(caller: Caller, need: Need, region: str) -> None:
    """Raise AccessDeniedError if the role's policies do not allow it; a role that does not exist may do nothing."""
    cloud = current()
    if not cloud.settings.enforce_iam:
        return
    role = find_role(caller.role_arn)
    question = Question(need.action, need.resource, {**_context(caller, region), **need.context})
    verdict = role_verdict(role, question) if role else Verdict.NOT_ALLOWED
    if verdict is Verdict.ALLOWED:
        cloud.access_log.allowed(caller.role_arn, need.action, need.resource)
    else:
        cloud.access_log.denied(caller.role_arn, need.action, need.resource)
        raise AccessDeniedError(caller, need, verdict)


def check_operation(caller: Caller, operation: Operation) -> None:
    """Raise AccessDeniedError for the first need of the operation that is not allowed."""
    for need in needs_of(operation):
        check(caller, need, operation.region)
    if refused := pool_keys.refusal(caller, operation):
        raise AccessDeniedError(caller, *refused, "resource-based")


def _context(caller: Caller, region: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html."""
    return {
        "aws:principalaccount": caller.account_id,
        "aws:principalarn": caller.role_arn,
        "aws:principaltype": "AssumedRole",
        "aws:requestedregion": region,
        "aws:resourceaccount": caller.account_id,
        "aws:securetransport": "true",  # in AWS it would be
        "s3:resourceaccount": caller.account_id,
    }
