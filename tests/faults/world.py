"""The deployed stack with many pools, so that several runs go on at once without waiting for each other."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from laptop.deployment import bootstrap, deploy
from laptop.local_cloud import local_cloud
from tests.control import Control
from tests.faults.ledger import LedgerView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from laptop.deployment import Deployment
    from laptop.local_cloud import LocalCloud

FACTOR = 1000
PART_ROWS = 3
ROWS = 5
"""Of a file: two parts."""
_CORRELATION = ["$.key", "$.state.key", "$.Records[*].body.detail.object.key", "$.detail.input.key"]


@dataclass(frozen=True, slots=True)
class Lane:
    """A pool in which one run at a time goes on."""

    alias: str
    pool_id: str


@dataclass(slots=True)
class Mailbox:
    """A subscriber of the topic: counts the notifications of each run, and keeps what they say."""

    cloud: LocalCloud
    url: str
    counts: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)

    def read_until_closed(self) -> None:
        """Receive what comes; to be run in a thread of its own."""
        sqs = self.cloud.client("sqs")
        while not self._ending.is_set():
            answer = sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self.texts.append(message["Body"])
                self.counts[json.loads(message["Body"])["run_id"]] += 1
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            self._ending.wait(0.2)

    def close(self) -> None:
        """Receive no more."""
        self._ending.set()


@dataclass(frozen=True, slots=True)
class FaultWorld:
    """What a cell is run in."""

    cloud: LocalCloud
    deployment: Deployment
    lanes: tuple[Lane, ...]
    control: Control
    ledger: LedgerView
    mailbox: Mailbox

    def client(self, service: str) -> Any:  # noqa: ANN401  (a client of any service)
        """A boto3 client of the operator."""
        return self.cloud.client(service)


@contextmanager
def fault_world(lanes: int) -> Iterator[FaultWorld]:
    """Deploy the stack for so many pools, record what it does, and subscribe to its notifications."""
    with local_cloud("--clock-factor", str(FACTOR), "--import-scope", "pool", "--concurrency", "50") as cloud:
        made = tuple(Lane(f"lane-{number}", _pool(cloud, number)) for number in range(lanes))
        pools = {lane.alias: {"id": lane.pool_id, "part_rows": PART_ROWS} for lane in made}
        bootstrap(cloud)
        deployment = deploy(cloud, {"pools": json.dumps(pools), "turn_scope": "pool"})
        control = Control(cloud.endpoint)
        control.record(*_CORRELATION)
        mailbox = Mailbox(cloud, _subscribed_queue(cloud, deployment.topic))
        reader = threading.Thread(target=mailbox.read_until_closed, daemon=True)
        reader.start()
        yield FaultWorld(cloud, deployment, made, control, LedgerView(cloud, deployment.ledger), mailbox)
        mailbox.close()
        reader.join()


def until(condition: Any, seconds: float) -> bool:  # noqa: ANN401  (a question without arguments)
    """Whether the condition comes true within that many wall seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _pool(cloud: LocalCloud, number: int) -> str:
    answer = cloud.client("cognito-idp").create_user_pool(PoolName=f"lane-{number}", AutoVerifiedAttributes=["email"])
    return str(answer["UserPool"]["Id"])


def _subscribed_queue(cloud: LocalCloud, topic: str) -> str:
    sqs = cloud.client("sqs")
    url: str = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    return url
