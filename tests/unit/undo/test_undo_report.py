"""What is said of an undo when it has ended."""

from __future__ import annotations

import json

from cognito_drop.core.notification.subject import SUBJECT_LENGTH
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome, UndoPlan, UndoProgress, UndoRecord
from cognito_drop.core.undo.undo_report import notification_of_undo, undo_json
from tests.published_schemas import validator
from tests.unit.samples import POOL_ID, as_read

RUN_ID = "3f9a5c1e" + "0" * 24
STARTED_AT, ENDED_AT = "2026-07-01T12:00:00+00:00", "2026-07-01T12:30:00+00:00"
SCHEMA = validator("undo-1")


def test_its_subject_names_the_run_whole_however_large_the_counts() -> None:
    """The end of the counts is cut instead."""
    plan = UndoPlan(RUN_ID, "drops", "people", POOL_ID, "v", 2, ImportedBy((), sends_hashes=False), UndoChoices())
    whole = UndoRecord(plan, "2026-07-01T12:00:00Z", progress=UndoProgress(deleted=2), outcome=UndoOutcome.UNDONE)
    assert notification_of_undo(whole).subject == "Undo of run 3f9a5c1e: undone, 2 of 2 users deleted"
    for users in (8, 1_234_567):
        plan = UndoPlan(
            RUN_ID, "drops", "people", POOL_ID, "v", users, ImportedBy((), sends_hashes=False), UndoChoices()
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


def test_summary_and_notification_of_a_failed_undo_say_everything_there_is() -> None:
    """The same counts and reasons in both, the most frequent reason first; what to do is the command that goes on."""
    choices = UndoChoices(include_confirmed=True)
    plan = UndoPlan(RUN_ID, "drops", "people", POOL_ID, "v", 2000, ImportedBy((), sends_hashes=False), choices)
    progress = UndoProgress(deleted=1200, reasons={UndoReason.GONE: 300, UndoReason.OTHER_USER: 400})
    undo = UndoRecord(
        plan, STARTED_AT, progress=progress, outcome=UndoOutcome.FAILED, ended_at=ENDED_AT, error="DeniedError: X"
    )
    summary = undo_json(undo)
    SCHEMA.validate(as_read(summary))
    assert summary == {
        "schema_version": "1",
        "run_id": plan.undo_id,
        "undone_run_id": RUN_ID,
        "outcome": "failed",
        "has_failures": True,
        "headline": "Failed, 1,200 of 2,000 users deleted, 300 gone before, 400 left in the pool, 100 not processed",
        "pool": {"alias": "people", "id": POOL_ID},
        "choices": {"include_changed": False, "include_confirmed": True, "include_password_set": False},
        "users": {"total": 2000, "deleted": 1200, "gone": 300, "left": 400, "unprocessed": 100},
        "reasons": [
            {"code": reason.value, "message": reason.sentence, "count": count}
            for reason, count in (
                (UndoReason.OTHER_USER, 400), (UndoReason.GONE, 300), (UndoReason.UNPROCESSED, 100),
            )
        ],
        "error": "DeniedError: X",
        "started_at": STARTED_AT,
        "ended_at": ENDED_AT,
        "results": f"s3://drops/results/{plan.undo_id}/",
        "files": ["deleted.csv", "left.csv"],
    }  # fmt: skip
    said = notification_of_undo(undo)
    assert (said.outcome, said.pool, said.has_failures) == ("failed", "people", "true")
    counts = "1,200 of 2,000 users deleted, 300 gone before, 400 left in the poo..."
    assert said.subject == f"Undo of run 3f9a5c1e: failed, {counts}"
    message = json.loads(said.message)
    assert message.keys() == {"default", "email", "sms"}
    assert (json.loads(message["default"]), message["sms"]) == (summary, said.subject)
    assert (
        message["email"]
        == f"""\
{summary["headline"]}.

Undo of the run {RUN_ID}
Pool: people ({POOL_ID})

The undo ended early: DeniedError: X.

Users of the run:
1,200 deleted
300 gone
400 left
100 unprocessed
2,000 total

400 other_user: {UndoReason.OTHER_USER.sentence}

300 gone: {UndoReason.GONE.sentence}

100 unprocessed: {UndoReason.UNPROCESSED.sentence}

To go on with the rest, start the undo again:
cognito-drop undo 3f9a5c1e --include-confirmed

Results:
s3://drops/results/{plan.undo_id}/

Undo: {plan.undo_id}
"""
    )


def test_undo_without_anything_to_say_leaves_out_what_it_could_say() -> None:
    """Neither an error, nor reasons, nor a command; while it is under way, neither an outcome nor files."""
    plan = UndoPlan(RUN_ID, "drops", "people", POOL_ID, "v", 1, ImportedBy((), sends_hashes=False), UndoChoices())
    done = UndoRecord(plan, STARTED_AT, progress=UndoProgress(deleted=1), outcome=UndoOutcome.UNDONE, ended_at=ENDED_AT)
    said = notification_of_undo(done)
    assert (said.outcome, said.has_failures) == ("undone", "false")
    assert (
        json.loads(said.message)["email"]
        == f"""\
Undone, 1 of 1 user deleted.

Undo of the run {RUN_ID}
Pool: people ({POOL_ID})

Users of the run:
1 deleted
1 total

Results:
s3://drops/results/{plan.undo_id}/

Undo: {plan.undo_id}
"""
    )
    begun = undo_json(UndoRecord(plan, STARTED_AT))
    assert (begun["outcome"], begun["headline"]) == ("", "Under way, 0 of 1 user processed")
    assert (begun["reasons"], begun["error"], begun["ended_at"], begun["files"]) == ([], None, None, [])
