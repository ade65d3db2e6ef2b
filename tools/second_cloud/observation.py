"""What is seen of the stack and its runs, without what is another every time, such as ids and times."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.event_names import RunEventKind
from cognito_drop.contract.execution_names import execution_arn, execution_name
from cognito_drop.contract.ledger_keys import PK, SK
from cognito_drop.contract.object_keys import STAGING, results_of
from tools.created_stack import until
from tools.deployment import STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.run_watch import RunWatch
    from tools.second_cloud.world import World

Observation = dict[str, object]
"""What was seen by its place, such as `run/users.csv/outcome`."""


def observe(world: World, watches: Mapping[str, RunWatch], denied: Mapping[str, int]) -> Observation:
    """Look at everything. `denied` are the calls that the emulator's IAM has denied.

    Which runs wait for the lock depends on the machine, as they are dropped at once.
    """
    seen: Observation = {f"resource/{place}": status for place, status in _resources(world)}
    seen |= {f"denied/{call}": times > 0 for call, times in denied.items()}
    notifications, events = _messages(world, world.notifications), _messages(world, world.events)
    for name, watch in watches.items():
        seen |= {f"run/{name}/{place}": value for place, value in _run(world, watch)}
        mine = [message for message in notifications if message["run_id"] == watch.run_id]
        seen[f"run/{name}/notifications"] = [message["outcome"] for message in mine]
        kinds = [event["detail-type"] for event in events if event["detail"]["run_id"] == watch.run_id]
        seen[f"run/{name}/events"] = sorted(kind for kind in kinds if kind != RunEventKind.WAITING)
    seen |= {f"ledger/{kind}": count for kind, count in _items(world).items()}
    seen["staging is empty"] = not _versions(world, STAGING)
    seen |= {f"queue/{name}": count for name, count in _left_in_queues(world)}
    return seen


def role_name(world: World, physical: str) -> str:
    """The logical id of a role, which is the same in every deployment."""
    resources = world.cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    names: dict[str, str] = {it["PhysicalResourceId"]: it["LogicalResourceId"] for it in resources}
    return names.get(physical, physical)


def _resources(world: World) -> Iterator[tuple[str, str]]:
    answer = world.cloud.client("cloudformation").describe_stack_resources(StackName=STACK)
    for it in answer["StackResources"]:
        yield f"{it['ResourceType']}/{it['LogicalResourceId']}", it["ResourceStatus"]


def _run(world: World, watch: RunWatch) -> Iterator[tuple[str, object]]:
    run = RunLedger(world.cloud.ledger_client(), world.deployment.ledger).read(watch.run_id)
    yield "outcome", run.outcome
    yield "rows", run.rows
    yield "error", run.error
    yield "accepted by its event", run.dropped_by != ""  # a listing does not say who has dropped a file
    yield "is stopped", run.is_stopped
    yield "jobs", [(part.status, part.counts, part.gap) for part in run.parts.values()]
    yield "summary", _summary(watch)
    yield "objects", _objects(world, watch)
    for number in range(1, run.executions + 1):
        arn = execution_arn(world.deployment.state_machine, execution_name(watch.run_id, number))
        yield f"execution {number}/status", _status(world, arn)
        yield f"execution {number}/states", states_of(world, arn)


def _status(world: World, arn: str) -> str:
    return str(world.cloud.client("stepfunctions").describe_execution(executionArn=arn)["status"])


def states_of(world: World, arn: str) -> list[str]:
    """The states in the order in which each was entered first: how often a run polls depends on the machine."""
    pages = world.cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    events = (event for page in pages for event in page["events"])
    entered = (event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event)
    return list(dict.fromkeys(entered))


def _summary(watch: RunWatch) -> dict[str, Any]:
    summary = watch.summary()
    return {
        "reasons": [(reason["code"], reason["count"]) for reason in summary["reasons"]],
        "warnings": [warning["code"] for warning in summary["warnings"]],
        "files": sorted(summary["files"]),
    }


def _objects(world: World, watch: RunWatch) -> list[str]:
    prefix = results_of(watch.run_id)
    pages = world.cloud.client("s3").get_paginator("list_objects_v2")
    listed = pages.paginate(Bucket=world.deployment.bucket, Prefix=prefix)
    return sorted(it["Key"].removeprefix(prefix) for page in listed for it in page.get("Contents", []))


def _versions(world: World, prefix: str) -> list[str]:
    pages = world.cloud.client("s3").get_paginator("list_object_versions")
    listed = pages.paginate(Bucket=world.deployment.bucket, Prefix=prefix)
    return [it["Key"] for page in listed for kind in ("Versions", "DeleteMarkers") for it in page.get(kind, [])]


def _items(world: World) -> Counter[str]:
    """How many items of each kind the ledger has: no lock is held and nothing waits when all is over."""
    pages = world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=world.deployment.ledger)
    items = (item for page in pages for item in page["Items"])
    return Counter("/".join(item[key]["S"].split("#")[0] for key in (PK, SK)) for item in items)


def _messages(world: World, url: str) -> list[dict[str, Any]]:
    """What is in a queue; what was published a moment ago may be on its way for another while."""
    sqs, found = world.cloud.client("sqs"), list[dict[str, Any]]()

    def is_empty() -> bool:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return "Messages" not in answer

    until(f"the queue {url} is empty", is_empty)
    return found


def _left_in_queues(world: World) -> Iterator[tuple[str, int]]:
    """Messages that are left in the stack's own queues, dead-letter queues among them."""
    sqs = world.cloud.client("sqs")
    resources = world.cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    for it in resources:
        if it["ResourceType"] == "AWS::SQS::Queue":
            answer = sqs.get_queue_attributes(QueueUrl=it["PhysicalResourceId"], AttributeNames=["All"])["Attributes"]
            waiting = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
            yield re.sub(r"[0-9A-F]{8}$", "", it["LogicalResourceId"]), sum(int(answer[name]) for name in waiting)
