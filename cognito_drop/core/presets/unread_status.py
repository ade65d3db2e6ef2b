"""Whether a file says who is disabled, and whether the preset with which it is read takes notice of all that does.

Guarantees that a column or member that may shut a user out is never passed over: the file is refused instead.
"""

from __future__ import annotations

import functools
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.user import evened, is_shut_out, is_true, text
from cognito_drop.core.rows.header_words import POSITIVE_STATUS, status_word
from cognito_drop.core.text.names import named
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cognito_drop.core.presets.preset import Preset

_LONGEST_KEPT: Final = 100  # characters


def says_status(preset: Preset, record: Iterable[str]) -> bool:
    """Whether any of its own members says who is disabled; true of a preset that reads no status."""
    return not preset.status_in or not {*preset.status_in, *map(evened, preset.status_in)}.isdisjoint(
        {*record, *map(evened, record)}
    )


def unread(preset: Preset, names: Sequence[str]) -> tuple[str, ...]:
    """A CSV file's columns that the preset neither reads nor passes over. It reads all spellings of a status."""
    labels, statuses = set(preset.labels(names).values()), set(map(evened, preset.status_in))
    return tuple(
        name
        for name in names
        if not (name in labels or preset.knows(name) or (evened(name) in statuses and "." not in name))
    )


def unread_status(preset: Preset, names: Sequence[str]) -> Problem | None:
    """The problem of a column that may say who is disabled, and that the preset does not read. A name with a point is
    of a profile, which says nothing of the account."""
    status = [name for name in unread(preset, names) if status_word(name) and "." not in name]
    return status_not_read(preset, status, "columns") if status else None


def status_not_read(preset: Preset, names: Collection[str], what: str) -> Problem:
    """The problem of columns or members of these names."""
    return Problem(
        ProblemCode.STATUS_NOT_READ,
        f"The file has {what} that may say who is disabled, and the preset {preset.name} does not read them: "
        f"{named(list(names))}.",
        "Name them in `disabled` of a mapping, or in its `leave_out` if they say nothing of the kind; or remove them.",
    )


class UnreadStatuses:
    """Finds members of JSON records that say who is disabled and that a preset does not read. Those of a profile say
    nothing of the account; a mapping that adds to no preset may find the account in any object of a record."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        self._looks_inside = not preset.signs
        names = (path.split(".") for paths in preset.paths for path in paths)
        self._read_inside = {".".join(each[:count]) for each in names for count in range(1, len(each))}
        """The paths of objects of which the preset reads a member."""
        self.seen: set[str] = set()
        """The names of members that need not be looked at again, whatever their values are."""
        self.found: dict[str, None] = {}
        """Their names, in the order of the file."""

    def look_at(self, record: Mapping[str, Any]) -> None:
        """Remember what a record has."""
        if self._looks_inside:  # a member may be an object in one record only
            self._look_inside(record)
            return
        for name in record.keys() - self.seen:
            if self._is_done((name,), record[name]):
                self.seen.add(name)

    def _look_inside(self, record: Mapping[str, Any]) -> None:
        objects: deque[tuple[tuple[str, ...], Mapping[str, Any]]] = deque([((), record)])
        while objects:
            path, members = objects.popleft()
            for name, value in members.items():
                self._is_done((*path, name), value)
                if isinstance(value, dict):
                    objects.append(((*path, name), value))

    def _is_done(self, names: tuple[str, ...], value: Any) -> bool:  # noqa: ANN401  (any JSON)
        """Whether members with this path need not be looked at again for their own values."""
        said = _status_word(names[-1])
        if not said:
            return True
        path = ".".join(names)
        if path in self._read_inside or not unread(self._preset, [path]):
            return True
        if said in POSITIVE_STATUS:
            says_something = bool(value) if isinstance(value, (dict, list)) else bool(text(value).strip())
            may_shut_out = says_something and not is_true(value)
        else:
            may_shut_out = is_shut_out(value)
        if may_shut_out:
            self.found[path] = None
        return path in self.found


def _status_word(name: str) -> str:
    """The same as `status_word`, which many records ask for the same names."""
    return _status_word_once(name) if len(name) <= _LONGEST_KEPT else status_word(name)


_status_word_once = functools.lru_cache(maxsize=1024)(status_word)
