"""What is said of an undo when it has ended."""

from __future__ import annotations

from cognito_drop.core.notification.subject import SUBJECT_LENGTH
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome, UndoPlan, UndoProgress, UndoRecord
from cognito_drop.core.undo.undo_report import notification_of_undo
from tests.unit.samples import POOL_ID


def test_its_subject_names_the_run_whole_however_large_the_counts() -> None:
    """The end of the counts is cut instead."""
    run_id = "3f9a5c1e" + "0" * 24
    plan = UndoPlan(run_id, "drops", "people", POOL_ID, "v", 2, ImportedBy((), sends_hashes=False), UndoChoices())
    whole = UndoRecord(plan, "2026-07-01T12:00:00Z", progress=UndoProgress(deleted=2), outcome=UndoOutcome.UNDONE)
    assert notification_of_undo(whole).subject == "Undo of run 3f9a5c1e: undone, 2 of 2 users deleted"
    for users in (8, 1_234_567):
        plan = UndoPlan(
            run_id, "drops", "people", POOL_ID, "v", users, ImportedBy((), sends_hashes=False), UndoChoices()
        )
        progress = UndoProgress(
            deleted=users // 2, reasons={UndoReason.GONE: users // 4, UndoReason.OTHER_USER: users // 5}
        )
        said = notification_of_undo(
            UndoRecord(plan, "2026-07-01T12:00:00Z", progress=progress, outcome=UndoOutcome.FAILED)
        ).subject
        assert said.startswith(f"Undo of run 3f9a5c1e: failed, {users // 2:,} of {users:,} users deleted, ")
        assert len(said) <= SUBJECT_LENGTH
        assert said.endswith("...")
