"""The members of the notification and of the run events; notification-1.json and run-event-1.json in docs/schemas/ are
generated from these types.

The docstring of a member is its description in the schema. A change that breaks readers raises `SchemaVersion`.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification.subject import MOST_LISTED, NAME_LENGTH, PROBLEM_LENGTH, REASON_LENGTH
from cognito_drop.core.results.summary_json import RowsJson, RunReportJson
from cognito_drop.core.rows.row_outcome import FIRST_LINES, RowOutcome
from cognito_drop.core.text.json_types import (
    ConsoleUrl,
    Count,
    Keywords,
    Moment,
    Positive,
    ResultsUri,
    RunId,
    SchemaVersion,
)


class ShownFileJson(TypedDict):
    """The dropped object."""

    bucket: str
    """Its bucket."""
    key: str
    """Its key, unchanged."""
    version_id: str
    """The version that was read."""
    name: Annotated[str, Keywords(maxLength=NAME_LENGTH)]
    """The last part of the key, for display: at most 200 characters; invisible characters and those that change the
    text direction are replaced."""


class NotifiedFileJson(ShownFileJson):
    """The dropped object."""

    bytes: Count | None
    """Its size; null when it no longer existed."""


class ShownPoolJson(TypedDict):
    """The user pool that the file was dropped for."""

    alias: Annotated[str, Keywords(maxLength=NAME_LENGTH)]
    """The folder under inbox/ or check/, for display."""
    id: str | None
    """The user pool's ID; null when no pool has the alias."""


class NotifiedReasonJson(TypedDict):
    """One reason."""

    outcome: Annotated[str, Keywords(enum=[RowOutcome.REJECTED, RowOutcome.FAILED, RowOutcome.SKIPPED])]
    """The outcome of the rows."""
    code: str
    """A stable code."""
    message: Annotated[str, Keywords(maxLength=REASON_LENGTH)]
    """A sentence, which never quotes a value."""
    hint: Annotated[str, Keywords(maxLength=REASON_LENGTH)]
    """What to do; may be empty."""
    count: Count
    """How many rows."""
    first_lines: Annotated[list[Positive], Keywords(maxItems=FIRST_LINES)]
    """The first of their lines in the dropped file."""


class NotifiedWarningJson(TypedDict):
    """One warning."""

    code: str
    """A stable code."""
    message: Annotated[str, Keywords(maxLength=REASON_LENGTH)]
    """A sentence."""


class NotifiedProblemJson(TypedDict):
    """Why the file could not be imported at all."""

    code: str
    """A stable code, listed in docs/results.md."""
    message: Annotated[str, Keywords(maxLength=PROBLEM_LENGTH)]
    """A sentence."""
    hint: Annotated[str, Keywords(maxLength=PROBLEM_LENGTH)]
    """What to do."""
    command: NotRequired[str]
    """The command of `cognito-drop` that helps, such as `map`, if there is one."""


class NotificationJson(RunReportJson):
    """The result of a drop: the summary.json of the run without its long lists, in a bounded size. Members that both
    have mean the same. Times are ISO 8601 with offset, durations are in seconds, null means unknown. Readers ignore
    members that they do not know."""

    has_failures: bool
    """A row failed, was rejected, or was not processed, or the run did not do what it was asked to do. The message
    attribute of the same name is this as text."""
    headline: str
    """Outcome and counts in one line, for people."""
    file: NotifiedFileJson
    pool: ShownPoolJson
    reasons: Annotated[list[NotifiedReasonJson], Keywords(maxItems=MOST_LISTED)]
    """Why rows were not imported, grouped, the most frequent reason first."""
    reasons_left_out: Count
    """How many more reasons there are in summary.json."""
    warnings: Annotated[list[NotifiedWarningJson], Keywords(maxItems=MOST_LISTED)]
    """What people should know besides."""
    messages: Annotated[list[Annotated[str, Keywords(maxLength=REASON_LENGTH)]], Keywords(maxItems=MOST_LISTED)]
    """What Cognito said at the end of the import jobs, each sentence once."""
    problem: NotifiedProblemJson | None
    """Null if the file could be imported."""
    error: str | None
    """What ended the run early."""
    console: ConsoleUrl | None
    """The results in the AWS console; null in a partition whose console is not known."""


class RunDetailJson(TypedDict):
    """What every run event says of its run."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    run_id: RunId
    """The run: the name of its execution and of its folder under results/."""
    dry_run: bool
    """Dropped under check/: checked, nothing imported."""
    file: ShownFileJson
    pool: ShownPoolJson
    dropped_at: Moment | None
    """When the object was dropped; null when that is no longer known."""


class RowsToImportJson(TypedDict):
    """Rows of the file as counted by the check."""

    total: Count
    """Rows in the file, without the header and blank lines."""
    accepted: Count
    """Rows that are sent to Cognito."""
    rejected: Count
    """Rows that the check refused."""


class FirstPartCountsJson(TypedDict):
    """The first part of the file, and the result of its import job."""

    rows: Positive
    """Its rows."""
    imported: Count
    """Now in the pool."""
    skipped: Count
    """Already in the pool: they do not count as failed."""
    failed: Count
    """All others."""
    job_id: str
    """Its import job."""


class FirstPartJson(RunDetailJson):
    """The run waits for `cognito-drop continue` or `stop`: too many rows of the file's first part failed. The run's own
    notification comes at its end."""

    outcome: Literal["waiting"]
    """Always the same; the message attribute of the same name has it too. No run ends with it."""
    has_failures: bool
    """Always true."""
    headline: str
    """What happened in one line, for people."""
    rows: RowsToImportJson
    first_part: FirstPartCountsJson
    rest: Positive
    """Rows that wait."""
    stop_above: str
    """The share of failed rows above which they wait."""
    continue_until: Moment
    """When the run is stopped without a decision."""


class RunWaitingJson(RunDetailJson):
    """Import Run Waiting: the run is in the import queue."""

    rows: RowsToImportJson
    position: Positive
    """Position in the import queue; 1 is next."""
    waiting_since: Moment
    """When the run entered the queue."""


class RunStartedJson(RunDetailJson):
    """Import Run Started: the run has the import lock, and the import has started."""

    rows: RowsToImportJson
    parts: Positive
    """Import jobs that the run needs, one after the other."""
    started_at: Moment
    """When the import started."""


class RunFinishedJson(RunDetailJson):
    """Import Run Finished: the run has ended and is reported, whatever its outcome; every run has this event."""

    outcome: Annotated[str, Outcome]
    """As in summary.json."""
    has_failures: bool
    """A row failed, was rejected, or was not processed, or the run did not do what it was asked to do."""
    rows: RowsJson
    details_incomplete: bool
    """The log of an import job was not found, could not be read, or is late or short: the counts are Cognito's own.
    details_missing has the causes."""
    details_missing: list[str]
    """Codes of the causes, as in summary.json."""
    rows_unknown: Count | None
    """Rows whose own outcome is not known: they are in unknown.csv, and counted in `rows` as Cognito counts them. Null
    if the file could not be read again."""
    problem_code: str | None
    """Why the file could not be imported at all: the code of `problem` in summary.json."""
    started_at: Moment | None
    """When the first import job started; null if none did."""
    ended_at: Moment
    """When the run ended."""
    results: ResultsUri
    """The folder of the results, an S3 URI that ends with a slash."""
    console: ConsoleUrl | None
    """The results in the AWS console; null in a partition whose console is not known."""
