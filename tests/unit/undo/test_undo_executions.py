"""An undo whose execution has ended early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import TransientError
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.contract.statuses import ExecutionStatus
from tests.unit.undo.undo_world import BRIEF, NAMES, RUN, UndoWorld

if TYPE_CHECKING:
    from cognito_drop.core.undo.undo_record import UndoRecord

pytestmark = pytest.mark.usefixtures("aws")


ENDED = [
    (ExecutionStatus.ABORTED, "was stopped"), (ExecutionStatus.TIMED_OUT, "timed out"),
    (ExecutionStatus.FAILED, "failed"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "words"), ENDED)
def test_execution_that_ended_early_is_reported_and_deletes_nothing_more(status: ExecutionStatus, words: str) -> None:
    """With what was done until then; started again, the undo completes."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    assert world.call(RUN, seconds=BRIEF).more
    deleted = len(world.cognito.deleted)
    answer = world.ended(RUN, status)
    assert len(world.cognito.deleted) == deleted
    assert answer.notification
    assert (answer.notification.outcome, answer.notification.has_failures) == ("failed", "true")
    assert world.summary()["users"]["unprocessed"] == 30 - deleted
    assert world.record().error == f"its execution {words}"
    while world.call(f"{RUN}-2").more:
        pass
    assert (world.record().outcome, world.cognito.users) == ("undone", {})


def test_execution_that_ended_before_its_first_call_is_reported() -> None:
    """The ledger has no undo yet."""
    world = UndoWorld(*NAMES)
    answer = world.ended(RUN, ExecutionStatus.ABORTED)
    assert answer.notification
    assert world.summary()["users"]["unprocessed"] == len(NAMES)
    assert set(world.cognito.users) == set(NAMES)


@pytest.mark.parametrize(("status", "words"), ENDED)
def test_undo_that_had_ended_before_its_execution_is_notified_as_it_ended(status: ExecutionStatus, words: str) -> None:
    """The execution ended between the results and the notification."""
    assert words
    world = UndoWorld(*NAMES)
    done = world.call(RUN)
    assert world.ended(RUN, status) == done
    assert world.record().outcome == "undone"


def test_undo_that_was_continued_is_not_ended_by_an_older_execution() -> None:
    """The event of that one comes late, or twice."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    assert world.call(RUN, seconds=BRIEF).more
    assert world.call(f"{RUN}-2", seconds=BRIEF).more
    answer = world.ended(RUN, ExecutionStatus.ABORTED)
    assert (answer.is_continued, answer.notification) == (True, None)
    assert not world.record().is_over


@pytest.mark.parametrize("has_begun", [True, False])
def test_undo_that_another_execution_continues_meanwhile_is_not_ended(
    monkeypatch: pytest.MonkeyPatch, *, has_begun: bool
) -> None:
    """It begins between the look at the ledger and the end. The call for the older one is made again, and sees that."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    if has_begun:
        assert world.call(RUN, seconds=BRIEF).more
    find, others = UndoLedger.find, [lambda: world.call(f"{RUN}-2", seconds=BRIEF)]

    def found(ledger: UndoLedger, undo_id: str) -> UndoRecord | None:
        undo = find(ledger, undo_id)
        while others:
            others.pop()()
        return undo

    monkeypatch.setattr(UndoLedger, "find", found)
    with pytest.raises(TransientError):
        world.ended(RUN, ExecutionStatus.ABORTED)
    assert (world.record().is_over, world.record().execution) == (False, f"{RUN}-2")
    assert world.ended(RUN, ExecutionStatus.ABORTED).is_continued
