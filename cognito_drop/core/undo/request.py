"""What the input of an undo's execution asks for, and what it is of, by the ledger: nothing else of an input counts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from cognito_drop.contract.execution_names import is_run_id
from cognito_drop.core.undo.decision import CHOICES, ImportedBy, UndoChoices
from cognito_drop.core.undo.undo_record import UndoPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.pools.pools import Pools
    from cognito_drop.core.runs.run_record import RunRecord


class NoUndoError(Exception):
    """A run cannot be undone; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """An execution's input."""

    run_id: str
    choices: UndoChoices

    @classmethod
    def read(cls, given: object) -> Self:
        """Read an input: the run, and choices that are true or false. Raises NoUndoError for anything else."""
        found: Mapping[str, Any] = given if isinstance(given, dict) else {}
        run_id, chosen = found.get("run_id"), {name: found.get(name, False) for name in CHOICES}
        is_known = found.keys() <= {"run_id", *CHOICES} and all(type(value) is bool for value in chosen.values())
        if not isinstance(run_id, str) or not is_run_id(run_id) or not is_known:
            raise NoUndoError("The input of the execution does not name a run and choices.")
        return cls(run_id, UndoChoices(**chosen))

    def to_text(self) -> str:
        """The input."""
        return json.dumps({"run_id": self.run_id, **asdict(self.choices)})


def undo_of(run: RunRecord | None, pools: Pools, choices: UndoChoices) -> UndoPlan:
    """The undo of a run; None is a run that is not known. Raises NoUndoError."""
    if run is None:
        raise NoUndoError("The ledger has no such run of this bucket.")
    settings = pools.get(run.drop.alias)
    if not run.is_over:
        raise NoUndoError("The run has not ended.")
    if settings is None or settings.pool_id != run.pool_id:
        raise NoUndoError("The run's alias is not of the user pool any more that the run has imported into.")
    if not settings.undo:
        raise NoUndoError("The pool does not have the setting `undo`.")
    if run.ids is None:
        raise NoUndoError("The new IDs of the run's users were not recorded: its pool did not have the setting `ids`.")
    if not run.ids.version_id:
        raise NoUndoError(
            "Which users the run has imported is not known: the outcomes of its rows were not read."
            if run.rows and run.rows.imported
            else "The run has imported no user."
        )
    listed = run.ids.recorded + run.ids.missing
    not_listed = max(0, run.rows.imported - listed) if run.rows else 0
    parts = [part for part in run.parts.values() if part.started_at and part.completed_at]
    return UndoPlan(
        run_id=run.run_id,
        bucket=run.drop.bucket,
        alias=run.drop.alias,
        pool_id=run.pool_id,
        ids_version=run.ids.version_id,
        users=listed + not_listed,
        imported=ImportedBy(
            tuple(
                (datetime.fromisoformat(part.started_at), datetime.fromisoformat(part.completed_at)) for part in parts
            ),
            sends_hashes=run.file is not None and any(run.file.part_algorithms),
        ),
        choices=choices,
        not_listed=not_listed,
    )
