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
from cognito_drop.core.text.problem import Problem, ProblemCode

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
    """The file is not good JSON where its records are listed, or has a page without a list; `records` were read before
    it."""

    def __init__(self, records: int, *, lacks_list: bool) -> None:
        super().__init__("The file is not valid JSON.")
        self.records = records
        self.lacks_list = lacks_list


class _ListlessPageError(CutOffError):
    """A page has no list of records."""


class PageWithinError(Exception):
    """The record of this number is a list of records: its users would be missed."""

    def __init__(self, number: int) -> None:
        super().__init__("A record is a list of records.")
        self.number = number


def is_of_records(value: object) -> bool:
    """Whether this is a list of objects."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def page_within(error: PageWithinError, how: str) -> Problem:
    """The problem of such a file."""
    return Problem(
        ProblemCode.WRONG_EXPORT,
        f"Record {error.number:,} is not a user but a page of users, and other records are users.",
        f"Put the pages and the users into separate files, and drop them one by one. {how}".strip(),
    )


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
    chunks: Iterable[bytes],
    encoding: Encoding,
    shape: Shape,
    records_in: str | None,
    listless: frozenset[str] | None = None,
) -> Generator[JsonRecord]:
    """Every record of the file, as `json_values` reads them. Raises BrokenFileError and UndecodableError."""
    for number, (value, source, is_cut) in enumerate(json_values(chunks, encoding, shape, records_in, listless), 1):
        yield JsonRecord(number, value, source, is_cut)


def json_values(
    chunks: Iterable[bytes],
    encoding: Encoding,
    shape: Shape,
    records_in: str | None,
    listless: frozenset[str] | None = None,
) -> Generator[tuple[Any, str, bool]]:
    """The value, text and `is_cut` of every record of the file. Raises BrokenFileError and UndecodableError.

    A page without the list is as a rule an error's answer, whose users would be missed: it breaks the file, unless it
    has these members. None lets any pass.
    """
    text = JsonText(chunks, encoding)
    if shape is Shape.LINES:
        yield from _lines(text)
        return
    number = 0
    try:
        for found in _pages(text, shape, records_in or "", listless):
            number += 1
            yield found
    except CutOffError as error:
        raise BrokenFileError(number, lacks_list=isinstance(error, _ListlessPageError)) from error


def _pages(
    text: JsonText, shape: Shape, records_in: str, listless: frozenset[str] | None
) -> Generator[tuple[Any, str, bool]]:
    """The records of all pages. One object alone may lack the list: others can say better what such a file is."""
    is_alone, is_page = True, True
    while text.peek():
        if not is_page:
            raise _ListlessPageError
        if shape is Shape.ARRAY:
            yield from _array(text)
        elif shape is Shape.DOCUMENTS:
            yield from _documents(text, records_in, listless)
        else:
            is_page = yield from _document(text, records_in, listless)
            if not (is_page or is_alone):
                raise _ListlessPageError
        is_alone = False


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


def _documents(text: JsonText, records_in: str, listless: frozenset[str] | None) -> Generator[tuple[Any, str, bool]]:
    """What the objects of the list that starts here have in this member."""
    _take(text, "[")
    sign = ","
    while sign == ",":
        if not (yield from _document(text, records_in, listless)):
            raise _ListlessPageError
        sign = text.peek()
        if sign not in {",", "]"}:
            raise CutOffError
        text.at += 1


def _document(
    text: JsonText, records_in: str, listless: frozenset[str] | None
) -> Generator[tuple[Any, str, bool], None, bool]:
    """The list that is a member of the object which starts here; the other members are gone over. Returns whether
    there is one, or may be none."""
    _take(text, "{")
    lists_them = listless is None
    lacking = {f'"{name}"' for name in listless or ()}
    sign = text.peek()
    while sign != "}":
        if sign != '"':
            raise CutOffError
        name = text.skip_value()
        lacking.discard(name)
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
    return lists_them or bool(listless and not lacking)


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
