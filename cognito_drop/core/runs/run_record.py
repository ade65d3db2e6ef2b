"""A run as the ledger has it: the one source of truth on how far it is.

Guarantees closed sets of states; reading and writing is handled by the ledger's adapter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cognito_drop.contract.execution_names import execution_name
from cognito_drop.contract.ledger_keys import LOST_ITEM, RUN_STATE
from cognito_drop.contract.object_keys import results_of
from cognito_drop.contract.statuses import HoldReason, JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import NOTHING_DONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.runs.detail_gap import DetailGap
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.hold import Hold
    from cognito_drop.core.runs.noted_ids import NotedIds
    from cognito_drop.core.runs.row_account import RowAccount
    from cognito_drop.core.runs.run_state import CheckedFile


SHORT_ID = 8
"""Digits of a run's id that are shown where the whole id would be in the way."""


@dataclass(frozen=True, slots=True)
class PartJob:
    """The import job of a part of a run."""

    job_id: str
    attempt: int = 1
    """Which job of the part it is; those before it were never started."""
    uploaded: bool = False
    refusals: int = 0
    """How often Cognito did not start it."""
    refused_since: str = ""
    """ISO 8601; since when Cognito does not start it, empty where it has started."""
    waits_for_other: bool = False
    """Whether Cognito does not start it because another import job is active."""
    status: JobStatus | None = None
    """How it has ended; None while that is not recorded."""
    started_at: str = ""
    """ISO 8601; when Cognito has started it, empty where that is not recorded."""
    completed_at: str = ""
    """ISO 8601; when it has ended, empty where that is not recorded."""
    counts: JobCounts = field(default_factory=JobCounts)
    gap: DetailGap | None = None
    """Why the outcomes of its rows were not read in full; None where they were, and while that is not recorded."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The run's item."""

    drop: Drop
    state: RunState
    dropped_at: str
    """ISO 8601."""
    size: int = 0
    """Bytes of the file."""
    dropped_by: str = ""
    """The account or the principal that uploaded it; empty where that is not known."""
    executions: int = 1
    """How many executions were asked for; the newest has the number as its name's end."""
    renewed_at: float = 0.0
    """When the newest execution but the first was asked for, in epoch seconds."""
    file: CheckedFile | None = None
    """What preflight has found."""
    pool_id: str = ""
    """The user pool that preflight has checked the file against."""
    scope: str = ""
    """The scope of its import lock; empty before it was in the queue."""
    token: str = ""
    """What wakes the execution while it waits for the lock; empty when it does not wait."""
    waiting_since: str = ""
    """ISO 8601; when it was first in the queue, empty before."""
    hold: Hold | None = None
    """Why it is not started yet, though its file can be imported; it has no entry in the queue meanwhile."""
    released_at: str = ""
    """ISO 8601; when its last hold ended, empty where it had none."""
    continued_at: str = ""
    """ISO 8601; when an operator continued it although too many rows of its first part failed; empty where not."""
    is_hold_notified: bool = False
    """Whether the notification that the run waits for a decision was published."""
    lock_at: float = 0.0
    """When it was given the lock, in epoch seconds."""
    parts: Mapping[int, PartJob] = field(default_factory=dict)
    """The import jobs by the numbers of the parts, in their order."""
    lease_until: float = 0.0
    """Until when, in epoch seconds, a call of start_import may still start a job, dead or alive."""
    starts: int = 0
    """How many calls of start_import have begun; each is known by its number."""
    is_notified: bool = False
    """Whether its notification was published."""
    is_closing: bool = False
    """Whether no job may be recorded any more: the import is being ended."""
    is_stopped: bool = False
    """Whether the run was stopped."""
    error: str = ""
    """What ended the run early."""
    outcome: Outcome | None = None
    """None before the run was reported."""
    rows: RowAccount | None = None
    """None before the run was reported."""
    ended_at: str = ""
    """ISO 8601; empty before the run was reported."""
    memberships: MembershipProgress = NOTHING_DONE
    """How far the memberships of its users in groups are."""
    ids: NotedIds | None = None
    """The new ids of its users; None where they are not recorded."""
    ids_error: str = ""
    """Why they are not recorded, as its report says; empty where they are, and where none were to be."""
    report_since: int = 0
    """The number of the execution that was the first to report it; 0 before."""
    keeps_results: bool | None = None
    """Of a run whose item was lost: whether the results of a report from before stay. None before that is decided."""
    unreadable: tuple[str, ...] = ()
    """The names of the attributes that cannot be read."""
    damage: tuple[str, ...] = ()
    """The names of those that could not be read earlier: they were set aside."""
    key_id: str = ""
    """The run's id by the item's key, where the drop cannot be read; empty otherwise."""

    @property
    def run_id(self) -> str:
        """32 hex digits."""
        return self.key_id or self.drop.run_id

    @property
    def short_id(self) -> str:
        """The first digits, which nearly always are enough."""
        return self.run_id[:SHORT_ID]

    @property
    def jobs_pool_id(self) -> str:
        """The user pool of its import jobs: the one that its file was checked against, or where a run was found again.

        Empty before.
        """
        return (self.file.pool_id if self.file else "") or self.pool_id

    @property
    def dropped(self) -> datetime:
        """When it was dropped."""
        return datetime.fromisoformat(self.dropped_at)

    @property
    def is_state_known(self) -> bool:
        """Whether its state can be read; one of a newer version cannot."""
        return RUN_STATE not in self.unreadable

    @property
    def was_lost(self) -> bool:
        """Whether its item was lost: what was in it is not known."""
        return LOST_ITEM in self.damage

    @property
    def is_lost(self) -> bool:
        """Whether its item was lost, and its import is not known to be over since."""
        return self.was_lost and self.state.is_before_report

    @property
    def is_to_be_found(self) -> bool:
        """Whether its item was lost, and its jobs and its lock were not looked for since."""
        return self.is_lost and not self.lease_until

    @property
    def is_over(self) -> bool:
        """Whether its results are written."""
        return self.state.is_over

    @property
    def is_being_stopped(self) -> bool:
        """Whether it was stopped, and its results are yet to be written."""
        return self.is_stopped and not self.is_over

    @property
    def results(self) -> str:
        """The folder of its results, as an S3 URI with a slash at its end."""
        return f"s3://{self.drop.bucket}/{results_of(self.run_id)}"

    @property
    def is_held(self) -> bool:
        """Whether it waits outside the import queue, or for the malware scan of its file."""
        is_outside = self.state is RunState.WAITING and self.hold is not None
        return is_outside or self.scan_until is not None

    @property
    def scan_until(self) -> float | None:
        """Until when, in epoch seconds, its file waits for its malware scan; None where it does not."""
        waits = self.state is RunState.ACCEPTED and self.hold and self.hold.reason is HoldReason.MALWARE_SCAN
        return self.hold.until if waits and self.hold else None

    @property
    def jobs_needed(self) -> int:
        """Import jobs that its file still takes, one for each part without one."""
        return max(0, len(self.file.part_rows) - len(self.parts)) if self.file else 0

    @property
    def has_members_to_add(self) -> bool:
        """Whether its import is over, and users are yet to be added to groups."""
        is_at_it = self.state is RunState.REPORTING and not self.memberships.is_over
        return is_at_it and self.file is not None and self.file.memberships > 0

    @property
    def notes_ids(self) -> bool:
        """Whether the new ids of its users are to be recorded: of what it has given to Cognito."""
        return self.file is not None and self.file.notes_ids and bool(self.parts)

    @property
    def has_ids_to_note(self) -> bool:
        """Whether its import is over, and the new ids of its users are yet to be recorded."""
        return self.state is RunState.REPORTING and self.notes_ids and self.ids is None

    @property
    def execution_name(self) -> str:
        """The name of the newest execution."""
        return execution_name(self.run_id, self.executions)


@dataclass(frozen=True, slots=True)
class StartNote:
    """What the ledger notes of a call of start_import that begins."""

    before: RunRecord
    """The run as it was before."""
    number: int
    until: float
    """Until when the call may act, in epoch seconds; later than what any call before it has recorded."""
