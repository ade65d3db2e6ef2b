"""What `undo` prints as JSON; docs/schemas/command-1.json is generated from it."""

from __future__ import annotations

from typing import TypedDict

from cognito_drop.core.results.summary_json import PoolJson
from cognito_drop.core.text.json_types import Count, RunId
from cognito_drop.core.undo.undo_json import UndoChoicesJson, UndoJson, UndoReasonJson


class UndoPreviewJson(TypedDict):
    """What the undo would do, by the pool a moment ago. users = delete + gone + left."""

    users: Count
    """Users that the run has imported."""
    delete: Count
    """Users who would be deleted."""
    gone: Count
    """Users who are not in the pool any more."""
    left: Count
    """Users who would be left in the pool."""
    reasons: list[UndoReasonJson]
    """Why users would not be deleted, the most frequent reason first."""


class UndoCommandJson(TypedDict):
    """`undo`: the users of a run, deleted."""

    undo_id: RunId
    """The undo, which is a run of its own."""
    run_id: RunId
    """The run that is undone."""
    pool: PoolJson
    choices: UndoChoicesJson
    preview: UndoPreviewJson | None
    """Null if the undo was started before."""
    started: bool
    """Whether this call has started it."""
    result: UndoJson | None
    """How it ended; null if it was not started."""
