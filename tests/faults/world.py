"""The deployed stack with many pools, so that several runs go on at once without waiting for each other."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.execution_names import execution_arn, execution_name
from cognito_drop.contract.stack_outputs import StackOutput
from cognito_drop.core.queue.queue_order import scope_of
from tests.control import Control
from tests.faults.ledger import LedgerView
from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.open_queue import OPEN
from tests.scenarios.world import drop_queue
from tools.deployment import STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.deployment import Deployment
    from tools.local_cloud import LocalCloud

FACTOR = 1000
PART_ROWS = 3
ROWS = 5
"""Of a file: two parts, one for each of two algorithms in turn."""
HASHES = (f"$2b$12${'a' * 53}", "16384$8$1$aa00$00ff")
"""Of BCRYPT and SCRYPT."""
_CORRELATION = [
    "$.key",
    "$.state.key",
    "$.Records[*].body.detail.object.key",
    "$.Records[*].body.detail.s3ObjectDetails.objectKey",
    "$.detail.input.key",
]
OF_UNDOS = ["$.run_id", "$.request.run_id"]
"""Where the events of an undo name the run."""


class Course(StrEnum):
    """How the runs of a campaign end when nothing fails."""

    WHOLE = "imported"
    CONTINUED = "partly_imported"
    """Too many rows of the first part fail, and an operator continues the run."""
    STOPPED = "stopped"
    """Likewise, and an operator stops it."""
    UNDONE = "partly_undone"
    """It is imported while nothing fails, and then undone; some of its users have to stay."""

    @property
    def waits(self) -> bool:
        """Whether the runs wait for a decision after their first part."""
        return self in (Course.CONTINUED, Course.STOPPED)


_FIRST_PART = {"first_part": PART_ROWS, "continue_within": 14, "repeated_aliases": "send"}


@dataclass(frozen=True, slots=True)
class Lane:
    """A pool in which one run at a time goes on."""

    alias: str
    pool_id: str


@dataclass(slots=True)
class Mailbox:
    """A subscriber of the topic: counts the notifications of each run, and keeps what they say."""

    client: Clients
    url: str
    counts: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)

    def read_until_closed(self) -> None:
        """Receive what comes; to be run in a thread of its own."""
        sqs = self.client("sqs")
        while not self._ending.is_set():
            answer = sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self.texts.append(message["Body"])
                said = json.loads(message["Body"])
                self.counts[said["run_id"]] += "first_part" not in said  # what asks for a decision is no report
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            self._ending.wait(0.2)

    def close(self) -> None:
        """Receive no more."""
        self._ending.set()


@dataclass(frozen=True, slots=True)
class Clients:
    """The operator's boto3 clients, one a service: making one costs more than many calls."""

    cloud: LocalCloud
    _made: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, service: str) -> Any:  # noqa: ANN401  (a client of any service)
        """The client of that service."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self.cloud.client(service)
            return self._made[service]


@dataclass(frozen=True, slots=True)
class FaultWorld:
    """What a cell is run in."""

    deployment: Deployment
    lanes: tuple[Lane, ...]
    control: Control
    ledger: LedgerView
    mailbox: Mailbox
    client: Clients
    lock_scope: LockScope
    drop_queue: str
    """The URL of the queue of upload events."""
    undo_machine: str
    """The ARN of the state machine that undoes runs."""
    course: Course = Course.WHOLE

    def scope_of(self, lane: Lane) -> str:
        """The scope whose import lock the runs of a lane need."""
        return scope_of(self.lock_scope, lane.pool_id)

    @property
    def sweep(self) -> str:
        """The name of the function, as the command finds it."""
        return _output(self.client, StackOutput.SWEEP_FUNCTION)

    def record(self) -> None:
        """Begin the recording anew."""
        self.control.record(*(OF_UNDOS if self.course is Course.UNDONE else _CORRELATION))


@contextmanager
def fault_world(
    lanes: int, *flags: str, lock_scope: LockScope = LockScope.POOL, course: Course = Course.WHOLE
) -> Iterator[FaultWorld]:
    """Deploy the stack for so many pools, and subscribe to its notifications.

    Cognito itself lets one job of each pool be active at a time, whatever the scope of the stack's lock is.
    """
    imports = ("--import-scope", "pool", "--import-password-hashes", "listed")
    fixed = ("--clock-factor", str(FACTOR), "--concurrency", "50", *imports)
    with cloud_of_known_pools(*OBSERVED, *fixed, *flags) as cloud:
        aliases = {"AliasAttributes": ["email"]} if course.waits else {}
        made = tuple(Lane(f"lane-{number}", _pool(cloud, number, aliases)) for number in range(lanes))
        pools = {
            lane.alias: {
                "id": lane.pool_id,
                "part_rows": PART_ROWS,
                "groups": {"allow": ["*"], "create": True},
                "jobs_per_day": 1000,
                "malware_scan": "guardduty",
                "ids": True,
                "undo": True,
                **({} if course is Course.UNDONE else {"password_hashes": ["BCRYPT", "SCRYPT"]}),
                **(_FIRST_PART if course.waits else {}),
            }
            for lane in made
        }
        deployment = deploy_kept(cloud, {"pools": json.dumps(pools), "lock_scope": lock_scope.value})
        control = Control(cloud.endpoint)
        clients = Clients(cloud)
        mailbox = Mailbox(clients, _subscribed_queue(clients, deployment.topic))
        reader = threading.Thread(target=mailbox.read_until_closed, daemon=True)
        reader.start()
        ledger = LedgerView(clients, deployment.ledger)
        machine = _output(clients, StackOutput.UNDO_STATE_MACHINE_ARN)
        queue = drop_queue(cloud)
        yield FaultWorld(deployment, made, control, ledger, mailbox, clients, lock_scope, queue, machine, course)
        mailbox.close()
        reader.join()


def stop_execution(world: FaultWorld, run_id: str) -> None:
    """Stop the newest execution of a run, if there is one."""
    steps, machine = world.client("stepfunctions"), world.deployment.state_machine
    with suppress(steps.exceptions.ExecutionDoesNotExist):
        steps.stop_execution(
            executionArn=execution_arn(machine, execution_name(run_id, world.ledger.executions(run_id)))
        )


def subs(world: FaultWorld, lane: Lane, prefix: str) -> dict[str, str]:
    """The `sub` of each user of a pool whose name begins so, by the names."""
    answer = world.client("cognito-idp").list_users(UserPoolId=lane.pool_id, Filter=f'username ^= "{prefix}"')
    return {
        user["Username"]: next(each["Value"] for each in user["Attributes"] if each["Name"] == "sub")
        for user in answer["Users"]
    }


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within that many wall seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _output(client: Clients, name: StackOutput) -> str:
    (stack,) = client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    (value,) = (each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name)
    return str(value)


def _pool(cloud: LocalCloud, number: int, aliases: dict[str, Any]) -> str:
    answer = cloud.client("cognito-idp").create_user_pool(
        PoolName=f"lane-{number}", AutoVerifiedAttributes=["email"], **aliases
    )
    return str(answer["UserPool"]["Id"])


def _subscribed_queue(client: Clients, topic: str) -> str:
    sqs = client("sqs")
    url: str = sqs.create_queue(QueueName="mailbox", Attributes=OPEN)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    return url
