"""Programs that are notified of runs by configuration: made before the stack is deployed, as their owners would."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE
from tools.local_cloud import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tools.local_cloud import LocalCloud

FAILURES = "told-of-failures"
"""A queue that wants to know of the pools `people` and `guests` what was not imported."""
FUNCTION = "told-of-everything"
MAILBOX = "guests@example.com"
"""Gets what is dropped for the pool `guests`."""
GONE = "told-of-expired-runs-and-deleted"
"""A queue that does not exist any more; it wants what hardly ever happens."""

_CODE = """
import json

def handler(event, context):
    for record in event["Records"]:
        attributes = record["Sns"]["MessageAttributes"]
        told = {"subject": record["Sns"]["Subject"], "message": record["Sns"]["Message"]}
        print("TOLD " + json.dumps({**told, "attributes": {name: one["Value"] for name, one in attributes.items()}}))
"""
_LOGS = f"/aws/lambda/{FUNCTION}"


def create_subscribers(cloud: LocalCloud) -> list[dict[str, Any]]:
    """Create them; return the value of the context key `subscriptions`."""
    queue = _queue_arn(FAILURES)
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = _policy({**allowed, "Resource": queue})
    cloud.client("sqs").create_queue(QueueName=FAILURES, Attributes={"Policy": policy})
    return [
        {"to": queue, "pools": ["people", "guests"], "outcomes": ["rejected", "failed", "stopped"]},
        {"to": _create_function(cloud)},
        {"to": MAILBOX, "pools": ["guests"]},
        {"to": _queue_arn(GONE), "pools": ["bare"]},
    ]


def messages_to_queue(world: World, until: str) -> list[dict[str, Any]]:
    """The notifications that came to the queue of failures, up to the one of this run; they are taken from it."""
    sqs = world.cloud.client("sqs")
    url, deadline = sqs.get_queue_url(QueueName=FAILURES)["QueueUrl"], time.monotonic() + PATIENCE
    found: dict[str, dict[str, Any]] = {}
    while until not in found and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            envelope = json.loads(message["Body"])
            found[json.loads(envelope["Message"])["run_id"]] = envelope
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return list(found.values())


def sent_to_function(world: World, run_id: str) -> dict[str, Any]:
    """What the function received about this run."""
    logs, deadline = world.cloud.client("logs"), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=_LOGS)
        lines = [event["message"] for page in pages for event in page["events"]]
        shown = [json.loads(line.partition("TOLD ")[2]) for line in lines if "TOLD " in line]
        found = [one for one in shown if json.loads(one["message"])["run_id"] == run_id]
        if found:
            assert len(found) == 1, "the function was told twice"
            return dict(found[0])
        time.sleep(0.2)
    raise AssertionError(f"The function was not notified of the run {run_id}.")


def _create_function(cloud: LocalCloud) -> str:
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=FUNCTION, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    write = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    iam.put_role_policy(RoleName=FUNCTION, PolicyName="logs", PolicyDocument=_policy(write))
    cloud.client("logs").create_log_group(logGroupName=_LOGS)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("index.py", _CODE)
    made = cloud.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    return str(made["FunctionArn"])


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
