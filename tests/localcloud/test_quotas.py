"""Sizes and numbers that AWS refuses, and the largest that it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localcloud import moto_patches
from localcloud.cloud import Cloud, use
from localcloud.settings import Settings
from tests.localcloud.delivery_world import World, world
from tests.localcloud.stack_fixture import Stack, ref, resource, stack
from tests.localcloud.test_cloudformation_resources import TRUST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["stack", "world"]

CODE = {"ZipFile": "def handler(event, context): pass"}


@pytest.fixture(autouse=True)
def _enforced() -> None:
    moto_patches.install()


@pytest.fixture
def long_outputs() -> Iterator[None]:
    """A cloud that takes long outputs."""
    before = use(Cloud.of(Settings(output_limit=50_000)))
    yield
    use(before)


def _refused(call: Callable[[], object]) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def _policy(size: int, **layout: Any) -> str:  # noqa: ANN401  (of json.dumps)
    """A policy of so many characters as IAM counts them."""
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": ""}
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": [statement]}
    statement["Resource"] = "arn:aws:sqs:*:*:".ljust(size - len(json.dumps(document, separators=(",", ":"))), "q")
    return json.dumps(document, **(layout or {"separators": (",", ":")}))


def test_the_inline_policies_of_a_role_have_10240_characters_together(world: World) -> None:
    """One that takes the place of another counts once; white space counts for nothing."""
    iam = world.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))

    def put(name: str, document: str) -> None:
        iam.put_role_policy(RoleName="r", PolicyName=name, PolicyDocument=document)

    put("one", _policy(240))
    put("two", _policy(10_000, indent=8))
    put("two", _policy(10_000))
    said = ("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role r", 409)
    assert _refused(lambda: put("one", _policy(241))) == said
    assert _refused(lambda: put("three", _policy(100))) == said
    assert iam.get_role_policy(RoleName="r", PolicyName="one")["PolicyDocument"] == json.loads(_policy(240))


def test_a_managed_policy_has_6144_characters(world: World) -> None:
    """In every version of it."""
    iam = world.client("iam")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=_policy(6_144, indent=4))["Policy"]["Arn"]
    said = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409)
    assert _refused(lambda: iam.create_policy(PolicyName="q", PolicyDocument=_policy(6_145))) == said
    assert _refused(lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=_policy(6_145))) == said


def test_a_role_has_ten_managed_policies(world: World) -> None:
    """Attaching one again changes nothing."""
    iam = world.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=_policy(200))["Policy"]["Arn"] for n in range(11)]
    for arn in (*arns[:10], arns[0]):
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    said = ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10", 409)
    assert _refused(lambda: iam.attach_role_policy(RoleName="r", PolicyArn=arns[10])) == said


def test_the_environment_of_a_function_has_4_kb(world: World) -> None:
    """Names and values, when it is made and when it is changed."""
    iam, lambda_ = world.client("iam"), world.client("lambda")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]

    def make(name: str, size: int) -> None:
        lambda_.create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="index.handler", Code={"ZipFile": b""},
            Environment={"Variables": {"NAME": "x" * size}},
        )  # fmt: skip

    most = 4_096 - len('{"NAME":""}')
    make("fits", most)
    change = {"FunctionName": "fits", "Environment": {"Variables": {"NAME": "y" * (most + 1)}}}
    calls = (lambda: make("large", most + 1), lambda: lambda_.update_function_configuration(**change))
    for call in calls:
        code, message, status = _refused(call)
        assert (code, status) == ("InvalidParameterValueException", 400)
        assert message.startswith("Lambda was unable to configure your environment variables because ")
    kept = lambda_.get_function_configuration(FunctionName="fits")["Environment"]["Variables"]
    assert kept == {"NAME": "x" * most}


def test_a_standard_parameter_has_4096_characters(world: World) -> None:
    """A larger one has to be an advanced one, which costs."""
    ssm = world.client("ssm")
    ssm.put_parameter(Name="/a/b", Type="String", Value="x" * 4_096)
    change = {"Name": "/a/b", "Type": "String", "Value": "x" * 4_097, "Overwrite": True}
    for more in ({}, {"Tier": "Standard"}):
        code, message, status = _refused(lambda more=more: ssm.put_parameter(**change, **more))  # type: ignore[misc]
        assert (code, status) == ("ValidationException", 400)
        assert message.startswith("Standard tier parameters support a maximum parameter value of 4096 characters.")
    ssm.put_parameter(**change, Tier="Advanced")


def test_the_value_of_a_parameter_has_no_text_in_double_braces(world: World) -> None:
    """It would be a reference to another parameter. Nested JSON ends with several closing ones."""
    ssm = world.client("ssm")
    ssm.put_parameter(Name="/json", Type="String", Value='{"a":{"b":{}}}')
    for value in ("{{other}}", "a {{ssm:other}} b", '{"a":"{{\nb}}"}'):
        code, message, status = _refused(lambda value=value: ssm.put_parameter(Name="/b", Type="String", Value=value))  # type: ignore[misc]
        assert (code, status) == ("ValidationException", 400)
        assert message.startswith("Parameter value can't nest another parameter.")


@pytest.mark.parametrize(
    ("resources", "outputs", "said"),
    [
        (501, 1, "Template format error: Number of resources, 501, is greater than maximum allowed, 500"),
        (1, 201, "Template format error: Outputs count 201 is greater than max allowed 200."),
    ],
)
def test_a_stack_has_500_resources_and_200_outputs(
    stack: Stack, world: World, resources: int, outputs: int, said: str
) -> None:
    """The template is refused before anything is changed."""
    queues = {f"Q{number}": resource("AWS::SQS::Queue") for number in range(resources)}
    values = {f"O{number}": {"Value": "x"} for number in range(outputs)}
    assert _refused(lambda: stack.deploy(queues, values)) == ("ValidationError", said, 400)
    assert "QueueUrls" not in world.client("sqs").list_queues()


def test_a_template_has_a_megabyte(stack: Stack) -> None:
    """However many resources it has."""
    large = {"Q": resource("AWS::SQS::Queue"), "P": resource("AWS::SSM::Parameter", Value="x" * 1_048_576)}
    assert _refused(lambda: stack.deploy(large))[:2] == (
        "ValidationError", "Template may not exceed 1048576 bytes in size.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ({"Value": "x" * 4_097}, "Output O has 4097 bytes. Max length of 4096 exceeded."),
        (
            {"Value": "x" * 1_025, "Export": {"Name": "n"}},
            "Cannot export output O with length 1025. Max length of 1024 exceeded.",
        ),
    ],
    ids=["output", "export"],
)
def test_a_stack_with_too_long_an_output_is_rolled_back(stack: Stack, output: dict[str, Any], reason: str) -> None:
    """The one before stays."""
    queue = {"Q": resource("AWS::SQS::Queue")}
    fitting = {**output, "Value": output["Value"][:-1]}
    assert stack.deploy(queue, {"O": fitting})["StackStatus"] == "CREATE_COMPLETE"
    found = stack.deploy(queue, {"O": output})
    assert (found["StackStatus"], found["StackStatusReason"]) == ("UPDATE_ROLLBACK_COMPLETE", reason)
    assert stack.outputs() == {"O": fitting["Value"]}


def test_a_long_output_is_taken_where_the_setting_says_so(stack: Stack, long_outputs: None) -> None:  # noqa: ARG001
    """CloudFormation documents no size of outputs that are not exported."""
    value = "x" * 22_000
    assert stack.deploy({"Q": resource("AWS::SQS::Queue")}, {"O": {"Value": value}})["StackStatus"] == "CREATE_COMPLETE"
    assert stack.outputs() == {"O": value}


def test_a_stack_that_needs_too_much_is_rolled_back_with_awss_own_words(stack: Stack) -> None:
    """As each resource is made by its own API."""
    document = json.loads(_policy(10_241))
    policy = {"PolicyName": "p", "PolicyDocument": document}
    role = resource("AWS::IAM::Role", RoleName="r", AssumeRolePolicyDocument=TRUST, Policies=[policy])
    assert stack.deploy({"R": role})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Maximum policy size of 10240 bytes exceeded for role r (LimitExceeded)" in stack.reasons("R")


def test_a_parameter_follows_its_template(world: World, stack: Stack) -> None:
    """Created, changed in its place, and removed."""

    def parameter(value: str) -> dict[str, Any]:
        return {"P": resource("AWS::SSM::Parameter", Name="/s/pools/a", Type="String", Value=value, Tier="Standard")}

    ssm = world.client("ssm")
    stack.deploy(parameter("one"))
    stack.deploy(parameter("two"), {"Name": {"Value": ref("P")}})
    found = ssm.get_parameter(Name="/s/pools/a")["Parameter"]
    assert (found["Value"], found["Version"], found["Type"]) == ("two", 2, "String")
    assert stack.outputs() == {"Name": "/s/pools/a"}
    assert stack.delete() == "DELETE_COMPLETE"
    assert ssm.get_parameters_by_path(Path="/s/pools")["Parameters"] == []


def test_a_managed_policy_follows_its_template(world: World, stack: Stack) -> None:
    """Its document and its roles, under the same ARN."""

    def resources(action: str, *roles: str) -> dict[str, Any]:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        return {
            "A": resource("AWS::IAM::Role", RoleName="a", AssumeRolePolicyDocument=TRUST),
            "B": resource("AWS::IAM::Role", RoleName="b", AssumeRolePolicyDocument=TRUST),
            "P": resource("AWS::IAM::ManagedPolicy", PolicyDocument=document, Roles=[ref(role) for role in roles]),
        }

    iam = world.client("iam")
    stack.deploy(resources("sqs:*", "A"))
    arn = stack.id_of("P")
    for action, roles in (("sns:*", ("B",)), ("s3:*", ("A", "B"))):
        stack.deploy(resources(action, *roles))
        policy = iam.get_policy(PolicyArn=arn)["Policy"]
        version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        assert version["Document"]["Statement"][0]["Action"] == action
        attached = {name for name in ("a", "b") if iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
        assert attached == {role.lower() for role in roles}
    assert stack.delete() == "DELETE_COMPLETE"
    assert iam.list_policies(Scope="Local")["Policies"] == []
