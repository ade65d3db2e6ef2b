"""A file's bytes as blocks of whole lines in UTF-8, whatever its encoding and however it arrives.

Guarantees memory of a few blocks, however long a line is. Lines are parsed elsewhere.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, Encoding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from cognito_drop.core.rows.dialect import Dialect

_LONGEST_MARK: Final = 4  # bytes of a byte order mark, which must not be cut


class UndecodableError(Exception):
    """The bytes mean nothing in the file's encoding; `lines` is the number of whole lines between the last block and
    them."""

    def __init__(self, lines: int) -> None:
        super().__init__("The file cannot be decoded.")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines in UTF-8, each with its terminator; `is_oversized` when it stands for one line that is too long to
    be held, of which `data` has the start."""

    data: bytes
    is_oversized: bool = False


def gathered(chunks: Iterable[bytes], size: int) -> Generator[bytes]:
    """The same bytes in pieces of at most that size, and of hardly less but for the last."""
    pieces: list[bytes] = []
    total = 0
    for chunk in chunks:
        pieces.append(chunk)
        total += len(chunk)
        if total >= size:
            whole = b"".join(pieces)
            cut = total - total % size
            for start in range(0, cut, size):
                yield whole[start : start + size]
            pieces, total = [whole[cut:]], total - cut
    if total:
        yield b"".join(pieces)


def blocks(chunks: Iterable[bytes], dialect: Dialect, size: int, longest: int = MAX_RECORD_BYTES) -> Generator[Block]:
    """Cut the file into blocks of about that size, without its byte order mark. Raises UndecodableError.

    The last line gets a terminator if it has none.
    """
    end = dialect.line_end.terminator
    longest_rest = longest + 1  # with the carriage return that may go
    rest, is_oversized = b"", False
    for text in _decoded(gathered(chunks, max(size, _LONGEST_MARK)), dialect, end):
        cut = text.rfind(end) + 1
        if is_oversized:
            first = text.find(end) + 1
            if not first:
                continue
            yield Block(rest + end, is_oversized=True)
            rest, is_oversized = b"", False
            data = text[first:cut]
        else:
            data = rest + text[:cut] if cut else b""
        if data:
            yield Block(data)
        rest = text[cut:] if cut else rest + text
        if len(rest) > longest_rest:
            rest, is_oversized = rest[:longest_rest], True
    if rest:
        yield Block(rest + end, is_oversized=is_oversized)


def _decoded(pieces: Iterable[bytes], dialect: Dialect, end: bytes) -> Generator[bytes]:
    """The pieces in UTF-8, looked through for what is no text."""
    decoder = codecs.getincrementaldecoder(dialect.encoding)()
    is_utf8 = dialect.encoding is Encoding.UTF_8
    mark = dialect.encoding.byte_order_mark if dialect.has_byte_order_mark else b""
    pending = False
    for piece in pieces:
        text = piece.removeprefix(mark)
        mark = b""
        try:
            decoded = "" if is_utf8 and not pending and text.isascii() else decoder.decode(text)
        except UnicodeDecodeError as error:
            raise UndecodableError(_lines_before(error, dialect, end)) from error
        if is_utf8:
            pending = bool(decoder.getstate()[0])
        else:
            text = decoded.encode()
        yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UndecodableError(0) from error


def _lines_before(error: UnicodeDecodeError, dialect: Dialect, end: bytes) -> int:
    return error.object[: error.start].decode(dialect.encoding).encode().count(end)
