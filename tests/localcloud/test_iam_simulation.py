"""IAM's policy simulator, for roles."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.command import REGION, Command
from tests.localcloud.roles import ACCOUNT, Role, Statement, allow, cloud, denial, deny, document

__all__ = ["cloud"]

FILES = "arn:aws:s3:::files/*"
LOGS_ROLE = f"arn:aws:iam::{ACCOUNT}:role/logs"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"


def _simulated(role: Role, action: str, resource: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401  (parameters)
    resources = {"ResourceArns": [resource]} if resource else {}
    iam = role.cloud.client("iam")
    answer = iam.simulate_principal_policy(PolicySourceArn=role.arn, ActionNames=[action], **resources, **more)
    (result,) = answer["EvaluationResults"]
    found: dict[str, Any] = result
    assert (found["EvalActionName"], found["EvalResourceName"]) == (action, resource or "*")
    return found


@pytest.mark.parametrize(
    ("statements", "action", "resource", "decision"),
    [
        ([allow("s3:GetObject", FILES)], "s3:GetObject", "arn:aws:s3:::files/a", "allowed"),
        ([allow("s3:GetObject", FILES)], "s3:GetObject", "arn:aws:s3:::other/a", "implicitDeny"),
        ([allow("s3:GetObject", FILES)], "s3:GetObject", "", "implicitDeny"),
        ([allow("s3:*"), deny("s3:GetObject", FILES)], "s3:GetObject", "arn:aws:s3:::files/a", "explicitDeny"),
        ([allow("states:SendTaskSuccess", MACHINE)], "states:SendTaskSuccess", MACHINE, "implicitDeny"),
        ([allow("states:SendTaskSuccess")], "states:SendTaskSuccess", MACHINE, "allowed"),
    ],
)
def test_a_roles_policies_are_simulated(
    cloud: Command, statements: list[Statement], action: str, resource: str, decision: str
) -> None:
    """Each action on each resource, an action without a resource type on `*`."""
    role = Role.make(cloud, *statements)
    result = _simulated(role, action, resource)
    assert result["EvalDecision"] == decision
    matched = [] if decision == "implicitDeny" else [{"SourcePolicyId": "own", "SourcePolicyType": "role"}]
    assert result.get("MatchedStatements", []) == matched


def test_a_condition_is_held_against_the_given_context(cloud: Command) -> None:
    """A key that is missing is named."""
    condition = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    role = Role.make(cloud, allow("iam:PassRole", LOGS_ROLE, Condition=condition))
    result = _simulated(role, "iam:PassRole", LOGS_ROLE)
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["iam:PassedToService"])
    for service, decision in (("lambda.amazonaws.com", "allowed"), ("states.amazonaws.com", "implicitDeny")):
        entry = {"ContextKeyName": "iam:PassedToService", "ContextKeyValues": [service], "ContextKeyType": "string"}
        result = _simulated(role, "iam:PassRole", LOGS_ROLE, ContextEntries=[entry])
        assert (result["EvalDecision"], result.get("MissingContextValues", [])) == (decision, [])


def test_policies_can_be_tried_before_they_are_attached(cloud: Command) -> None:
    """Beside those that the role has."""
    role = Role.make(cloud, allow("sqs:*"))
    assert _simulated(role, "sns:Publish")["EvalDecision"] == "implicitDeny"
    assert _simulated(role, "sns:Publish", PolicyInputList=[document(allow("sns:*"))])["EvalDecision"] == "allowed"


def test_a_boundary_limits_the_simulated_role(cloud: Command) -> None:
    """The answer says so."""
    iam = cloud.client("iam")
    boundary = iam.create_policy(PolicyName="edge", PolicyDocument=document(allow("sqs:*")))["Policy"]["Arn"]
    role = Role.make(cloud, allow(["sqs:*", "sns:*"]))
    iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=boundary)
    for action, is_within in (("sqs:SendMessage", True), ("sns:Publish", False)):
        result = _simulated(role, action)
        assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": is_within}
        assert result["EvalDecision"] == ("allowed" if is_within else "implicitDeny")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:role/none"}, "NoSuchEntity"),
        ({"PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/somebody"}, "InvalidInput"),
        ({"ActionNames": ["s3:*"]}, "InvalidInput"),
        ({"ResourcePolicy": "{}"}, "InvalidInput"),
    ],
)
def test_what_cannot_be_simulated_is_one_error(cloud: Command, more: dict[str, Any], code: str) -> None:
    """In AWS's shape."""
    asked = {"PolicySourceArn": cloud.role(), "ActionNames": ["s3:GetObject"], **more}
    assert denial(lambda: cloud.client("iam").simulate_principal_policy(**asked)).code == code
