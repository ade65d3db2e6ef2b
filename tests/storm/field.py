"""Where the storm blows: the deployed stack with two pools, and what can be seen of it from outside."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from cognito_drop.core.runs.drop import Drop
from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.scenarios.conftest import subscribed_queue
from tests.scenarios.world import drop_queue, event_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.deployment import Deployment
    from tools.local_cloud import LocalCloud

POOLS = ("north", "south")
USERS = 3
"""Users in a file."""

_FACTOR = 120
_HEADER = "cognito:username,cognito:mfa_enabled,email,email_verified,phone_number_verified"
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Field:
    """Name of the deployed stack."""

    cloud: LocalCloud
    deployment: Deployment
    pools: Mapping[str, str]
    inbox: str
    """A queue that is subscribed to the topic."""
    shown: dict[str, int] = field(default_factory=dict)
    """Notifications that were received, by run."""

    def drop(self, name: str, alias: str) -> Drop:
        """Drop a small file of users who are named after it."""
        users = (f"{name}-{number}" for number in range(USERS))
        rows = (f"{user},FALSE,{user}@example.com,TRUE,FALSE" for user in users)
        key = f"inbox/{alias}/{name}.csv"
        body = "\n".join((_HEADER, *rows)).encode()
        answer = self.cloud.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body)
        return Drop(self.deployment.bucket, key, answer["VersionId"])

    def repeat_event(self, drop: Drop, times: int) -> None:
        """Deliver the event of an upload so many times more."""
        sqs, queue = self.cloud.client("sqs"), drop_queue(self.cloud)
        body = json.dumps(event_of(drop))
        for start in range(0, times, _BATCH):
            entries = [{"Id": str(n), "MessageBody": body} for n in range(start, min(start + _BATCH, times))]
            sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    def kill_at(self, kills: Sequence[tuple[str, int, str]]) -> None:
        """Kill processes of functions at the nth invocation from now on, `kill_before` or `kill_after` their work."""
        faults = [{"caller": function, "occurrence": nth, "kind": kind} for function, nth, kind in kills]
        body = json.dumps({"faults": faults}).encode()
        request = Request(f"{self.cloud.endpoint}/_localcloud/faults", data=body, method="POST")  # noqa: S310  (http)
        urlopen(request).close()  # noqa: S310  (our own address)

    def kills(self) -> int:
        """How many processes were killed so."""
        with urlopen(f"{self.cloud.endpoint}/_localcloud/faults") as answer:  # noqa: S310  (our own address)
            return sum(fault["struck"] for fault in json.load(answer)["faults"])

    def item(self, drop: Drop) -> dict[str, Any]:
        """The run's item; an empty one before it is accepted."""
        key = {"pk": {"S": f"run#{drop.run_id}"}, "sk": {"S": "run"}}
        table = self.cloud.client("dynamodb")
        item: dict[str, Any] = table.get_item(TableName=self.deployment.ledger, Key=key, ConsistentRead=True).get(
            "Item", {}
        )
        return item

    def await_ends(self, drops: Sequence[Drop], patience: float) -> None:
        """Wait until all have ended, or for so many seconds."""
        deadline, left = time.monotonic() + patience, list(drops)
        while left and time.monotonic() < deadline:
            self.receive()
            left = [drop for drop in left if self.item(drop).get("run_state", {}).get("S") != "ended"]
            time.sleep(0.5)
        self.receive()

    def await_quiet(self, patience: float = 120) -> None:
        """Wait until the queue of upload events is empty, or for so many seconds."""
        sqs, queue = self.cloud.client("sqs"), drop_queue(self.cloud)
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
            if not any(int(count) for count in found.values()):
                return
            time.sleep(0.3)

    def receive(self) -> None:
        """Take the notifications that have come."""
        sqs = self.cloud.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                run_id = json.loads(message["Body"])["run_id"]
                self.shown[run_id] = self.shown.get(run_id, 0) + 1
                sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])

    def jobs(self) -> list[dict[str, Any]]:
        """All import jobs of both pools."""
        cognito, found = self.cloud.client("cognito-idp"), list[dict[str, Any]]()
        for pool in self.pools.values():
            page: dict[str, str] = {}
            while True:
                answer = cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60, **page)
                found += answer["UserImportJobs"]
                if "PaginationToken" not in answer:
                    break
                page = {"PaginationToken": answer["PaginationToken"]}
        return found

    def usernames(self) -> set[str]:
        """The names of all users of both pools."""
        pages = self.cloud.client("cognito-idp").get_paginator("list_users")
        return {
            user["Username"]
            for pool in self.pools.values()
            for page in pages.paginate(UserPoolId=pool)
            for user in page["Users"]
        }

    def executions(self, drop: Drop) -> int:
        """How many executions the run has had."""
        return int(self.item(drop).get("executions", {"N": "0"})["N"])


@contextmanager
def deployed_field() -> Iterator[Field]:
    """The stack, for two pools that take turns in one account."""
    with cloud_of_known_pools(*OBSERVED, "--clock-factor", str(_FACTOR)) as cloud:
        cognito = cloud.client("cognito-idp")
        pools = {
            name: cognito.create_user_pool(PoolName=name, AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
            for name in POOLS
        }
        entries = {name: {"id": pool_id, "jobs_per_day": 1000} for name, pool_id in pools.items()}
        deployment = deploy_kept(cloud, {"pools": json.dumps(entries)})
        yield Field(cloud, deployment, pools, subscribed_queue(cloud, deployment.topic))
