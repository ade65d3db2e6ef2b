"""The notification that the rest of a file waits for a decision, because too many rows of its first part failed.

Guarantees the shape of docs/schemas/first-part-1.json: counts, ids, and times, never a value of a row.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.event_names import AWAITS_DECISION
from cognito_drop.contract.job_names import log_group_prefix
from cognito_drop.core.notification.message import Notification
from cognito_drop.core.notification.run_events import rows_to_import, run_detail
from cognito_drop.core.notification.subject import NAME_LENGTH, line_with_name
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from datetime import datetime

    from cognito_drop.core.notification.message_json import FirstPartJson
    from cognito_drop.core.runs.first_part import FirstPartResult
    from cognito_drop.core.runs.run_record import RunRecord

_WAITS: Final = "Waiting for a decision"


def first_part_notice(record: RunRecord, found: FirstPartResult, until: datetime) -> Notification:
    """What people and programs read of a run that waits until then."""
    line = line_with_name(f"{_WAITS}, {found.failed:,} of {counted(found.rows, 'row')} failed", record.drop)
    data = _json(record, found, until)
    return Notification(
        subject=line,
        message=json.dumps({"default": json.dumps(data), "email": _email(record, found, until), "sms": line}),
        outcome=AWAITS_DECISION,
        pool=printable(record.drop.alias, NAME_LENGTH) or "unknown",  # SNS refuses an empty attribute
        has_failures="true",
    )


def _json(record: RunRecord, found: FirstPartResult, until: datetime) -> FirstPartJson:
    return {
        **run_detail(record.drop, found.file, record.dropped),
        "outcome": AWAITS_DECISION,
        "has_failures": True,
        "headline": f"{_WAITS}: {found.sentence}",
        "rows": rows_to_import(found.file),
        "first_part": {
            "rows": found.rows,
            "imported": found.imported,
            "skipped": found.skipped,
            "failed": found.failed,
            "job_id": record.parts[1].job_id,
        },
        "rest": found.rest,
        "stop_above": found.rule.stop_above,
        "continue_until": until.isoformat(),
    }


def _email(record: RunRecord, found: FirstPartResult, until: datetime) -> str:
    paragraphs = (
        [f"{_WAITS}: {found.sentence}."],
        [
            f"File: {printable(record.drop.file_name, NAME_LENGTH)}",
            f"Pool: {printable(record.drop.alias, NAME_LENGTH)} ({found.file.pool_id})",
        ],
        [
            "Rows of the first part:",
            f"{found.imported:,} imported",
            f"{found.skipped:,} skipped",
            f"{found.failed:,} failed",
        ],
        [
            "Cognito's log of the import job has the reasons, by line:",
            f"Log group (the pool's name follows): {log_group_prefix(found.file.pool_id)}",
            f"Log stream (its name begins with): {record.parts[1].job_id}",
        ],
        [f"To import the other {counted(found.rest, 'row')}:", f"cognito-drop continue {record.short_id}"],
        ["To end the run, and keep the other rows for `cognito-drop retry`:", f"cognito-drop stop {record.short_id}"],
        [f"Without a decision, the run is stopped at {until:%Y-%m-%d %H:%M} UTC."],
        [f"Run: {record.run_id}"],
    )
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"
