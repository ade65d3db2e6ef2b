"""`left_behind.csv`: what is not carried over of accepted users, with line, code, and message, in the order of the
file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets.notes import LEFT_BEHIND
from cognito_drop.core.text.spreadsheet import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.presets.notes import Note
    from cognito_drop.core.rows import Rejection

LEFT_BEHIND_HEADER: Final = row("line", "code", "message")


def rows_of(line: int, notes: Sequence[Note]) -> str:
    """The rows of a user of an export; none where nothing of the user is left behind."""
    return "".join(row(line, note.value, LEFT_BEHIND[note]) for note in notes if note in LEFT_BEHIND)


def row_of(value: Rejection) -> str:
    """The row of an invalid value that was left out."""
    return row(value.line, value.code.value, value.sentence)
