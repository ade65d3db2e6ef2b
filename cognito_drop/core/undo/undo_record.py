"""An undo as the ledger has it: a run of its own, from its start to its results."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, assert_never

from cognito_drop.contract.object_keys import results_of
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.core.undo.noted_users import NotedUser


class UndoOutcome(enum.StrEnum):
    """How an undo ended."""

    UNDONE = "undone"
    """None of the run's users is left, as far as they were recorded."""
    PARTLY_UNDONE = "partly_undone"
    """Some users are left, each for a reason."""
    FAILED = "failed"
    """An error ended it before all users were processed: starting it again goes on."""

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ")

    @property
    def is_final(self) -> bool:
        """Whether the undo does not go on when it is started again."""
        match self:
            case UndoOutcome.UNDONE | UndoOutcome.PARTLY_UNDONE:
                return True
            case UndoOutcome.FAILED:
                return False
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class UndoneUser:
    """What was done with a user: deleted where there is no reason."""

    user: NotedUser
    reason: UndoReason | None
    code: str = ""
    """AWS's error code, where Cognito has rejected the deletion."""


@dataclass(frozen=True, slots=True)
class UndoCounts:
    """Users by what was done with them, or would be."""

    deleted: int = 0
    reasons: Mapping[UndoReason, int] = field(default_factory=dict)
    """Users who were not deleted, by reason."""

    @property
    def done(self) -> int:
        """Users who were processed."""
        return self.deleted + sum(self.reasons.values())

    @property
    def gone(self) -> int:
        """Users who were not in the pool any more."""
        return self.reasons.get(UndoReason.GONE, 0)

    @property
    def left(self) -> int:
        """Users who were left in the pool."""
        return sum(count for reason, count in self.reasons.items() if reason.is_left)


@dataclass(frozen=True, slots=True)
class UndoProgress(UndoCounts):
    """How far an undo is."""

    offset: int = 0
    """Bytes of ids.csv that are done."""
    files: int = 0
    """Files with results that were kept."""

    def with_results(self, results: Sequence[UndoneUser], offset: int) -> UndoProgress:
        """The progress when these results are in one more file."""
        reasons = dict(self.reasons)
        for result in results:
            if result.reason:
                reasons[result.reason] = reasons.get(result.reason, 0) + 1
        deleted = self.deleted + sum(result.reason is None for result in results)
        return replace(self, offset=offset, files=self.files + 1, deleted=deleted, reasons=reasons)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo is of: it does not change."""

    run_id: str
    """The run that is undone."""
    bucket: str
    alias: str
    pool_id: str
    ids_version: str
    """The version of the run's ids.csv that was recorded in the ledger."""
    users: int
    """Users that the run has imported: those that it lists, and those that it does not."""
    imported: ImportedBy
    choices: UndoChoices
    not_listed: int = 0
    """Users whom the run has imported by its jobs' counts, and whose rows are not known, so that they are not
    searched for. They are among the reasons of an undo from its start."""

    @property
    def undo_id(self) -> str:
        """32 hex digits, the same for the same run and choices: starting the same undo twice starts it once."""
        chosen = sorted(self.choices.allowed)
        parts = ("undo", self.bucket, self.run_id, self.ids_version, *chosen)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @property
    def short_id(self) -> str:
        """The first digits, which nearly always are enough."""
        return self.undo_id[:SHORT_ID]

    @property
    def command(self) -> str:
        """The command that starts this undo, or continues it."""
        return " ".join(["cognito-drop", "undo", self.run_id[:SHORT_ID], *self.choices.options])

    @property
    def results(self) -> str:
        """The folder of its results, as an S3 URI with a slash at its end."""
        return f"s3://{self.bucket}/{results_of(self.undo_id)}"


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """The undo's item."""

    plan: UndoPlan
    started_at: str
    """ISO 8601."""
    execution: str = ""
    """The name of the newest execution that is at it."""
    rounds: int = 0
    """How many calls of the function have begun; only the newest may delete."""
    deleting: frozenset[int] = frozenset()
    """Lines of users whose deletion may have been asked for, and whose result is not kept yet."""
    progress: UndoProgress = field(default_factory=UndoProgress)
    outcome: UndoOutcome | None = None
    """None while it is under way."""
    ended_at: str = ""
    """ISO 8601; empty while it is under way."""
    error: str = ""
    """What ended it early."""

    @property
    def is_over(self) -> bool:
        """Whether its results are written."""
        return self.outcome is not None

    @property
    def unprocessed(self) -> int:
        """Users who were not processed."""
        return max(0, self.plan.users - self.progress.done)


ENDED_EARLY: Final = {
    ExecutionStatus.FAILED: "failed",
    ExecutionStatus.TIMED_OUT: "timed out",
    ExecutionStatus.ABORTED: "was stopped",
}
"""How an execution has ended that has not completed its undo, in words."""


def outcome_of(progress: UndoProgress, users: int, error: str) -> UndoOutcome:
    """How an undo has ended that is so far."""
    if error or progress.done < users:
        return UndoOutcome.FAILED
    return UndoOutcome.PARTLY_UNDONE if progress.left else UndoOutcome.UNDONE
