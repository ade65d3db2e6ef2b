"""The members of the output of `--output json`; docs/schemas/command-1.json is generated from these types.

The docstring of a member is its description in the schema. A change that breaks readers raises `SchemaVersion`.
"""

from __future__ import annotations

from typing import Annotated, Final, NotRequired, TypedDict

from cognito_drop.cli.errors import ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.run_json import RunJson
from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.results.summary_json import (
    ColumnsJson,
    FoundPartJson,
    MembershipsJson,
    PoolJson,
    PresetJson,
)
from cognito_drop.core.text.json_types import (
    ActiveUsersJson,
    Count,
    DialectJson,
    Keywords,
    Moment,
    Positive,
    ProblemJson,
    RunId,
    SchemaVersion,
    WarningJson,
)


class ErrorJson(TypedDict):
    """Why the command could not do what was asked."""

    code: Annotated[str, ErrorCode]
    """A stable code."""
    message: str
    """A sentence."""
    hint: str
    """What to do; may be empty."""


class EnvelopeJson(TypedDict):
    """One object on stdout, for results and errors alike. Members may be added without a new schema_version, so readers
    ignore members that they do not know."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    command: str
    """cognito-drop: the call named no command."""
    ok: bool
    """Whether the command did what was asked: then there is `data`, otherwise `error`. The outcome of a run is in
    `exit_code` and in `data`."""
    exit_code: Annotated[int, ExitCode]
    """The exit code of the process; docs/operate.md lists them."""
    error: NotRequired[ErrorJson]
    data: NotRequired[dict[str, object]]
    """The result of the command."""


class ColumnJson(TypedDict):
    """A column of a pool's file."""

    name: str
    """Its name."""
    required: bool
    """Whether every user needs a value."""
    sample: str
    """A value that the pool accepts."""
    note: str
    """What it requires."""


class TemplateJson(TypedDict):
    """`template`: the columns of a pool's file."""

    pool: PoolJson
    header: str
    """The header line."""
    sample: str
    """A row that the pool accepts."""
    columns: list[ColumnJson]
    """In the pool's order."""


class RejectedRowJson(TypedDict):
    """A rejected row."""

    line: Count
    """Its line in the file."""
    column: str
    """The column; empty for the row as a whole."""
    code: str
    """A stable code, listed in docs/file-format.md."""
    message: str
    """A sentence."""
    hint: str
    """What to do."""


class SampleJson(TypedDict):
    """The sample of users that `check` has looked up in the pool."""

    asked: Count
    """Users that were looked up."""
    known: Count
    """Users among them who are in the pool already: Cognito skips them."""


class SavedFileJson(TypedDict):
    """A file that `check --save` has written."""

    name: str
    """Its name."""
    path: str
    """Where it is."""
    rows: Count
    """Its rows, without the header."""
    bytes: Count
    """Its size."""


class RecognizedJson(TypedDict):
    """What a file was taken for by its contents."""

    preset: Annotated[str, PresetName] | None
    """The preset; null for a file with the pool's own columns."""
    message: str
    """What it was taken for, and why."""
    hint: str
    """With an alias, the folder or the setting with which a drop is read so; otherwise empty."""


class CheckJson(TypedDict):
    """`check`: the outcome of every row if the file were imported."""

    rows: Count
    """Rows of the file."""
    accepted: Count
    """Rows that can be imported."""
    rejected: list[RejectedRowJson]
    """The other rows."""
    normalized: dict[str, int]
    """What would be written differently: the kind of change, and how many values."""
    blank_lines: Count
    """Blank lines."""
    preset: PresetJson | None
    """Null when it is a CSV file with the pool's columns."""
    recognized: RecognizedJson | None
    """Null when a preset was chosen, and with an alias without `--preset auto`."""
    warnings: list[WarningJson]
    """What people should know besides."""
    dialect: DialectJson | None
    """Null when the file was not read."""
    columns: ColumnsJson
    parts: list[FoundPartJson]
    """The parts of the file in order, one for each import job."""
    sample: SampleJson | None
    """Null if no pool was asked, or the users were not looked up."""
    memberships: Count
    """Memberships in groups that would be added after the import."""
    active_users: ActiveUsersJson | None
    """Null if the import makes no user active."""
    problem: ProblemJson | None
    """Null if the file can be imported."""
    saved: list[SavedFileJson]
    """With --save: the files that were written. Otherwise empty."""


class DropJson(TypedDict):
    """A file that was dropped."""

    run_id: RunId
    """The run of the file."""
    file: str
    """The file as it was named on the command line."""
    bytes: Count
    """Its size."""
    bucket: str
    """Its bucket."""
    key: str
    """Its key."""
    version_id: str
    """Its version."""


