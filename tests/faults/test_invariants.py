"""A broken promise is found, and a kept one is not called broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.invariants import (
    Ids,
    Memberships,
    Rows,
    Undone,
    broken_by_ids,
    broken_by_jobs,
    broken_by_memberships,
    broken_by_rows,
    broken_by_undo,
    notifications_allowed,
)

FIRST = {"Status": "Succeeded", "StartDate": 10, "CompletionDate": 20, "ImportedUsers": 2}
SECOND = {"Status": "Succeeded", "StartDate": 30, "CompletionDate": 40, "ImportedUsers": 1}
LEFT = {"Status": "Created", "ImportedUsers": 0}
COUNTS = {"total": 3, "imported": 3, "skipped": 0, "failed": 0, "rejected": 0, "unprocessed": 0}
NAMES = frozenset({"a", "b", "c"})
GOOD = Rows(NAMES, NAMES, frozenset(), COUNTS, details_incomplete=False)
ADDED = {"total": 3, "added": 3, "left_out": 0, "failed": 0, "unprocessed": 0}
ALL_IN = Memberships(3, NAMES, NAMES, ADDED, {"added": 3})
CUT_SHORT = replace(
    ALL_IN,
    in_group=frozenset("ab"),
    counts={**ADDED, "added": 1, "unprocessed": 2},
    shown={"added": 1, "unprocessed": 2},
)
SUBS = {"a": "1", "b": "2"}
IDS = Ids(
    SUBS,
    {"complete": True, "recorded": 2, "missing": 0, "cause": None},
    [("a", "1"), ("b", "2")],
    details_incomplete=False,
    has_failed=False,
)
UNDONE = Undone(
    to_delete=frozenset("ab"),
    to_leave={"c": "gone", "d": "password_set"},
    staying={"c": "9", "d": "4", "e": "5"},
    in_pool={"c": "9", "d": "4", "e": "5"},
    deleted=["b", "a"],
    left=[("d", "password_set"), ("c", "gone")],
    summary={"users": {"total": 4, "deleted": 2, "gone": 1, "left": 1, "unprocessed": 0}},
)
NO_IDS = replace(IDS, counts={"complete": False, "recorded": 0, "missing": 0, "cause": "why"}, shown=None)


def test_a_job_for_each_part_keeps_the_promises() -> None:
    """One after the other, whatever jobs were left behind unstarted."""
    assert list(broken_by_jobs([SECOND, LEFT, FIRST], 2)) == []


@pytest.mark.parametrize(
    ("jobs", "promise"),
    [
        ([FIRST, SECOND, {**SECOND, "StartDate": 50}], "I2"),
        ([FIRST, {**SECOND, "StartDate": 15}], "I1"),
        ([{"Status": "Stopped", "StartDate": 1, "ImportedUsers": 0}, SECOND], "I1"),
        ([{**FIRST, "Status": "InProgress"}], "I5"),
    ],
)
def test_jobs_break_promises(jobs: list[dict[str, Any]], promise: str) -> None:
    """Too many started, two at once, and one that outlives its run are each found."""
    assert [sentence[:2] for sentence in broken_by_jobs(jobs, 2)] == [promise]


def test_an_account_that_is_right_keeps_the_promise() -> None:
    """All imported; or some not, and these are in the retry file."""
    assert list(broken_by_rows(GOOD, [FIRST, SECOND])) == []
    part = replace(
        GOOD, in_pool=frozenset("ab"), to_retry=frozenset("c"), counts={**COUNTS, "imported": 2, "unprocessed": 1}
    )
    assert list(broken_by_rows(part, [FIRST])) == []


@pytest.mark.parametrize(
    ("rows", "jobs"),
    [
        (replace(GOOD, counts={**COUNTS, "skipped": 1}), [FIRST, SECOND]),
        (replace(GOOD, counts={**COUNTS, "total": 4}), [FIRST, SECOND]),
        (replace(GOOD, in_pool=frozenset("ab"), to_retry=frozenset("c")), [FIRST, SECOND]),
        (GOOD, [FIRST]),
        (replace(GOOD, to_retry=frozenset("c")), [FIRST, SECOND]),
    ],
)
def test_an_account_that_is_wrong_is_found(rows: Rows, jobs: list[dict[str, Any]]) -> None:
    """A wrong sum, users that are not there, other counts than Cognito's, and a wrong retry file are each found."""
    assert [sentence[:2] for sentence in broken_by_rows(rows, jobs)] == ["I4"]


def _entry(sequence: int, operation: str | None = None, fault: int | None = None, act: str = "x") -> dict[str, Any]:
    kind = "call" if operation else "invocation"
    return {"sequence": sequence, "kind": kind, "operation": operation, "fault": fault, "act_id": act}


