"""Change sets: what they say would change, their default type, and when they cannot be executed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud import cloudformation
from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["stack", "world"]

QUEUE = "AWS::SQS::Queue"


class ChangeSets:
    """Change sets of the stack `s` that are not executed."""

    def __init__(self, world: World) -> None:
        self.client = world.client("cloudformation")
        self._count = 0

    def of(self, resources: Resources, name: str = "", **given: Any) -> dict[str, Any]:  # noqa: ANN401  (the API's)
        """Create a change set without a type; return its description."""
        self._count += 1
        given.setdefault("TemplateBody", json.dumps({"Resources": resources}))
        made = self.client.create_change_set(StackName="s", ChangeSetName=name or f"x{self._count}", **given)
        described: dict[str, Any] = self.client.describe_change_set(ChangeSetName=made["Id"])
        return described


def _changes(change_set: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"] for one in change_set["Changes"]}


def _details(change: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Property, whether it makes a new resource, evaluation, source and cause of each detail."""
    return [
        (
            one["Target"].get("Name", one["Target"]["Attribute"]),
            one["Target"]["RequiresRecreation"],
            one["Evaluation"],
            one["ChangeSource"],
            one.get("CausingEntity", ""),
        )
        for one in change["Details"]
    ]


def test_changes_are_additions_modifications_and_removals(world: World, stack: Stack) -> None:
    """With the ids of what exists, and whether a modification makes a new resource."""
    kept = {"DeletionPolicy": "Retain"}
    stack.deploy(
        {
            "Same": resource(QUEUE),
            "Slower": resource(QUEUE, VisibilityTimeout=10),
            "Renamed": resource(QUEUE, QueueName="a"),
            "Gone": resource(QUEUE),
            "Kept": resource(QUEUE) | kept,
        }
    )
    described = ChangeSets(world).of(
        {
            "Same": resource(QUEUE),
            "Slower": resource(QUEUE, VisibilityTimeout=20),
            "Renamed": resource(QUEUE, QueueName="b"),
            "New": resource(QUEUE),
        }
    )
    changes = _changes(described)
    assert {name: (one["Action"], one.get("Replacement")) for name, one in changes.items()} == {
        "Slower": ("Modify", "False"),
        "Renamed": ("Modify", "True"),
        "New": ("Add", None),
        "Gone": ("Remove", None),
        "Kept": ("Remove", None),
    }
    assert {name: one.get("PolicyAction") for name, one in changes.items()} == {
        "Slower": None,
        "Renamed": "ReplaceAndDelete",
        "New": None,
        "Gone": "Delete",
        "Kept": "Retain",
    }
    assert _details(changes["Slower"]) == [("VisibilityTimeout", "Never", "Static", "DirectModification", "")]
    assert _details(changes["Renamed"]) == [("QueueName", "Always", "Static", "DirectModification", "")]
    assert changes["Slower"]["Scope"] == ["Properties"]
    assert changes["Slower"]["PhysicalResourceId"] == stack.id_of("Slower")
    assert "PhysicalResourceId" not in changes["New"]
    # Nothing was done.
    assert stack.described()["StackStatus"] == "CREATE_COMPLETE"
    assert len(world.client("sqs").list_queues()["QueueUrls"]) == 5


def test_what_follows_from_another_resource_is_dynamic(world: World, stack: Stack) -> None:
    """A Ref to what is replaced, an attribute of what changes, and a new resource's id: known only afterwards."""

    def resources(name: str, seconds: int) -> Resources:
        return {
            "Q": resource(QUEUE, QueueName=name),
            "D": resource(QUEUE, VisibilityTimeout=seconds),
            "P": resource("AWS::SQS::QueuePolicy", Queues=[ref("Q")], PolicyDocument={"Statement": []}),
            "R": resource(QUEUE, RedrivePolicy={"maxReceiveCount": 1, "deadLetterTargetArn": att("D", "Arn")}),
            "T": resource("AWS::SNS::Topic"),
        }

    stack.deploy(resources("a", 10))
    changes = _changes(ChangeSets(world).of(resources("b", 20) | {"T": resource("AWS::SNS::Topic")}))
    assert _details(changes["P"]) == [("Queues", "Never", "Dynamic", "ResourceReference", "Q")]
    assert _details(changes["R"]) == [("RedrivePolicy", "Never", "Dynamic", "ResourceAttribute", "D.Arn")]
    assert changes["P"]["Replacement"] == changes["R"]["Replacement"] == "False"
    assert "T" not in changes


