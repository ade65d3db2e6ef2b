"""The events that a run puts on the default bus, for whoever wants to react without being a subscriber of the topic.

Promises the shape of docs/schemas/run-event-1.json: ids, counts, times and the file's place, never a value of a row and
never a pre-signed URL. Leaves the sending to `adapters.event_bus`, and when to send to the functions.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.event_names import SOURCE, RunEventKind
from cognito_drop.core.notification.body import has_failures
from cognito_drop.core.notification.words import NAME_LENGTH
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event: its kind, and what it tells as JSON data."""

    kind: RunEventKind
    detail: Mapping[str, Any]

    def to_entry(self) -> dict[str, str]:
        """The event as an entry of PutEvents; without a bus it goes to the default one, without a time it is now."""
        return {"Source": SOURCE, "DetailType": self.kind.value, "Detail": json.dumps(self.detail)}


def run_waiting(drop: Drop, file: CheckedFile, *, place: int, since: datetime, dropped: datetime | None) -> RunEvent:
    """The run stands in line, at this place (1 is next), since then; the file is checked and can be imported."""
    told = {"rows": _rows_to_import(file), "place": place, "waiting_since": since.isoformat()}
    return RunEvent(RunEventKind.WAITING, {**_run(drop, file, dropped), **told})


def run_started(drop: Drop, file: CheckedFile, *, started: datetime, dropped: datetime | None) -> RunEvent:
    """The import of the run has begun: its turn has come, and Cognito works on its first part."""
    told = {"rows": _rows_to_import(file), "parts": len(file.part_rows), "started_at": started.isoformat()}
    return RunEvent(RunEventKind.STARTED, {**_run(drop, file, dropped), **told})


def run_finished(summary: Summary) -> RunEvent:
    """The run has ended and is reported, whatever became of it."""
    whole, problem = summary.to_json(), summary.file.problem
    told = {
        "outcome": summary.outcome.value,
        "has_failures": has_failures(summary),
        "rows": whole["rows"],
        "details_incomplete": whole["details_incomplete"],
        "details_missing": [gap["code"] for gap in whole["details_missing"]],
        "rows_unknown": whole["rows_unknown"],
        "problem_code": problem.code.value if problem else None,
        "started_at": whole["timings"]["started_at"],
        "ended_at": whole["ended_at"],
        "results": whole["results"],
        "console": summary.console,
    }
    return RunEvent(RunEventKind.FINISHED, {**_run(summary.drop, summary.file, summary.times.dropped), **told})


def _run(drop: Drop, file: CheckedFile, dropped: datetime | None) -> dict[str, Any]:
    """What every event tells of its run."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": drop.run_id,
        "dry_run": drop.is_dry_run,
        "file": {
            "bucket": drop.bucket,
            "key": drop.key,
            "version_id": drop.version_id,
            "name": printable(drop.file_name, NAME_LENGTH),
        },
        "pool": {"alias": printable(drop.alias, NAME_LENGTH), "id": file.pool_id or None},
        "dropped_at": dropped.isoformat() if dropped else None,
    }


def _rows_to_import(file: CheckedFile) -> dict[str, int]:
    return {"total": file.rows, "accepted": file.accepted, "rejected": file.rejected}
