"""An undo as the operator sees it: what it would do, its start, and how it goes on."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.aws.undo_results import UndoResults
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_removal import UserRemoval, user_now
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.pool_users import paced_searches
from cognito_drop.contract.execution_names import execution_arn, execution_name, number_of
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.pools.lookup import LookupBy, fewest_calls
from cognito_drop.core.undo.decision import UndoReason, UserNow, reason_to_leave
from cognito_drop.core.undo.request import UndoRequest
from cognito_drop.core.undo.undo_record import UndoCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.undo.noted_users import NotedUser
    from cognito_drop.core.undo.undo_record import UndoPlan, UndoRecord

_MOST_EXECUTIONS: Final = 50


class Undoing:
    """One undo."""

    def __init__(self, context: Context, plan: UndoPlan) -> None:
        self._context = context
        self._plan = plan
        self._searches = paced_searches(context)
        self._ledger = UndoLedger(context.aws.dynamodb, context.deployment.ledger)

    def found(self) -> UndoRecord | None:
        """The undo as the ledger has it."""
        return self._ledger.find(self._plan.undo_id)

    def preview(self) -> UndoCounts:
        """Ask the pool, with ListUsers, within a rate. Raises CommandError."""
        plan, context = self._plan, self._context
        try:
            recorded = [user for _, user in UndoResults(context.aws.s3).recorded(plan)]
        except RefusedError as error:
            raise CommandError(
                ErrorCode.CANNOT_UNDO, f"{error}.", "Results are deleted after the stack's retention_days."
            ) from None
        answer = context.aws.cognito.describe_user_pool(UserPoolId=plan.pool_id)["UserPool"]
        by, _ = fewest_calls(len(recorded), answer.get("EstimatedNumberOfUsers", 0))
        with context.messages.working("Reading the users of the pool") as working:
            look_up = self._listed(recorded, working) if by is LookupBy.LIST_USERS else self._search
            counts: Counter[UndoReason | None] = Counter({UndoReason.NOT_LISTED: plan.not_listed})
            for number, user in enumerate(recorded, 1):
                counts[reason_to_leave(user, look_up(user), plan.imported, plan.choices)] += 1
                working(f"Compared {number:,} of {len(recorded):,} users")
        delete = counts.pop(None, 0)
        return UndoCounts(delete, {reason: count for reason, count in counts.items() if reason})

    def start(self, before: UndoRecord | None) -> str:
        """Start the undo, or go on with one that has not come to its end; return the ARN of the execution."""
        machine, undo_id = self._context.deployment.undo_machine, self._plan.undo_id
        request = UndoRequest(self._plan.run_id, self._plan.choices)
        client = self._context.aws.stepfunctions
        first = number_of(before.execution) + 1 if before else 1
        for number in range(first, first + _MOST_EXECUTIONS):
            try:
                started = client.start_execution(
                    stateMachineArn=machine, name=execution_name(undo_id, number), input=request.to_text()
                )
            except client.exceptions.ExecutionAlreadyExists:
                continue  # one that has ended before it wrote anything
            return started["executionArn"]
        raise CommandError(ErrorCode.CANNOT_UNDO, f"The undo {self._plan.short_id} has ended {number} times early.")

    def execution_of(self, undo: UndoRecord) -> str:
        """The ARN of the newest execution that is at an undo."""
        return execution_arn(self._context.deployment.undo_machine, undo.execution)

    def is_running(self, arn: str) -> bool:
        """Whether an execution goes on."""
        status = self._context.aws.stepfunctions.describe_execution(executionArn=arn)["status"]
        return ExecutionStatus(status).is_running

    def follow(self, arn: str, interval: float) -> UndoRecord:
        """Wait for the end of the undo. Raises CommandError, for Ctrl-C too."""
        try:
            with self._context.messages.working("Deleting users") as working:
                return self._followed(arn, interval, working)
        except KeyboardInterrupt:
            raise CommandError(
                ErrorCode.INTERRUPTED,
                "Stopped watching; the undo continues.",
                f"Follow it again with the same command; `aws stepfunctions stop-execution --execution-arn {arn}` "
                "stops it within a minute.",
            ) from None

    def _followed(self, arn: str, interval: float, working: Callable[[str], None]) -> UndoRecord:
        while True:
            is_running = self.is_running(arn)
            undo = self.found()
            if undo and undo.is_over and undo.execution == arn.rpartition(":")[2]:
                return undo
            if not is_running:
                raise CommandError(
                    ErrorCode.CANNOT_UNDO,
                    f"The undo {self._plan.short_id} has not come to its end.",
                    f"Its execution says why: {arn}. To go on, run the same command again.",
                )
            if undo:
                working(f"Processed {undo.progress.done:,} of {undo.plan.users:,} users")
            time.sleep(interval)

    def _search(self, user: NotedUser) -> list[UserNow]:
        if not user.sub:
            return []
        removal = UserRemoval(self._context.aws.cognito_once)
        return removal.with_sub(self._plan.pool_id, user.sub, lambda call: self._searches.paced(math.inf, call))

    def _listed(
        self, recorded: list[NotedUser], working: Callable[[str], None]
    ) -> Callable[[NotedUser], list[UserNow]]:
        """The pool's users by `sub`, as far as they are recorded."""
        directory, searches = UserDirectory(self._context.aws.cognito_once), self._searches
        wanted, found, token, seen = {user.sub for user in recorded}, dict[str, list[UserNow]](), "", 0
        while True:
            page, token = searches.paced(math.inf, lambda: directory.records(self._plan.pool_id, token))  # noqa: B023  (called at once)
            for user in map(user_now, page):
                if user.sub in wanted:
                    found.setdefault(user.sub, []).append(user)
            seen += len(page)
            working(f"Listed {seen:,} users of the pool")
            if not token:
                return lambda user: found.get(user.sub, [])
