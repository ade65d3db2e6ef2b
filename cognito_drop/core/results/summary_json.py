"""The members of `summary.json`; docs/schemas/summary-1.json is generated from these types.

The docstring of a member is its description in the schema. A change that breaks readers raises `SchemaVersion`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.pools.lookup import LookupBy
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.text.json_types import (
    ActiveUsersJson,
    Count,
    DialectJson,
    Keywords,
    MappingVersionJson,
    Moment,
    Positive,
    ProblemJson,
    ResultsUri,
    RowCountsJson,
    RunId,
    SchemaVersion,
    Seconds,
    SourceJson,
    WarningJson,
    WaysInJson,
)


class FileJson(TypedDict):
    """The dropped object."""

    bucket: str
    """Its bucket."""
    key: str
    """Its key."""
    version_id: str
    """The version that was read."""
    name: str
    """The last part of the key."""
    bytes: Count | None
    """Its size; null when it no longer existed."""


class PoolJson(TypedDict):
    """The user pool that the file was dropped for."""

    alias: str
    """The folder under inbox/ or check/."""
    id: str | None
    """The user pool's ID; null when no pool has the alias."""


class RowsJson(RowCountsJson):
    """Rows of the file by outcome. total = imported + skipped + failed + rejected + unprocessed, unless
    details_incomplete."""

    accepted: Count | None
    """In a dry run: how many of the unprocessed rows would be imported. Otherwise null."""


class DetailsMissingJson(TypedDict):
    """One cause."""

    code: str
    """A stable code, listed in docs/results.md."""
    message: str
    """The cause in a sentence, without a value of a row."""
    hint: str
    """What to do about it; empty if there is nothing to do."""
    parts: list[Positive]
    """The parts whose details are missing; empty if it is the whole file."""


class PresetJson(TypedDict):
    """The export of another system that the file is."""

    name: str
    """The name of the preset, or that it is a mapping."""
    format: Literal["csv", "json"]
    """The format of the file."""
    lines_are: Literal["lines", "records"]
    """What the numbers in first_lines and in the result files count."""


class ColumnsJson(TypedDict):
    """How the file's columns were matched with the pool's."""

    renamed: dict[str, str]
    """The name in the file, and the pool's name."""
    added: list[str]
    """Columns of the pool that the file lacks; they are left empty."""
    left_out: list[str]
    """Columns of the file that the pool lacks."""


class NormalizedJson(TypedDict):
    """One kind of change."""

    kind: str
    """A stable code."""
    count: Count
    """How many values."""
    message: str
    """The same in a sentence."""


class FoundReasonJson(TypedDict):
    """Why the check rejects rows."""

    code: str
    """A stable code."""
    message: str
    """A sentence, which never quotes a value; Cognito's own words on failed rows are in failed.csv."""
    hint: str
    """What to do; may be empty."""
    count: Count
    """How many rows."""
    first_lines: list[Positive]
    """The first of their lines in the dropped file."""
    setting: str | None
    """A setting of the pool with which these rows would pass; null if there is none."""


class ReasonJson(FoundReasonJson):
    """One reason why rows were not imported."""

    outcome: Annotated[str, Keywords(enum=[RowOutcome.REJECTED, RowOutcome.FAILED, RowOutcome.SKIPPED])]
    """The outcome of the rows."""


class JobJson(TypedDict):
    """An import job as last described."""

    id: str
    """JobId."""
    status: str
    """Cognito's word."""
    message: str | None
    """Cognito's CompletionMessage."""
    created_at: Moment | None
    """CreationDate."""
    started_at: Moment | None
    """StartDate."""
    completed_at: Moment | None
    """CompletionDate."""
    seconds: Seconds | None
    """From start to completion."""


class FoundPartJson(TypedDict):
    """A part of the file, before it is imported."""

    number: Positive
    """From 1."""
    rows: Count
    """Rows in it."""
    bytes: Count
    """Its size in Cognito's dialect."""
    algorithm: NotRequired[Annotated[str, HashAlgorithm]]
    """The PasswordHashingAlgorithm of its import job; missing where no password hashes are sent."""


class PartJson(FoundPartJson):
    """One part of the file."""

    imported: Count
    """Cognito's count."""
    skipped: Count
    """Cognito's count."""
    failed: Count
    """Cognito's count."""
    job: JobJson | None
    """Its import job; null when none was created."""


class FoundMembershipsJson(TypedDict):
    """Memberships in groups that the check has found."""

    total: Count
    """Of accepted users."""
    not_allowed: Count
    """Of these, in groups that the pool's setting `groups` does not allow: they are not made."""
    seconds: Count | None
    """How long adding all of them takes at the configured rate, when no other run adds members."""
    active_users: ActiveUsersJson | None
    """Null if the import makes no user active."""


class MembershipsJson(FoundMembershipsJson):
    """Memberships in groups that the file names for its users. total = added + left_out + failed + unprocessed, except
    in a run that imports nothing."""

    added: Count
    """The user is in the group."""
    left_out: Count
    """The user's row was not imported."""
    failed: Count
    """The group or the user does not exist, or Cognito refused it."""
    unprocessed: Count
    """The run ended before it was known."""