@pytest.mark.parametrize(
    ("entries", "kind", "allowed"),
    [
        ([_entry(1, "Get", fault=7), _entry(2, "Publish"), _entry(3, "Mark")], "kill_after", 1),
        ([_entry(1, "Get"), _entry(2, "Publish", fault=7), _entry(3, "Mark")], "fail_after", 2),
        ([_entry(1, "Get"), _entry(2, "Publish"), _entry(3, "Mark", fault=7)], "fail_before", 2),
        ([_entry(1, fault=7), _entry(2, "Publish"), _entry(3, "Mark")], "kill_after", 2),
        ([_entry(1, fault=7), _entry(2, "Publish"), _entry(3, "Mark")], "kill_before", 1),
        ([_entry(1, fault=7), _entry(2, "Publish", act="y"), _entry(3, "Mark", act="y")], "kill_after", 1),
    ],
)
def test_one_more_notification_for_a_crash_between_publish_and_mark(
    entries: list[dict[str, Any]], kind: str, allowed: int
) -> None:
    """A fault before the publish allows none; one at or after it, or at the end of the act that publishes, does."""
    assert notifications_allowed(entries, {7: kind}) == allowed


def test_ids_that_are_right_keep_the_promise() -> None:
    """All recorded; some of a run whose outcomes are not all known; none, with a cause, after what was done to it."""
    assert list(broken_by_ids(IDS)) == []
    assert list(broken_by_ids(replace(IDS, subs=SUBS | {"c": "3"}, details_incomplete=True))) == []
    assert list(broken_by_ids(replace(NO_IDS, has_failed=True))) == []


@pytest.mark.parametrize(
    "ids",
    [
        NO_IDS,
        replace(NO_IDS, has_failed=True, counts={**NO_IDS.counts, "cause": None}),
        replace(NO_IDS, has_failed=True, shown=[]),
        replace(IDS, subs=SUBS | {"c": "3"}),
        replace(IDS, counts={**IDS.counts, "recorded": 3}),
        replace(IDS, subs={"a": "1", "b": "1"}, details_incomplete=True),
        replace(IDS, shown=[("a", "1"), ("a", "1")]),
    ],
)
def test_ids_that_are_wrong_are_found(ids: Ids) -> None:
    """A missing cause, a missing or doubled user, a wrong sum, and the id of another user are each found."""
    assert {sentence[:2] for sentence in broken_by_ids(ids)} == {"I4"}


def test_memberships_that_are_right_keep_the_promise() -> None:
    """All added; or a run was stopped between adding some and noting it."""
    assert list(broken_by_memberships(ALL_IN)) == []
    assert list(broken_by_memberships(CUT_SHORT)) == []


@pytest.mark.parametrize(
    "memberships",
    [
        replace(ALL_IN, users=4),
        replace(ALL_IN, shown={"added": 4}),
        replace(ALL_IN, in_pool=frozenset("ab")),
        replace(ALL_IN, in_group=frozenset("ab")),
        replace(CUT_SHORT, in_group=frozenset()),
    ],
)
def test_memberships_that_are_wrong_are_found(memberships: Memberships) -> None:
    """A wrong sum, a doubled line, a stranger, and users who are not where they are said to be are each found."""
    assert [sentence[:2] for sentence in broken_by_memberships(memberships)] == ["I4"]


def test_an_undo_that_is_right_keeps_the_promise() -> None:
    """Exactly those who may be are deleted, in whatever order."""
    assert list(broken_by_undo(UNDONE)) == []


@pytest.mark.parametrize(
    ("undone", "promise"),
    [
        (replace(UNDONE, in_pool={"c": "9", "d": "4"}), "U1"),
        (replace(UNDONE, in_pool={"c": "3", "d": "4", "e": "5"}), "U1"),
        (replace(UNDONE, in_pool={**UNDONE.in_pool, "a": "1"}), "U1"),
        (replace(UNDONE, deleted=["a"]), "U2"),
        (replace(UNDONE, deleted=["a", "a", "b"]), "U2"),
        (replace(UNDONE, left=[("d", "password_set"), ("c", "gone"), ("b", "gone")]), "U2"),
        (replace(UNDONE, left=[("d", "changed"), ("c", "gone")]), "U2"),
        (replace(UNDONE, summary={"users": {**UNDONE.summary["users"], "deleted": 3}}), "U3"),
    ],
)
def test_an_undo_that_is_wrong_is_found(undone: Undone, promise: str) -> None:
    """A user too few, another user, one too many; a missing, doubled, or wrong result; and a wrong sum."""
    assert [sentence[:2] for sentence in broken_by_undo(undone)] == [promise]
