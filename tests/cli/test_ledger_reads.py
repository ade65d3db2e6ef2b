"""What commands read of the ledger's undos: each once, and no more of them than they show."""

from __future__ import annotations

import importlib
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, patch

import pytest

from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.ledger_reader import LedgerReader
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.run_record import RunRecord
from tests.cli.test_doctor_undos import PLAN, UNDO

if TYPE_CHECKING:
    from collections.abc import Iterator

UNDOS = [replace(UNDO, plan=replace(PLAN, ids_version=digit)) for digit in "abcdef"]


class Read(list[str]):
    """The ids of the undos that were read, in their order."""

    def newest(self) -> Iterator[Any]:
        """All undos of the ledger."""
        for undo in UNDOS:
            self.append(undo.plan.undo_id)
            yield undo


@pytest.fixture
def read() -> Iterator[Read]:
    """A ledger with six undos."""
    read = Read()
    with patch.object(UndoLedger, "newest", read.newest):
        yield read


def test_the_undos_are_read_once_for_all_that_a_command_asks_of_them(read: Read) -> None:
    """As `status` does for several ids."""
    reader, first, last = LedgerReader(MagicMock(), "ledger"), UNDOS[0], UNDOS[-1]
    assert [reader.undo(start) for start in (first.plan.short_id, last.plan.short_id, "0000")] == [first, last, None]
    assert reader.undos_of([PLAN.run_id]) == UNDOS
    assert len(read) == len(UNDOS)


@pytest.mark.parametrize(("count", "undos_read"), [(2, 2), (3, 6)])
def test_no_more_undos_are_read_than_are_listed(read: Read, count: int, undos_read: int) -> None:
    """Unless the list has no place for all runs: it has the undos of its own runs then, wherever they are."""
    ended = RunRecord(Drop("drops", "inbox/people/users.csv", "v1"), RunState.ENDED, "2026-07-01T00:00:00Z", size=10)
    ledger = LedgerReader(MagicMock(), "ledger")
    context = SimpleNamespace(
        messages=ConsoleMessages(), ledger=ledger, deployment=SimpleNamespace(undo_machine="arn:undo")
    )
    runs = importlib.import_module("cognito_drop.cli.commands.runs").runs
    with (
        patch("cognito_drop.cli.base_command.Context", lambda *_: context),
        patch.object(LedgerReader, "runs", lambda *_, **__: [ended] * count),
    ):
        options = {"pool": None, "state": None, "outcome": None, "since": None, "limit": 2}
        runs.callback(stack="s", profile=None, region=None, output="json", **options)
    assert len(read) == undos_read