class NotedIdsJson(TypedDict):
    """The new IDs of imported users, which a pool with the setting `ids` gets after each import."""

    complete: bool
    """Whether all of them are recorded: in ids.csv, if a user was imported."""
    recorded: Count
    """Imported users with their `sub`."""
    missing: Count
    """Imported users who were not found in the pool: their lines have no username and no `sub`."""
    cause: str | None
    """Why none of them is recorded; null if some are, or if no user was imported."""


class TimingsJson(TypedDict):
    """When the run's steps happened, and how long they took."""

    dropped_at: Moment | None
    """When the object was dropped."""
    started_at: Moment | None
    """When the first import job started."""
    ended_at: Moment | None
    """When the run ended."""
    waited_seconds: Seconds | None
    """From the drop to the start of the first import job."""
    import_seconds: Seconds | None
    """How long Cognito imported, all parts together."""
    seconds: Seconds | None
    """From drop to end."""


class RunReportJson(TypedDict):
    """What `summary.json` and the notification both have."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    run_id: RunId
    """The run: the name of its execution and of its folder under results/."""
    outcome: Annotated[str, Outcome]
    """imported: every row. partly_imported: Cognito processed the whole file, but not every row was imported. rejected:
    nothing was imported because the file or all of its rows are unusable, or the pool's policy refuses the rest too.
    failed, stopped, expired: the import job, or the run itself, ended like that. checked: a dry run."""
    dry_run: bool
    """Dropped under check/: checked, nothing imported."""
    rows: RowsJson
    details_incomplete: bool
    """The log of an import job was not found, could not be read, or is late or short: the counts are Cognito's own.
    details_missing has the causes."""
    details_missing: list[DetailsMissingJson]
    """Why details are missing: the log of an import job was not found, could not be read, or is late or short. Empty
    when details_incomplete is false."""
    rows_unknown: Count | None
    """Rows whose own outcome is not known: they are in unknown.csv, and counted in `rows` as Cognito counts them. Null
    if the file could not be read again."""
    ways_in: WaysInJson | None
    """How the users of accepted rows sign in for the first time; null if that is not known."""
    memberships: MembershipsJson | None
    """Null if the file names no groups."""
    ids: NotedIdsJson | None
    """Null if the pool's setting `ids` is not true, and if nothing was given to Cognito."""
    timings: TimingsJson
    results: ResultsUri
    """The folder of the results, an S3 URI that ends with a slash."""
    files: list[str]
    """The names of the result files."""
    ended_at: Moment
    """When the run ended."""


class LookupJson(TypedDict):
    """The lookup of all users in the pool before the import."""

    by: Annotated[str, LookupBy]
    """What was called: pages of ListUsers, or a search for each user."""
    calls: Positive
    """Estimated number of calls."""
    seconds: Positive
    """How long they take at the configured rate, when no other run looks users up."""
    known: Count
    """Rows whose users are in the pool: they are skipped, and were not sent to Cognito."""


class SummaryJson(RunReportJson):
    """The result of a drop and of each of its rows. Times are ISO 8601 with offset, durations are in seconds, null
    means unknown. Readers ignore members that they do not know."""

    file: FileJson
    pool: PoolJson
    blank_lines: Count
    """Blank lines of the file; they are ignored."""
    dialect: DialectJson | None
    """Null when the file was not read."""
    source: SourceJson | None
    """How its rows are found again by the lines that the result files name. Null when the file was not read."""
    preset: PresetJson | None
    """Null when it is a CSV file with the pool's columns."""
    mapping: MappingVersionJson | None
    """Null if the file was dropped without a mapping."""
    columns: ColumnsJson
    normalized: list[NormalizedJson]
    """What was written differently, without a change of meaning."""
    reasons: list[ReasonJson]
    """Why rows were not imported, grouped."""
    warnings: list[WarningJson]
    """What people should know besides."""
    parts: list[PartJson]
    """The parts of the file in order, one for each import job."""
    lookup: LookupJson | None
    """Null if no lookup was made."""
    problem: ProblemJson | None
    """Null if the file could be imported."""
    error: str | None
    """What ended the run early."""


class PreflightJson(TypedDict, total=False):
    """What preflight keeps of a file for the report; empty when it did not come so far."""

    bytes: int
    blank_lines: int
    dialect: DialectJson | None
    source: SourceJson | None
    preset: PresetJson | None
    read_as: str | Mapping[str, Any] | None
    """The preset's name, or the mapping: for those who read the file's users again."""
    mapping: MappingVersionJson | None
    columns: ColumnsJson
    normalized: list[NormalizedJson]
    reasons: list[FoundReasonJson]
    warnings: list[WarningJson]
    parts: list[FoundPartJson]
    ways_in: WaysInJson | None
    memberships: FoundMembershipsJson | None
    lookup: LookupJson | None
