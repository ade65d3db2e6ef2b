"""Sample values that tests change in the one place they are about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_jobs import DescribedPool
from cognito_drop.contract.statuses import JobStatus, Outcome
from cognito_drop.core.imports.import_job import ImportJob, JobCounts
from cognito_drop.core.results.summary import Summary, Times
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

POOL_ID = "us-east-1_AbCdEf123"
COLUMNS = ("cognito:username", "name", "email", "email_verified", "cognito:mfa_enabled")
HEADER = ",".join(COLUMNS)
JOB_ID = "import-9sHxosU7BP"
ROLE = "arn:aws:iam::123456789012:role/import-logs"
BCRYPT, SCRYPT = f"$2b$12${'a' * 53}", "16384$8$1$aa00$00ff"
"""Password hashes that Cognito takes."""
CREATED = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
STARTED = datetime(2026, 7, 1, 12, 0, 30, tzinfo=UTC)
COMPLETED = datetime(2026, 7, 1, 13, 1, 31, tzinfo=UTC)

EVERY_STATUS = [status for status in JobStatus if status is not JobStatus.UNKNOWN]


def pool(**changes: Any) -> DescribedPool:  # noqa: ANN401  (fields have many types)
    """A pool that verifies emails."""
    description = {"Name": "people", "AutoVerifiedAttributes": ["email"]}
    values = {"pool_id": POOL_ID, "name": "people", "description": description, "columns": COLUMNS}
    return DescribedPool(**{**values, **changes})


def row(name: str = "maria", verified: str = "true") -> str:
    """A row of the sample pool, without its line end."""
    return f"{name},Somebody,{name}@example.com,{verified},false"


def csv_file(*rows: str) -> bytes:
    """A file with the header and these rows."""
    return "".join(f"{line}\n" for line in (HEADER, *rows)).encode()


def drop(key: str = "inbox/people/users.csv", version_id: str = "v1") -> Drop:
    """A drop in the bucket `drops`."""
    return Drop("drops", key, version_id)


def job(status: str = "Succeeded", imported: int = 0, skipped: int = 0, failed: int = 0, **changes: Any) -> ImportJob:  # noqa: ANN401
    """An import job that Cognito describes with this status."""
    values = {
        "job_id": JOB_ID,
        "name": "cognito-drop-0123-1",
        "status": JobStatus(status),
        "status_text": status,
        "counts": JobCounts(imported, skipped, failed),
        "created": CREATED,
    }
    return ImportJob(**{**values, **changes})


def checked(*part_rows: int, **changes: Any) -> CheckedFile:  # noqa: ANN401
    """What preflight says of a good file with parts of so many rows."""
    values = {
        "pool_id": POOL_ID,
        "pool_name": "people",
        "rows": sum(part_rows),
        "part_rows": part_rows,
        "may_hold_hashes": False,
    }
    return CheckedFile(**{**values, **changes})


def summary(**changes: Any) -> Summary:  # noqa: ANN401
    """The summary of a run whose two users were imported."""
    values = {
        "drop": drop(),
        "file": checked(2),
        "outcome": Outcome.IMPORTED,
        "rows": RowAccount(total=2, imported=2),
        "times": Times(CREATED, COMPLETED),
    }
    return Summary(**{**values, **changes})


def as_read(document: Mapping[str, object]) -> dict[str, Any]:
    """A document as its readers get it."""
    found: dict[str, Any] = json.loads(json.dumps(document))
    return found
