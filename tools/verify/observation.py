"""`observed.json`: one row for each probe, with what it saw and when, and the settings of localcloud that follow."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.observed import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe saw."""

    what: object
    """As AWS answered, in JSON's types. Never a URL, a credential or an account's id."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings of localcloud that follow from it; none where it tells nothing about one."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A row of the file."""

    probe: str
    seen: object
    settings: Mapping[str, object]
    at: str
    region: str
    aws: bool
    """Whether it was seen in AWS; otherwise in localcloud."""

    @classmethod
    def of(cls, probe: str, seen: Seen, *, region: str, aws: bool) -> Observation:
        """What the probe saw just now."""
        return cls(probe, seen.what, as_json(seen.settings), datetime.now(UTC).isoformat("T", "seconds"), region, aws)


@dataclass(slots=True)
class Observations:
    """The file."""

    path: Path

    def rows(self) -> Sequence[Observation]:
        """What was seen so far."""
        if not self.path.exists():
            return ()
        return [Observation(**row) for row in json.loads(self.path.read_text(encoding="utf-8"))["rows"]]

    def add(self, row: Observation) -> None:
        """Write the row in place of an earlier one of the same probe."""
        rows = {kept.probe: kept for kept in self.rows()} | {row.probe: row}
        data: dict[str, Any] = {"schema_version": _VERSION, "rows": [asdict(kept) for kept in rows.values()]}
        self.path.write_text(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
