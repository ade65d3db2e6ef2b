"""The undos of a round: of the runs that have imported their files, all at once, while their function dies.

An undo may be begun twice, its executions are stopped, its function may not call a service for a while, and calls and
invocations fail. Then it is started until it has come to its end, and judged as in `tests.faults`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.function_names import FunctionName
from cognito_drop.core.undo.decision import UndoChoices, UndoReason
from tests.faults.campaign import CampaignError
from tests.faults.cells import cells_of
from tests.faults.secrets import CANARY
from tests.faults.undoing import Undoing
from tests.faults.world import OF_UNDOS, subs, until
from tests.patience import PATIENCE

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.chaos.acts import Acts
    from tests.faults.cells import Cell, CellFault
    from tests.faults.trial import Trial
    from tests.faults.world import FaultWorld

_SERVICES: Final = ("dynamodb", "s3", "cognito-idp", "ssm")
_FAULTS: Final = (0, 1, 2, 3)
_ACTS: Final = ("begin", "stop", "stop", "deny", "leap")
_ACTS_OF_AN_UNDO: Final = (0, 1, 2, 3)
_LEAPS: Final = (60, 600, 4_000)


@dataclass(frozen=True, slots=True)
class Undos:
    """The undos in a deployed world."""

    world: FaultWorld
    cells: Sequence[Cell]
    """How the calls and invocations of an undo can fail."""
    acts: Acts

    @classmethod
    def of(cls, world: FaultWorld, acts: Acts, imported: Trial) -> Undos:
        """Undo a run while nothing fails: its calls are those that can fail."""
        world.control.record(*OF_UNDOS)
        undo = undo_of(imported)
        undo.complete()
        undo.judge()
        if undo.problems:
            raise CampaignError(f"An undo goes wrong though nothing fails: {undo.problems}")
        callers = {FunctionName.UNDO_USERS, world.undo_machine.rpartition(":")[2]}
        entries = [entry for entry in world.control.entries() if entry["caller"] in callers]
        return cls(world, [cell for cell in cells_of(entries, imported.run_id) if cell.faults[0].of_run], acts)

    def judged(self, dice: random.Random, trials: Sequence[Trial]) -> tuple[list[str], int, int]:
        """Undo these runs, and judge; the problems, and how many acts were done, and how many faults struck."""
        self.world.control.record(*OF_UNDOS)
        undos = [undo_of(trial) for trial in trials]
        faults = {
            undo.run_id: [fault for cell in dice.sample(self.cells, dice.choice(_FAULTS)) for fault in cell.faults]
            for undo in undos
        }
        for undo in undos:
            self._plan(undo, faults[undo.run_id])
            undo.start()
        acts = [(undo, dice.choice(_ACTS)) for undo in undos for _ in range(dice.choice(_ACTS_OF_AN_UNDO))]
        dice.shuffle(acts)
        for undo, act in acts:
            self._do(dice, undo, act)
        self.acts.calm()
        problems = [f"{problem}: the undo of {undo.run_id}" for undo in undos for problem in self._ended(undo, faults)]
        struck = sum(bool(fault["struck"]) for fault in self.world.control.ask("GET", "faults")["faults"])
        self.world.control.ask("DELETE", "faults")
        return problems, len(acts), struck

    def _plan(self, undo: Undoing, faults: Sequence[CellFault]) -> None:
        self.world.control.ask("POST", "faults", {"faults": [fault.planned_for(undo.run_id) for fault in faults]})

    def _do(self, dice: random.Random, undo: Undoing, act: str) -> None:
        """Do one act, after the end of what lasts from the act before."""
        self.acts.calm()
        if act == "begin":
            undo.start()
        elif act == "deny":
            self.acts.deny(self.acts.roles[FunctionName.UNDO_USERS], dice.choice(_SERVICES))
        elif act == "leap":
            self.world.control.ask("POST", "clock", {"seconds": dice.choice(_LEAPS)})
        else:
            until(lambda: undo.has_begun or not undo.is_running, PATIENCE)
            undo.stop()

    @staticmethod
    def _ended(undo: Undoing, faults: dict[str, list[CellFault]]) -> list[str]:
        if undo.complete() != "none":
            count = undo.wait_for_notification()
            # An execution that is stopped after it has notified is notified once more by another one.
            if count > 2 * undo.starts + len(faults[undo.run_id]):
                undo.problems.append(f"U3: notified {count} times after {undo.starts} starts")
            undo.judge()
        return undo.problems


def undo_of(trial: Trial) -> Undoing:
    """The undo of a run that has imported all of its users, after one of them was changed."""
    (changed, *others), prefix = trial.usernames, f"{trial.group}-"
    trial.world.client("cognito-idp").admin_update_user_attributes(
        UserPoolId=trial.lane.pool_id, Username=changed, UserAttributes=[{"Name": "nickname", "Value": CANARY}]
    )
    return Undoing(
        trial.world,
        trial.lane,
        trial.run_id,
        UndoChoices(include_confirmed=True),
        to_delete=frozenset(others),
        to_leave={changed: UndoReason.CHANGED},
        staying={changed: subs(trial.world, trial.lane, prefix)[changed]},
        prefix=prefix,
    )
