"""The product's promises for a run, judged on what was seen of it; each broken one becomes a sentence.

At most one run of a pool between start and end of a job (I1), at most one started job a part (I2), results and one
notification (I3), an account of every row (I4), an end and a free lock (I5). That no secret leaves (I6) is judged for
all runs at once, by `secrets`. Of an undo: exactly the users are deleted who may be (U1), each user has one result
(U2), the results and the notification say so (U3), and it comes to its end (U4).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

_ALIVE = ("Pending", "InProgress", "Stopping")
_SORTS = ("imported", "skipped", "failed", "rejected", "unprocessed")
_ENDS_OF_MEMBERSHIPS = ("added", "left_out", "failed", "unprocessed")
_AT_ITS_END = ("kill_after", "time_out_after", "answer_lost")


@dataclass(frozen=True, slots=True)
class Rows:
    """The outcome of the rows of a file, from several sides."""

    usernames: frozenset[str]
    """Of the file."""
    in_pool: frozenset[str]
    """Those of them that are in the pool now."""
    to_retry: frozenset[str]
    """Those that the retry file has."""
    counts: Json
    """The report's `rows`."""
    details_incomplete: bool
    """Whether the report says that the job's log was short."""


@dataclass(frozen=True, slots=True)
class Memberships:
    """The outcome of the memberships of a file whose users are all to be in one group."""

    users: int
    in_pool: frozenset[str]
    in_group: frozenset[str]
    counts: Json
    """The report's `memberships`."""
    shown: Mapping[str, int]
    """Lines of `groups.csv` by outcome."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The new ids of the users of a file, from several sides."""

    subs: Mapping[str, str]
    """Of those users of the file who are in the pool now: their ids by their names."""
    counts: Json
    """The report's `ids`."""
    shown: Sequence[tuple[str, str]] | None
    """Username and `sub` of each line of the version of `ids.csv` that the ledger names; None if it names none."""
    details_incomplete: bool
    """Whether the report says that it is not known of every user whether the run has imported the user."""
    has_failed: bool
    """Whether anything was done to the run that may keep the ids from being recorded."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome of an undo that is complete, from several sides. Users are known by their names."""

    to_delete: frozenset[str]
    to_leave: Mapping[str, str]
    """Those who were imported and may not be deleted, or are gone, with their codes."""
    staying: Mapping[str, str]
    """The `sub` of each user who has to be in the pool."""
    in_pool: Mapping[str, str]
    """The `sub` of each user who is in the pool."""
    deleted: Sequence[str]
    """Of each line of `deleted.csv`."""
    left: Sequence[tuple[str, str]]
    """With their codes, of each line of `left.csv`."""
    summary: Json


def broken_by_jobs(jobs: Sequence[Json], parts: int) -> Iterator[str]:
    """Judge the import jobs that were made for a run that has ended."""
    started = sorted((job for job in jobs if job.get("StartDate")), key=lambda job: job["StartDate"])
    if len(started) > parts:
        yield f"I2: {len(started)} jobs were started for {parts} parts"
    for one, other in pairwise(started):
        if "CompletionDate" not in one or one["CompletionDate"] > other["StartDate"]:
            yield "I1: a job was started before the one before it was done"
    if alive := [job["Status"] for job in jobs if job["Status"] in _ALIVE]:
        yield f"I5: jobs are alive after the end: {', '.join(alive)}"


def broken_by_rows(rows: Rows, jobs: Sequence[Json]) -> Iterator[str]:
    """Judge the account of the rows."""
    counts, expected = rows.counts, len(rows.usernames)
    if sum(counts[sort] for sort in _SORTS) != expected or counts["total"] != expected:
        yield f"I4: of {expected} rows the report has {counts}"
    if len(rows.in_pool) != counts["imported"]:
        yield f"I4: {counts['imported']} rows are reported as imported, {len(rows.in_pool)} are in the pool"
    seen = sum(job["ImportedUsers"] for job in jobs)
    if seen != counts["imported"]:
        yield f"I4: Cognito counts {seen} imported users, the report {counts['imported']}"
    missing = rows.usernames - rows.in_pool
    if rows.to_retry != missing and not rows.details_incomplete:
        yield f"I4: {len(missing)} users are missing, the retry file has {len(rows.to_retry)}"


