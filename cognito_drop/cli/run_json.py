"""Runs in the output of `--output json`; docs/schemas/command-1.json is generated from these types.

The docstring of a member is its description in the schema.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from cognito_drop.contract.statuses import HoldReason, Outcome, RunState
from cognito_drop.core.results.summary_json import (
    DetailsMissingJson,
    MembershipsJson,
    NotedIdsJson,
    PoolJson,
    ReasonJson,
)
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.runs.repair import REPAIRS
from cognito_drop.core.text.json_types import (
    Count,
    Keywords,
    Moment,
    Positive,
    ProblemJson,
    RowCountsJson,
    RunId,
    Seconds,
    WarningJson,
    WaysInJson,
)
from cognito_drop.core.undo.undo_json import UndoJson


class DroppedFileJson(TypedDict):
    """The dropped object."""

    bucket: str
    """Its bucket."""
    key: str
    """Its key."""
    version_id: str
    """The version that the run reads."""
    name: str
    """The last part of the key."""
    bytes: Count
    """Its size."""


class RunRowsJson(RowCountsJson):
    """Rows by outcome. Those of a part that is being imported are in `unprocessed` until Cognito has counted them; in
    `runs` always, because it does not ask Cognito."""


class HeldJson(TypedDict):
    """Why a run is not started yet, though its file can be imported."""

    reason: Annotated[str, HoldReason]
    """jobs_per_day: the pool's files have used their import jobs of 24 hours. jobs_unknown: Cognito does not list
    the pool's import jobs for the moment. paused: an operator has paused the imports. import_window: outside the pool's
    import window."""
    until: Moment | None
    """When the run comes back to the import queue at the latest; null where that is not known."""
    message: str
    """A sentence."""


class JobWaitJson(TypedDict):
    """Why Cognito does not start the run's import job yet."""

    other_job: bool
    """Whether another import job in the account is active."""
    since: Moment
    """When Cognito first did not start it."""
    message: str
    """A sentence."""


class RunJson(TypedDict):
    """A run."""

    run_id: RunId
    """The run."""
    state: Annotated[str, RunState]
    """accepted: the file is being checked. waiting: in the import queue. importing: it has the import lock. reporting:
    the import is over. reported: the results are written. ended: the notification is published."""
    outcome: Annotated[str, Outcome] | None
    """As in summary.json; null before the results are written."""
    dry_run: bool
    """Dropped under check/."""
    pool: PoolJson
    file: DroppedFileJson
    dropped_at: Moment
    """When the file was dropped, in ISO 8601 with offset."""
    dropped_by: str | None
    """Who dropped it, as S3 reports it."""
    position: Positive | None
    """Position in the import queue, 1 is next; null when it is not in the queue, and in `runs`."""
    held: HeldJson | None
    """Why it is not started yet; null when it is not held."""
    job_wait: JobWaitJson | None
    """Why its import job is not started yet; null when it does not wait for that."""
    rows: RunRowsJson | None
    """Null before the file is checked."""
    ways_in: WaysInJson | None
    """As in summary.json; null before the results are written, in `runs`, and if it is not known."""
    memberships: MembershipsJson | None
    """Null before the results are written, in `runs`, and if the file names no groups."""
    ids: NotedIdsJson | None
    """Null before the results are written, in `runs`, and if none were to be recorded."""
    part: Positive | None
    """The part that is being imported, or was imported last, from 1."""
    part_count: Count | None
    """Parts of the file; null before it is checked."""
    rows_per_second: Seconds | None
    """Cognito's current rate."""
    seconds_left: Count | None
    """Until Cognito has processed the remaining rows."""
    stopping: bool
    """It was stopped, and its results are not written yet."""
    problem: ProblemJson | None
    """Null if the file can be imported."""
    error: str | None
    """What ended the run early."""
    warnings: list[WarningJson]
    """What people should know besides, as in summary.json; empty before the results are written, and in `runs`."""
    reasons: list[ReasonJson]
    """Why rows were not imported; empty before the results are written, and in `runs`."""
    details_missing: list[DetailsMissingJson]
    """Why details are missing, as in summary.json."""
    rows_unknown: Count | None
    """Rows whose own outcome is not known: they are in unknown.csv. Null while the run is going on, and if it is not
    known."""
    job_messages: list[str]
    """What Cognito said of import jobs that did not succeed."""
    ended_at: Moment | None
    """When the results were written."""
    results: str | None
    """S3 URI of the results, with a slash at its end; null before they are written."""


class RunsJson(TypedDict):
    """`runs`: the newest drop first."""

    undos: list[UndoJson]
    """Undos of runs, the newest first, at most --limit; none with --state or --outcome."""

    runs: list[RunJson]
    """At most --limit."""
    more: bool
    """Whether there are more."""


class StatusJson(TypedDict):
    """`status`: one run, or several."""

    run: RunJson | None
    """The first; null if none of the ids is of an import."""
    runs: list[RunJson]
    """All of them."""
    undos: list[UndoJson]
    """Those ids that are of undos, and the undos of the runs."""


