"""The events that a run puts on the default bus, for consumers that do not subscribe to the topic.

Guarantees the shape of docs/schemas/run-event-1.json: ids, counts, times and the file's place, never a value of a row
and never a pre-signed URL. Sending is handled by `aws.event_bus`, and its timing by the functions.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.event_names import SOURCE, RunEventKind
from cognito_drop.core.notification.json_body import has_failures, shown_file, shown_pool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cognito_drop.core.notification.message_json import (
        RowsToImportJson,
        RunDetailJson,
        RunFinishedJson,
        RunStartedJson,
        RunWaitingJson,
    )
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile

SCHEMA_VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event: its kind, and what it tells as JSON data."""

    kind: RunEventKind
    detail: Mapping[str, object]

    def to_entry(self) -> dict[str, str]:
        """The event as an entry of PutEvents; without a bus it goes to the default one, without a time it is now."""
        return {"Source": SOURCE, "DetailType": self.kind.value, "Detail": json.dumps(self.detail)}


def run_waiting(drop: Drop, file: CheckedFile, *, position: int, since: datetime, dropped: datetime | None) -> RunEvent:
    """The run has been in the import queue since then, at this position (1 is next); its file can be imported."""
    detail: RunWaitingJson = {
        **run_detail(drop, file, dropped),
        "rows": rows_to_import(file),
        "position": position,
        "waiting_since": since.isoformat(),
    }
    return RunEvent(RunEventKind.WAITING, detail)


def run_started(drop: Drop, file: CheckedFile, *, started: datetime, dropped: datetime | None) -> RunEvent:
    """The import of the run has started: it has the import lock, and Cognito imports its first part."""
    detail: RunStartedJson = {
        **run_detail(drop, file, dropped),
        "rows": rows_to_import(file),
        "parts": len(file.part_rows),
        "started_at": started.isoformat(),
    }
    return RunEvent(RunEventKind.STARTED, detail)


def run_finished(summary: Summary) -> RunEvent:
    """The run has ended and is reported, whatever its outcome."""
    report, problem = summary.report_json(), summary.file.problem
    detail: RunFinishedJson = {
        **run_detail(summary.drop, summary.file, summary.times.dropped),
        "outcome": report["outcome"],
        "has_failures": has_failures(summary),
        "rows": report["rows"],
        "details_incomplete": report["details_incomplete"],
        "details_missing": [gap["code"] for gap in report["details_missing"]],
        "rows_unknown": report["rows_unknown"],
        "problem_code": problem.code.value if problem else None,
        "started_at": report["timings"]["started_at"],
        "ended_at": report["ended_at"],
        "results": report["results"],
        "console": summary.console,
    }
    return RunEvent(RunEventKind.FINISHED, detail)


def run_detail(drop: Drop, file: CheckedFile, dropped: datetime | None) -> RunDetailJson:
    """What every event says of its run."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": drop.run_id,
        "dry_run": drop.is_dry_run,
        "file": shown_file(drop),
        "pool": shown_pool(drop, file),
        "dropped_at": dropped.isoformat() if dropped else None,
    }


def rows_to_import(file: CheckedFile) -> RowsToImportJson:
    """Rows as the check has counted them."""
    return {"total": file.rows, "accepted": file.accepted, "rejected": file.rejected}
