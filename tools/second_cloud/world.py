"""The stack on an emulator, with a pool, a pool whose job can be stopped, and queues that get all messages."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.event_names import SOURCE
from cognito_drop.contract.object_keys import INBOX
from cognito_drop.core.runs.drop import Drop
from tools.demo_pool import create_demo_pool
from tools.deployment import STACK, Deployment, DeploymentError, deployment_of
from tools.kept_template import upload_kept
from tools.run_watch import RunWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.local_cloud import LocalCloud

POOL, HELD_POOL = "people", "held"
_PATIENCE = 900  # seconds; guards against hanging only
_SECOND = 1.0


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


def create_pools(cloud: LocalCloud) -> dict[str, str]:
    """The pools by their aliases."""
    answer = cloud.client("cognito-idp").create_user_pool(PoolName=HELD_POOL, AutoVerifiedAttributes=["email"])
    return {POOL: create_demo_pool(cloud), HELD_POOL: answer["UserPool"]["Id"]}


def deploy(name: str, cloud: LocalCloud, context: Mapping[str, str], change: Callable[[str], str]) -> World:
    """Create the stack by CloudFormation's API, and subscribe to it. Raises DeploymentError."""
    formation = cloud.client("cloudformation")
    formation.create_stack(
        StackName=STACK, TemplateURL=upload_kept(cloud, context, change), Capabilities=["CAPABILITY_IAM"]
    )
    deployment = deployment_of(_outputs(cloud))
    notifications, arn = _queue(cloud, "notifications", "sns.amazonaws.com")
    cloud.client("sns").subscribe(
        TopicArn=deployment.topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    events, arn = _queue(cloud, "events", "events.amazonaws.com")
    cloud.client("events").put_rule(Name="runs", EventPattern=json.dumps({"source": [SOURCE]}))
    cloud.client("events").put_targets(Rule="runs", Targets=[{"Id": "queue", "Arn": arn}])
    return World(name, cloud, deployment, notifications, events)


def until(what: str, found: Callable[[], bool]) -> None:
    """Wait for what must come. Raises TimeoutError when it does not."""
    deadline = time.monotonic() + _PATIENCE
    while not found():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {_PATIENCE} seconds in vain: {what}.")
        time.sleep(_SECOND)


def _outputs(cloud: LocalCloud) -> dict[str, str]:
    formation, stack = cloud.client("cloudformation"), dict[str, Any]()

    def is_done() -> bool:
        (found,) = formation.describe_stacks(StackName=STACK)["Stacks"]
        stack.update(found)
        return not found["StackStatus"].endswith("_IN_PROGRESS")

    until("the stack is created", is_done)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in events]
        raise DeploymentError("\n".join([stack["StackStatus"], *reasons]))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _queue(cloud: LocalCloud, name: str, service: str) -> tuple[str, str]:
    """A queue to which a service may send: its URL and its ARN."""
    sqs = cloud.client("sqs")
    allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url: str = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
