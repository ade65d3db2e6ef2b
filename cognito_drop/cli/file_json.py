"""Checked and dropped files in the JSON output; docs/schemas/command-1.json is generated from these types.

The docstring of a member is its description in the schema.
"""

from __future__ import annotations

from typing import Annotated, TypedDict

from cognito_drop.cli.run_json import RunJson
from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.mapping_json import MappingJson
from cognito_drop.core.results.summary_json import ColumnsJson, FoundPartJson, PoolJson, PresetJson
from cognito_drop.core.text.json_types import (
    ActiveUsersJson,
    Count,
    DialectJson,
    Positive,
    ProblemJson,
    RunId,
    WarningJson,
    WaysInJson,
)


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
    ways_in: WaysInJson | None
    """How the accepted users would sign in for the first time; null if no pool was asked, or it is not known."""
    memberships: Count
    """Memberships in groups that would be added after the import."""
    active_users: ActiveUsersJson | None
    """Null if the import makes no user active."""
    problem: ProblemJson | None
    """Null if the file can be imported."""
    saved: list[SavedFileJson]
    """With --save: the files that were written. Otherwise empty."""


class MappedColumnJson(TypedDict):
    """A column of the file, and what `map` has made of it."""

    name: str
    """As in the file; of JSON records the path of a member."""
    proposed: str | None
    """The attribute of the pool that it seems to be; null if it is none."""
    is_sure: bool
    """Whether the proposal needs no confirmation."""
    because: str
    """Why, in words without a value."""
    attributes: list[str]
    """The attributes that the mapping takes from it."""


class MapJson(TypedDict):
    """`map`: a mapping for a file with its own columns, and the check of the file with it."""

    preset: str | None
    """The preset whose export the file is: then it needs no mapping."""
    columns: list[MappedColumnJson]
    """The file's columns in order; empty if it needs no mapping."""
    mapping: MappingJson | None
    """The mapping that was written; null if the file needs none."""
    saved: str | None
    """The path of the mapping."""
    check: CheckJson | None
    """What `check` says of the file with this mapping."""


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
    console: str | None
    """The page of its execution in the AWS console; null if the console has none, or none yet."""


class CheckedFileJson(TypedDict):
    """A file that was checked before it was dropped."""

    file: str
    """The file that was checked; with --together the joined one."""
    complete: bool
    """Whether the pool could be asked; otherwise only the form of the file was checked."""
    rows: Count | None
    """Rows of the file; null if the check was not complete."""
    accepted: Count | None
    """Rows that can be imported; null if the check was not complete."""
    warnings: list[WarningJson]
    """What people should know besides."""


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
    checks: list[CheckedFileJson]
    """The checks before the upload. Empty with --no-check, for a dry run, and for rows that `retry` drops unchanged."""
    joined: list[JoinedFileJson]
    """With --together: the files of the one drop. Otherwise empty."""
    runs: list[RunJson]
    """With --wait: the runs when they have ended. Otherwise empty."""
