"""The environment variables of the functions: the stack sets what a class here has, the function reads it.

A field `table_name` is the variable TABLE_NAME: a string, an integer, or one of the words of an enumeration.
"""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping

MONITORING = "MONITORING"
"""The variable of every function that says which metrics are read."""


class LockScope(enum.StrEnum):
    """The scope in which one import job is active at a time."""

    ACCOUNT = "account"
    POOL = "pool"


class MissingVariableError(Exception):
    """An environment variable that the function needs is not set."""


@dataclass(frozen=True, slots=True)
class Variables:
    """Base of every function's variables."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the fields from the environment. Raises MissingVariableError, or ValueError for a malformed value."""
        hints = get_type_hints(cls)
        values = {}
        for field in fields(cls):
            name = field.name.upper()
            if name not in env:
                raise MissingVariableError(f"The environment variable {name} is not set.")
            values[field.name] = hints[field.name](env[name])
        return cls(**values)

    def to_env(self) -> dict[str, str]:
        """The variables by name."""
        return {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptDropVariables(Variables):
    """What accept_drop finds. The pools' parameters are under `pools_path`."""

    table_name: str
    pools_path: str
    state_machine_arn: str
    bucket_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightVariables(Variables):
    """What preflight finds. The pools' parameters are under `pools_path`."""

    table_name: str
    pools_path: str
    import_job_quota: int
    memberships_per_second: int
    lookups_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQueueVariables(Variables):
    """What import_queue finds. The wait is in seconds; the pools' parameters are under `pools_path`."""

    table_name: str
    pools_path: str
    import_job_quota: int
    lock_scope: LockScope
    longest_wait: int
    notification_topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartImportVariables(Variables):
    """What start_import finds. The waits are in seconds."""

    table_name: str
    pools_path: str
    logs_role_arn: str
    lock_scope: LockScope
    shortest_wait: int
    longest_wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckImportVariables(Variables):
    """What check_import finds. The waits are in seconds."""

    table_name: str
    shortest_wait: int
    longest_wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPartVariables(Variables):
    """What collect_part finds."""

    table_name: str
    log_polls: int
    """How often an incomplete log is read again."""
    log_wait: int
    """Seconds between two readings."""
    import_log_days: int
    """How long Cognito's log of the import is kept; 0 leaves that to the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMembersVariables(Variables):
    """What add_members finds."""

    table_name: str
    memberships_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteIdsVariables(Variables):
    """What note_ids finds."""

    table_name: str
    lookups_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoUsersVariables(Variables):
    """What undo_users finds. The pools' parameters are under `pools_path`."""

    table_name: str
    pools_path: str
    bucket_name: str
    memberships_per_second: int
    lookups_per_second: int
    ledger_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopImportVariables(Variables):
    """What stop_import finds. The wait is in seconds."""

    table_name: str
    shortest_wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRunVariables(Variables):
    """What report_run finds."""

    table_name: str
    ledger_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepVariables(Variables):
    """What the sweep finds. The pools' parameters are under `pools_path`."""

    table_name: str
    pools_path: str
    import_job_quota: int
    state_machine_arn: str
    bucket_name: str
    lock_scope: LockScope
