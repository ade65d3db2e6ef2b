"""What the commands' exit codes mean: one set for all of them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.core.runs.row_account import RowAccount


class ExitCode(enum.IntEnum):
    """The numbers are stable; docs/operate.md lists them."""

    CLEAN = 0
    """The command did what was asked, and nothing is left to do."""
    INCOMPLETE = 1
    """Some rows would not be, or were not, imported; users were not added to groups of the file; `doctor` has found
    something; `verify` has found a difference; `ids` has found users who are no longer in the pool; `undo` has left
    users in the pool; or `find` has found nothing, and could not search every file."""
    UNUSABLE = 2
    """The command was called wrongly, or the file cannot be used."""
    REJECTED = 3
    """The run's file was rejected as a whole, and nothing was imported."""
    FAILED = 4
    """The run, or its import job, failed."""
    STOPPED = 5
    """The run was stopped."""
    EXPIRED = 6
    """An import job of the run expired before it was started."""
    NOT_FOUND = 7
    """There is no such stack or run; or `find` has found nothing."""
    NOT_NOW = 8
    """The run is not in a state in which that can be done, or the question was answered with no."""
    AWS = 9
    """AWS could not be asked: credentials, permission, region or network."""
    UNEXPECTED = 70
    """The command itself, or the machine that it runs on, has failed."""
    INTERRUPTED = 130
    """Ctrl-C. A run that was being watched goes on."""


_OF_OUTCOME = {
    Outcome.IMPORTED: ExitCode.CLEAN,
    Outcome.PARTLY_IMPORTED: ExitCode.INCOMPLETE,
    Outcome.REJECTED: ExitCode.REJECTED,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.STOPPED: ExitCode.STOPPED,
    Outcome.EXPIRED: ExitCode.EXPIRED,
}
_BY_SEVERITY = (
    ExitCode.CLEAN,
    ExitCode.INCOMPLETE,
    ExitCode.REJECTED,
    ExitCode.EXPIRED,
    ExitCode.STOPPED,
    ExitCode.FAILED,
)


def exit_code_of(outcome: Outcome, rows: RowAccount, *, is_short: bool = False) -> ExitCode:
    """The exit code for the result of a run. `is_short` says that users were not added to groups of the file, or that
    new ids of users are not recorded."""
    if outcome is Outcome.CHECKED:
        return ExitCode.INCOMPLETE if rows.rejected else ExitCode.CLEAN
    if outcome is Outcome.IMPORTED and is_short:
        return ExitCode.INCOMPLETE
    return _OF_OUTCOME[outcome]


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """One exit code for several runs."""
    return max(codes, key=_BY_SEVERITY.index, default=ExitCode.CLEAN)
