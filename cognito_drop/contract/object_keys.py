"""The keys of the objects in the drop bucket: its folders, and the names of the result files.

docs/results.md describes the result files.
"""

from __future__ import annotations

INBOX = "inbox/"
"""Files that are imported, in a folder named after the pool's alias."""

CHECK = "check/"
"""A file that is dropped here is checked and reported, and not imported."""

STAGING = "staging/"
"""What a run needs between its functions, in a folder named after the run."""

MAPPINGS = "mappings/"
"""Mappings that are dropped with files, in a folder named after the pool's alias; nothing here is a drop."""

RESULTS = "results/"
"""What a run reports, in a folder named after the run."""

SUMMARY = "summary.json"
PAGE = "summary.html"
RETRY = "retry.csv"
RETRY_JSON = "retry.ndjson"
RETRY_SUFFIX = "-retry"
"""At the end of the name of a file that `cognito-drop retry` drops, before its extension."""
DIALECT_METADATA = "dialect"
"""The metadata of such a file: how the file of the run is written, in JSON as in its summary."""
FIRST_METADATA = "first"
"""The metadata of a file that asks for a first part: how many rows it has."""
MAPPING_METADATA = "mapping"
"""The metadata of a file that is dropped with a mapping: the hash of the mapping, and the version of its object."""
HASHES_TAG = ("password_hashes", "yes")
"""Key and value of the tag of an object that may hold password hashes and is not needed by a run any more: the bucket's
lifecycle deletes it early."""
LEFT_BEHIND = "left_behind.csv"
GROUPS = "groups.csv"
IDS = "ids.csv"
DELETED = "deleted.csv"
LEFT = "left.csv"
NO_WAY_IN = "no_way_in.csv"

RETRIES = (RETRY, RETRY_JSON)
"""The file of rows to fix and drop again: of a CSV file, and of an export in JSON."""


def results_of(run_id: str) -> str:
    """The folder of a run's results."""
    return f"{RESULTS}{run_id}/"


def staging_of(run_id: str) -> str:
    """The folder of what a run needs between its functions."""
    return f"{STAGING}{run_id}/"


def rows_with(outcome: str) -> str:
    """The name of the file with the rows of this outcome."""
    return f"{outcome}.csv"


ROW_FILES = tuple(map(rows_with, ("imported", "skipped", "failed", "rejected", "unprocessed", "unknown")))
"""The files that together have each row of the dropped file once."""

RESULT_FILES = frozenset({SUMMARY, PAGE, *RETRIES, LEFT_BEHIND, GROUPS, IDS, NO_WAY_IN, *ROW_FILES})
"""All names that a run writes under its results."""

UNDO_FILES = frozenset({SUMMARY, DELETED, LEFT})
"""All names that an undo writes under its results."""
