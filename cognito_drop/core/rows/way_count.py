"""Counts how accepted users sign in for the first time, and hands on the lines of those who have no way."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from cognito_drop.contract.ways_in import NoWayIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.contract.ways_in import WayIn
    from cognito_drop.core.rows.fast_ways import FastWays
    from cognito_drop.core.rows.sink import Sink


class WayCount:
    """Adds to a count of ways."""

    def __init__(self, counts: Counter[WayIn | NoWayIn], sink: Sink) -> None:
        self._counts, self._sink = counts, sink

    def add(self, way: WayIn | NoWayIn | None, line: int) -> None:
        """Count the user of this line; None if the way is not known."""
        if way is not None:
            self._counts[way] += 1
        if isinstance(way, NoWayIn):
            self._sink.no_way_in([line], way)

    def add_run(self, ways: FastWays, marks: Sequence[tuple[bytes, ...]], line: int) -> None:
        """Count the users of as many rows as there are marks, from this line on."""
        kinds = {kind: (ways.of(kind), count) for kind, count in Counter(marks).items()}
        for way, count in kinds.values():
            self._counts[way] += count
        if any(isinstance(way, NoWayIn) for way, _ in kinds.values()):
            for kind, places in groupby(enumerate(marks, line), key=lambda place: place[1]):
                if isinstance(reason := kinds[kind][0], NoWayIn):
                    self._sink.no_way_in([at for at, _ in places], reason)