class JoinedFileJson(TypedDict):
    """With --together: where the rows of a file are in the file that was dropped."""

    file: str
    """The file as it was named on the command line."""
    first_line: Positive
    """Line of its first row in the dropped file, as results number lines."""
    last_line: Positive
    """Line of its last row there."""
    own_first_line: Positive
    """Line of its first row in the file itself."""


class DropsJson(TypedDict):
    """`drop` and `retry`: what was dropped."""

    pool: PoolJson
    dry_run: bool
    """Only checked and reported."""
    drops: list[DropJson]
    """In the order of the command line."""
    joined: list[JoinedFileJson]
    """With --together: the files of the one drop. Otherwise empty."""
    runs: list[RunJson]
    """With --wait: the runs when they have ended. Otherwise empty."""


class RunsJson(TypedDict):
    """`runs`: the newest drop first."""

    runs: list[RunJson]
    """At most --limit."""
    more: bool
    """Whether there are more."""


class StatusJson(TypedDict):
    """`status`: one run."""

    run: RunJson


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
    files: list[ResultFileJson]
    """By name."""


class StopJson(TypedDict):
    """`stop`: a run that is being stopped."""

    run_id: RunId
    """The run."""
    execution: str
    """ARN of the execution that was stopped."""


class PausedJson(TypedDict):
    """A pause of imports."""

    pool: str | None
    """The alias of the pool; null for all pools."""
    since: Moment
    """When it began."""


class PauseJson(TypedDict):
    """`pause` and `resume`: the pauses after the command."""

    changed: bool
    """False if it was so before."""
    paused: list[PausedJson]
    """What is paused now."""


class ListedJobJson(TypedDict):
    """An import job in Cognito."""

    id: str
    """Cognito's ID."""
    name: str
    """Its name."""
    status: str
    """Cognito's word: Created, Pending, InProgress, Stopping, Expired, Stopped, Failed, Succeeded."""
    imported: Count
    """Rows."""
    skipped: Count
    """Rows."""
    failed: Count
    """Rows."""
    created_at: Moment | None
    """CreationDate."""
    started_at: Moment | None
    """StartDate."""
    completed_at: Moment | None
    """CompletionDate."""
    message: str | None
    """Cognito's CompletionMessage."""
    ours: bool
    """Created for a run, as its name says."""
    run_id: RunId | None
    """The run that it was created for."""
    part: Positive | None
    """The part of the run."""


class PoolJobsJson(TypedDict):
    """The import jobs of a pool."""

    id: str
    """The user pool's ID."""
    aliases: list[str]
    """The aliases of the pool."""
    jobs: list[ListedJobJson]
    """The newest first, at most --limit."""
    more: bool
    """Whether there are more."""
    error: str | None
    """AWS's error code if the jobs of the pool cannot be read, such as ResourceNotFoundException."""


class JobsJson(TypedDict):
    """`jobs`: the import jobs in Cognito."""

    pools: list[PoolJobsJson]
    """Each pool once."""


class FindingJson(TypedDict):
    """What is wrong, or would go wrong."""

    severity: Annotated[str, Keywords(enum=["error", "warning"])]
    """error: drops are not imported, or notifications are not delivered. warning: that will happen, or something was
    lost."""
    code: str
    """A stable code."""
    message: str
    """A sentence."""
    fix: str
    """What to do."""


class HealthCheckJson(TypedDict):
    """One subject."""

    check: str
    """A stable code."""
    ok: bool
    """Nothing was found."""
    findings: list[FindingJson]
    """What was found."""


class DoctorJson(TypedDict):
    """`doctor`: the health check of the deployment."""

    stack: str
    """The stack."""
    region: str
    """Its region."""
    checks: list[HealthCheckJson]
    """In the order of a drop's way."""
    open_to_files: dict[str, list[str]]
    """What each pool lets files decide, as sentences by the pool's alias: groups, custom attributes, passwords."""


class CompletionJson(TypedDict):
    """`completion`: the completion script of a shell."""

    shell: Annotated[str, Keywords(enum=["bash", "zsh", "fish"])]
    """The shell."""
    script: str
    """The script, to be sourced."""


DATA: Final = {
    "template": TemplateJson,
    "check": CheckJson,
    "drop": DropsJson,
    "retry": DropsJson,
    "runs": RunsJson,
    "status": StatusJson,
    "watch": WatchJson,
    "results": ResultsJson,
    "stop": StopJson,
    "pause": PauseJson,
    "resume": PauseJson,
    "jobs": JobsJson,
    "doctor": DoctorJson,
    "completion": CompletionJson,
}
"""The `data` of each command."""
