"""The ledger: one DynamoDB item a run, from the upload event to the notification.

Promises conditional writes where two could meet; leaves decisions to the core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from lambdas.core.drop import Drop
    from lambdas.core.summary import Summary


@dataclass(frozen=True, slots=True)
class JobEntry:
    """What the ledger knows of the import job of a run's part."""

    job_id: str
    uploaded: bool
    refusals: int
    """How often Cognito did not start it."""


class Ledger:
    """The items of the runs."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> bool:
        """Write a run's item; return False when it exists already. `dropped_at` is ISO 8601."""
        item: dict[str, AttributeValueTypeDef] = {
            "pk": {"S": _key(drop.run_id)},
            "run_id": {"S": drop.run_id},
            "run_state": {"S": "accepted"},
            "bucket": {"S": drop.bucket},
            "key": {"S": drop.key},
            "version_id": {"S": drop.version_id},
            "alias": {"S": drop.alias},
            "size": {"N": str(size)},
            "dropped_at": {"S": dropped_at},
            "dropped_by": {"S": dropped_by},
            "notified": {"BOOL": False},
            "parts": {"M": {}},
        }
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def jobs(self, run_id: str) -> dict[int, JobEntry]:
        """The jobs of the run's parts, by the part's number. Reads what was written last, not an older copy."""
        answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": _key(run_id)}}, ConsistentRead=True)
        parts = answer.get("Item", {}).get("parts", {"M": {}})["M"]
        return {int(number): _job_entry(part["M"]) for number, part in parts.items()}

    def dropped_at(self, run_id: str) -> str | None:
        """When the file was dropped, in ISO 8601."""
        answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": _key(run_id)}})
        found = answer.get("Item", {}).get("dropped_at")
        return found["S"] if found else None

    def record_job(self, run_id: str, pool_id: str, part: int, job_id: str) -> JobEntry:
        """Note the job of a part before it is started, so that whoever comes after a crash finds it."""
        self._update(
            run_id,
            "SET run_state = :state, pool_id = :pool, parts.#part = :job",
            {
                ":state": {"S": "importing"},
                ":pool": {"S": pool_id},
                ":job": {"M": {"job_id": {"S": job_id}, "uploaded": {"BOOL": False}, "refusals": {"N": "0"}}},
            },
            part,
        )
        return JobEntry(job_id, uploaded=False, refusals=0)

    def record_upload(self, run_id: str, part: int, *, done: bool) -> None:
        """Note whether the file of a part's job is with Cognito."""
        self._update(run_id, "SET parts.#part.uploaded = :done", {":done": {"BOOL": done}}, part)

    def record_refusal(self, run_id: str, part: int) -> None:
        """Count one more time that Cognito did not start a part's job."""
        self._update(run_id, "ADD parts.#part.refusals :one", {":one": {"N": "1"}}, part)

    def end(self, summary: Summary, expires_at: datetime) -> None:
        """Note what became of the run; the item is deleted some time after `expires_at`."""
        rows = summary.rows
        counts = {
            "imported": rows.imported,
            "skipped": rows.skipped,
            "failed": rows.failed,
            "rejected": rows.rejected,
            "unprocessed": rows.unprocessed,
            "total": rows.total,
        }
        self._update(
            summary.drop.run_id,
            "SET run_state = :state, outcome = :outcome, row_counts = :rows, ended_at = :ended, expires_at = :expires",
            {
                ":state": {"S": "ended"},
                ":outcome": {"S": summary.outcome.value},
                ":rows": {"M": {name: {"N": str(count)} for name, count in counts.items()}},
                ":ended": {"S": summary.times.ended.isoformat()},
                ":expires": {"N": str(int(expires_at.timestamp()))},
            },
        )

    def _update(
        self, run_id: str, expression: str, values: dict[str, AttributeValueTypeDef], part: int | None = None
    ) -> None:
        key: dict[str, AttributeValueTypeDef] = {"pk": {"S": _key(run_id)}}
        if part is None:
            self._client.update_item(
                TableName=self._table, Key=key, UpdateExpression=expression, ExpressionAttributeValues=values
            )
        else:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression=expression,
                ExpressionAttributeValues=values,
                ExpressionAttributeNames={"#part": str(part)},
            )


def _job_entry(part: Mapping[str, AttributeValueTypeDef]) -> JobEntry:
    return JobEntry(str(part["job_id"]["S"]), bool(part["uploaded"]["BOOL"]), int(part["refusals"]["N"]))


def _key(run_id: str) -> str:
    return f"run#{run_id}"
