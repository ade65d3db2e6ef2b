"""What the sweep records from one call to the next."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.ledger_keys import jobs_note
from tests.ledger_table import TABLE, ledger_client

pytestmark = pytest.mark.usefixtures("aws")


def test_numbers_are_kept_by_name() -> None:
    """The newest take the place of those before, whole."""
    notes = SweepNotes(ledger_client(), TABLE)
    assert notes.numbers("inbox") == {}
    notes.keep("inbox", seen_until=1_785_000_000.25, files=3)
    notes.keep("jobs#pool", used=7)
    assert notes.numbers("inbox") == {"seen_until": 1_785_000_000.25, "files": 3}
    notes.keep("inbox", seen_until=5.0)
    assert (notes.numbers("inbox"), notes.numbers("jobs#pool")) == ({"seen_until": 5.0}, {"used": 7})


def test_each_record_is_an_item_of_the_ledger() -> None:
    """The sweep of a new version of the functions goes on where the one before has stopped."""
    client = ledger_client()
    notes = SweepNotes(client, TABLE)
    notes.keep(jobs_note("a pool"), jobs_used=7)
    notes.keep_place("inbox_place", after="a")
    items = sorted(client.scan(TableName=TABLE)["Items"], key=lambda item: str(item["sk"]))
    assert items == [
        {"pk": "sweep", "sk": "inbox_place", "place": '{"after": "a"}'},
        {"pk": "sweep", "sk": "jobs#a pool", "jobs_used": 7},
    ]


@pytest.mark.parametrize("damaged", ["{", "[1]", 7])
def test_a_damaged_place_is_the_start(damaged: Any) -> None:  # noqa: ANN401  (of any type)
    """A sweep goes through the same once more."""
    client = ledger_client()
    notes = SweepNotes(client, TABLE)
    notes.keep_place("runs_place", after="a", failed=["b"])
    assert notes.place("runs_place") == {"after": "a", "failed": ["b"]}
    client.put_item(TableName=TABLE, Item={"pk": "sweep", "sk": "runs_place", "place": damaged})
    assert notes.place("runs_place") == {}


def test_an_error_of_the_table_is_no_answer() -> None:
    """A table that is not there does not look like one without notes."""
    with pytest.raises(ClientError, match="ResourceNotFound"):
        SweepNotes(boto3.resource("dynamodb", region_name="us-east-1").meta.client, "nowhere").numbers("inbox")
