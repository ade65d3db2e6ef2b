"""The stack on an emulator, with a pool, a pool whose job can be stopped, and queues that get all messages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract.event_names import SOURCE
from cognito_drop.contract.object_keys import INBOX
from cognito_drop.contract.stack_outputs import StackOutput
from cognito_drop.core.runs.drop import Drop
from tools.created_stack import create_stack
from tools.demo_pool import create_demo_pool
from tools.deployment import STACK
from tools.run_watch import RunWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.deployment import Deployment
    from tools.local_cloud import LocalCloud

POOL, HELD_POOL = "people", "held"


@dataclass(frozen=True, slots=True)
class World:
    """What is asked of one emulator."""

    name: str
    cloud: LocalCloud
    deployment: Deployment
    notifications: str
    """The URL of a queue that is subscribed to the topic."""
    events: str
    """The URL of a queue that gets the events of runs."""

    def drop(self, name: str, body: bytes, folder: str = POOL) -> RunWatch:
        """Put a file into the inbox."""
        key = f"{INBOX}{folder}/{name}"
        answer = self.cloud.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body)
        return RunWatch(self.cloud, self.deployment, Drop(self.deployment.bucket, key, answer["VersionId"]))

    def sweep(self) -> None:
        """Call the sweep and wait for its end, whatever it says: the next one on schedule may be minutes away."""
        (stack,) = self.cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        self.cloud.client("lambda").invoke(FunctionName=outputs[StackOutput.SWEEP_FUNCTION], Payload=b"{}")


def create_pools(cloud: LocalCloud) -> dict[str, str]:
    """The pools by their aliases."""
    answer = cloud.client("cognito-idp").create_user_pool(PoolName=HELD_POOL, AutoVerifiedAttributes=["email"])
    return {POOL: create_demo_pool(cloud), HELD_POOL: answer["UserPool"]["Id"]}


def deploy(name: str, cloud: LocalCloud, context: Mapping[str, str], change: Callable[[str], str]) -> World:
    """Create the stack by CloudFormation's API, and subscribe to it. Raises DeploymentError."""
    deployment = create_stack(cloud, context, change)
    notifications, arn = _queue(cloud, "notifications", "sns.amazonaws.com")
    cloud.client("sns").subscribe(
        TopicArn=deployment.topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    events, arn = _queue(cloud, "events", "events.amazonaws.com")
    cloud.client("events").put_rule(Name="runs", EventPattern=json.dumps({"source": [SOURCE]}))
    cloud.client("events").put_targets(Rule="runs", Targets=[{"Id": "queue", "Arn": arn}])
    return World(name, cloud, deployment, notifications, events)


def _queue(cloud: LocalCloud, name: str, service: str) -> tuple[str, str]:
    """A queue to which a service may send: its URL and its ARN."""
    sqs = cloud.client("sqs")
    allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url: str = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
