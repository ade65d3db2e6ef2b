"""The records of a JSON file, one after the other: an array, a member of a document, or values one after the other.

Records are numbered from 1 in the order of the file. One that cannot be read is a record too, so that none is lost; a
file that breaks between its records, or ends within its list, is no file to be trusted and raises BrokenFileError.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cognito_drop.core.presets.json_text import MAX_RECORD_CHARACTERS, BrokenValueError, CutOffError, JsonText
from cognito_drop.core.rows.dialect import Encoding

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_BETWEEN_LINES: Final = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*)?")
_COMMA: Final = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


class Shape(enum.StrEnum):
    """How the records are laid out in the file."""

    ARRAY = "array"
    """A list of them; there may be several such lists, as pages of an answer."""
    DOCUMENT = "document"
    """A member of an object lists them; there may be several such objects, as pages of an answer."""
    DOCUMENTS = "documents"
    """A list of such objects."""
    LINES = "lines"
    """One after the other, as a rule one a line."""


class BrokenFileError(Exception):
    """The file is not good JSON where its records are listed; `records` were read before."""

    def __init__(self, records: int) -> None:
        super().__init__("The file is not valid JSON.")
        self.records = records


class JsonRecord(NamedTuple):
    """A record. `value` is None when it could not be read; `text` is the record as in the file, or its start."""

    line: int
    value: Any
    text: str
    is_cut: bool = False

    @property
    def raw(self) -> bytes:
        """The record in one line of UTF-8: line ends between its values are blanks, and stand nowhere else."""
        return _LINE_ENDS.sub(" ", self.text).encode(errors="replace")


def shape_of(head: str, records_in: str | None, *, is_whole: bool) -> Shape:
    """How the records are laid out in a file that starts so. `is_whole` says that this is all of it."""
    text = JsonText([head.encode(errors="replace")], Encoding.UTF_8)
    is_list = text.peek() == "["
    of_records, of_documents = (Shape.ARRAY, Shape.DOCUMENTS) if is_list else (Shape.LINES, Shape.DOCUMENT)
    if records_in is None:
        return of_records
    text.at += is_list
    if not text.peek():
        return of_records
    try:
        found, _ = text.value()
    except BrokenValueError:
        lists_them = re.search(rf'"{re.escape(records_in)}"\s*:\s*\[', head)
        return of_documents if lists_them or not is_whole else of_records
    return of_documents if isinstance(found, dict) and isinstance(found.get(records_in), list) else of_records


def json_records(
    chunks: Iterable[bytes], encoding: Encoding, shape: Shape, records_in: str | None
) -> Generator[JsonRecord]:
    """Every record of the file. Raises BrokenFileError and UndecodableError."""
    for number, (value, source, is_cut) in enumerate(json_values(chunks, encoding, shape, records_in), 1):
        yield JsonRecord(number, value, source, is_cut)


def json_values(
    chunks: Iterable[bytes], encoding: Encoding, shape: Shape, records_in: str | None
) -> Generator[tuple[Any, str, bool]]:
    """The value, text and `is_cut` of every record of the file. Raises BrokenFileError and UndecodableError."""
    text = JsonText(chunks, encoding)
    if shape is Shape.LINES:
        yield from _lines(text)
        return
    number = 0
    try:
        while text.peek():
            for found in _page(text, shape, records_in or "", is_first=not number):
                number += 1
                yield found
    except CutOffError as error:
        raise BrokenFileError(number) from error


def _page(text: JsonText, shape: Shape, records_in: str, *, is_first: bool) -> Generator[tuple[Any, str, bool]]:
    """The records of one page; an object without the list among others that have it is an error's answer."""
    if shape is Shape.ARRAY:
        yield from _array(text)
    elif shape is Shape.DOCUMENTS:
        yield from _documents(text, records_in)
    else:
        lists_them = yield from _document(text, records_in)
        if not (lists_them or is_first):
            raise CutOffError


def _lines(text: JsonText) -> Generator[tuple[Any, str, bool]]:
    """Values one after the other, with or without commas between them; where one is broken the next begins on the next
    line."""
    while sign := text.peek():
        if sign == ",":
            text.at += 1
            continue
        if text.is_hostile:
            yield text.line_alone()
            continue
        if not text.is_broken:
            yield from text.run(_BETWEEN_LINES)
            if text.peek() == ",":
                continue
        try:
            value, end = text.value()
        except BrokenValueError:
            line = text.rest_of_line()
            yield None, line, len(line) >= MAX_RECORD_CHARACTERS
            continue
        yield value, text.text[text.at : end], False
        text.at = end


def _documents(text: JsonText, records_in: str) -> Generator[tuple[Any, str, bool]]:
    """What the objects of the list that starts here have in this member."""
    _take(text, "[")
    sign = ","
    while sign == ",":
        yield from _document(text, records_in)
        sign = text.peek()
        if sign not in {",", "]"}:
            raise CutOffError
        text.at += 1


def _document(text: JsonText, records_in: str) -> Generator[tuple[Any, str, bool], None, bool]:
    """The list that is a member of the object which starts here; the other members are gone over. Returns whether
    there is one."""
    _take(text, "{")
    lists_them = False
    sign = text.peek()
    while sign != "}":
        if sign != '"':
            raise CutOffError
        name = text.skip_value()
        if text.peek() != ":":
            raise CutOffError
        text.at += 1
        sign = text.peek()
        if name == f'"{records_in}"' and sign == "[":
            lists_them = True
            yield from _array(text)
        elif sign:
            text.skip_value()
        sign = text.peek()
        if sign == ",":
            text.at += 1
            sign = text.peek()
        elif sign != "}":
            raise CutOffError
    text.at += 1
    return lists_them


def _array(text: JsonText) -> Generator[tuple[Any, str, bool]]:
    """The values of the list that starts here; a broken one goes to its last bracket."""
    _take(text, "[")
    if text.peek() == "]":
        text.at += 1
        return
    while True:
        text.peek()
        if not text.is_broken:
            yield from text.run(_COMMA)
        if text.peek() in {"", ",", "]"}:
            raise CutOffError
        try:
            value, end = text.value()
        except BrokenValueError:
            source = text.skip_value()
            yield None, source, len(source) >= MAX_RECORD_CHARACTERS
        else:
            yield value, text.text[text.at : end], False
            text.at = end
        sign = text.peek()
        if sign not in {",", "]"}:
            raise CutOffError
        text.at += 1
        if sign == "]":
            return


def _take(text: JsonText, sign: str) -> None:
    if text.peek() != sign:
        raise CutOffError
    text.at += 1
