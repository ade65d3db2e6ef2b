"""The three storms, and what is counted after each."""

from __future__ import annotations

import itertools
import random
import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cognito_drop.core.queue.queue_order import entry_order
from tests.storm.field import POOLS, USERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cognito_drop.core.runs.drop import Drop
    from tests.storm.field import Field

_FUNCTIONS = (
    "accept_drop",
    "preflight",
    "import_queue",
    "start_import",
    "check_import",
    "collect_part",
    "report_run",
    "sweep",
)
_KILLED_ONE_IN = 10  # invocations
_PATIENCE_PER_FILE = 60.0  # wall seconds; guards against hanging only


@dataclass(frozen=True, slots=True)
class Toll:
    """What a storm has left behind."""

    storm: str
    files: int
    runs: int
    jobs: int
    shown: tuple[int, float, int]
    """Notifications a file: least, median, most."""
    inversions: int
    """Turns that were given past an earlier drop that was waiting."""
    most_active: int
    """Jobs that were active at the same time."""
    lost: int
    """Files that did not end, or whose users are not in the pool."""
    kills: int

    @property
    def is_harmless(self) -> bool:
        """Whether everything is as it should be."""
        one_each = self.runs == self.files and self.shown == (1, 1, 1)
        return one_each and self.inversions == 0 and self.most_active == 1 and self.lost == 0


def duplicates(field: Field, copies: int) -> Toll:
    """One file, and its event delivered so many times more."""
    drop = field.drop("again", POOLS[0])
    field.repeat_event(drop, copies)
    field.await_ends([drop], _PATIENCE_PER_FILE * 4)
    field.await_quiet()
    return _toll(field, f"{copies:,} copies of one event", [drop], kills=0)


def crowd(field: Field, files: int) -> Toll:
    """So many files at once, into two pools."""
    drops = [field.drop(f"crowd{number:03}", POOLS[number % 2]) for number in range(files)]
    field.await_ends(drops, _PATIENCE_PER_FILE * files)
    return _toll(field, f"{files} files at once", drops, kills=0)


def killings(field: Field, files: int, seed: int) -> Toll:
    """So many files, and of each function about one invocation in ten killed.

    Which ones depends on the seed alone, not on how fast the machine is.
    """
    before = field.kills()
    field.kill_at(list(_kills(files, random.Random(seed))))  # noqa: S311  (repeatable, no secret)
    drops = [field.drop(f"kill{number:03}", POOLS[number % 2]) for number in range(files)]
    field.await_ends(drops, _PATIENCE_PER_FILE * files)
    storm = f"{files} files, one invocation in {_KILLED_ONE_IN} killed"
    return _toll(field, storm, drops, field.kills() - before)


def _kills(files: int, dice: random.Random) -> Iterator[tuple[str, int, str]]:
    """A function is invoked about once or more for each file."""
    for function in _FUNCTIONS:
        for nth in sorted(dice.sample(range(1, files + 1), max(1, files // _KILLED_ONE_IN))):
            yield function, nth, dice.choice(("kill_before", "kill_after"))


def _toll(field: Field, storm: str, drops: Sequence[Drop], kills: int) -> Toll:
    items = {drop: field.item(drop) for drop in drops}
    users = field.usernames()
    # The name of a job says whose it is: jobs that were created and forgotten count too.
    wanted = {drop.run_id for drop in drops}
    jobs = [job for job in field.jobs() if job["JobName"].split("-")[2] in wanted and "StartDate" in job]
    shown = [field.shown.get(drop.run_id, 0) for drop in drops]
    lost = [drop for drop in drops if not _is_there(drop, items[drop], users)]
    for drop in lost:
        print(f"lost: {drop.key} {items[drop]}", file=sys.stderr)
    return Toll(
        storm=storm,
        files=len(drops),
        runs=sum(1 for item in items.values() if item),
        jobs=len(jobs),
        shown=(min(shown), statistics.median(shown), max(shown)),
        inversions=_inversions(items.values()),
        most_active=_most_active(jobs),
        lost=len(lost),
        kills=kills,
    )


def _is_there(drop: Drop, item: dict[str, Any], users: set[str]) -> bool:
    name = drop.file_name.removesuffix(".csv")
    ended = item.get("run_state", {}).get("S") == "ended"
    return ended and all(f"{name}-{number}" in users for number in range(USERS))


def _inversions(items: Iterable[dict[str, Any]]) -> int:
    """Pairs of runs of which the later drop was served though the earlier one waits in the queue."""
    served = [
        (
            entry_order(item["dropped_at"]["S"], item["key"]["S"], item["run_id"]["S"]),
            item["waiting_at"],
            item["served_at"],
        )
        for item in (_with_times(item) for item in items if "lock_at" in item)
    ]
    served.sort()
    return sum(
        1 for (_, waiting, late), (_, _, early) in itertools.combinations(served, 2) if early < late and waiting < early
    )


def _with_times(item: dict[str, Any]) -> dict[str, Any]:
    waiting = datetime.fromisoformat(item["waiting_since"]["S"]).timestamp()
    return {**item, "waiting_at": waiting, "served_at": float(item["lock_at"]["N"])}


def _most_active(jobs: Sequence[dict[str, Any]]) -> int:
    """How many jobs were between start and completion at once."""
    changes: Counter[Any] = Counter()
    for job in jobs:
        changes[job["StartDate"], 1] += 1
        changes[job["CompletionDate"], 0] -= 1
    active, most = 0, 0
    for moment in sorted(changes):
        active += changes[moment]
        most = max(most, active)
    return most
