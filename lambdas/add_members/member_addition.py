"""The addition of a run's users to groups, within a bounded rate, with a result for each membership.

Guarantees to continue where an earlier call has ended; that no result is lost or doubled, as a membership that is added
twice is the same membership; and that all functions together call Cognito no faster than was chosen. Users whose row
was not imported are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.aws.errors import LedgerConflictError, TransientError
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.run_state import MembersProgress
from lambdas.add_members.member_round import MemberRound, Tools
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics

if TYPE_CHECKING:
    from cognito_drop.core.runs.drop import Drop


@dataclass(frozen=True, slots=True)
class MemberAddition:
    """Adds users to groups."""

    tools: Tools

    def go_on(self, drop: Drop, seconds_left: float) -> MembersProgress:
        """Add members for as long as this call can last. Raises TransientError while another call adds the same."""
        file = self.tools.ledger.checked_file(drop.run_id)
        if file.problem:
            return MembersProgress(more=False, done=0)  # the file was refused after its check
        settings, ends_at = PoolSettings.from_kept(file.settings), self.tools.now() + seconds_left
        before = self.tools.ledger.read(drop.run_id).memberships
        try:
            end = MemberRound(self.tools, drop, file, settings, ends_at).go_on()
        except LedgerConflictError:
            raise TransientError("A concurrent call is adding the same members") from None
        progress = end.progress
        record_metrics(run_metrics.of_memberships(before, progress))
        logger.info(
            "Members added to groups.", added=progress.added, left_out=progress.left_out, failed=progress.failed,
            throttled=progress.throttled, more=end.is_more,
        )  # fmt: skip
        return MembersProgress(end.is_more, progress.done)
