"""A run that is imported while nothing fails, and undone with a cell's faults."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from cognito_drop.contract.function_names import FunctionName
from cognito_drop.core.undo.decision import UndoChoices, UndoReason
from tests.faults.invariants import Json, notifications_allowed
from tests.faults.secrets import CANARY
from tests.faults.trial import Trial
from tests.faults.undoing import PASSWORD, Undoing
from tests.faults.world import subs

_BEFORE, _PASSWORD_SET, _AGAIN = range(3)
"""Users of the file by their rows: one who is in the pool before, one who has set a password since, and one who was
deleted since and is in the pool again under the same name."""


@dataclass(slots=True)
class UndoTrial(Trial):
    """A cell of an undo in a lane."""

    undo: Undoing | None = field(default=None)
    """Once the run was imported."""

    @property
    def correlation(self) -> str:
        """The run, which each call of the function names."""
        return self.run_id

    @property
    def notified_as(self) -> str:
        """The id of the undo, once there is one."""
        return self.undo.undo_id if self.undo else self.run_id

    def concerns(self, entry: Json) -> bool:
        """Whether it was done by the undo, not by the import before."""
        machine = self.world.undo_machine.rpartition(":")[2]
        return self.run_id in entry["correlation"] and entry["caller"] in (FunctionName.UNDO_USERS, machine)

    def run(self) -> None:
        """Import a file, change some users, undo the run, and judge."""
        begin = time.monotonic()
        self.undo = undo = self.imported()
        planned = self.plan()
        try:
            self.outcome = undo.complete()
            self._await_strikes(planned)
        finally:
            for number in planned:
                self.world.control.ask("DELETE", f"faults/{number}")
        self.problems += undo.problems
        if self.outcome != "none":
            undo.problems.clear()
            undo.wait_for_notification()
            undo.judge()
            self.problems += undo.problems
        entries = list(filter(self.concerns, self.world.control.entries(f"?correlation={self.run_id}")))
        kinds = {number: fault.kind for number, fault in zip(planned, self.cell.faults, strict=True)}
        self.notifications_allowed = notifications_allowed(entries, kinds) + undo.failures
        self.judge_repeats()
        self.seconds = time.monotonic() - begin

    def imported(self) -> Undoing:
        """Import a file while nothing fails, and change some users."""
        cognito, pool, users = self.world.client("cognito-idp"), self.lane.pool_id, self.usernames
        created = {"UserPoolId": pool, "MessageAction": "SUPPRESS"}
        cognito.admin_create_user(Username=users[_BEFORE], **created)
        self.drop()
        self.await_end()
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=users[_PASSWORD_SET], Password=PASSWORD, Permanent=True
        )
        cognito.admin_delete_user(UserPoolId=pool, Username=users[_AGAIN])
        cognito.admin_create_user(Username=users[_AGAIN], **created)
        prefix = f"{CANARY}-{self.number}-"
        to_delete = frozenset(users[_AGAIN + 1 :])
        found = subs(self.world, self.lane, prefix)
        return Undoing(
            self.world,
            self.lane,
            self.run_id,
            UndoChoices(),
            to_delete=to_delete,
            to_leave={users[_PASSWORD_SET]: UndoReason.PASSWORD_SET, users[_AGAIN]: UndoReason.GONE},
            staying={name: sub for name, sub in found.items() if name not in to_delete},
            prefix=prefix,
        )
