"""A ledger with one run, in DynamoDB or in memory, for the tests of what both promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import RunState
from tests.ledger_table import TABLE, ledger_client
from tests.unit.fake_ledger import InMemoryLedger
from tests.unit.samples import drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.core.runs.run_record import PartJob, RunRecord

RUN = drop().run_id
DROPPED_AT = "2026-07-01T12:00:00Z"


@dataclass
class Kept:
    """A ledger with one run, and how to put the run into a state that somebody else brings it to."""

    ledger: RunLedger
    put: Callable[[RunState], None]

    @property
    def run(self) -> RunRecord:
        """The run as it is now."""
        return self.ledger.read(RUN)

    def begin_import(self, **parts: PartJob) -> None:
        """Give the run the turn, and a job to parts."""
        self.put(RunState.IMPORTING)
        for number, entry in parts.items():
            self.ledger.record_job(RUN, int(number.removeprefix("part")), entry, instead_of=None, start=0)


def in_dynamodb() -> Kept:
    """A table in moto. Needs the fixture `aws`."""
    client = ledger_client()

    def put(state: RunState) -> None:
        client.update_item(
            TableName=TABLE,
            Key=run_key(RUN),
            UpdateExpression="SET run_state = :state, #token = :token",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={":state": state, ":token": "a token"},
        )

    return Kept(RunLedger(client, TABLE), put)


def in_memory() -> Kept:
    """The imitation."""
    ledger = InMemoryLedger()
    return Kept(ledger, lambda state: ledger.put(RUN, state=state, token="a token"))  # noqa: S106  (no secret)


def accept_run(ledger: RunLedger, version: str = "v1", dropped_at: str = DROPPED_AT) -> bool:
    """Accept a run of the sample file."""
    return ledger.accept(drop(version_id=version), size=10, dropped_at=dropped_at, dropped_by="123456789012")
