"""What people and programs read of an undo: its summary, and its notification. Counts and reasons, never a value."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import DELETED, LEFT
from cognito_drop.core.notification.message import Notification
from cognito_drop.core.notification.subject import DOTS, NAME_LENGTH, PROBLEM_LENGTH, SUBJECT_LENGTH
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable
from cognito_drop.core.undo.decision import UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.undo.undo_json import UndoJson, UndoReasonJson
    from cognito_drop.core.undo.undo_record import UndoRecord


def headline(undo: UndoRecord) -> str:
    """One line with the outcome and the counts."""
    progress, total = undo.progress, undo.plan.users
    some = f"{progress.deleted:,} of {counted(total, 'user')} deleted"
    if undo.outcome is None:
        return f"Under way, {undo.progress.done:,} of {counted(total, 'user')} processed"
    parts = [some, *([f"{progress.gone:,} gone before"] if progress.gone else [])]
    if progress.left:
        parts.append(f"{progress.left:,} left in the pool")
    if undo.unprocessed:
        parts.append(f"{undo.unprocessed:,} not processed")
    return f"{undo.outcome.words.capitalize()}, {', '.join(parts)}"


def reasons_json(reasons: Mapping[UndoReason, int]) -> list[UndoReasonJson]:
    """The reasons with their counts, the most frequent first."""
    return [
        {"code": reason.value, "message": reason.sentence, "count": count}
        for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
        if count
    ]


def has_failures(undo: UndoRecord) -> bool:
    """Whether something needs attention."""
    return undo.outcome is not UndoOutcome.UNDONE


def undo_json(undo: UndoRecord) -> UndoJson:
    """The summary of an undo."""
    plan, progress = undo.plan, undo.progress
    reasons = dict(progress.reasons)
    if undo.is_over and undo.unprocessed:
        reasons[UndoReason.UNPROCESSED] = undo.unprocessed
    return {
        "schema_version": "1",
        "run_id": plan.undo_id,
        "undone_run_id": plan.run_id,
        "outcome": undo.outcome.value if undo.outcome else "",
        "has_failures": has_failures(undo),
        "headline": headline(undo),
        "pool": {"alias": printable(plan.alias, NAME_LENGTH), "id": plan.pool_id},
        "choices": {**asdict(plan.choices)},  # type: ignore[typeddict-item]
        "users": {
            "total": plan.users,
            "deleted": progress.deleted,
            "gone": progress.gone,
            "left": progress.left,
            "unprocessed": undo.unprocessed,
        },
        "reasons": reasons_json(reasons),
        "error": printable(undo.error, PROBLEM_LENGTH) or None,
        "started_at": undo.started_at,
        "ended_at": undo.ended_at or None,
        "results": plan.results,
        "files": [DELETED, LEFT] if undo.is_over else [],
    }


def notification_of_undo(undo: UndoRecord) -> Notification:
    """The notification that tells people and programs of this undo."""
    data = undo_json(undo)
    said = headline(undo)
    line = f"Undo of run {undo.plan.run_id[:SHORT_ID]}: {said[0].lower()}{said[1:]}"
    if len(line) > SUBJECT_LENGTH:  # the counts are in the message too
        line = line[: SUBJECT_LENGTH - len(DOTS)] + DOTS
    return Notification(
        subject=line,
        message=json.dumps({"default": json.dumps(data), "email": _email(undo, data), "sms": line}),
        outcome=data["outcome"],
        pool=data["pool"]["alias"] or "unknown",  # SNS refuses an empty attribute
        has_failures="true" if data["has_failures"] else "false",
    )


def _email(undo: UndoRecord, data: UndoJson) -> str:
    users = data["users"]
    counts = [f"{users[name]:,} {name}" for name in ("deleted", "gone", "left", "unprocessed") if users[name]]
    again = ["To go on with the rest, start the undo again:", undo.plan.command]
    paragraphs: tuple[list[str], ...] = (
        [f"{data['headline']}."],
        [f"Undo of the run {undo.plan.run_id}", f"Pool: {data['pool']['alias']} ({data['pool']['id']})"],
        [f"The undo ended early: {data['error']}."] if data["error"] else [],
        ["Users of the run:", *counts, f"{users['total']:,} total"],
        *([f"{reason['count']:,} {reason['code']}: {reason['message']}"] for reason in data["reasons"]),
        again if undo.outcome is UndoOutcome.FAILED else [],
        ["Results:", data["results"]],
        [f"Undo: {data['run_id']}"],
    )
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"
