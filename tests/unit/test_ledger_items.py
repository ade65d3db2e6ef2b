"""The ledger as DynamoDB holds it: the shape of its items, how they are asked for, and whose errors are whose."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.ledger_keys import entry_key, lock_key, run_key, scan_key, undo_key
from cognito_drop.contract.statuses import JobStatus, Outcome, RunState
from cognito_drop.core.queue.queue_order import entry_order
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob
from tests.ledger_table import TABLE, ledger_client
from tests.unit.samples import COMPLETED, POOL_ID, STARTED, checked, drop, job, summary

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RUN = drop().run_id
LONGEST_SORT_KEY = 1024  # bytes


@pytest.fixture
def client(aws: None) -> DynamoDBClient:  # noqa: ARG001
    """An empty table."""
    return ledger_client()


@pytest.fixture
def ledger(client: DynamoDBClient) -> RunLedger:
    """A ledger with one run."""
    ledger = RunLedger(client, TABLE)
    _accept(ledger)
    return ledger


def _accept(ledger: RunLedger) -> None:
    ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="123456789012")


def _item(client: DynamoDBClient) -> dict[str, Any]:
    return cast("dict[str, Any]", client.get_item(TableName=TABLE, Key=run_key(RUN))["Item"])


@pytest.mark.usefixtures("ledger")
def test_an_accepted_run_says_what_was_dropped_by_whom_and_when(client: DynamoDBClient) -> None:
    """An operator finds the file from the item."""
    assert _item(client) == {
        "pk": f"run#{RUN}",
        "sk": "run",
        "run_id": RUN,
        "run_state": "accepted",
        "executions": 1,
        "bucket": "drops",
        "key": "inbox/people/users.csv",
        "version_id": "v1",
        "alias": "people",
        "dry_run": False,
        "size": 10,
        "dropped_at": "2026-07-01T12:00:00Z",
        "dropped_by": "123456789012",
        "notified": False,
        "parts": {},
        "starts": 0,
    }


def test_a_reported_run_says_what_became_of_its_rows(client: DynamoDBClient, ledger: RunLedger) -> None:
    """Outcome, counts, the end, and when the item may go; what was there before stays."""
    ledger.keep_file(RUN, checked(21))
    client.update_item(
        TableName=TABLE,
        Key=run_key(RUN),
        UpdateExpression="SET run_state = :importing",
        ExpressionAttributeValues={":importing": RunState.IMPORTING},
    )
    ledger.record_job(RUN, 1, PartJob("import-1"), instead_of=None, start=0)
    rows = RowAccount(total=21, imported=1, skipped=2, failed=3, rejected=4, unprocessed=11)
    ledger.report(summary(outcome=Outcome.FAILED, rows=rows), datetime(2026, 10, 1, tzinfo=UTC))
    item = _item(client)
    assert item["run_state"] == "reported"
    assert item["outcome"] == "failed"
    assert item["row_counts"] == {
        "total": 21, "imported": 1, "skipped": 2, "failed": 3, "rejected": 4, "unprocessed": 11,
    }  # fmt: skip
    assert item["ended_at"] == COMPLETED.isoformat()
    assert item["expires_at"] == 1790812800
    assert item["pool_id"] == POOL_ID
    assert item["parts"] == {"1": {"job_id": "import-1", "attempt": 1, "uploaded": False, "refusals": 0}}
    assert item["dropped_by"] == "123456789012"


def test_a_word_of_cognitos_that_no_one_documented_is_kept(client: DynamoDBClient, ledger: RunLedger) -> None:
    """As it was said, for the operator; anyone who reads it takes it for unknown."""
    client.update_item(
        TableName=TABLE,
        Key=run_key(RUN),
        UpdateExpression="SET run_state = :importing",
        ExpressionAttributeValues={":importing": RunState.IMPORTING},
    )
    ledger.record_job(RUN, 1, PartJob("import-1"), instead_of=None, start=0)
    ledger.record_end(RUN, 1, job("Paused", 1, 2, 3, job_id="import-1", started=STARTED, completed=COMPLETED))
    assert _item(client)["parts"]["1"] == {
        "job_id": "import-1", "attempt": 1, "uploaded": False, "refusals": 0, "status": "Paused",
        "imported": 1, "skipped": 2, "failed": 3, "gap": "",
        "started_at": STARTED.isoformat(), "completed_at": COMPLETED.isoformat(),
    }  # fmt: skip
    found = ledger.read(RUN).parts[1]
    assert found.status is JobStatus.UNKNOWN
    assert (found.started_at, found.completed_at) == (STARTED.isoformat(), COMPLETED.isoformat())


def test_a_damaged_item_keeps_no_one_from_the_other_runs(client: DynamoDBClient, ledger: RunLedger) -> None:
    """What is missing of it, or is of another type, is read as if it was never written."""
    ledger.accept(drop(version_id="v2"), size=10, dropped_at="2026-07-01T13:00:00Z", dropped_by="somebody")
    client.update_item(
        TableName=TABLE,
        Key=run_key(RUN),
        UpdateExpression="SET executions = :text, lease_until = :text, #token = :number REMOVE #bucket, parts",
        ExpressionAttributeNames={"#token": "token", "#bucket": "bucket"},
        ExpressionAttributeValues={":text": "some", ":number": 1},
    )
    damaged, other = ledger.in_state(RunState.ACCEPTED)
    assert (damaged.drop.bucket, damaged.executions, damaged.lease_until, damaged.token) == ("", 1, 0.0, "")
    assert (damaged.run_id, damaged.unreadable) == (RUN, ("executions", "key", "lease_until", "parts"))
    assert (damaged.parts, damaged.drop.key) == ({}, "inbox/people/users.csv")
    assert other.drop == drop(version_id="v2")


def test_a_run_is_read_as_it_was_written_last() -> None:
    """A copy that lags behind would make a second job."""
    with Stubber(boto3.resource("dynamodb", region_name="us-east-1").meta.client) as stub:
        stub.add_response("get_item", {}, {"TableName": TABLE, "Key": run_key(RUN), "ConsistentRead": True})
        assert RunLedger(cast("Any", stub.client), TABLE).find(RUN) is None


def test_what_dynamodb_leaves_unanswered_is_asked_again() -> None:
    """BatchGetItem answers with what it came to, and with the rest of the question."""
    keys = [run_key(drop(version_id=version).run_id) for version in ("v1", "v2")]
    asked: dict[str, Any] = {TABLE: {"Keys": keys, "ProjectionExpression": "pk, run_state"}}
    rest: dict[str, Any] = {TABLE: {"Keys": keys[1:], "ProjectionExpression": "pk, run_state"}}
    known = {"pk": {"S": keys[1]["pk"]}, "run_state": {"S": "waiting"}}
    left = {TABLE: {**rest[TABLE], "Keys": [{name: {"S": value} for name, value in keys[1].items()}]}}
    first = {"Responses": {TABLE: []}, "UnprocessedKeys": left}
    second = {"Responses": {TABLE: [known]}, "UnprocessedKeys": {}}
    with Stubber(boto3.resource("dynamodb", region_name="us-east-1").meta.client) as stub:
        stub.add_response("batch_get_item", first, {"RequestItems": asked})
        stub.add_response("batch_get_item", second, {"RequestItems": rest})
        found = RunLedger(cast("Any", stub.client), TABLE).states([RUN, drop(version_id="v2").run_id])
        stub.assert_no_pending_responses()
    assert found == {drop(version_id="v2").run_id: "waiting"}


@pytest.mark.parametrize(
    "call",
    [
        _accept,
        lambda ledger: ledger.find(RUN),
        lambda ledger: ledger.close(RUN),
        lambda ledger: list(ledger.in_state(RunState.WAITING)),
        lambda ledger: ledger.states([RUN]),
    ],
    ids=["accept", "find", "close", "in_state", "states"],
)
def test_an_error_of_the_table_is_no_answer(aws: None, call: Any) -> None:  # noqa: ANN401, ARG001
    """A table that is not there does not look like a run that was accepted before, or that is not known."""
    with pytest.raises(ClientError, match="ResourceNotFound"):
        call(RunLedger(boto3.resource("dynamodb", region_name="us-east-1").meta.client, "nowhere"))


@pytest.mark.parametrize("letter", ["a", "é", "漢", "\U0001f600"])
def test_the_longest_key_of_a_file_makes_a_queue_entry_that_dynamodb_takes(letter: str) -> None:
    """S3 takes 1,024 bytes for a key, whatever letters they are."""
    key = letter * (1024 // len(letter.encode()))
    sort_key = entry_key("account", entry_order("2026-07-01T12:00:00Z", key, RUN))["sk"]
    assert len(str(sort_key).encode()) <= LONGEST_SORT_KEY


def test_the_items_of_a_lock_lie_beside_each_other() -> None:
    """One partition a scope: the lock comes before the queue entries, and queue entries sort by time."""
    order = entry_order("2026-07-01T12:00:00Z", "inbox/people/users.csv", RUN)
    entry = entry_key("account", order)
    assert lock_key("account") == {"pk": "lock#account", "sk": "lock"}
    assert entry == {"pk": "lock#account", "sk": f"entry#{order}"}


def test_the_other_items_have_the_keys_that_the_documentation_names() -> None:
    """An operator finds them by it; a scan's result is beside its run."""
    assert run_key(RUN) == {"pk": f"run#{RUN}", "sk": "run"}
    assert scan_key(RUN) == {"pk": f"run#{RUN}", "sk": "scan"}
    assert undo_key(RUN) == {"pk": f"undo#{RUN}", "sk": "undo"}


def test_an_item_that_was_damaged_further_is_not_set_aside(client: DynamoDBClient, ledger: RunLedger) -> None:
    """What was decided on what was read before does not fit any more; the error names the run."""
    for attribute in ("run_state", "executions"):
        found = ledger.find(RUN)
        assert found is not None
        client.update_item(
            TableName=TABLE,
            Key=run_key(RUN),
            UpdateExpression="SET #name = :text",
            ExpressionAttributeNames={"#name": attribute},
            ExpressionAttributeValues={":text": "damaged"},
        )
        with pytest.raises(LedgerConflictError, match=f"^{RUN}$"):
            LedgerDamage(client, TABLE).set_aside(drop(), found, found.state, {}, now=found.dropped_at, until=0.0)
    assert _item(client)["executions"] == "damaged"
