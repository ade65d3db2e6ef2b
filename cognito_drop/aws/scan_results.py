"""The results of malware scans, one ledger item for each version of an object.

Guarantees that a threat, once found, stays found, and that of other results the newest counts, whatever the order in
which they come.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr

from cognito_drop.aws.dynamo_table import IS_NEW, Change, DynamoTable
from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.ledger_keys import EXPIRES_AT, scan_key
from cognito_drop.contract.statuses import ScanStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT: Final = 40 * 86_400
"""Seconds for which a result is kept: longer than a run may take."""
_STATUS, _AT = Attr("scan_status"), Attr("scanned_at")


class ScanResults:
    """The results by the ids of runs, which are made of bucket, key, and version."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Use the client of boto3's DynamoDB resource."""
        self._table = DynamoTable(client, table)

    def record(self, run_id: str, status: ScanStatus, at: str) -> None:
        """Note a result. `at` is ISO 8601 in UTC."""
        is_other = _STATUS.ne(ScanStatus.THREATS_FOUND)
        counts = is_other if status is ScanStatus.THREATS_FOUND else is_other & _AT.lt(at)
        expires = int(datetime.fromisoformat(at).timestamp()) + _KEPT
        recorded = {"scan_status": status, "scanned_at": at, EXPIRES_AT: expires}
        try:
            self._table.update(scan_key(run_id), Change(when=counts | IS_NEW, sets=recorded))
        except LedgerConflictError:
            return  # what is recorded counts

    def find(self, run_id: str) -> ScanStatus | None:
        """The result that counts; None where there is none."""
        item = self._table.get(scan_key(run_id))
        return ScanStatus(item.get("scan_status", "")) if item else None