def broken_by_memberships(memberships: Memberships) -> Iterator[str]:
    """Judge the account of the memberships."""
    counts = {outcome: memberships.counts[outcome] for outcome in _ENDS_OF_MEMBERSHIPS}
    if sum(counts.values()) != memberships.users or memberships.counts["total"] != memberships.users:
        yield f"I4: of {memberships.users} memberships the report has {memberships.counts}"
    if memberships.shown != {outcome: count for outcome, count in counts.items() if count}:
        yield f"I4: groups.csv has {dict(memberships.shown)}, the report {counts}"
    if strangers := memberships.in_group - memberships.in_pool:
        yield f"I4: {len(strangers)} users are in the group and not in the pool"
    # Whom a stopped run has added last may be unprocessed in its report.
    least, most = counts["added"], counts["added"] + counts["unprocessed"]
    if not least <= len(memberships.in_group) <= most:
        yield f"I4: {least} to {most} users are reported to be in the group, {len(memberships.in_group)} are"


def broken_by_ids(ids: Ids) -> Iterator[str]:
    """Judge the new ids of imported users."""
    if not ids.counts["complete"]:
        if ids.shown is not None or not ids.counts["cause"]:
            yield f"I4: the ids are not recorded without a cause, or though the ledger has them: {ids.counts}"
        if not ids.has_failed:
            yield f"I4: the ids are not recorded though nothing failed: {ids.counts['cause']}"
        return
    shown = ids.shown or ()
    if len(shown) != ids.counts["recorded"] + ids.counts["missing"] or ids.counts["missing"]:
        yield f"I4: ids.csv has {len(shown)} users, the report {ids.counts}"
    if wrong := [name for name, sub in shown if ids.subs.get(name) != sub]:
        yield f"I4: {len(wrong)} users have the id of another, or none"
    if len(shown) != len(dict(shown)) or (dict(shown) != ids.subs and not ids.details_incomplete):
        yield f"I4: {len(ids.subs)} users were imported, ids.csv has {len(dict(shown))}"


def broken_by_undo(undone: Undone) -> Iterator[str]:
    """Judge an undo."""
    kept = {name: sub for name, sub in undone.in_pool.items() if name not in undone.to_delete}
    if kept != undone.staying:
        yield f"U1: {len(undone.staying)} users have to stay, of whom {len(kept)} are in the pool"
    if remaining := undone.to_delete & undone.in_pool.keys():
        yield f"U1: {len(remaining)} users are in the pool who are to be deleted"
    if sorted(undone.deleted) != sorted(undone.to_delete):
        yield f"U2: {len(undone.to_delete)} users are to be deleted, deleted.csv has {len(undone.deleted)} lines"
    if sorted(undone.left) != sorted(undone.to_leave.items()):
        yield f"U2: {len(undone.to_leave)} users are to be left, left.csv has {sorted(code for _, code in undone.left)}"
    counts, gone = undone.summary["users"], list(undone.to_leave.values()).count("gone")
    expected = {"deleted": len(undone.to_delete), "gone": gone, "left": len(undone.to_leave) - gone, "unprocessed": 0}
    if counts != {"total": len(undone.to_delete) + len(undone.to_leave), **expected}:
        yield f"U3: the summary has {counts}, not {expected}"


def notifications_allowed(entries: Sequence[Json], kinds: dict[int, str]) -> int:
    """How often a run may be notified: once, and once more for each fault that struck between publish and mark.

    `entries` is the recording of the run, `kinds` the planned faults by their ids.
    """
    published = [entry["sequence"] for entry in entries if entry.get("operation") == "Publish"]
    if not published:
        return 1 + len(kinds)
    struck = {entry["fault"]: _moment(entry, entries, kinds) for entry in entries if entry["fault"] is not None}
    return 1 + sum(1 for moment in struck.values() if moment >= published[0])


def _moment(entry: Json, entries: Sequence[Json], kinds: dict[int, str]) -> int:
    """When a fault did its damage: of an invocation that ran to its end, after its last call."""
    if entry["kind"] == "call" or kinds.get(entry["fault"], _AT_ITS_END[0]) not in _AT_ITS_END:
        return int(entry["sequence"])
    return max(int(other["sequence"]) for other in entries if other["act_id"] == entry["act_id"])
