"""The ledger in a table of the mocked AWS, for use cases: calls that meet, and runs put into any state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr

from cognito_drop.aws.dynamo_table import Change, DynamoTable, Item
from cognito_drop.aws.ledger_items import new_part
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.core.runs.run_state import CheckedFile
from lambdas.use_cases.import_gate import GateRules
from tests.ledger_table import create_ledger_table, plain_client
from tests.unit.meanwhile import Meanwhile
from tests.unit.samples import STARTED

if TYPE_CHECKING:
    from cognito_drop.aws.import_jobs import UserImports
    from cognito_drop.core.pools.pools import Pools
    from lambdas.use_cases.import_gate import Pausing

_TABLES = count(1)
_CHANGES: Final = frozenset({"begin_start", "close", "end_start", "keep_file", "record_job", "record_memberships",
                             "record_upload"})  # fmt: skip
_ATTRIBUTES: Final = {"state": "run_state", "is_closing": "closing"}


class WatchedLedger(RunLedger):
    """A ledger of its own, empty at first. Needs the fixture `aws`."""

    def __init__(self) -> None:
        self.name = name = f"ledger-{next(_TABLES)}"
        create_ledger_table(plain_client(), name)
        super().__init__(plain_client(), name)
        self.items = DynamoTable(plain_client(), name)
        self.meanwhile = Meanwhile()
        """What happens before the next operation of a name."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  (whatever the ledger has)
        if name in _CHANGES:
            self.meanwhile.reach(name)
        return super().__getattribute__(name)

    @property
    def scans(self) -> ScanResults:
        """The malware scans in the same table."""
        return ScanResults(plain_client(), self.name)

    @property
    def notes(self) -> SweepNotes:
        """The sweep's notes in the same table."""
        return SweepNotes(plain_client(), self.name)

    def gate_rules(
        self, pools: Pools, pauses: Pausing, imports: UserImports, ledger: RunLedger | None = None
    ) -> GateRules:
        """What a gate decides by that reads this ledger, or another one beside the notes and scans of this table."""
        return GateRules(pools, pauses, imports, ledger or self, self.notes, self.scans, 1000, STARTED.timestamp)

    @property
    def run_ids(self) -> list[str]:
        """The runs that it has."""
        return [item["run_id"] for item in self.items.scan(Attr("run_id").exists())]

    def item(self, run_id: str) -> Item:
        """The run's item, empty where there is none."""
        return self.items.get(run_key(run_id))

    def forget(self, run_id: str) -> None:
        """Delete the run's item."""
        self.items.transact(self.items.to_delete(run_key(run_id)))

    def put(self, run_id: str, **fields: Any) -> None:  # noqa: ANN401  (fields of a record have many types)
        """Let fields of a run's record be so, however they came to be."""
        written = {_ATTRIBUTES.get(name, name): _written(value) for name, value in fields.items()}
        gone = [name for name, value in written.items() if value is None]
        sets = {name: value for name, value in written.items() if value is not None}
        if fields:
            self.items.update(run_key(run_id), Change(sets=sets, removes=gone))


def _written(value: Any) -> Any:  # noqa: ANN401  (fields of a record have many types)
    match value:
        case CheckedFile():
            return json.dumps(value.to_json())
        case Mapping():  # the parts
            return {
                str(number): {**new_part(job), "uploaded": job.uploaded, "refusals": job.refusals}
                for number, job in value.items()
            }
        case _:
            return value
