"""Types of which moto's own models say no id, and those of them that have a row of their own here."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from tests.localcloud.delivery_world import ACCOUNT, REGION, World, world
from tests.localcloud.stack_fixture import Resources, Stack, att, ref, resource, stack

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

__all__ = ["stack", "world"]

VPC = {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")}
WITHOUT_ID: Resources = {
    **VPC,
    "Subnet": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1a"),
    "Group": resource("AWS::EC2::SecurityGroup", GroupDescription="d", VpcId=ref("Vpc")),
    "Ingress": resource(
        "AWS::EC2::SecurityGroupIngress",
        GroupId=ref("Group"),
        IpProtocol="tcp",
        FromPort=1,
        ToPort=2,
        CidrIp="0.0.0.0/0",
    ),
    "Files": resource("AWS::EFS::FileSystem"),
    "AccessPoint": resource("AWS::EFS::AccessPoint", FileSystemId=ref("Files")),
    "Scaled": resource(
        "AWS::AutoScaling::AutoScalingGroup",
        MinSize="0",
        MaxSize="0",
        VPCZoneIdentifier=[ref("Subnet")],
        LaunchConfigurationName=ref("Launch"),
    ),
    "Launch": resource("AWS::AutoScaling::LaunchConfiguration", ImageId="ami-12c6146b", InstanceType="t2.micro"),
    "Nightly": resource(
        "AWS::AutoScaling::ScheduledAction",
        AutoScalingGroupName=ref("Scaled"),
        DesiredCapacity=0,
        Recurrence="0 4 * * *",
    ),
    "Thing": resource("AWS::IoT::Thing", ThingName="thing"),
    "Parameters": resource("AWS::RDS::DBParameterGroup", Description="d", Family="mysql5.6"),
}


def test_types_without_an_id_are_created_and_deleted(world: World, stack: Stack) -> None:
    """They have events, a change set can say that they go, and the stack goes."""
    assert stack.deploy(WITHOUT_ID)["StackStatus"] == "CREATE_COMPLETE"
    assert world.client("iot").describe_thing(thingName="thing")["thingName"] == "thing"
    assert stack.statuses("Nightly") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    (vpc,) = world.client("ec2").describe_vpcs(VpcIds=[stack.id_of("Vpc")])["Vpcs"]
    assert {"Key": "aws:cloudformation:logical-id", "Value": "Vpc"} in vpc["Tags"]
    assert stack.deploy(VPC)["StackStatus"] == "UPDATE_COMPLETE"
    assert world.client("iot").list_things()["things"] == []
    assert stack.deploy(WITHOUT_ID)["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert world.client("iot").list_things()["things"] == []


def test_a_bus_with_a_rule_and_an_archive(world: World, stack: Stack) -> None:
    """Ref gives the names, by which a rule of the same template finds its bus."""

    def resources(days: int) -> Resources:
        archive = {"SourceArn": att("Bus", "Arn"), "RetentionDays": days, "EventPattern": {"source": ["mine"]}}
        return {
            "Bus": resource("AWS::Events::EventBus", Name="orders"),
            "Archive": resource("AWS::Events::Archive", ArchiveName="kept", **archive),
            "Rule": resource("AWS::Events::Rule", EventBusName=ref("Bus"), EventPattern={"source": ["mine"]}),
        }

    stack.deploy(resources(1), {"Bus": {"Value": ref("Bus")}, "Archive": {"Value": att("Archive", "Arn")}})
    events = world.client("events")
    assert stack.outputs() == {"Bus": "orders", "Archive": f"arn:aws:events:{REGION}:{ACCOUNT}:archive/kept"}
    assert len(events.list_rules(EventBusName="orders")["Rules"]) >= 1
    stack.deploy(resources(2))
    assert events.describe_archive(ArchiveName="kept")["RetentionDays"] == 2
    assert stack.delete() == "DELETE_COMPLETE"
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]
    assert events.list_archives()["Archives"] == []


def test_versions_of_functions_and_layers(world: World, stack: Stack) -> None:
    """Ref gives the ARN with the version, which a function takes as its layer."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("python/shared.py", "")
    world.client("s3").create_bucket(Bucket="code")
    world.client("s3").put_object(Bucket="code", Key="layer.zip", Body=archive.getvalue())
    role = world.client("iam").create_role(
        RoleName="r",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            }
        ),
    )["Role"]["Arn"]
    function = {"Code": {"ZipFile": "x = 1"}, "Handler": "index.x", "Runtime": "python3.13", "Role": role}
    resources = {
        "Layer": resource(
            "AWS::Lambda::LayerVersion", LayerName="l", Content={"S3Bucket": "code", "S3Key": "layer.zip"}
        ),
        "Function": resource("AWS::Lambda::Function", FunctionName="f", Layers=[ref("Layer")], **function),
        "Version": resource("AWS::Lambda::Version", FunctionName=ref("Function"), Description="first"),
    }
    stack.deploy(resources, {"Number": {"Value": att("Version", "Version")}})
    lambda_: LambdaClient = world.client("lambda")
    assert stack.id_of("Layer") == f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:l:1"
    assert stack.id_of("Version") == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f:1"
    assert stack.outputs() == {"Number": "1"}
    assert lambda_.get_function_configuration(FunctionName="f")["Layers"][0]["Arn"] == stack.id_of("Layer")
    assert stack.delete() == "DELETE_COMPLETE"
    assert lambda_.list_layers()["Layers"] == []
    assert lambda_.list_functions()["Functions"] == []
