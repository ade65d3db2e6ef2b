"""What is published of runs that have not ended, and of undos, with the summary of each undo; the other metrics."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.notification.first_part_notice import first_part_notice
from cognito_drop.core.notification.run_events import run_started, run_waiting
from cognito_drop.core.runs.first_part import FirstPartResult
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.runs.sweep_action import Action
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoOutcome, UndoPlan, UndoProgress, UndoRecord
from cognito_drop.core.undo.undo_report import notification_of_undo, undo_json
from tests.unit.samples import COMPLETED, CREATED, POOL_ID, STARTED, checked, drop, job
from tests.unit.strings.documents import differences, text_lines, values
from tests.unit.strings.reports import message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.notification.message import Notification

_AT: Final = "2026-07-01T12:00:00+00:00"
_UNTIL: Final = COMPLETED + timedelta(days=3)
_RULE: Final = FirstPart("5%", 3)
_NAME: Final = f"{'long name ' * 25}\u202e.csv"


def notices() -> Iterator[str]:
    """Each notification and event of a run, and the metrics of jobs, queues, and sweeps."""
    parts = _first_parts()
    first = values(_data(first_part_notice(*parts["of a thousand"], _UNTIL)))
    for name, (record, found) in parts.items():
        notice = first_part_notice(record, found, _UNTIL)
        data = values(_data(notice)) if name != "of a thousand" else first
        yield from (f"[first part, {name}]", *differences(first, data), *_of(notice), "")
    for name, key, file in (
        ("rejected", "inbox/people/users.csv", checked(90, rows=100, rejected=10)),
        ("parts", f"check/people/okta/{_NAME}", checked(90, 30, rows=125, known=5)),
        ("no pool", "inbox//u.csv", replace(checked(1), pool_id="")),
    ):
        for event in (
            run_waiting(drop(key), file, position=3, since=STARTED, dropped=CREATED),
            run_started(drop(key), file, started=STARTED, dropped=CREATED if file.rejected else None),
        ):
            entry = event.to_entry()
            detail = values(json.loads(entry.pop("Detail")))
            yield from (f"[{name}] {json.dumps(entry)}", *differences(detail, detail), "")
    yield from _metrics()


def _data(notification: Notification) -> Any:  # noqa: ANN401  # JSON has any type
    return json.loads(message(notification)["default"])


def undos() -> Iterator[str]:
    """The summary of each undo, and its notification."""
    records = _undos()
    first = values(undo_json(records["undone"]))
    for name, undo in records.items():
        data = undo_json(undo)
        found = values(data) if name != "undone" else first
        notification = notification_of_undo(undo)
        assert _data(notification) == data
        yield from (f"[{name}]", *differences(first, found), *_of(notification), "")


def _of(notification: Notification) -> Iterator[str]:
    yield f"attributes: {notification.outcome}, {notification.pool!r}, {notification.has_failures}"
    yield from (f"Subject: {notification.subject}", *text_lines(message(notification)["email"]))


def _first_parts() -> dict[str, tuple[RunRecord, FirstPartResult]]:
    file = replace(checked(200, 800, rows=1_010, rejected=10), first_part=_RULE)
    record = RunRecord(drop(), RunState.IMPORTING, _AT, file=file, parts={1: PartJob("import-1")})
    small = replace(checked(1, 1), first_part=_RULE)
    huge = replace(checked(2_000_000, 9_000_000), first_part=_RULE)
    hostile = replace(record, drop=drop(f"inbox/{'a' * 201}/{_NAME}"))
    return {
        "of a thousand": (record, FirstPartResult(200, 150, 10, 800, _RULE, file)),
        "of two": (record, FirstPartResult(1, 0, 0, 1, _RULE, small)),
        "huge": (hostile, FirstPartResult(2_000_000, 1_000, 2_000, 9_000_000, _RULE, huge)),
        "no pool": (replace(record, drop=drop("inbox//u.csv")), FirstPartResult(9, 8, 0, 1, _RULE, small)),
    }


def _undos() -> dict[str, UndoRecord]:
    plan = UndoPlan(
        drop().run_id, "drops", "people", POOL_ID, "v", 2, ImportedBy((), sends_hashes=False), UndoChoices()
    )
    done, ended_at = UndoProgress(deleted=2), COMPLETED.isoformat()
    undone = UndoRecord(plan, _AT, progress=done, outcome=UndoOutcome.UNDONE, ended_at=ended_at)
    chosen = replace(plan, choices=UndoChoices(include_confirmed=True, include_password_set=True))
    every = {reason: number for number, reason in enumerate(UndoReason, 1)}
    many = replace(plan, users=2_000)
    return {
        "undone": undone,
        "one user": replace(undone, plan=replace(plan, users=1), progress=UndoProgress(deleted=1)),
        "under way": UndoRecord(many, _AT, progress=UndoProgress(1_000, {UndoReason.GONE: 3})),
        "partly": replace(
            undone, plan=many, outcome=UndoOutcome.PARTLY_UNDONE,
            progress=UndoProgress(1_200, {UndoReason.GONE: 300, UndoReason.CHANGED: 300, UndoReason.CONFIRMED: 200}),
        ),
        "failed": replace(
            undone, plan=replace(chosen, users=3_000), outcome=UndoOutcome.FAILED, error=f"\u202e{'e' * 1_000}",
            progress=UndoProgress(1_200, {UndoReason.REFUSED: 1_500}),
        ),
        "every reason": replace(undone, plan=many, progress=UndoProgress(0, every), outcome=UndoOutcome.FAILED),
        "none counted": replace(undone, progress=UndoProgress(2, {UndoReason.CHANGED: 0})),
        "no alias": replace(undone, plan=replace(plan, alias="")),
        "long alias": replace(undone, plan=replace(plan, alias="\u202e" + "a" * 200)),
        **{
            f"subject of {users}": replace(undone, plan=replace(plan, users=users), outcome=UndoOutcome.FAILED)
            for users in (10**12, 2 * 10**12, 10**13, 2 * 10**13)
        },
    }  # fmt: skip


def _metrics() -> Iterator[str]:
    run = RunRecord(drop(), RunState.WAITING, _AT)
    noon = datetime.fromisoformat(_AT).timestamp()
    held = replace(run, hold=Hold(HoldReason.MALWARE_SCAN, noon), dropped_at="2026-06-01T12:00:00+00:00")
    other, own = (PartJob("", waits_for_other=is_other, refused_since=_AT) for is_other in (True, False))
    waiting = [replace(run, state=RunState.IMPORTING, parts={1: other, 2: part}) for part in (other, own, other)]
    old = replace(run, state=RunState.IMPORTING, dropped_at="2026-07-01T11:00:00+00:00", executions=4)
    released = replace(held, hold=None, released_at="2026-07-01T11:59:00+00:00", waiting_since=_AT, lock_at=noon + 9)
    before, after = MembershipProgress(1, 2, 3, 4, 5, 6), MembershipProgress(10, 20, 31, 42, 53, 64)
    ended = job(started=STARTED, completed=COMPLETED, imported=7, skipped=20, failed=300)
    measured: dict[str, Any] = {
        "job": run_metrics.of_job(ended),
        "job without time": run_metrics.of_job(job(started=STARTED, completed=STARTED)),
        "job of a second": run_metrics.of_job(replace(ended, completed=STARTED + timedelta(seconds=0.5))),
        "job that is not over": run_metrics.of_job(job("InProgress", started=STARTED)),
        "memberships": run_metrics.of_memberships(before, after),
        "no lock": run_metrics.of_lock(replace(run, waiting_since=_AT)),
        "no queue": run_metrics.of_lock(replace(run, lock_at=noon)),
        "lock": run_metrics.of_lock(replace(run, waiting_since=_AT, lock_at=noon + 1.5)),
        "lock by another clock": run_metrics.of_lock(replace(run, waiting_since=_AT, lock_at=noon - 1)),
        "lock after a hold": run_metrics.of_lock(released),
        "no run": run_metrics.of_open_runs([], noon),
        "runs": run_metrics.of_open_runs([run, held, *waiting, old], noon),
        "released": run_metrics.of_open_runs([released], noon),
        "future": run_metrics.of_open_runs([run], noon - 60),
        "no pool": run_metrics.of_pools([]),
        "pools": run_metrics.of_pools([(3, 1), (90, 20), (7, 300)]),
        "no action": run_metrics.of_actions({}),
        "actions": run_metrics.of_actions({action: 10**number for number, action in enumerate(Action)}),
    }
    yield from (f"{name}: {json.dumps(found)}" for name, found in measured.items())
    yield ""
