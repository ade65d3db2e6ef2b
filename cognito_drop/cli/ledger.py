"""The ledger, read only: runs by id, by the start of their ids, by state and time; and the line of those that wait."""

from __future__ import annotations

import re
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.run import SHORT, Run, run_of
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

INDEX = "runs_by_state"
_ID = re.compile(r"[0-9a-f]{4,32}")
_LENGTH = 32
_CANDIDATES = 5


class Ledger:
    """The table of the deployed stack."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def find(self, run_id: str) -> Run | None:
        """The run of this whole id, as it was written last."""
        key: dict[str, AttributeValueTypeDef] = {"pk": {"S": f"run#{run_id}"}, "sk": {"S": "run"}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return run_of(item) if item else None

    def run(self, given: str) -> Run:
        """The run whose id starts so. Raises CommandError when there is none, or several."""
        run = self.find(self.full_id(given))
        if run is None:
            raise _unknown(given)
        return run

    def full_id(self, given: str) -> str:
        """The one id that starts so; a whole id is taken as it is. Raises CommandError."""
        start = given.strip().lower()
        if not _ID.fullmatch(start):
            raise CommandError(
                ErrorCode.BAD_RUN_ID,
                f"{given!r} is no run id: it takes at least the first 4 of its 32 hex digits.",
                "`cognito-drop runs` lists the runs.",
            )
        if len(start) == _LENGTH:
            return start
        found = sorted(self._starting_with(start), key=lambda run: run.dropped_at, reverse=True)
        if not found:
            raise _unknown(given)
        if len(found) > 1:
            named = "; ".join(f"{_told_apart(run, found)} {run.drop.file_name}" for run in found[:_CANDIDATES])
            more = f"; and {len(found) - _CANDIDATES:,} more" if len(found) > _CANDIDATES else ""
            raise CommandError(
                ErrorCode.AMBIGUOUS_RUN, f"{len(found):,} runs start with {start}.", f"Give more digits: {named}{more}."
            )
        return found[0].run_id

    def runs(
        self,
        states: Iterable[RunState] = RunState,
        *,
        since: datetime | None = None,
        alias: str | None = None,
        most: int | None = None,
    ) -> list[Run]:
        """The runs in these states, the newest drop first."""
        found = [self._in_state(state, since, alias) for state in states]
        newest_first = merge(*found, key=lambda run: run.dropped_at, reverse=True)
        return list(islice(newest_first, most))

    def place(self, run: Run) -> int | None:
        """The run's place in the line of those that wait for the turn, 1 = next; None when it is not in line."""
        entries = self._entries(run.scope or ACCOUNT_SCOPE)
        return next((place for place, waiting in enumerate(entries, 1) if waiting == run.run_id), None)

    def _entries(self, scope: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :turn AND begins_with(sk, :ticket)",
            ExpressionAttributeValues={":turn": {"S": f"lock#{scope}"}, ":ticket": {"S": "entry#"}},
            ConsistentRead=True,
        )
        return (item["run_id"]["S"] for page in pages for item in page["Items"])

    def _in_state(self, state: RunState, since: datetime | None, alias: str | None) -> Iterator[Run]:
        condition = "run_state = :state"
        values: dict[str, AttributeValueTypeDef] = {":state": {"S": state.value}}
        if since:
            condition += " AND dropped_at >= :since"
            values[":since"] = {"S": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
        )
        found = (run_of(item) for page in pages for item in page["Items"])
        return (run for run in found if alias in (None, run.drop.alias))

    def _starting_with(self, start: str) -> Iterator[Run]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            IndexName=INDEX,
            FilterExpression="begins_with(run_id, :start)",
            ExpressionAttributeValues={":start": {"S": start}},
        )
        return (run_of(item) for page in pages for item in page["Items"])


def _unknown(given: str) -> CommandError:
    return CommandError(
        ErrorCode.RUN_NOT_FOUND,
        f"There is no run {given}.",
        "`cognito-drop runs` lists the runs; a drop is one some seconds after its upload.",
    )


def _told_apart(run: Run, others: list[Run]) -> str:
    """As many digits as it takes to tell it from the others."""
    ids = [other.run_id for other in others if other is not run]
    return next(
        run.run_id[:digits]
        for digits in range(SHORT, _LENGTH + 1)
        if digits == _LENGTH or not any(other.startswith(run.run_id[:digits]) for other in ids)
    )
