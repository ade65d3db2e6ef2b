"""The new ids of a run's imported users, as the run has recorded them after its import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotedIds:
    """What was recorded; the values themselves are in `ids.csv` only."""

    recorded: int
    """Imported users whose `sub` is in the file."""
    missing: int
    """Imported users who were not found in the pool: their lines have no `sub`."""
    version_id: str
    """The version of `ids.csv` that was written; empty where no user was imported, and in a bucket that keeps none."""


@dataclass(frozen=True, slots=True)
class IdsAccount:
    """What a report says of the ids of a run that was to note them."""

    ids: NotedIds | None
    """None where they are not recorded."""
    cause: str = ""
    """Why not: the name of an error, or a sentence."""
