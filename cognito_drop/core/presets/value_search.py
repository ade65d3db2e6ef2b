"""Finds the records of a file that hold a value: in one of their fields, however it is written there.

Upper and lower case, blanks around it, invisible characters, and the separators of a phone number make no difference.
A record that cannot be read as fields is searched as text.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import JsonRecord
from cognito_drop.core.rows.detection import encoding_of
from cognito_drop.core.rows.dialect import Encoding
from cognito_drop.core.text.invisible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.presets.source import Source
    from cognito_drop.core.rows.records import Record

_PHONE: Final = re.compile(r"\+[\d ().\-/\u00a0]{4,}")
_NO_DIGIT: Final = re.compile(r"\D")
_REWRITTEN: Final = (b"\\", b'""')
"""What stands in a record where a character of a value is written in another way."""


@dataclass(frozen=True)
class ValueSearch:
    """A search for one value, which is not blank."""

    value: str

    def records(self, source: Source, chunks: Iterable[bytes]) -> Iterator[int]:
        """The places of the records that hold it. Raises UndecodableError and BrokenFileError."""
        encoding = source.dialect.encoding
        _, rows = source.records(chunks)
        for row in rows:
            if self._may_be_in(row.raw, encoding) and self._is_in(row, source):
                yield row.line

    def lines(self, chunks: Iterable[bytes]) -> Iterator[int]:
        """The lines in which the text of the value stands, in a file whose records are not known."""
        wanted = re.compile(re.escape(self._even))
        line, last, rest = 1, 0, ""
        for decoded in _decoded(chunks):
            text, counted = rest + visible(decoded).casefold(), 0
            for match in wanted.finditer(text):
                line += text.count("\n", counted, match.start())
                counted = match.start()
                if line > last:
                    last = line
                    yield line
            # What may be the start of the value is looked at again with what comes next.
            end = max(counted, len(text) - len(self._even) + 1)
            line += text.count("\n", counted, end)
            rest = text[end:]

    @cached_property
    def _even(self) -> str:
        return _even(self.value)

    @cached_property
    def _bytes(self) -> bytes | None:
        """The value as it stands in ASCII; None where it may be written in several ways."""
        is_plain = self._even.isascii() and not _PHONE.fullmatch(self.value.strip())
        return self._even.encode() if is_plain else None

    def _may_be_in(self, raw: bytes, encoding: Encoding) -> bool:
        """False only for a record that does not hold it for certain: most records need not be taken apart."""
        if self._bytes is None or encoding is not Encoding.UTF_8 or not raw.isascii():
            return True
        return self._bytes in raw.lower() or any(mark in raw for mark in _REWRITTEN)

    def _is_in(self, row: Record | JsonRecord, source: Source) -> bool:
        if row.is_cut:
            return self._even in _even(row.raw.decode(source.dialect.encoding, errors="replace"))
        if isinstance(row, JsonRecord):
            return self._is_member(row.value) if row.value is not None else self._even in _even(row.text)
        values = source.values(row)
        if values is None:
            return self._even in _even(row.raw.decode(source.dialect.encoding))
        return any(_even(value) == self._even for value in values)

    def _is_member(self, value: Any) -> bool:  # noqa: ANN401  (any JSON)
        match value:
            case dict():
                return any(map(self._is_member, value.values()))
            case list():
                return any(map(self._is_member, value))
            case str():
                return _even(value) == self._even
            case None | bool():
                return False
            case _:
                return str(value) == self._even


def _decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    blocks = iter(chunks)
    head = next(blocks, b"")
    encoding, _ = encoding_of(head)
    return codecs.iterdecode(chain([head], blocks), encoding, errors="replace")


def _even(text: str) -> str:
    """The text as it is compared."""
    text = unicodedata.normalize("NFC", visible(text)).strip().casefold()
    return "+" + _NO_DIGIT.sub("", text) if _PHONE.fullmatch(text) else text
