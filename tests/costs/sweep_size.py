"""What a sweep of a large deployment calls: the sweep's own passes and adapters, on clients of AWS that count.

The clients answer with pages of the sizes that AWS documents: 1,000 versions, folders, or executions, 1 MB of items.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html, and
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.ledger_items import new_run
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.ledger_keys import PK, RUN_STATE, SK
from cognito_drop.contract.object_keys import INBOX, staging_of
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.drop import Drop
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.sweep.run_sweep import RunSweep
from lambdas.sweep.staging_sweep import StagingSweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PAGE = 1000
_PAGE_BYTES = 1 << 20
_DROPPED = datetime(2026, 7, 1, 12, tzinfo=UTC)
_NOW = _DROPPED.timestamp() + 3600


@dataclass(slots=True)
class LargeDeployment:
    """A bucket with so many versions, of which the last has no run, and so many open runs, all of which run."""

    versions: int
    runs: int
    calls: Counter[str] = field(default_factory=Counter)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the sweep keeps from one call to the next."""
    accepted: list[Drop] = field(default_factory=list)

    def sweep_inbox(self, pages: int) -> bool:
        """Go through the bucket, with time for so many pages; return whether it came to the end."""
        time = iter([True] * (pages - 1))
        parts: dict[str, Any] = {"acceptance": SimpleNamespace(accept=self._accept)}
        inbox = InboxSweep(
            "drops", DropBucket(self._client), ledger=self._ledger, notes=self._notes, now=lambda: _NOW, **parts
        )
        return inbox.run(has_time=lambda: next(time, False)).is_complete

    def sweep_runs(self) -> int:
        """Go through the open runs; return how many were left for another sweep."""
        executions = Executions(self._client, "arn:aws:states:us-east-1:123456789012:stateMachine:import")
        parts: dict[str, Any] = dict.fromkeys(("import_queue", "gate", "damaged", "lost"))
        runs = RunSweep(self._ledger, self._notes, executions, scopes=(), now=lambda: _NOW, **parts)
        return runs.run(has_time=lambda: True).left

    def sweep_staging(self) -> int:
        """Go through the staging of the open runs; return how many were cleared."""
        return StagingSweep("drops", Staging(self._client), self._ledger).run(has_time=lambda: True).cleared

    def _accept(self, drop: Drop, **_: object) -> None:
        self.accepted.append(drop)

    @property
    def _ledger(self) -> RunLedger:
        return RunLedger(self._client, "ledger")

    @property
    def _notes(self) -> SweepNotes:
        return SweepNotes(self._client, "ledger")

    @property
    def _client(self) -> Any:  # noqa: ANN401  (of several services)
        return self

    def _drop(self, number: int) -> Drop:
        return Drop("drops", f"{INBOX}people/users-{number:06}.csv", f"v{number}")

    def list_object_versions(self, *, Bucket: str, Prefix: str, VersionIdMarker: str = "v-1", **_: str) -> Any:  # noqa: ANN401, ARG002, N803
        """A page of the inbox; nothing is under `check/`."""
        self.calls["ListObjectVersions"] += 1
        first = int(VersionIdMarker[1:]) + 1
        drops = [self._drop(number) for number in range(first, min(first + _PAGE, self.versions))]
        if Prefix != INBOX or not drops:
            return {"IsTruncated": False}
        found = [
            {"Key": drop.key, "VersionId": drop.version_id, "Size": 10, "LastModified": _DROPPED} for drop in drops
        ]
        last = {"NextKeyMarker": drops[-1].key, "NextVersionIdMarker": drops[-1].version_id}
        return {"Versions": found, "IsTruncated": first + _PAGE < self.versions, **last}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Every run but that of the last version."""
        self.calls["BatchGetItem"] += 1
        ((table, asked),) = RequestItems.items()
        missing = f"run#{self._drop(self.versions - 1).run_id}" if not self.accepted else ""
        found = [{PK: key[PK], RUN_STATE: RunState.WAITING} for key in asked["Keys"] if key[PK] != missing]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def get_item(self, *, Key: dict[str, str], **_: object) -> dict[str, Any]:  # noqa: N803
        """What the sweep has kept."""
        self.calls["GetItem"] += 1
        return {"Item": self.notes.get(Key[SK], {})}

    def put_item(self, *, Item: dict[str, Any], **_: object) -> None:  # noqa: N803
        """Keep it."""
        self.calls["PutItem"] += 1
        self.notes[Item[SK]] = Item

    def get_paginator(self, operation: str) -> Any:  # noqa: ANN401  (boto3's)
        """The pages of a listing."""
        pages: dict[str, Callable[..., Iterator[Any]]] = {
            "query": self._query, "list_executions": self._executions, "list_object_versions": self._staging,
        }  # fmt: skip
        return SimpleNamespace(paginate=pages[operation])

    def _query(self, *, KeyConditionExpression: Any, **_: object) -> Iterator[Any]:  # noqa: ANN401, N803
        state = KeyConditionExpression.get_expression()["values"][1]
        numbers = range(self.runs) if state is RunState.WAITING else range(0)
        items = [
            {
                **new_run(self._drop(number), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="x"),
                RUN_STATE: state,
            }
            for number in numbers
        ]
        of_page = _PAGE_BYTES // len(json.dumps(items[0])) if items else 1
        for page in _pages(items, of_page):
            self.calls["Query"] += 1
            yield {"Items": page}

    def _executions(self, **_: object) -> Iterator[Any]:
        for page in _pages([{"name": self._drop(number).run_id} for number in range(self.runs)], _PAGE):
            self.calls["ListExecutions"] += 1
            yield {"executions": page}

    def _staging(self, **_: object) -> Iterator[Any]:
        for page in _pages([{"Prefix": staging_of(self._drop(number).run_id)} for number in range(self.runs)], _PAGE):
            self.calls["ListObjectVersions"] += 1
            yield {"CommonPrefixes": page}


def _pages(items: list[Any], size: int) -> Iterable[list[Any]]:
    """One at least, as AWS answers with an empty one."""
    return [items[start : start + size] for start in range(0, max(len(items), 1), size)]


def calls_of_a_sweep(versions: int, runs: int) -> dict[str, Counter[str]]:
    """What the first sweep of a deployment calls, by what it goes through."""
    large = [LargeDeployment(versions, runs) for _ in range(3)]
    inbox, open_runs, staging = large
    inbox.sweep_inbox(versions)
    open_runs.sweep_runs()
    staging.sweep_staging()
    return dict(zip(("inbox", "runs", "staging"), (each.calls for each in large), strict=True))