class WatchJson(TypedDict):
    """`watch`: runs that have ended."""

    runs: list[RunJson]
    """In the order of the command line."""


class ResultFileJson(TypedDict):
    """A result file."""

    name: str
    """Its name."""
    bytes: Count
    """Its size."""
    uri: str
    """Its S3 URI."""
    path: str | None
    """Where it was downloaded to."""


class ResultsJson(TypedDict):
    """`results`: the result files of a run."""

    run_id: RunId
    """The run."""
    results: str
    """S3 URI of the folder."""
    memberships: MembershipsJson | None
    """Null if the file names no groups."""
    ids: NotedIdsJson | None
    """Null if none were to be recorded."""
    files: list[ResultFileJson]
    """By name."""
    gone: list[str]
    """The names of files that the run has written and that are not there any more."""
    opened: str | None
    """With --open: the copy of the report page that was opened. Otherwise null."""


class RepairJson(TypedDict):
    """`repair`: what was wrong with a run, and what was done about it."""

    run_id: RunId
    """The run."""
    found: list[str]
    """What was found, in sentences."""
    action: Annotated[str, Keywords(enum=list(REPAIRS))]
    """What was done with the run; `leave` if nothing was."""
    frees_lock: bool
    """Whether the run held an import lock that it no longer needed."""
    repaired: bool
    """Whether there was something to repair."""
    message: str
    """What was done, or why nothing was, in sentences."""


class ContinueJson(TypedDict):
    """`continue`: a run that waited for a decision after its first part, and goes on."""

    run_id: RunId
    """The run."""
    rows: Positive
    """Rows that are still to be imported."""


class StopJson(TypedDict):
    """`stop`: a run that is being stopped."""

    run_id: RunId
    """The run."""
    execution: str
    """ARN of the execution that was stopped; of a run that waited for its malware scan, of the one that reports it."""


class FoundRowJson(TypedDict):
    """A row that holds the value."""

    run_id: RunId
    """The run."""
    pool: PoolJson
    file: DroppedFileJson
    dropped_at: Moment
    """When the file was dropped."""
    dry_run: bool
    """Dropped under check/."""
    place: Positive
    """The line on which the row starts, or the number of the record."""
    places: Annotated[str, Keywords(enum=["lines", "records"])]
    """What `place` counts."""
    outcome: Annotated[str, Keywords(enum=[*(each.value for each in RowOutcome), "accepted"])] | None
    """As in the result files; accepted: a dry run has found the row good; null while it is not known."""
    code: str
    """The code of the reason; may be empty."""
    message: str
    """The reason; may be empty."""
    hint: str
    """What to do; may be empty."""


class NotSearchedJson(TypedDict):
    """A run whose file could not be searched."""

    run_id: RunId
    """The run."""
    message: str
    """Why."""


class PoolUserJson(TypedDict):
    """A user of a pool who has the value."""

    pool: PoolJson
    attribute: Annotated[str, Keywords(enum=["username", "email", "phone_number"])]
    """What the value is of the user."""
    status: str
    """UserStatus as in ListUsers, for example CONFIRMED or RESET_REQUIRED."""
    enabled: bool
    """Whether the user may sign in."""
    created_at: Moment | None
    """When the user was created."""


class FindJson(TypedDict):
    """`find`: the rows of dropped files that hold a value."""

    rows: list[FoundRowJson]
    """The newest drop first, 100 rows of a run at most."""
    more: bool
    """Whether a run has more of them."""
    runs_searched: Count
    """Runs whose files were searched."""
    not_searched: list[NotSearchedJson]
    """The other runs."""
    users: list[PoolUserJson] | None
    """Users of the pools who have the value; null without --live."""
    not_in_pools: list[PoolJson] | None
    """The pools that were searched and have no such user; empty for what may be a phone number without its country
    code, and null without --live."""
    undos: list[UndoJson]
    """Undos of the runs of these rows, the newest first: their users may have been deleted since."""


class IdsJson(TypedDict):
    """`ids`: a file with the old and the new ids of the users that a run has imported."""

    run_id: RunId
    """The run."""
    pool: PoolJson
    source: Literal["results", "pool"]
    """Where the IDs are from: the results of the run, which has recorded them, or the pool as it is now."""
    imported: Count
    """Users that the run has imported: lines of the file."""
    missing: Count
    """Those who are not in the pool: their lines have no username and no sub."""
    file: str
    """The file."""


class VerifyJson(TypedDict):
    """`verify`: the users of a run's file beside those of the pool."""

    run_id: RunId
    """The run."""
    pool: PoolJson
    users: Count
    """Users of the file who could be imported."""
    missing: Count
    """Those who are not in the pool."""
    different: Count
    """Those in the pool who have an attribute with another value than in the file."""
    attributes: dict[str, Count]
    """Names of such attributes → in how many users."""
    undos: list[UndoJson]
    """Undos of the run, the newest first: users may be missing because of them."""
