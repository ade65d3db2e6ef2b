"""The keys of the ledger table, and the attributes that the template names too. docs/ledger.md describes its items.

A run is `run#<run id>` / `run`, an undo `undo#<undo id>` / `undo`; the result of the malware scan of a run's version is
`run#<run id>` / `scan`. A scope's lock is `lock#<scope>` / `lock`, with one `entry#…` beside it for each run in its
queue.
"""

from __future__ import annotations

PK, SK = "pk", "sk"
"""The attributes of the table's key."""

BY_STATE = "runs_by_state"
"""The index with the runs of a state, by the time of their drop."""

RUN_STATE, DROPPED_AT = "run_state", "dropped_at"
"""The attributes of that index's key."""

NOTIFIED = "notified"
"""Whether the run's notification was published."""

DAMAGE = "damage"
"""What could not be read of an item, by the names of the attributes, as it was found."""

LOST_ITEM = "item"
"""The name there of an item that was lost as a whole."""

EXPIRES_AT = "expires_at"
"""When DynamoDB may delete the item."""

ENTRY = "entry#"

UNDO_STATE = "undo"
"""The state of every undo in the index of runs: none of a run's, so that nothing takes an undo for an import."""


def jobs_note(pool_id: str) -> str:
    """The name of the sweep's record of a pool's import jobs."""
    return f"jobs#{pool_id}"


def run_key(run_id: str) -> dict[str, str]:
    """The key of a run's item."""
    return {PK: f"run#{run_id}", SK: "run"}


def scan_key(run_id: str) -> dict[str, str]:
    """The key of the result of the malware scan of a run's version, which may be there before the run is."""
    return {**run_key(run_id), SK: "scan"}


def undo_key(undo_id: str) -> dict[str, str]:
    """The key of an undo's item."""
    return {PK: f"undo#{undo_id}", SK: "undo"}


def lock_key(scope: str) -> dict[str, str]:
    """The key of a scope's lock."""
    return {PK: f"lock#{scope}", SK: "lock"}


def entry_key(scope: str, order: str) -> dict[str, str]:
    """The key of a queue entry."""
    return {**lock_key(scope), SK: f"{ENTRY}{order}"}
