"""Executions kept in memory: the same class for the functions, without Step Functions behind it."""

# ruff: noqa: D102  (the promises stand at the methods of the adapter)

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.executions import Executions
from cognito_drop.contract.execution_names import execution_name
from cognito_drop.contract.statuses import ExecutionStatus

if TYPE_CHECKING:
    from cognito_drop.core.runs.drop import Drop


class InMemoryExecutions(Executions):
    """Executions by name."""

    def __init__(self) -> None:
        self.started: dict[str, Drop] = {}
        self.statuses: dict[str, ExecutionStatus] = {}
        """How those executions are that do not run."""
        self.woken: list[str] = []
        self.deaf: set[str] = set()
        """Tokens behind which no one waits any more."""
        self.is_broken = False

    def start(self, drop: Drop, number: int = 1) -> bool:
        if self.is_broken:
            raise ConnectionError
        name = execution_name(drop.run_id, number)
        if name in self.started:
            return False
        self.started[name] = drop
        return True

    def status(self, name: str) -> ExecutionStatus:
        if name not in self.started:
            return ExecutionStatus.MISSING
        return self.statuses.get(name, ExecutionStatus.RUNNING)

    def running(self) -> set[str]:
        return {name for name in self.started if self.statuses.get(name, ExecutionStatus.RUNNING).is_running}

    def drop_of(self, name: str) -> Drop | None:
        return self.started.get(name)

    def wake(self, token: str) -> bool:
        self.woken.append(token)
        return token not in self.deaf
