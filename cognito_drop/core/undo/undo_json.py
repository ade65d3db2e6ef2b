"""The members of an undo's `summary.json` and of its notification; docs/schemas/undo-1.json is generated from them.

The docstring of a member is its description in the schema. A change that breaks readers raises `SchemaVersion`.
"""

from __future__ import annotations

from typing import Annotated, TypedDict

from cognito_drop.core.notification.message_json import ShownPoolJson
from cognito_drop.core.text.json_types import Count, Keywords, Moment, ResultsUri, RunId, SchemaVersion
from cognito_drop.core.undo.decision import UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome


class UndoChoicesJson(TypedDict):
    """What was chosen when the undo was started."""

    include_confirmed: bool
    """Users who were imported with a password hash are deleted too."""
    include_changed: bool
    """Users who were changed since the import are deleted too."""
    include_password_set: bool
    """Users who have set a password since the import are deleted too."""


class UndoUsersJson(TypedDict):
    """Users of the run. total = deleted + gone + left + unprocessed."""

    total: Count
    """Users that the run has imported."""
    deleted: Count
    """Deleted by the undo."""
    gone: Count
    """Not in the pool any more before the undo."""
    left: Count
    """Left in the pool, each for a reason."""
    unprocessed: Count
    """Not processed, because the undo ended early."""


class UndoReasonJson(TypedDict):
    """Why users were not deleted."""

    code: Annotated[str, UndoReason]
    """A stable code, listed in docs/undo.md."""
    message: str
    """The reason in a sentence, without a value."""
    count: Count
    """How many users."""


class UndoJson(TypedDict):
    """The result of an undo: its summary.json, and its notification. Times are ISO 8601 with offset. Readers ignore
    members that they do not know."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    run_id: RunId
    """The undo, a run of its own: the start of the name of its execution, and its folder under results/."""
    undone_run_id: RunId
    """The run whose users are deleted."""
    outcome: Annotated[str, UndoOutcome]
    """How it ended; the message attribute of the same name has it too."""
    has_failures: bool
    """Users are left, or were not processed. The message attribute of the same name is this as text."""
    headline: str
    """Outcome and counts in one line, for people."""
    pool: ShownPoolJson
    choices: UndoChoicesJson
    users: UndoUsersJson
    reasons: list[UndoReasonJson]
    """Why users were not deleted, the most frequent reason first."""
    error: str | None
    """What ended the undo early."""
    started_at: Moment
    """When it was started."""
    ended_at: Moment | None
    """When it ended; null while it is under way."""
    results: ResultsUri
    """The folder of its results."""
    files: list[Annotated[str, Keywords(enum=["deleted.csv", "left.csv"])]]
    """The names of the files with users there."""
