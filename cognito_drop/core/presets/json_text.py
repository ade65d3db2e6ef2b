"""The text of a JSON file as it comes: never more of it in memory than the value that is looked at, and some blocks."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.rows.blocks import UndecodableError, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from cognito_drop.core.rows.dialect import Encoding

MAX_RECORD_CHARACTERS: Final = 1 << 20
"""Characters of a record that is still looked into: what is longer is rejected unread, so that memory stays flat."""
MAX_DEPTH: Final = 100
"""Lists and objects within each other in a record; exports have less than ten."""
_BLOCK: Final = 1 << 18
_IN_VAIN: Final = 8
"""Characters that may be read in vain for each one that is taken, so that time is linear in the file."""
_TAKEN: Final = 1 << 10
_STARTS: Final = frozenset('{["-0123456789tfnNI')
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BRACKET: Final = re.compile(r'["{}\[\]]')
_BRACKETS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|([{\[])|([}\]])', re.DOTALL)
_FLAT: Final = re.compile(r'[{\[](?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+[}\]]', re.DOTALL)
"""A list or an object without another one in it."""
_NO_VALUE: Final = re.compile(r'\{[ \t\r\n]*+[^"} \t\r\n]|"(?:[^"\\\x00-\x1f]++|\\.)*+[\x00-\x1f]')
"""What is no object, or a string with a line end in it: found out at a fraction of the time that an error takes."""
_CLOSED_BY: Final = {"{": "}", "[": "]"}
_IN_STRING: Final = re.compile(r'\\.|"', re.DOTALL)
_SCALAR_END: Final = re.compile(r"[,\]}\s]")
_LINE_END: Final = re.compile(r"\n")
_DECODE: Final = json.JSONDecoder().raw_decode
_SCAN: Final[Callable[[str, int], tuple[Any, int]]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # typeshed lacks it
"""The same without a function around it, whose StopIteration says that no value starts there."""


class BrokenValueError(Exception):
    """What stands here is no JSON value, or one that is too long or too deep to be looked into."""


class CutOffError(Exception):
    """The file ends in the middle of something."""


class JsonText:
    """A place in a text of which more can be read. `text[at:]` is what has been read and not yet taken."""

    _kept: list[str]
    _size: int

    def __init__(self, chunks: Iterable[bytes], encoding: Encoding) -> None:
        self._pieces = iter(gathered(chunks, _BLOCK))
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._is_first = True
        self.text = ""
        self.at = 0
        self.is_whole = False
        """Whether there is nothing more to read."""
        self._let_go = 0
        self._in_vain = 0
        self.is_broken = False
        """Whether the last value was: the next one often is, too, and a run of values is not worth an attempt."""

    def more(self) -> None:
        """Read on, and let go of what has been taken. Raises UndecodableError."""
        piece = next(self._pieces, None)
        self.is_whole = piece is None
        try:
            read = self._decoder.decode(piece or b"", final=piece is None)
        except UnicodeDecodeError as error:
            raise UndecodableError(0) from error
        if self._is_first and read:
            read, self._is_first = read.removeprefix("\ufeff"), False
        self._let_go += self.at
        self.text = self.text[self.at :] + read
        self.at = 0

    def peek(self) -> str:
        """The next sign that is no white space; nothing at the end of the file."""
        if self.at < len(self.text) and self.text[self.at] > " ":  # as nearly always
            return self.text[self.at]
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing too
            if self.at < len(self.text):
                return self.text[self.at]
            if self.is_whole:
                return ""
            self.more()

    def value(self) -> tuple[Any, int]:
        """The value that starts here, and where in `text` it ends. Raises BrokenValueError; nothing is taken."""
        self._let_go_of_taken()
        self.is_broken = True
        if self.text[self.at] not in _STARTS:
            raise BrokenValueError
        if match := _NO_VALUE.match(self.text, self.at):
            self._in_vain += min(match.end() - 1 - self.at, MAX_RECORD_CHARACTERS)
            raise BrokenValueError
        while True:
            try:
                found, end = _DECODE(self.text, self.at)
            except RecursionError as error:
                self._in_vain += MAX_RECORD_CHARACTERS
                raise BrokenValueError from error
            except ValueError as error:
                if self.is_whole or len(self.text) - self.at > MAX_RECORD_CHARACTERS:
                    self._in_vain += self._read_before(error)
                    raise BrokenValueError from error
            else:
                # A number may go on behind what has been read.
                if end < len(self.text) or self.is_whole:
                    if end - self.at > MAX_RECORD_CHARACTERS or _is_too_deep(self.text[self.at : end]):
                        self._in_vain += min(end - self.at, MAX_RECORD_CHARACTERS)
                        raise BrokenValueError
                    self.is_broken = False
                    return found, end
            self.more()

    def _let_go_of_taken(self) -> None:
        """An error of `json` counts the lines from the start of the text, whatever has been taken of it."""
        if self.at > _TAKEN:
            self._let_go += self.at
            self.text, self.at = self.text[self.at :], 0

    def _read_before(self, error: ValueError) -> int:
        """How far the value was read; the same number however much of the file is in memory."""
        is_known = isinstance(error, json.JSONDecodeError) and not error.msg.startswith("Unterminated")
        end = error.pos if is_known else len(self.text)  # type: ignore[attr-defined]
        return min(end - self.at, MAX_RECORD_CHARACTERS)

    @property
    def is_hostile(self) -> bool:
        """Whether so much was read in vain that values over several lines are not looked for, for the time being."""
        return self._in_vain > MAX_RECORD_CHARACTERS + _IN_VAIN * (self._let_go + self.at)

    def line_alone(self) -> tuple[Any, str, bool]:
        """Take a line, and return it as a value of its own: None where it is none."""
        line = self.rest_of_line()
        is_cut = len(line) >= MAX_RECORD_CHARACTERS
        last = line.rstrip(" \t\r,")[-1:]
        if last != _CLOSED_BY.get(line[:1], last):  # found out at a fraction of the time that an error takes
            return None, line, is_cut
        try:
            found, end = _DECODE(line)
        except (ValueError, RecursionError):
            return None, line, is_cut
        if is_cut or _is_too_deep(line) or line[end:].strip(" \t\r,"):
            return None, line, is_cut
        return found, line[:end], False

    def run(self, between: re.Pattern[str]) -> Generator[tuple[Any, str, bool]]:
        """Take values with this between them, and yield each with its text, which is whole, as far as that is simple.

        Ends before the first that needs a closer look: broken, too long, the last in the list, or not read to its end
        yet. There is always one such, so that what follows a run is never the end of the file.
        """
        self._let_go_of_taken()
        text, at = self.text, self.at
        while True:
            try:
                found, end = _SCAN(text, at)
            except (StopIteration, ValueError, RecursionError):
                return
            match = between.match(text, end)
            if match is None or match.end() == len(text) or end - at > MAX_RECORD_CHARACTERS:
                return
            source = text[at:end]
            if _is_too_deep(source):
                return
            self.at = at = match.end()
            yield found, source, False

    def skip_value(self) -> str:
        """Take the value that starts here, looking for its last bracket only, however long it is.

        Returns it, or its start where it is longer than a record may be. Raises CutOffError.
        """
        flat = _FLAT.match(self.text, self.at)
        if flat:
            self.at = flat.end()
            return flat.group()[:MAX_RECORD_CHARACTERS]
        self._kept, self._size = [], 0
        depth, is_string, at = 0, False, self.at
        if self.text[at] not in '{["':
            self._take_to(_SCALAR_END)
            return "".join(self._kept)
        while True:
            match = (_IN_STRING if is_string else _BRACKET).search(self.text, at)
            if match is None:
                if self.is_whole:
                    raise CutOffError
                # A backslash at the end belongs to the sign after it, which has not been read.
                self._take(len(self.text) - self.text.endswith("\\"))
                self.more()
                at = self.at
                continue
            at, sign = match.end(), match.group()
            if sign == '"':
                is_string = not is_string
            elif not is_string:
                depth += 1 if sign in "{[" else -1
            if depth <= 0 and not is_string:
                self._take(at)
                return "".join(self._kept)

    def rest_of_line(self) -> str:
        """Take what stands here up to the end of the line; its start only, where it is longer than a record may be."""
        end = self.text.find("\n", self.at)
        if 0 <= end <= self.at + MAX_RECORD_CHARACTERS:  # in a fraction of the time
            line = self.text[self.at : end]
            self.at = end
            return line
        self._kept, self._size = [], 0
        self._take_to(_LINE_END)
        return "".join(self._kept)

    def _take_to(self, sign: re.Pattern[str]) -> None:
        """Take everything before the first such sign, or before the end of the file."""
        while (match := sign.search(self.text, self.at)) is None:
            self._take(len(self.text))
            if self.is_whole:
                return
            self.more()
        self._take(match.start())

    def _take(self, end: int) -> None:
        """Take the text up to here, and keep the start of what is taken."""
        end = max(end, self.at)
        if self._size < MAX_RECORD_CHARACTERS:
            self._kept.append(self.text[self.at : min(end, self.at + MAX_RECORD_CHARACTERS - self._size)])
        self._size += end - self.at
        self.at = end


def _is_too_deep(source: str) -> bool:
    """Whether the value has more than MAX_DEPTH lists and objects within each other."""
    if source.replace("{", "[").count("[") <= MAX_DEPTH:  # in less time than to count both
        return False
    depth = 0
    for match in _BRACKETS.finditer(source):
        depth += bool(match[1]) - bool(match[2])
        if depth > MAX_DEPTH:
            return True
    return False
