"""Damaged items of the ledger: what cannot be read of a run is set aside, so that the run comes to its end.

Guarantees that nothing is deleted: an attribute that cannot be read moves to `damage`, as it was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr

from cognito_drop.aws.dynamo_table import Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.ledger_items import new_part, readable_parts, record_of
from cognito_drop.contract.ledger_keys import DAMAGE, DROPPED_AT, LOST_ITEM, RUN_STATE, run_key
from cognito_drop.contract.statuses import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from cognito_drop.aws.dynamo_table import Item
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import PartJob, RunRecord


class LedgerDamage:
    """The items of runs that were damaged."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def find_again(
        self, lost: RunRecord, pool_id: str, jobs: Mapping[int, PartJob], *, scope: str, now: float, until: float
    ) -> RunRecord:
        """Note in the item of a lost run, once, what is known of it again: its pool, and the jobs that Cognito has.

        `scope` is that of the import lock that it holds; empty where it holds none. It is taken for given now, in epoch
        seconds; `until` is when no call can start a job of it any more. Raises LedgerConflictError when the item was
        changed meanwhile.
        """
        held = {RUN_STATE: RunState.IMPORTING, "scope": scope, "lock_at": now} if scope else {}
        again = Change(
            when=Attr(RUN_STATE).eq(lost.state)
            & Attr(f"{DAMAGE}.{LOST_ITEM}").exists()
            & Attr("lease_until").not_exists(),
            sets={"pool_id": pool_id, "parts": _entries(jobs), "lease_until": until, **held},
        )
        return record_of(self._table.update(run_key(lost.run_id), again, "ALL_NEW"))

    def set_aside(
        self, drop: Drop, found: RunRecord, state: RunState, jobs: Mapping[int, PartJob], *, now: str, until: float
    ) -> RunRecord:
        """Make the item of a drop's run readable: move what cannot be read of it, and let no job be recorded.

        `found` is the run as it was read, `state` its state, `jobs` are the jobs of its parts that Cognito has: those
        that the item has stay. `now` is ISO 8601; `until` as in `find_again`. Raises LedgerConflictError when the item
        was changed meanwhile.
        """
        key = run_key(drop.run_id)
        item = self._table.get(key)
        if record_of(item).unreadable != found.unreadable:
            raise LedgerConflictError(drop.run_id)
        known: dict[str, dict[str, Any]] = {
            "key": {"bucket": drop.bucket, "key": drop.key, "version_id": drop.version_id, "alias": drop.alias},
            RUN_STATE: {RUN_STATE: state},
            DROPPED_AT: {DROPPED_AT: now},
            "executions": {"executions": found.executions},
            # The jobs of a lost run are looked for as long as it has none.
            "lease_until": {} if found.was_lost else {"lease_until": until},
            "parts": {"parts": {**_entries(jobs), **readable_parts(item)}},
        }
        sets: dict[str, Any] = {"closing": True}
        for name in found.unreadable:
            sets |= known.get(name, {})
        earlier = item.get(DAMAGE)
        moved = {name: item.get(name, "") for name in found.unreadable}
        sets[DAMAGE] = {**(earlier if isinstance(earlier, dict) else {}), **moved}
        removes = [name for name in found.unreadable if name in item and name not in sets]
        changed = self._table.update(key, Change(when=_is_unchanged(item), sets=sets, removes=removes), "ALL_NEW")
        return record_of(changed)


def _is_unchanged(item: Item) -> Any:  # noqa: ANN401  (boto3's conditions have no common type)
    return Attr(RUN_STATE).eq(item[RUN_STATE]) if RUN_STATE in item else Attr(RUN_STATE).not_exists()


def _entries(jobs: Mapping[int, PartJob]) -> dict[str, Item]:
    return {str(number): {**new_part(job), "uploaded": job.uploaded} for number, job in jobs.items()}
