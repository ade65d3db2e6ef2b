"""Why a drop cannot be imported, as data: a stable code, a plain sentence, a hint what to do.

Sentences name columns, lines, sizes and counts; never a value from the file.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.text.json_types import ProblemJson


MAP: Final = "map"
"""The command that helps with a header."""
MAP_HINT: Final = "For a file with its own columns, `cognito-drop map` proposes a mapping."


class ProblemCode(enum.StrEnum):
    """The stable codes of everything that makes a drop unusable as a whole."""

    UNKNOWN_POOL_ALIAS = "unknown_pool_alias"
    POOL_NOT_FOUND = "pool_not_found"
    POOL_VERIFIES_NOTHING = "pool_verifies_nothing"
    POOL_KEY_DENIED = "pool_key_denied"
    POOL_NOT_ENABLED = "pool_not_enabled"
    SOURCE_GONE = "source_gone"
    FILE_EMPTY = "file_empty"
    NOT_UTF8 = "not_utf8"
    WRONG_HEADER = "wrong_header"
    NO_ROWS = "no_rows"
    NOT_UTF16 = "not_utf16"
    GZIP_FILE = "gzip_file"
    ZIP_FILE = "zip_file"
    EXCEL_FILE = "excel_file"
    PARQUET_FILE = "parquet_file"
    JSON_FILE = "json_file"
    OTHER_FORMAT = "other_format"
    HEADER_TOO_LONG = "header_too_long"
    UNKNOWN_COLUMNS = "unknown_columns"
    ATTRIBUTES_NOT_ALLOWED = "attributes_not_allowed"
    REPEATED_COLUMNS = "repeated_columns"
    MISSING_COLUMNS = "missing_columns"
    PASSWORD_HASHES_REFUSED = "password_hashes_refused"  # noqa: S105  (a code, no secret)
    TOO_MANY_LINES = "too_many_lines"
    AMBIGUOUS_DATES = "ambiguous_dates"
    JSON_BROKEN = "json_broken"
    PRESET_NOT_ALLOWED = "preset_not_allowed"
    FIRST_PART_UNREADABLE = "first_part_unreadable"
    AMBIGUOUS_RETRY = "ambiguous_retry"
    WRONG_EXPORT = "wrong_export"
    MAPPED_COLUMNS_MISSING = "mapped_columns_missing"
    STATUS_NOT_READ = "status_not_read"
    STATUS_UNCLEAR = "status_unclear"
    PRESET_UNUSABLE = "preset_unusable"
    MAPPING_NOT_ALLOWED = "mapping_not_allowed"
    MAPPING_UNUSABLE = "mapping_unusable"
    NO_GOOD_ROWS = "no_good_rows"
    TOO_MANY_REJECTED = "too_many_rejected"
    MOSTLY_KNOWN = "mostly_known"
    NO_WAY_IN = "no_way_in"
    WAYS_IN_UNKNOWN = "ways_in_unknown"
    NO_JOBS_LEFT = "no_jobs_left"
    TOO_MANY_JOBS = "too_many_jobs"
    SCAN_THREATS_FOUND = "scan_threats_found"
    SCAN_UNSUPPORTED = "scan_unsupported"
    SCAN_ACCESS_DENIED = "scan_access_denied"
    SCAN_FAILED = "scan_failed"
    SCAN_MISSING = "scan_missing"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, ready to be shown."""

    code: ProblemCode
    sentence: str
    hint: str
    command: str = ""
    """The command of `cognito-drop` that helps, such as `map`, where there is one."""

    def to_json(self) -> ProblemJson:
        """The problem in reports."""
        said: ProblemJson = {"code": self.code.value, "message": self.sentence, "hint": self.hint}
        return {**said, "command": self.command} if self.command else said

    @classmethod
    def from_json(cls, piece: ProblemJson) -> Self:
        """Read what `to_json` has made."""
        return cls(ProblemCode(piece["code"]), piece["message"], piece["hint"], piece.get("command", ""))


def all_of(problems: Sequence[Problem]) -> Problem | None:
    """All problems as one, with the code of the first, and the first command; None where there are none."""
    if not problems:
        return None
    sentences, hints = (dict.fromkeys(each) for each in zip(*((p.sentence, p.hint) for p in problems), strict=True))
    command = next((problem.command for problem in problems if problem.command), "")
    return Problem(problems[0].code, " ".join(sentences), " ".join(hints), command)
