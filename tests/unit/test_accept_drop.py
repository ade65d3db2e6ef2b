"""Upload events become runs, each once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_record import RunRecord
from lambdas.accept_drop.handler import BucketEvents, lambda_handler
from lambdas.use_cases.acceptance import Acceptance
from tests.unit.fake_executions import InMemoryExecutions
from tests.unit.handler_world import give
from tests.unit.samples import drop
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    import io

    from cognito_drop.core.pools.pool_settings import PoolSettings

ACCOUNT = "123456789012"

pytestmark = pytest.mark.usefixtures("aws")

CONTEXT = SimpleNamespace(
    function_name="accept-drop", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="request"
)


def event_of(
    key: str = "inbox/people/users.csv",
    version: str = "v1",
    size: int = 10,
    **detail: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """The event of an upload, as S3's guide has it."""
    return {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": "2026-07-01T12:00:00Z",
        "detail": {
            "bucket": {"name": "drops"},
            "object": {"key": key, "size": size, "version-id": version, "sequencer": "00"},
            "requester": "123456789012",
            **detail,
        },
    }


class World:
    """Ledger and executions, for the use case and for the handler."""

    def __init__(self) -> None:
        self.ledger = WatchedLedger()
        self.executions = InMemoryExecutions()
        self.pools: dict[str, PoolSettings] = {}
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)
        acceptance = Acceptance(self.ledger, self.executions, self.ledger.scans, self.pools, lambda: self.now)
        self.events = BucketEvents("drops", ACCOUNT, acceptance)

    def accept(self, event: dict[str, Any]) -> None:
        """Let the use case see an event."""
        self.events.take(event)

    @property
    def started(self) -> list[Any]:
        """The drops whose executions were started."""
        return list(self.executions.started.values())


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Nothing was dropped yet."""
    made = World()
    give(monkeypatch, lambda_handler, made.events)
    return made


def _handle(*bodies: str) -> list[str]:
    records = [{"messageId": str(number), "body": body, "eventSource": "aws:sqs"} for number, body in enumerate(bodies)]
    answer = lambda_handler({"Records": records}, CONTEXT)  # type: ignore[arg-type]  # the parts that are read
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


class CountedPools(dict[str, "PoolSettings"]):
    """Pools that count what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, alias: str) -> PoolSettings | None:  # type: ignore[override]  # all that is called
        """The pool of an alias."""
        self.asked.append(alias)
        return super().get(alias)


def test_a_batch_asks_for_the_settings_of_each_pool_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of a thousand files is dropped at once. The next batch asks again: they may be deployed anew."""
    pools = CountedPools()
    acceptance = Acceptance(world.ledger, world.executions, world.ledger.scans, pools, lambda: world.now)
    give(monkeypatch, lambda_handler, BucketEvents("drops", ACCOUNT, acceptance))
    keys = ("inbox/people/a.csv", "inbox/staff/a.csv", "inbox/people/b.csv", "inbox/staff/b.csv")
    bodies = [json.dumps(event_of(key)) for key in keys]
    assert _handle(*bodies) == []
    assert (pools.asked, len(world.started)) == (["people", "staff"], 4)
    assert _handle(*bodies) == []
    assert pools.asked == ["people", "staff"] * 2


def test_an_upload_becomes_a_run(world: World) -> None:
    """An item in the ledger with who, what and when; then an execution."""
    world.accept(event_of())
    assert world.ledger.find(drop().run_id) == RunRecord(
        drop(), RunState.ACCEPTED, "2026-07-01T12:00:00Z", size=10, dropped_by="123456789012"
    )
    assert world.started == [drop()]


def test_an_event_that_comes_twice_makes_one_run(world: World) -> None:
    """The second finds both item and execution, and is no error."""
    world.accept(event_of())
    world.accept(event_of())
    assert world.started == [drop()]


def test_another_version_of_the_same_key_is_another_run(world: World) -> None:
    """Out of order or not, both are imported."""
    world.accept(event_of(version="v2"))
    world.accept(event_of(version="v1"))
    assert world.started == [drop(version_id="v2"), drop(version_id="v1")]


def test_a_run_that_died_between_item_and_execution_is_started_by_the_next_event(world: World) -> None:
    """The item alone does not make a run."""
    world.executions.is_broken = True
    with pytest.raises(ConnectionError):
        world.accept(event_of())
    world.executions.is_broken = False
    world.accept(event_of())
    assert world.started == [drop()]


@pytest.mark.parametrize("key", ["inbox/people/", "inbox/"])
def test_a_folder_is_passed_over(world: World, key: str) -> None:
    """What the console makes to show a folder makes no run."""
    world.accept(event_of(key, size=0))
    assert world.ledger.run_ids == []
    assert world.started == []


def test_a_file_whose_key_ends_in_a_slash_is_accepted(world: World) -> None:
    """It has content, so it shows no folder."""
    world.accept(event_of("inbox/people/users/", size=10))
    assert world.started == [drop("inbox/people/users/")]


def test_an_event_of_another_bucket_makes_no_run(world: World) -> None:
    """Only the function's own bucket is the inbox, whatever the queue delivers; the message does not come again."""
    assert _handle(json.dumps(event_of(bucket={"name": "others"}))) == []
    assert world.ledger.run_ids == []
    assert world.started == []


def test_the_key_in_the_event_is_taken_as_it_is(world: World) -> None:
    """EventBridge does not URL-encode it: a plus sign stays a plus sign."""
    world.accept(event_of("inbox/people/July + août%20.csv"))
    assert world.started == [drop("inbox/people/July + août%20.csv")]


def test_an_event_without_a_requester_is_accepted(world: World) -> None:
    """Not every upload has one."""
    event = event_of()
    del event["detail"]["requester"]
    world.accept(event)
    assert world.started == [drop()]


def test_an_event_without_a_version_is_one_clear_line(world: World, log: io.StringIO) -> None:
    """The message leaves the queue, the next one is accepted, and the sweep finds the file by listing."""
    event = event_of()
    del event["detail"]["object"]["version-id"]
    assert _handle(json.dumps(event), json.dumps(event_of(version="v2"))) == []
    assert world.started == [drop(version_id="v2")]
    line, *others = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["message"]) == (
        "WARNING",
        "Ignored: the event names no version of the object. The sweep accepts the file.",
    )
    assert [line["message"] for line in others] == ["Drop accepted."]


def test_only_what_failed_goes_back_to_the_queue(world: World, log: io.StringIO) -> None:
    """A message that makes no sense does not hold up the others, nor does it carry another's run_id in the log."""
    failed = _handle(json.dumps(event_of()), "{canary", json.dumps(event_of(version="v2")))
    assert failed == ["1"]
    assert len(world.started) == 2
    assert "canary" not in log.getvalue()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line.get("run_id") for line in lines] == [drop().run_id, None, drop(version_id="v2").run_id]


def test_a_batch_that_fails_as_a_whole_is_an_answer_and_no_error(world: World) -> None:
    """Each message is named, so that the queue counts its own receives."""
    world.executions.is_broken = True
    assert _handle(json.dumps(event_of()), json.dumps(event_of(version="v2"))) == ["0", "1"]
