"""Dates of birth of an export that can be read in two ways, in a file that has others with the day first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.check import ambiguous_dates
from cognito_drop.core.rows.dialect import DateOrder
from cognito_drop.core.rows.pool_rules import BIRTHDATE
from cognito_drop.core.rows.values import date_order, reads_either_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.rows.layout import Layout
    from cognito_drop.core.text.problem import Problem

_RULE: Final = f'{BIRTHDATE}: {{ from: …, date: "%d/%m/%Y" }}'


class UnclearDates:
    """What the rows of one file say of their dates, if nothing else says how they are written."""

    def __init__(self, layout: Layout, preset: Preset) -> None:
        names = [column.name if column else "" for column in layout.in_file]
        self._place = names.index(BIRTHDATE) if BIRTHDATE in names and BIRTHDATE not in preset.dated else None
        self._order, self._are_there = DateOrder.UNKNOWN, False

    def look_at(self, rows: Sequence[Sequence[str]]) -> None:
        """Find out in which order they have the day and the month. A file with both is month-first."""
        if self._place is None or self._order is DateOrder.MONTH_FIRST:
            return
        dates = [row[self._place] for row in rows]
        order = date_order(dates)
        self._order = self._order if order is DateOrder.UNKNOWN else order
        self._are_there = self._are_there or any(map(reads_either_way, dates))

    def problem(self) -> Problem | None:
        """Why the file is not usable; None if it is."""
        if self._order is DateOrder.DAY_FIRST and self._are_there:
            return ambiguous_dates(f"Write all dates as yyyy-mm-dd, or name their form in a mapping: {_RULE}.")
        return None
