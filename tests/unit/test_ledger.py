"""The ledger in DynamoDB; its imitation in memory is held against the same promises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.ledger import JobEntry, Ledger
from lambdas.core.outcome import Outcome, RowAccount
from tests.unit.fakes import InMemoryLedger
from tests.unit.samples import COMPLETED, POOL_ID, drop, summary

RUN = drop().run_id


def _in_dynamodb() -> Ledger:
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(
        TableName="ledger",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Ledger(client, "ledger")


@pytest.fixture(params=[_in_dynamodb, InMemoryLedger], ids=["DynamoDB", "in memory"])
def ledger(request: pytest.FixtureRequest, aws: None) -> Ledger:  # noqa: ARG001
    """An empty ledger."""
    made: Ledger = request.param()
    return made


def _accept(ledger: Ledger, version: str = "v1") -> bool:
    return ledger.accept(
        drop(version_id=version), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="123456789012"
    )


def test_a_run_is_accepted_once(ledger: Ledger) -> None:
    """The second event of the same version finds the item; another version is another run."""
    assert [_accept(ledger), _accept(ledger), _accept(ledger, "v2")] == [True, False, True]


def test_a_run_has_no_job_until_one_is_recorded(ledger: Ledger) -> None:
    """Neither before it is accepted, nor after."""
    assert ledger.jobs(RUN) == {}
    _accept(ledger)
    assert ledger.jobs(RUN) == {}


def test_a_recorded_job_is_found_as_it_was_recorded(ledger: Ledger) -> None:
    """Not uploaded, never refused."""
    _accept(ledger)
    assert ledger.record_job(RUN, POOL_ID, 1, "import-1") == JobEntry("import-1", uploaded=False, refusals=0)
    assert ledger.jobs(RUN) == {1: JobEntry("import-1", uploaded=False, refusals=0)}


def test_upload_and_refusals_are_noted(ledger: Ledger) -> None:
    """What the next call of the function needs to know."""
    _accept(ledger)
    ledger.record_job(RUN, POOL_ID, 1, "import-1")
    ledger.record_upload(RUN, 1, done=True)
    ledger.record_refusal(RUN, 1)
    ledger.record_refusal(RUN, 1)
    assert ledger.jobs(RUN) == {1: JobEntry("import-1", uploaded=True, refusals=2)}
    ledger.record_upload(RUN, 1, done=False)
    assert ledger.jobs(RUN) == {1: JobEntry("import-1", uploaded=False, refusals=2)}


def test_a_new_job_takes_the_place_of_the_old(ledger: Ledger) -> None:
    """After an expired URL the counting starts again."""
    _accept(ledger)
    ledger.record_job(RUN, POOL_ID, 1, "import-1")
    ledger.record_upload(RUN, 1, done=True)
    ledger.record_refusal(RUN, 1)
    ledger.record_job(RUN, POOL_ID, 1, "import-2")
    assert ledger.jobs(RUN) == {1: JobEntry("import-2", uploaded=False, refusals=0)}


def test_each_part_has_a_job_of_its_own(ledger: Ledger) -> None:
    """What is noted of one changes nothing of the others, and numbers are numbers."""
    _accept(ledger)
    for part in (1, 2, 10):
        ledger.record_job(RUN, POOL_ID, part, f"import-{part}")
    ledger.record_upload(RUN, 2, done=True)
    ledger.record_refusal(RUN, 10)
    assert ledger.jobs(RUN) == {
        1: JobEntry("import-1", uploaded=False, refusals=0),
        2: JobEntry("import-2", uploaded=True, refusals=0),
        10: JobEntry("import-10", uploaded=False, refusals=1),
    }


def test_a_run_knows_when_its_file_was_dropped(ledger: Ledger) -> None:
    """As the event has told it; a run that nobody accepted does not know."""
    assert ledger.dropped_at(RUN) is None
    _accept(ledger)
    assert ledger.dropped_at(RUN) == "2026-07-01T12:00:00Z"


def test_an_accepted_run_says_what_was_dropped_by_whom_and_when(aws: None) -> None:  # noqa: ARG001
    """An operator finds the file from the item."""
    ledger = _in_dynamodb()
    _accept(ledger)
    assert _item() == {
        "pk": {"S": f"run#{RUN}"},
        "run_id": {"S": RUN},
        "run_state": {"S": "accepted"},
        "bucket": {"S": "drops"},
        "key": {"S": "inbox/people/users.csv"},
        "version_id": {"S": "v1"},
        "alias": {"S": "people"},
        "size": {"N": "10"},
        "dropped_at": {"S": "2026-07-01T12:00:00Z"},
        "dropped_by": {"S": "123456789012"},
        "notified": {"BOOL": False},
        "parts": {"M": {}},
    }


def test_an_ended_run_says_what_became_of_its_rows(aws: None) -> None:  # noqa: ARG001
    """Outcome, counts, the end, and when the item may go; what was there before stays."""
    ledger = _in_dynamodb()
    _accept(ledger)
    ledger.record_job(RUN, POOL_ID, 1, "import-1")
    rows = RowAccount(total=21, imported=1, skipped=2, failed=3, rejected=4, unprocessed=11)
    ledger.end(summary(outcome=Outcome.FAILED, rows=rows), datetime(2026, 10, 1, tzinfo=UTC))
    item = _item()
    assert item["run_state"] == {"S": "ended"}
    assert item["outcome"] == {"S": "failed"}
    assert {name: int(count["N"]) for name, count in item["row_counts"]["M"].items()} == {
        "total": 21, "imported": 1, "skipped": 2, "failed": 3, "rejected": 4, "unprocessed": 11,
    }  # fmt: skip
    assert item["ended_at"] == {"S": COMPLETED.isoformat()}
    assert item["expires_at"] == {"N": "1790812800"}
    assert item["pool_id"] == {"S": POOL_ID}
    assert item["parts"]["M"]["1"]["M"]["job_id"] == {"S": "import-1"}


def test_the_jobs_are_read_as_they_were_written_last() -> None:
    """A copy that lags behind would make a second job."""
    key = {"pk": {"S": f"run#{RUN}"}}
    with Stubber(boto3.client("dynamodb", region_name="us-east-1")) as stub:
        stub.add_response("get_item", {}, {"TableName": "ledger", "Key": key, "ConsistentRead": True})
        assert Ledger(cast("Any", stub.client), "ledger").jobs(RUN) == {}


def test_an_error_of_the_table_is_no_answer(aws: None) -> None:  # noqa: ARG001
    """A table that is not there does not look like a run that was accepted before."""
    ledger = Ledger(boto3.client("dynamodb", region_name="us-east-1"), "nowhere")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        _accept(ledger)


def _item() -> dict[str, dict[str, Any]]:
    client = boto3.client("dynamodb", region_name="us-east-1")
    found: dict[str, dict[str, Any]] = client.get_item(TableName="ledger", Key={"pk": {"S": f"run#{RUN}"}})["Item"]  # type: ignore[assignment]
    return found
