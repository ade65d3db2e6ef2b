"""The undo of one run: started until it has come to its end, and gathered for the judgment."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.contract.execution_names import execution_arn, execution_name
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices
from cognito_drop.core.undo.request import UndoRequest
from cognito_drop.core.undo.undo_record import UndoPlan
from tests.faults.invariants import Undone, broken_by_undo
from tests.faults.world import subs, until
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.world import FaultWorld, Lane

_MOST_STARTS = 6
PASSWORD = "Long-enough-1!"  # noqa: S105  (of invented users)


@dataclass(slots=True)
class Undoing:
    """An undo, and what has to become of each user."""

    world: FaultWorld
    lane: Lane
    run_id: str
    choices: UndoChoices
    to_delete: frozenset[str]
    """Names of the users who may be deleted."""
    to_leave: Mapping[str, str]
    """The codes of those who were imported and may not be deleted, or are gone, by their names."""
    staying: Mapping[str, str]
    """The `sub` of each user who has to be in the pool at the end, by the names."""
    prefix: str
    """Of the names of all these users."""
    starts: int = 0
    failures: int = 0
    """How many executions said that the undo has failed."""
    problems: list[str] = field(default_factory=list)

    @property
    def undo_id(self) -> str:
        """The id, as it follows from the run and the choices."""
        version = self.world.ledger.ids(self.run_id) or ""
        plan = UndoPlan(
            run_id=self.run_id,
            bucket=self.world.deployment.bucket,
            alias=self.lane.alias,
            pool_id=self.lane.pool_id,
            ids_version=version,
            users=len(self.to_delete) + len(self.to_leave),
            imported=ImportedBy((), sends_hashes=False),
            choices=self.choices,
        )
        return plan.undo_id

    @property
    def arn(self) -> str:
        """The ARN of the newest execution."""
        return execution_arn(self.world.undo_machine, execution_name(self.undo_id, self.starts))

    @property
    def has_begun(self) -> bool:
        """Whether a call of its function has begun."""
        return bool(self.world.ledger.undo(self.undo_id).get("rounds", {}).get("N", "0") != "0")

    @property
    def is_running(self) -> bool:
        """Whether the newest execution goes on."""
        return self.status == "RUNNING"

    @property
    def status(self) -> str:
        """Step Functions' word for the newest execution."""
        answer = self.world.client("stepfunctions").describe_execution(executionArn=self.arn)
        return str(answer["status"])

    def start(self) -> None:
        """Start it, or start it again, as the command does."""
        self.starts += 1
        self.world.client("stepfunctions").start_execution(
            stateMachineArn=self.world.undo_machine,
            name=execution_name(self.undo_id, self.starts),
            input=UndoRequest(self.run_id, self.choices).to_text(),
        )

    def stop(self) -> None:
        """Stop the newest execution, if there is one that has not ended."""
        steps = self.world.client("stepfunctions")
        with suppress(steps.exceptions.ExecutionDoesNotExist):
            steps.stop_execution(executionArn=self.arn)

    def complete(self) -> str:
        """Start it until it has come to its end, and return its outcome; the first start may have been made before."""
        for _ in range(_MOST_STARTS):
            if not self.starts:
                self.start()
            if not until(lambda: not self.is_running, PATIENCE):
                self.problems.append("U4: the undo has not ended")
                return "none"
            outcome = self.world.ledger.undo(self.undo_id).get("outcome", {}).get("S", "none")
            has_succeeded = self.status == "SUCCEEDED"
            if has_succeeded and outcome not in ("none", "failed"):  # otherwise it may have ended without notification
                return str(outcome)
            if has_succeeded and outcome == "none":
                self.problems.append("U4: the execution says that the undo has ended, and it has not")
            self.failures += 1
            self.start()
        self.problems.append(f"U4: {_MOST_STARTS} starts have not completed the undo")
        return "none"

    def judge(self) -> None:
        """Judge what can be seen of it, once it is complete."""
        folder = f"results/{self.undo_id}/"
        self.problems += broken_by_undo(
            Undone(
                to_delete=self.to_delete,
                to_leave=self.to_leave,
                staying=self.staying,
                in_pool=subs(self.world, self.lane, self.prefix),
                deleted=[row["username"] for row in self._table(f"{folder}deleted.csv")],
                left=[(row["username"], row["code"]) for row in self._table(f"{folder}left.csv")],
                summary=json.loads(self._text(f"{folder}summary.json")),
            )
        )

    def wait_for_notification(self) -> int:
        """How often the undo was notified, once it was or should have been."""
        mailbox = self.world.mailbox
        if not until(lambda: mailbox.counts[self.undo_id] > 0, PATIENCE):
            self.problems.append("U3: no notification was sent")
        return mailbox.counts[self.undo_id]

    def _table(self, key: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self._text(key))))

    def _text(self, key: str) -> str:
        body: bytes = self.world.client("s3").get_object(Bucket=self.world.deployment.bucket, Key=key)["Body"].read()
        return body.decode()
