"""One pass over a file's bytes: can Cognito import it as it is?

Promises flat memory, whatever the file holds, and a problem without any of the file's values. Size, UTF-8, header,
number and length of rows are looked at here; what stands in the rows is left to Cognito.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.core.csv_header import check_header, parse_header
from lambdas.core.limits import MAX_FILE_BYTES, MAX_ROW_CHARACTERS, MAX_ROWS
from lambdas.core.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What the pass has found: the number of rows without header and blank lines, and the problem, if there is one."""

    rows: int
    problem: Problem | None = None


def check_size(size: int) -> Problem | None:
    """Look at what is known before the first byte is read. `size` is in bytes."""
    if size == 0:
        return Problem(
            ProblemCode.FILE_EMPTY, "The file is empty.", "Drop a file with the pool's header and its users."
        )
    if size > MAX_FILE_BYTES:
        return Problem(
            ProblemCode.FILE_TOO_LARGE,
            f"The file has {size:,} bytes; Cognito takes {MAX_FILE_BYTES:,} at most.",
            "Split it into several files, each with the header, and drop them all.",
        )
    return None


def check_file(chunks: Iterable[bytes], columns: Sequence[str]) -> FileCheck:
    """Read a file, given as chunks of any length, for a pool with these columns."""
    check = _Pass(columns)
    for chunk in chunks:
        problem = check.take(chunk)
        if problem:
            return FileCheck(check.rows, problem)
    problem = check.finish()  # it counts the last row, when no line break follows it
    return FileCheck(check.rows, problem)


class _Pass:
    """The state of one pass: where it is, and the unfinished last line."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = ""
        self._line = 0
        self._has_header = False
        self.rows = 0

    def take(self, chunk: bytes) -> Problem | None:
        return self._decode(chunk, final=False)

    def finish(self) -> Problem | None:
        problem = self._decode(b"", final=True) or self._take_lines([self._rest] if self._rest else [])
        if problem:
            return problem
        if not self._has_header:
            return check_size(0)
        if not self.rows:
            return Problem(ProblemCode.NO_ROWS, "The file has a header and no users.", "Add a row for each user.")
        return None

    def _decode(self, chunk: bytes, *, final: bool) -> Problem | None:
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            # What stands before is looked at first, so that the answer does not hang on how the file was cut.
            before = error.object[: error.start].decode()
            return self._take_text(before) or self._not_utf8()
        return self._take_text(text)

    def _take_text(self, text: str) -> Problem | None:
        *lines, self._rest = (self._rest + text).split("\n")
        return self._take_lines(lines) or self._check_length(self._rest, self._line + 1)

    def _not_utf8(self) -> Problem:
        return Problem(
            ProblemCode.NOT_UTF8,
            f"The file is not UTF-8: line {self._line + 1:,} has bytes that mean nothing in it.",
            "Save it as UTF-8 without byte order mark and drop it again.",
        )

    def _take_lines(self, lines: list[str]) -> Problem | None:
        for line in lines:
            self._line += 1
            problem = self._check_length(line, self._line) or self._take_line(line)
            if problem:
                return problem
        return None

    def _take_line(self, text: str) -> Problem | None:
        if not text.strip():
            return None
        return self._count() if self._has_header else self._header(text)

    def _header(self, text: str) -> Problem | None:
        if text.startswith("\ufeff"):
            return Problem(
                ProblemCode.BYTE_ORDER_MARK,
                "The file starts with a byte order mark, which Cognito reads as a part of the first column's name.",
                "Save it as UTF-8 without byte order mark (in Excel: not 'CSV UTF-8') and drop it again.",
            )
        self._has_header = True
        return check_header(parse_header(text), self._columns)

    def _count(self) -> Problem | None:
        self.rows += 1
        if self.rows <= MAX_ROWS:
            return None
        return Problem(
            ProblemCode.TOO_MANY_ROWS,
            f"The file has more than {MAX_ROWS:,} users, the most that Cognito takes in one file.",
            "Split it into several files, each with the header, and drop them all.",
        )

    @staticmethod
    def _check_length(text: str, line: int) -> Problem | None:
        if len(text.removesuffix("\r")) <= MAX_ROW_CHARACTERS:
            return None
        return Problem(
            ProblemCode.ROW_TOO_LONG,
            f"Line {line:,} has more than {MAX_ROW_CHARACTERS:,} characters, the most that Cognito takes in a row.",
            "Shorten its values; if the file has no line breaks at all, save it as an ordinary CSV file.",
        )
