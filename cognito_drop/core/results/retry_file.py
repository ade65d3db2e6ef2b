"""The form of the retry file: rows of the dropped file, byte for byte, as they can be dropped again.

Which rows are in it is decided by `RowVerdict.can_be_retried`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.object_keys import RETRY, RETRY_JSON
from cognito_drop.core.rows import LineEnd

if TYPE_CHECKING:
    from cognito_drop.core.presets import Source

_LINE_ENDS: Final = {LineEnd.LF: "\n", LineEnd.CRLF: "\r\n", LineEnd.CR: "\r"}


@dataclass(frozen=True, slots=True)
class RetryFile:
    """How it is written: its name, what it starts with, and what ends a row."""

    name: str
    start: bytes
    line_end: bytes


def retry_file_for(source: Source, header: bytes | None) -> RetryFile:
    """The form in which rows of this source can be dropped again. `header` is in the file's encoding; None is none."""
    dialect = source.dialect
    if source.is_json:
        return RetryFile(RETRY_JSON, b"", b"\n")
    mark = dialect.encoding.byte_order_mark if dialect.has_byte_order_mark else b""
    line_end = _LINE_ENDS[dialect.line_end].encode(dialect.encoding)
    return RetryFile(RETRY, mark if header is None else mark + header + line_end, line_end)
