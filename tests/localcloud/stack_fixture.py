"""A stack for CloudFormation tests, deployed by change sets as the CDK does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud import cloudformation, log_insights, moto_patches

if TYPE_CHECKING:
    from tests.localcloud.delivery_world import World

Resources = dict[str, dict[str, Any]]


class Stack:
    """A stack that a test deploys by change sets, as the CDK does."""

    def __init__(self, world: World) -> None:
        self._client = world.client("cloudformation")
        self._count = 0

    def deploy(self, resources: Resources, outputs: dict[str, Any] | None = None, **document: Any) -> dict[str, Any]:  # noqa: ANN401  (sections of a template)
        """Deploy the resources and return the stack's description."""
        template = {"Resources": resources, "Outputs": outputs or {}, **document}
        self._count += 1
        name = f"c{self._count}"
        self._client.create_change_set(
            StackName="s",
            ChangeSetName=name,
            ChangeSetType="CREATE" if self._count == 1 else "UPDATE",
            TemplateBody=json.dumps(template),
        )
        self._client.execute_change_set(StackName="s", ChangeSetName=name)
        return self.described()

    def described(self) -> dict[str, Any]:
        """DescribeStacks."""
        answer: dict[str, Any] = self._client.describe_stacks(StackName="s")["Stacks"][0]
        return answer

    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return {one["OutputKey"]: one["OutputValue"] for one in self.described().get("Outputs", [])}

    def id_of(self, logical_id: str) -> str:
        """A resource's physical id."""
        answer = self._client.describe_stack_resources(StackName="s", LogicalResourceId=logical_id)
        return str(answer["StackResources"][0]["PhysicalResourceId"])

    def statuses(self, logical_id: str) -> list[str]:
        """What happened to a resource, first to last."""
        events = self._client.describe_stack_events(StackName="s")["StackEvents"]
        return [one["ResourceStatus"] for one in reversed(events) if one["LogicalResourceId"] == logical_id]

    def reasons(self, logical_id: str) -> str:
        """All reasons of a resource's events."""
        events = self._client.describe_stack_events(StackName="s")["StackEvents"]
        return " ".join(one.get("ResourceStatusReason", "") for one in events if one["LogicalResourceId"] == logical_id)

    def delete(self) -> str:
        """Delete the stack; return its status, DELETE_COMPLETE if it is gone."""
        self._client.delete_stack(StackName="s")
        try:
            return str(self.described()["StackStatus"])
        except ClientError:
            return "DELETE_COMPLETE"


@pytest.fixture
def stack(world: World) -> Stack:
    """A stack named `s`."""
    moto_patches.install()
    cloudformation.install()
    log_insights.install()
    return Stack(world)


def resource(type_: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401  (properties of a template)
    """A resource of a template."""
    return {"Type": type_, "Properties": properties}


def ref(name: str) -> dict[str, str]:
    """A Ref."""
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, list[str]]:
    """A GetAtt."""
    return {"Fn::GetAtt": [name, attribute]}
