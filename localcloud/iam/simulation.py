"""IAM's policy simulator for a role: the emulator's own evaluation, without a request.

Guarantees a decision for each action on each resource, the policies whose statements decide, and the condition keys
that statements ask for and the caller has not given. An action without a resource type is simulated on `*`, as in AWS.
The policies of resources are not asked: AWS's simulator knows those only that a call gives to it.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localcloud.iam.policies import Question, Verdict, concerns, statements_of, verdict
from localcloud.iam.resource_types import has_no_type
from localcloud.iam.roles import boundary_verdict, policies_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from moto.iam.models import Role

_DECISIONS: Final = {
    Verdict.ALLOWED: "allowed",
    Verdict.DENIED: "explicitDeny",
    Verdict.NOT_ALLOWED: "implicitDeny",
}
_AWS_POLICIES: Final = ":iam::aws:policy/"


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is asked of a role, whose policies may be completed by others for the occasion."""

    role: Role
    further_policies: Sequence[str]
    context: Mapping[str, str]

    def result(self, action: str, resource: str) -> dict[str, Any]:
        """An EvaluationResult."""
        question = Question(action, "*" if has_no_type(action) else resource, self.context)
        by_policies = verdict((one for _, document in self._policies() for one in statements_of(document)), question)
        within = boundary_verdict(self.role, question)
        said = by_policies if by_policies is not Verdict.ALLOWED or within is None else within
        matched = [
            {"SourcePolicyId": name, "SourcePolicyType": _kind(name)}
            for name, document in self._policies()
            for statement in statements_of(document)
            if by_policies is not Verdict.NOT_ALLOWED and verdict([statement], question) is by_policies
        ]
        result: dict[str, Any] = {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": _DECISIONS[said],
            "MatchedStatements": matched,
            "MissingContextValues": sorted(self._missing(question)),
        }
        if within is not None:
            detail = {"AllowedByPermissionsBoundary": within is Verdict.ALLOWED}
            result["PermissionsBoundaryDecisionDetail"] = detail
        return result

    def _policies(self) -> Iterator[tuple[str, str]]:
        yield from policies_of(self.role)
        for number, document in enumerate(self.further_policies, 1):
            yield f"PolicyInputList.{number}", document

    def _missing(self, question: Question) -> set[str]:
        return {
            key
            for _, document in self._policies()
            for statement in statements_of(document)
            if concerns(statement, question)
            for tests in (statement.get("Condition") or {}).values()
            for key in tests
            if key.lower() not in question.context
        }


def _kind(policy: str) -> str:
    if policy.startswith("PolicyInputList."):
        return "none"
    if not policy.startswith("arn:"):
        return "role"
    return "aws-managed" if _AWS_POLICIES in policy else "user-managed"
