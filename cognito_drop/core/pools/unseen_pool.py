"""What can be said of a file where its pool cannot be asked: what no pool changes.

Guarantees that a file is refused only for what it is itself: its format, its encoding, and what a preset or a mapping
needs of it. The pool's columns, and with them every row, are judged elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets import preflight_file
from cognito_drop.core.rows import NoSink, PoolRules
from cognito_drop.core.rows.options import UnknownColumns
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, SIGN_IN_ATTRIBUTES, USERNAME, is_custom
from cognito_drop.core.text.problem import ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.presets import Preset
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.text.problem import Problem

NOT_CHECKED: Final = "the columns and values of the rows, first sign-ins, and users who are in the pool already"
"""What is left to the pipeline."""

_OF_ANY_POOL: Final = frozenset(
    {
        ProblemCode.FILE_EMPTY,
        ProblemCode.NOT_UTF8,
        ProblemCode.NOT_UTF16,
        ProblemCode.NO_ROWS,
        ProblemCode.GZIP_FILE,
        ProblemCode.ZIP_FILE,
        ProblemCode.EXCEL_FILE,
        ProblemCode.PARQUET_FILE,
        ProblemCode.JSON_FILE,
        ProblemCode.OTHER_FORMAT,
        ProblemCode.HEADER_TOO_LONG,
        ProblemCode.TOO_MANY_LINES,
        ProblemCode.JSON_BROKEN,
        ProblemCode.MAPPED_COLUMNS_MISSING,
        ProblemCode.STATUS_NOT_READ,
    }
)
_COLUMNS: Final = (
    *"name given_name family_name middle_name nickname preferred_username profile picture website gender".split(),
    *"birthdate zoneinfo locale address updated_at email email_verified".split(),
    *"phone_number phone_number_verified".split(),
    MFA_ENABLED,
    USERNAME,
)
"""Of every pool."""
_JSON: Final = b"[{"
_MARKS: Final = b"\xef\xbb\xbf"


def problem_in_any_pool(chunks: Iterable[bytes], preset: Preset | None, options: Options) -> Problem | None:
    """Why no pool takes this file, read with these settings; None if that depends on the pool."""
    own = [name for name in (preset.own if preset else ()) if is_custom(name)]
    rules = PoolRules.of({"AutoVerifiedAttributes": SIGN_IN_ATTRIBUTES}, [*_COLUMNS, *own])
    options = replace(options, unknown_columns=UnknownColumns.LEAVE_OUT, attributes=None)
    start = _Start()
    problem = preflight_file(start.watched(chunks), preset, rules, options, NoSink()).problem
    if problem is None:
        return None
    # A CSV file with names of an export may fit a pool with attributes of these names.
    is_export = problem.code is ProblemCode.WRONG_EXPORT and (preset is not None or start.is_json)
    return problem if is_export or problem.code in _OF_ANY_POOL else None


class _Start:
    """Looks at the first bytes of a file that is read once."""

    def __init__(self) -> None:
        self.is_json = False

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, unchanged."""
        head = b""
        for chunk in chunks:
            if not head:
                head = chunk.removeprefix(_MARKS).lstrip()[:1]
                self.is_json = head != b"" and head in _JSON
            yield chunk