def test_a_parameter_is_the_cause_of_a_change(world: World, stack: Stack) -> None:
    """As AWS answers: the parameter, and the property itself, which is then only known afterwards."""
    parameters = {"Seconds": {"Type": "Number", "Default": 10}, "Unused": {"Type": "String", "Default": "a"}}
    resources = {"Q": resource(QUEUE, VisibilityTimeout=ref("Seconds"))}
    stack.deploy(resources, Parameters=parameters)
    body = json.dumps({"Resources": resources, "Parameters": parameters, "Outputs": {}})
    given = [{"ParameterKey": "Seconds", "ParameterValue": "20"}]
    described = ChangeSets(world).of({}, TemplateBody=body, Parameters=given)
    assert _details(_changes(described)["Q"]) == [
        ("VisibilityTimeout", "Never", "Static", "ParameterReference", "Seconds"),
        ("VisibilityTimeout", "Never", "Dynamic", "DirectModification", ""),
    ]
    unused = [{"ParameterKey": "Unused", "ParameterValue": "b"}]
    assert ChangeSets(world).of({}, name="unused", TemplateBody=body, Parameters=unused)["Status"] == "FAILED"


def test_attributes_of_a_resource_are_a_scope_of_their_own(world: World, stack: Stack) -> None:
    """Metadata and policies count as changes, what a resource waits for does not."""
    stack.deploy({"Q": resource(QUEUE), "T": resource("AWS::SNS::Topic")})
    marked = {"Metadata": {"a": "b"}, "DeletionPolicy": "Retain"}
    changed = {"Q": resource(QUEUE) | marked, "T": resource("AWS::SNS::Topic") | {"DependsOn": "Q"}}
    changes = _changes(ChangeSets(world).of(changed))
    assert list(changes) == ["Q"]
    assert changes["Q"]["Scope"] == ["Metadata", "DeletionPolicy"]
    assert changes["Q"]["Replacement"] == "False"


def test_a_change_set_without_changes_fails(world: World, stack: Stack) -> None:
    """With AWS's sentence, by which the CDK knows that there is nothing to do; it cannot be executed."""
    resources = {"Q": resource(QUEUE)}
    stack.deploy(resources)
    sets = ChangeSets(world)
    described = sets.of(resources, name="empty")
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create a change set."
    )
    with pytest.raises(ClientError, match=r"cannot be executed in its current status of \[FAILED\]") as caught:
        sets.client.execute_change_set(StackName="s", ChangeSetName="empty")
    assert caught.value.response["Error"]["Code"] == "InvalidChangeSetStatus"
    with pytest.raises(ClientError) as caught:
        sets.of(resources, name="empty")
    assert caught.value.response["Error"]["Code"] == "AlreadyExistsException"
    sets.client.delete_change_set(StackName="s", ChangeSetName="empty")
    sets.of(resources, name="empty")
    for template in ({"Resources": resources, "Outputs": {"U": {"Value": ref("Q")}}}, {"Resources": resources}):
        tags = [] if "Outputs" in template else [{"Key": "a", "Value": "b"}]
        assert sets.of({}, TemplateBody=json.dumps(template), Tags=tags)["Status"] == "CREATE_COMPLETE"


