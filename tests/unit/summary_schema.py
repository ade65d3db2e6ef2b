"""Whether a report keeps to its published shape, and its account adds up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.published_schemas import validator
from tests.unit.report_world import OUTCOMES

if TYPE_CHECKING:
    from tests.unit.report_world import ReportWorld

_SUMMARY = validator("summary-1")
_ALWAYS = {"summary.json", "summary.html"}


def validate(world: ReportWorld) -> None:
    """Hold the summary of a run against the schema, its own columns, and the files that there are."""
    made = json.loads(world.files["summary.json"])
    _SUMMARY.validate(made)
    columns = sum(made["rows"][name] for name in OUTCOMES if name != "unknown")
    assert made["rows"]["total"] == columns or made["details_incomplete"]
    assert set(made["files"]) == world.files.keys() - _ALWAYS
