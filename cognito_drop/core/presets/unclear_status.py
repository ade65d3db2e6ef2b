"""What a whole file leaves unclear about who is shut out: rows that were given on already cannot be taken back, so such
a file is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets.unread_status import says_status
from cognito_drop.core.presets.user import word
from cognito_drop.core.text.names import named
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.presets.source import Source

_SHOWN: Final = 5
_END_BYTES: Final = 64
_MAY_SHUT_OUT: Final = ("true", "false")
_WHOLE: Final = ("\n", "\r", '"')
"""What ends a value that is not cut off."""


class FileEnd:
    """Whether a CSV file may have been cut off before its last value, or within it."""

    def __init__(self, source: Source, preset: Preset) -> None:
        self._source, self._preset = source, preset
        self._last = b""

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The file as it comes."""
        for chunk in chunks:
            self._last = (self._last + chunk[-_END_BYTES:])[-_END_BYTES:]
            yield chunk

    def problem(self, record: object) -> Problem | None:
        """The problem of a file with this last record, if the value that is missing may shut out its user."""
        dialect, name = self._source.dialect, self._source.csv_names[-1] if self._source.csv_names else ""
        text = self._last.decode(dialect.encoding, errors="ignore").rstrip(" ")
        if not (name and isinstance(record, dict)) or text.endswith(_WHOLE):
            return None
        is_blank = text.endswith(dialect.separator)
        if not (self._may_shut_out(record, name) if is_blank else self._may_begin_a_word(record, name)):
            return None
        value = "no value" if is_blank else "what may be the start of a longer value"
        return Problem(
            ProblemCode.STATUS_UNCLEAR,
            f"The last line has no line end and {value} for {named([name])}: the file may be cut off, and the user of "
            "that line may be disabled.",
            "Export the users again. If the file is complete, add a line end to its last line.",
        )

    def _may_shut_out(self, record: Mapping[str, str], name: str) -> bool:
        """Whether any value of this member shuts the user out, whom none lets in."""
        if self._shuts_out(record) or record.get(name, "").strip():
            return False
        if self._preset.status_in and says_status(self._preset, [name]):
            return True
        return any(self._shuts_out({**record, name: value}) for value in _MAY_SHUT_OUT)

    def _may_begin_a_word(self, record: Mapping[str, str], name: str) -> bool:
        """Whether more of this value would shut the user out, whom none of it does: a preset's own words begin with
        none that lets in."""
        given = word(record.get(name, ""))
        longer = [each for each in self._preset.shut_out_words if each.startswith(given) and each != given]
        if not (given and longer) or self._shuts_out(record):
            return False
        return any(self._shuts_out({**record, name: each}) for each in longer)

    def _shuts_out(self, record: Mapping[str, str]) -> bool:
        user = self._preset.user(record)
        return bool(user.refused) and not user.lacks_status


class UnclearStatuses:
    """Users who were let in by one record before another shut them out, by the places of both, and the first whose
    record lacks the status that others have."""

    def __init__(self, *, is_json: bool) -> None:
        self._place = "record" if is_json else "line"
        self.lacks_status = 0
        self._first: list[str] = []
        self._count = 0

    def add(self, accepted: int, refused: int) -> None:
        """Remember the two records of a user."""
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(f"{accepted:,} and {refused:,}")

    def problem(self, *, has_status: bool) -> Problem | None:
        """The problem of a file with such users."""
        if self.lacks_status and has_status:
            return Problem(
                ProblemCode.STATUS_UNCLEAR,
                f"The user of {self._place} {self.lacks_status:,} has no status, and users of later ones have.",
                "Export the users again, or write the status of every user.",
            )
        if not self._count:
            return None
        more = f"; {self._count - _SHOWN:,} more" if self._count > _SHOWN else ""
        return Problem(
            ProblemCode.STATUS_UNCLEAR,
            f"The file lets a user in and shuts the same user out in a later record ({self._place}s "
            f"{'; '.join(self._first)}{more}).",
            "Export the users again into an empty file; or keep the newer of the two records of each user.",
        )
