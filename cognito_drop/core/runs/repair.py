"""What a repair of a run finds and does, as the function answers and the command shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.runs.sweep_action import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

LOST: Final = "record"
"""The ledger has no such run, and an execution says which file it is of: the run is recorded again and reported."""
REPAIRS: Final = (*(action.value for action in Action), LOST)
"""What a repair may do."""

_DOES: Final = {
    Action.START.value: "Start the execution that the run was to have.",
    Action.RESUME.value: "Start another execution, which continues where the ledger says that the run is, reports it, "
    "and notifies.",
    Action.FINALIZE.value: "Start another execution, which stops the import job if one is active, reports what was "
    "imported, and notifies.",
    Action.WAKE.value: "Wake its execution again: the run holds the import lock.",
    LOST: "Record the run again from its execution, and report what is known.",
}


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run as a repair finds it."""

    run_id: str
    action: str
    """One of REPAIRS."""
    holds_lock: bool = False
    frees_lock: bool = False
    """Whether the run holds an import lock that it no longer needs."""
    state: str = ""
    """Empty where the ledger does not know the run."""
    execution: str = ""
    """The name of its newest execution."""
    execution_status: str = ""
    executions: int = 0
    unreadable: tuple[str, ...] = ()
    """Attributes of its item that cannot be read."""

    @property
    def is_broken(self) -> bool:
        """Whether there is something to repair."""
        return self.frees_lock or self.action != Action.LEAVE.value

    @property
    def found(self) -> list[str]:
        """What was found, in sentences."""
        if not self.state:
            return ["The ledger does not have this run.", *self._lock]
        said = [f"State: {self.state}. Newest execution: {self.execution}, {self.execution_status}."]
        if self.unreadable:
            said.append(f"Its item in the ledger cannot be read: {', '.join(self.unreadable)}.")
        return [*said, *self._lock]

    @property
    def _lock(self) -> list[str]:
        if self.frees_lock:
            return ["It holds the import lock and no longer needs it."]
        return ["It holds the import lock."] if self.holds_lock else []

    @property
    def does(self) -> list[str]:
        """What a repair does, in sentences; or why there is nothing to do."""
        said = [_DOES[self.action]] if self.action in _DOES else []
        if self.frees_lock:
            said.append("Free the import lock, and give it to the next run in the queue.")
        return said or [self._nothing]

    @property
    def _nothing(self) -> str:
        if self.state == RunState.ENDED:
            return "Nothing to repair: the run has ended."
        if self.execution_status == ExecutionStatus.RUNNING:
            return "Nothing to repair: its execution is running."
        return "Nothing to repair."

    def to_json(self) -> dict[str, Any]:
        """The function's answer."""
        return {**asdict(self), "unreadable": list(self.unreadable)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it; what a function of another version says besides is left out, and what it does not say is the
        default."""
        known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        return cls(**{**known, "unreadable": tuple(data.get("unreadable", ()))})
