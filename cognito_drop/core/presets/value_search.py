"""Finds the records of a file that hold a value: in one of their fields, however it is written there.

What the check takes off makes no difference: upper and lower case, blanks, an apostrophe, what programs put around an
address or a text, invisible characters, and the separators of a phone number. Some exports leave the + of a phone
number out, and some write it as it is dialed in its region, which is read as the setting `phone_region` reads it. A
person may search for it in these forms too.
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
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.detection import encoding_of
from cognito_drop.core.rows.dialect import Encoding
from cognito_drop.core.rows.email_address import is_email, unwrapped
from cognito_drop.core.rows.foreign_files import foreign
from cognito_drop.core.rows.local_phone import has_country_code, read_local_number, region_and_dialed
from cognito_drop.core.rows.values import BEFORE_A_PHONE, TEXT_FORMULA
from cognito_drop.core.text.invisible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.core.presets.source import Source
    from cognito_drop.core.rows.records import Record

_SEPARATORS: Final = r" ().\-/\u00a0\u2010-\u2013\u202f"
_PHONE: Final = re.compile(rf"\+[\d{_SEPARATORS}]{{4,}}")
_DIALED: Final = re.compile(rf"\(?\d[\d{_SEPARATORS}]{{5,}}")
"""What may be a phone number without its +."""
_ABROAD: Final = "00"
"""What is dialed for the + in most countries."""
_LONGEST_PHONE: Final = 64
"""Characters of a phone number with its separators, where it is searched for as text."""
_LAST: Final = 3
"""Digits at the end of a phone number that are compared before it is read."""
_NO_DIGIT: Final = re.compile(r"\D")
_NO_DIGITS: Final = bytes(byte for byte in range(256) if not chr(byte).isdecimal())
_REWRITTEN: Final = (b"\\", b'""')
"""What stands in a record where a character of a value is written in another way."""


@dataclass(frozen=True)
class ValueSearch:
    """A search for one value, which is not blank."""

    value: str

    @cached_property
    def spellings(self) -> list[str]:
        """The value as a user pool may have it: a phone number is stored with a + and without separators."""
        if self._is_phone:
            return [self._even]
        plus = self._with_plus if self._is_dialed else ""
        return [self.value, *([plus] if plus and plus[1] != "0" else [])]

    @property
    def may_lack_country_code(self) -> bool:
        """Whether it may be a phone number as it is dialed in its region, which a pool does not have: it has each
        number with its country code."""
        return self._is_dialed and not has_country_code(self._with_plus)

    def records(self, source: Source, chunks: Iterable[bytes]) -> Iterator[int]:
        """The places of the records that hold it. Raises UndecodableError and BrokenFileError."""
        encoding = source.dialect.encoding
        _, rows = source.records(chunks)
        for row in rows:
            if self._may_be_in(row.raw, encoding) and self._is_in(row, source):
                yield row.line

    def lines(self, chunks: Iterable[bytes]) -> Iterator[int]:
        """The lines with the text of the value, in a file whose records are not known. Raises UndecodableError for one
        that is no text, such as a workbook."""
        wanted, longest = re.compile(re.escape(self._even)), len(self._even) + 1  # an accent may come later
        if self._is_phone:
            between, local = f"[{_SEPARATORS}]*", self._local[1]
            forms = [between.join(self._even[1:]), *([rf"(?<!\d){between.join(local)}(?!\d)"] if local else [])]
            wanted, longest = re.compile("|".join(forms)), _LONGEST_PHONE
        elif self._is_dialed:
            between = f"[{_SEPARATORS}]*".join(self._digits)
            wanted, longest = re.compile(rf"(?<!\d){between}(?!\d)"), _LONGEST_PHONE
        line, last, rest = 1, 0, ""
        for decoded in _decoded(chunks):
            text, counted = unicodedata.normalize("NFC", visible(rest + decoded)).casefold(), 0
            for match in wanted.finditer(text):
                line += text.count("\n", counted, match.start())
                counted = match.start()
                if line > last:
                    last = line
                    yield line
            # What may be the start of the value is looked at again with what comes next.
            end = max(counted, len(text) - longest + 1)
            line += text.count("\n", counted, end)
            rest = text[end:]

    @cached_property
    def _even(self) -> str:
        return _even(self.value)

    @cached_property
    def _is_phone(self) -> bool:
        return _PHONE.fullmatch(self._even) is not None

    @cached_property
    def _is_dialed(self) -> bool:
        return _DIALED.fullmatch(self._even) is not None

    @cached_property
    def _digits(self) -> str:
        return _NO_DIGIT.sub("", self._even)

    @property
    def _with_plus(self) -> str:
        """The digits as those of a number with its country code; blank for what has none but zeros."""
        digits = self._digits.removeprefix(_ABROAD)
        return f"+{digits}" if digits.strip("0") else ""

    @cached_property
    def _bytes(self) -> bytes | None:
        """What stands in each record that holds it, with nothing between its digits if it may be a phone number; None
        where it is not ASCII."""
        if self._is_phone or self._is_dialed:
            return self._digits[-_LAST:].encode()
        return self._even.encode() if self._even.isascii() else None

    @cached_property
    def _local(self) -> tuple[str, str]:
        """Of a phone number its region, and how it is dialed there; a + that was left out is added."""
        return region_and_dialed(self._even if self._is_phone else self._with_plus)

    def _may_be_in(self, raw: bytes, encoding: Encoding) -> bool:
        """False only for a record that does not hold it for certain: most records need not be taken apart."""
        if self._bytes is None or encoding is not Encoding.UTF_8 or not raw.isascii():
            return True
        looked_at = raw.translate(None, _NO_DIGITS) if self._is_phone or self._is_dialed else raw.lower()
        return self._bytes in looked_at or any(mark in raw for mark in _REWRITTEN)

    def _is_in(self, row: Record | JsonRecord, source: Source) -> bool:
        if row.is_cut:
            return self._even in _even(row.raw.decode(source.dialect.encoding, errors="replace"))
        if isinstance(row, JsonRecord):
            return self._is_member(row.value) if row.value is not None else self._even in _even(row.text)
        values = source.values(row)
        if values is None:
            return self._even in _even(row.raw.decode(source.dialect.encoding))
        return any(map(self._is_value, values))

    def _is_member(self, value: Any) -> bool:  # noqa: ANN401  (any JSON)
        match value:
            case dict():
                return any(map(self._is_member, value.values()))
            case list():
                return any(map(self._is_member, value))
            case None | bool():
                return False
            case _:
                return self._is_value(str(value))

    def _is_value(self, text: str) -> bool:
        """Whether this field is the value; only a phone number starts with + and goes on with digits."""
        even = _even(text)
        if even == self._even or (self._even == f"+{even}" and even.isdecimal()):
            return True
        digits = _NO_DIGIT.sub("", even) if self._is_phone or self._is_dialed else ""
        if not digits or digits[-_LAST:] != self._digits[-_LAST:]:
            return False
        return self._is_local(text, self._even) if self._is_phone else self._is_same_number(text, even, digits)

    def _is_same_number(self, text: str, even: str, digits: str) -> bool:
        """Whether a field is the number of which a person has left the + out, or the country code; it may lack the
        other of them."""
        if not even.startswith("+"):
            if not _DIALED.fullmatch(even):
                return False
            even = f"+{digits.removeprefix(_ABROAD)}"
            if digits == self._digits or self._is_local(text, self._with_plus):
                return True
        return even[1:] == self._digits.removeprefix(_ABROAD) or region_and_dialed(even)[1] == self._digits

    def _is_local(self, text: str, number: str) -> bool:
        """Whether a field is this number in E.164 as it is dialed in its region."""
        region, _ = self._local
        return bool(region) and read_local_number(_bare(text), region) == number


def _decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    blocks = iter(chunks)
    head = next(blocks, b"")
    if foreign(head):
        raise UndecodableError(0)
    encoding, _ = encoding_of(head)
    return codecs.iterdecode(chain([head], blocks), encoding, errors="replace")


def _bare(text: str) -> str:
    """The text without what programs put around it to keep it a text."""
    text = visible(text).strip()
    if formula := TEXT_FORMULA.fullmatch(text):
        text = formula[1].strip()
    return BEFORE_A_PHONE.sub("", text, count=1)


def _even(text: str) -> str:
    """The text as it is compared."""
    text = unicodedata.normalize("NFC", _bare(text)).casefold()
    if _PHONE.fullmatch(text):
        return "+" + _NO_DIGIT.sub("", text)
    return bare if "@" in text and is_email(bare := unwrapped(text)) else text