def test_an_update_without_changes_is_refused(world: World, stack: Stack) -> None:
    """And the stack stays as it was."""
    resources = {"Q": resource(QUEUE)}
    stack.deploy(resources)
    with pytest.raises(ClientError, match="No updates are to be performed") as caught:
        world.client("cloudformation").update_stack(StackName="s", TemplateBody=json.dumps({"Resources": resources}))
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert stack.described()["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.usefixtures("stack")
def test_a_change_set_is_for_a_stack_that_exists_unless_it_says_so(world: World) -> None:
    """The default type is UPDATE; CREATE is for a new stack, or one that is still in review."""
    sets = ChangeSets(world)
    with pytest.raises(ClientError, match=r"Stack \[s\] does not exist"):
        sets.of({"Q": resource(QUEUE)})
    for _ in range(2):
        made = sets.of({"Q": resource(QUEUE)}, ChangeSetType="CREATE")
    assert len(sets.client.describe_stacks()["Stacks"]) == 1
    sets.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    statuses = [one["ExecutionStatus"] for one in sets.client.list_change_sets(StackName="s")["Summaries"]]
    assert statuses == ["OBSOLETE", "EXECUTE_COMPLETE"]
    with pytest.raises(ClientError, match=r"ChangeSet \[x3\] already exists") as caught:
        sets.of({"Q": resource(QUEUE), "R": resource(QUEUE)}, name="x3")
    assert caught.value.response["Error"]["Code"] == "AlreadyExistsException"
    assert sets.of({"Q": resource(QUEUE), "R": resource(QUEUE)}, name="x2")["Status"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match=r"Stack \[s\] already exists and cannot be created again"):
        sets.of({"Q": resource(QUEUE)}, ChangeSetType="CREATE")
    assert len(world.client("sqs").list_queues()["QueueUrls"]) == 1


def test_the_change_sets_of_a_deleted_stack_have_no_name(world: World) -> None:
    """Change sets of earlier stacks are not found by a caller who deletes one and waits until it is gone."""
    sets = ChangeSets(world)
    made = []
    for _ in range(3):
        made.append(sets.of({"Q": resource(QUEUE)}, name="x", ChangeSetType="CREATE"))
        sets.client.execute_change_set(ChangeSetName="x", StackName="s")
        sets.client.delete_stack(StackName="s")
        with pytest.raises(ClientError, match="does not exist"):
            sets.client.describe_change_set(ChangeSetName="x", StackName="s")
    assert len({one["StackId"] for one in made}) == len(made), "names are free, as those of the resources"
    assert sets.client.describe_change_set(ChangeSetName=made[0]["ChangeSetId"])["StackId"] == made[0]["StackId"]


def test_a_stack_in_review_is_created_under_its_id(world: World, stack: Stack) -> None:
    """CreateStack takes it over, and its change set is obsolete."""
    sets = ChangeSets(world)
    made = sets.of({"Q": resource(QUEUE)}, ChangeSetType="CREATE")
    created = sets.client.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"T": resource(QUEUE)}}))
    assert created["StackId"] == made["StackId"]
    assert sets.client.describe_change_set(ChangeSetName=made["ChangeSetId"])["ExecutionStatus"] == "OBSOLETE"
    assert stack.described()["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_whose_creation_failed_can_only_be_deleted(world: World, stack: Stack) -> None:
    """Neither a change set nor an update is taken."""
    stack.deploy({"Q": resource(QUEUE, QueueName="x" * 81)})
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        ChangeSets(world).of({"Q": resource(QUEUE)})


def test_a_resource_keeps_its_type(world: World, stack: Stack) -> None:
    """AWS refuses a template in which a logical id has another type."""
    stack.deploy({"Q": resource(QUEUE)})
    with pytest.raises(ClientError, match=r"modifies resource type of the following resources: \[Q\]"):
        ChangeSets(world).of({"Q": resource("AWS::SNS::Topic")})


def test_change_sets_belong_to_their_stacks(world: World, stack: Stack) -> None:
    """Change sets of the same name in two stacks are two; deleting one that is not there is no error."""
    stack.deploy({"Q": resource("AWS::SQS::Queue", QueueName="a")})
    client = world.client("cloudformation")
    for name, queue in (("s", "b"), ("other", "c")):
        client.create_change_set(
            StackName=name,
            ChangeSetName="same",
            ChangeSetType="UPDATE" if name == "s" else "CREATE",
            TemplateBody=json.dumps({"Resources": {"Q": resource("AWS::SQS::Queue", QueueName=queue)}}),
        )
    assert client.describe_change_set(StackName="s", ChangeSetName="same")["StackName"] == "s"
    client.delete_change_set(StackName="other", ChangeSetName="same")
    client.delete_change_set(StackName="other", ChangeSetName="same")
    with pytest.raises(ClientError) as caught:
        client.describe_change_set(StackName="other", ChangeSetName="same")
    assert caught.value.response["Error"]["Code"] == "ChangeSetNotFound"
    client.execute_change_set(StackName="s", ChangeSetName="same")
    assert stack.id_of("Q").endswith("/b")


def test_a_parameter_from_the_parameter_store_keeps_its_name(world: World) -> None:
    """A change set that uses the previous value reads the store again: the name is kept, not what it stood for."""
    cloudformation.install()
    world.client("ssm").put_parameter(Name="/seconds", Value="10", Type="String")
    client = world.client("cloudformation")
    declared = {"Seconds": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/seconds"}}
    for kind in ("CREATE", "UPDATE"):
        queue = resource("AWS::SQS::Queue", VisibilityTimeout=ref("Seconds"), QueueName="q")
        template = {"Description": kind, "Parameters": declared, "Resources": {"Q": queue}}
        client.create_change_set(
            StackName="s",
            ChangeSetName=kind,
            ChangeSetType=kind,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": "Seconds", "UsePreviousValue": True}] if kind == "UPDATE" else [],
        )
        client.execute_change_set(StackName="s", ChangeSetName=kind)
        assert client.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == f"{kind}_COMPLETE"
        url = world.client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
        attributes = world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        assert attributes["Attributes"]["VisibilityTimeout"] == ("10" if kind == "CREATE" else "20")
        world.client("ssm").put_parameter(Name="/seconds", Value="20", Type="String", Overwrite=True)
