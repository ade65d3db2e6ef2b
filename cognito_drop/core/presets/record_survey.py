"""What the records of an export have in common: whether the preset is made for them, and what of it they lack.

Memory is bounded however many different records a file has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import PageWithinError, is_of_records
from cognito_drop.core.presets.recognition import fits, names_in, unmapped, wrong_file
from cognito_drop.core.presets.unread_status import UnreadStatuses, says_status, status_not_read
from cognito_drop.core.presets.user import has_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.text.problem import Problem

_MOST_SHAPES: Final = 1_000


class RecordSurvey:
    """Looks at the names of members of one file's records. `is_json` says that each may have others."""

    def __init__(self, preset: Preset, *, is_json: bool) -> None:
        self._preset, self._is_json = preset, is_json
        self._fits = not (is_json and preset.signs)
        self.has_status = False
        """Whether any record says who is disabled."""
        self.has_system_status = False
        """Whether any does so as the system writes it, and not only with a member that a mapping adds."""
        self._first_names: set[str] | None = None
        self._shapes: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
        """The names of members that records have, with those of their profiles: nearly all have the same."""
        self.unfound = set(preset.paths)
        """What a mapping reads and no record has: paths, each with its alternatives."""
        self._statuses = UnreadStatuses(preset) if is_json else None
        self.settled: set[str] = set()
        """The members whose names say all there is to know of them: a record of nothing else need not be looked at."""

    @property
    def has_records(self) -> bool:
        """Whether a record was looked at."""
        return self._first_names is not None

    def look_at(self, record: Mapping[str, Any], number: int) -> None:
        """Remember what the record of this number has. Raises PageWithinError."""
        if self._is_json and is_of_records(record.get(self._preset.records_in or "")):
            raise PageWithinError(number)
        if self._statuses:
            self._statuses.look_at(record)
        if self.unfound or not (self._fits and self.has_system_status):
            self._look_at_names(record)
        if self._fits and not self.unfound:
            self.settled.update(record.keys() & self._statuses.seen if self._statuses else record.keys())
            self.settled.discard(self._preset.records_in or "")

    def problem(self, options: Options) -> Problem | None:
        """The problem of records that are not the preset's, or that have what it should read and does not."""
        names = self._first_names or ()
        if not self._fits:
            return wrong_file(self._preset, names, options)
        is_unmapped = self._is_json and not self._preset.signs and self.unfound == set(self._preset.paths)
        if self.unfound and is_unmapped:
            return unmapped(self._preset, names)
        passed_over = self._statuses.found if self._statuses else None
        return status_not_read(self._preset, passed_over, "members") if passed_over else None

    def _look_at_names(self, record: Mapping[str, Any]) -> None:
        profile = record.get("profile")
        shape = tuple(record), tuple(profile) if isinstance(profile, dict) else ()
        if shape not in self._shapes:
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes.add(shape)
            names = names_in(record)
            if self._first_names is None:
                self._first_names = names
            self._fits = self._fits or fits(self._preset, names)
            self.has_status = self.has_status or says_status(self._preset, record)
            system = self._preset.base or self._preset
            self.has_system_status = self.has_system_status or says_status(system, record)
        self.unfound -= {paths for paths in self.unfound if any(has_path(record, path) for path in paths)}
