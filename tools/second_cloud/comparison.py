"""What two emulators do differently, held against the table of differences that AWS's documents have settled."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.fidelity import Difference
    from tools.second_cloud.observation import Observation

NOTHING = "(nothing)"
"""What an emulator shows in a place that only the other one has."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place at which they differ."""

    place: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        return f"{self.place}\n    localcloud: {self.ours}\n    ministack:  {self.theirs}"


def differences(ours: Observation, theirs: Observation, world: str) -> list[Found]:
    """All of them, by place; each place begins with the name of the world that is not ours."""
    return [
        Found(f"{world}/{place}", ours.get(place, NOTHING), theirs.get(place, NOTHING))
        for place in sorted(ours.keys() | theirs.keys())
        if ours.get(place, NOTHING) != theirs.get(place, NOTHING)
    ]


def unsettled(found: Iterable[Found], table: Iterable[Difference]) -> list[Found]:
    """Those that no row of the table speaks of."""
    patterns = [pattern for row in table for pattern in row.places]
    return [one for one in found if not any(fnmatchcase(one.place, pattern) for pattern in patterns)]


def unseen(found: Iterable[Found], table: Iterable[Difference]) -> Iterator[str]:
    """Places in the table at which nothing differs any more."""
    places = [one.place for one in found]
    for row in table:
        for pattern in row.places:
            if not any(fnmatchcase(place, pattern) for place in places):
                yield pattern
