"""The ledger: one DynamoDB item a run, from the upload event to the notification.

Promises conditional writes where two could meet; leaves decisions to the core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from lambdas.core.drop import Drop
    from lambdas.core.summary import Summary


@dataclass(frozen=True, slots=True)
class JobEntry:
    """What the ledger knows of a run's import job."""

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
        }
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def job(self, run_id: str) -> JobEntry | None:
        """The run's job, None while it has none. Reads what was written last, not a copy that may be older."""
        item = self._client.get_item(TableName=self._table, Key={"pk": {"S": _key(run_id)}}, ConsistentRead=True).get(
            "Item", {}
        )
        if "job_id" not in item:
            return None
        return JobEntry(item["job_id"]["S"], item["uploaded"]["BOOL"], int(item["refusals"]["N"]))

    def record_job(self, run_id: str, pool_id: str, job_id: str) -> JobEntry:
        """Note the job before it is started, so that whoever comes after a crash finds it."""
        self._update(
            run_id,
            "SET run_state = :state, job_id = :job, pool_id = :pool, uploaded = :no, refusals = :zero",
            {
                ":state": {"S": "importing"},
                ":job": {"S": job_id},
                ":pool": {"S": pool_id},
                ":no": {"BOOL": False},
                ":zero": {"N": "0"},
            },
        )
        return JobEntry(job_id, uploaded=False, refusals=0)

    def record_upload(self, run_id: str, *, done: bool) -> None:
        """Note whether the job's file is with Cognito."""
        self._update(run_id, "SET uploaded = :done", {":done": {"BOOL": done}})

    def record_refusal(self, run_id: str) -> None:
        """Count one more time that Cognito did not start the job."""
        self._update(run_id, "ADD refusals :one", {":one": {"N": "1"}})

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
                ":ended": {"S": summary.ended.isoformat()},
                ":expires": {"N": str(int(expires_at.timestamp()))},
            },
        )

    def _update(self, run_id: str, expression: str, values: dict[str, AttributeValueTypeDef]) -> None:
        self._client.update_item(
            TableName=self._table,
            Key={"pk": {"S": _key(run_id)}},
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
        )


def _key(run_id: str) -> str:
    return f"run#{run_id}"
