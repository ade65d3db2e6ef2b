"""What is read of each attribute of a run's item in the ledger, and what is read without it or when it is damaged."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.ledger_items import record_of
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.samples import drop
from tests.unit.strings.members import by_member

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AT = "2026-07-01T12:00:0{}+00:00".format
_PROBLEM = Problem(ProblemCode.NO_ROWS, "A sentence.", "A hint.")
_FILE = CheckedFile(
    pool_id="us-east-1_A", pool_name="people", rows=9, rejected=1, part_rows=(4, 3), part_versions=("v1", "v2"),
    problem=_PROBLEM, is_dry_run=True, known=1, memberships=2, is_imported=True, is_queued=True,
    part_algorithms=("BCRYPT",), is_stopped=True, settings="{}", may_hold_hashes=False, first_part=FirstPart("5%", 3),
    notes_ids=True, checked_by="a-call",
)  # fmt: skip
_REFUSAL = {"code": "no_rows", "message": "Another sentence.", "hint": "Another hint."}
_ITEM: dict[str, Any] = {
    "pk": f"run#{drop().run_id}", "sk": "run", "run_id": drop().run_id, "run_state": "importing",
    "executions": Decimal(2),
    "bucket": "drops", "key": "inbox/people/users.csv", "version_id": "v1", "alias": "people", "size": Decimal(10),
    "dropped_at": _AT(0), "dropped_by": "123456789012", "renewed_at": Decimal("1.5"),
    "file": json.dumps(_FILE.to_json()),
    "refusal": json.dumps(_REFUSAL), "pool_id": "us-east-1_A", "scope": "all", "token": "t", "waiting_since": _AT(1),
    "held_for": "malware_scan", "held_until": Decimal("2.5"), "released_at": _AT(2), "continued_at": _AT(3),
    "hold_notified": True, "lock_at": Decimal("3.5"), "lease_until": Decimal("4.5"), "starts": Decimal(5),
    "closing": True, "stopped": True, "notified": True, "error": "e", "outcome": "failed", "ended_at": _AT(4),
    "row_counts": {"total": Decimal(9), "imported": Decimal(8), "skipped": Decimal(1)}, "report_since": Decimal(6),
    "keeps_results": True,
    "memberships": {
        "offset": Decimal(1), "files": Decimal(2), "added": Decimal(3), "left_out": Decimal(4), "failed": Decimal(5),
        "throttled": Decimal(6), "over": True,
    },
    "ids": {"recorded": Decimal(7), "missing": Decimal(1), "version_id": "v3"}, "ids_error": "i",
    "damage": {"size": "x"},
    "parts": {
        "1": {
            "job_id": "import-1", "attempt": Decimal(2), "uploaded": True, "refusals": Decimal(3),
            "refused_since": _AT(5), "waits_for_other": True, "status": "Failed", "gap": "log_short",
            "imported": Decimal(1), "skipped": Decimal(2), "failed": Decimal(3),
        },
        "2": {"job_id": "import-2", "attempt": Decimal(1), "uploaded": False, "refusals": Decimal(0)},
    },
}  # fmt: skip


def run_items() -> Iterator[str]:
    """The lines of a full item, and of one whose attributes are damaged one by one."""
    return by_member("run", _ITEM, _said, damaged="no value of it", kept=("pk",))


def _said(item: dict[str, Any]) -> Mapping[str, str]:
    record = record_of(item)
    said = {one.name: getattr(record, one.name) for one in fields(record) if one.name not in {"drop", "file", "parts"}}
    file = {f"file {one.name}": getattr(record.file, one.name) for one in fields(CheckedFile)} if record.file else {}
    parts = {
        f"part {number} {one.name}": getattr(job, one.name)
        for number, job in record.parts.items()
        for one in fields(PartJob)
    }
    drop = {"bucket": record.drop.bucket, "key": record.drop.key, "version_id": record.drop.version_id}
    return {name: f"{value}" for name, value in {**drop, **said, **file, **parts}.items()}
