"""IAM's SimulatePrincipalPolicy, for roles.

moto 5.2.5 has no such operation. Guarantees the answer of `localcloud.iam.simulation`, in one page. Principals of other
kinds, and what a call may give beside actions, resources, further policies, and context, are refused with InvalidInput.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput, NoSuchEntity
from moto.iam.responses import IamResponse

from localcloud.iam.roles import find_role
from localcloud.iam.simulation import Simulation

if TYPE_CHECKING:
    from moto.iam.models import Role

_NOT_IMITATED: Final = (
    "CallerArn",
    "PermissionsBoundaryPolicyInputList",
    "PolicyExclusionList",
    "ResourceHandlingOption",
    "ResourceOwner",
    "ResourcePolicy",
)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    IamResponse.simulate_principal_policy = _simulate_principal_policy  # type: ignore[attr-defined]


def _simulate_principal_policy(self: IamResponse) -> ActionResult:
    for parameter in _NOT_IMITATED:
        if self._get_param(parameter):
            raise InvalidInput(f"{parameter} is not imitated.")
    simulation = Simulation(
        _role(self._get_param("PolicySourceArn")),
        self._get_param("PolicyInputList", []),
        dict(map(_entry, self._get_param("ContextEntries", []))),
    )
    actions, resources = self._get_param("ActionNames", []), self._get_param("ResourceArns", []) or ["*"]
    for action in actions:
        if ":" not in action or "*" in action:
            raise InvalidInput(f"Invalid action name: {action}")
    results = [simulation.result(action, resource) for action in actions for resource in resources]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _role(arn: str) -> Role:
    if ":role/" not in arn:
        raise InvalidInput(f"Only roles are simulated: {arn} is none.")
    role = find_role(arn)
    if role is None:
        raise NoSuchEntity(f"Role {arn} does not exist.")
    return role


def _entry(entry: dict[str, Any]) -> tuple[str, str]:
    values = entry["ContextKeyValues"]
    if len(values) != 1:
        raise InvalidInput(f"{entry['ContextKeyName']} has {len(values)} values: conditions on sets are not imitated.")
    return entry["ContextKeyName"].lower(), values[0]
