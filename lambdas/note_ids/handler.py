"""Notes the new ids of imported users, in a pool that asks for it."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.contract.environment import NoteIdsVariables
from cognito_drop.core.pools.call_rate import CallRate
from lambdas.note_ids.id_notes import IdNotes
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class NoteIdsEnv(NoteIdsVariables, FunctionEnv[IdNotes]):
    """The function's environment."""

    def use_case(self) -> IdNotes:
        """The ids of imported users."""
        pace = CallPace(clients.dynamodb(), self.table_name, "lookups", CallRate(self.lookups_per_second))
        directory = UserDirectory(clients.cognito_once())
        return IdNotes(
            UserImports(clients.cognito()),
            DropBucket(clients.s3()),
            Staging(clients.s3()),
            RunLedger(clients.dynamodb(), self.table_name),
            UserSearches(directory, pace, clock.epoch, clock.sleep, random.random),
            clock.epoch,
            Path(tempfile.gettempdir()) / "ids.sqlite",
        )


@lambda_function(NoteIdsEnv)
def lambda_handler(notes: IdNotes, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.ids` of the run's state: whether there is more to do, and how much is done."""
    drop, seconds_left = run_of(event), context.get_remaining_time_in_millis() / 1000
    return notes.go_on(drop, seconds_left).to_json()
