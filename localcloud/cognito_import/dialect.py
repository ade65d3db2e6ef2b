r"""Reads the one CSV dialect that Cognito's import accepts.

UTF-8 without a byte order mark, comma between values, `\,` for a comma inside a value, no quotation marks (a
quotation mark is an ordinary character), white space around values trimmed, LF or CRLF at the end of a line, no line
break inside a value. What is not documented is a setting: how a quotation mark is read in spite of that, and a
backslash before anything but a comma.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
What the values must be is left to `row_rules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from localcloud.settings import Settings

MAX_ROW_CHARACTERS: Final = 16_000
BYTE_ORDER_MARK: Final = "\ufeff"

_UNESCAPED_COMMA = re.compile(r"(?<!\\),")
_QUOTED = r'\s*"(?P<quoted>(?:[^"]|"")*)"\s*'
_ESCAPED: Final = {True: r"\\[\\,]", False: r"\\,"}
"""What a backslash escapes, by whether it escapes itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, counted from 1, and its text, None when it has too many characters."""

    number: int
    text: str | None


@dataclass(frozen=True, slots=True)
class FileShape:
    """What one pass over a file finds: the header's line (None when it is too long or missing), rows below it."""

    header: str | None
    rows: int


def read_lines(path: Path, *, skip_blank: bool) -> Generator[Line]:
    """The lines of the file in order, holding at most one row's worth of characters at a time.

    A blank line counts in the numbering whether or not it is skipped. Raises UnicodeDecodeError when the file is not
    UTF-8.
    """
    with path.open(encoding="utf-8", newline="\n") as file:
        number = 0
        while text := file.readline(MAX_ROW_CHARACTERS + 2):
            number += 1
            bare = text.removesuffix("\n").removesuffix("\r")
            if len(bare) > MAX_ROW_CHARACTERS:
                while text and not text.endswith("\n"):
                    text = file.readline(MAX_ROW_CHARACTERS)
                yield Line(number, None)
            elif not skip_blank or bare.strip():
                yield Line(number, bare)


def measure(path: Path, *, skip_blank: bool) -> FileShape:
    """Read the whole file once. Raises UnicodeDecodeError when it is not UTF-8."""
    lines = read_lines(path, skip_blank=skip_blank)
    header = next(lines, None)
    return FileShape(header.text if header else None, sum(1 for _ in lines))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How quotation marks and backslashes are read."""

    reads_quotes: bool = False
    """Whether a value that begins with a quotation mark is a quoted one, as in RFC 4180."""
    doubles_backslashes: bool = False
    """Whether two backslashes are one, so that a comma after them separates."""

    @classmethod
    def of(cls, settings: Settings) -> Dialect:
        """The dialect that is set."""
        return cls(settings.import_reads_quotes, settings.import_doubles_backslashes)

    def split(self, text: str) -> list[str]:
        """The values of a line, trimmed, with their commas."""
        has_backslash = "\\" in text
        if (self.reads_quotes and '"' in text) or (self.doubles_backslashes and has_backslash):
            return self._walk(text)
        if not has_backslash:
            return [value.strip() for value in text.split(",")]
        return [value.strip().replace("\\,", ",") for value in _UNESCAPED_COMMA.split(text)]

    def _walk(self, text: str) -> list[str]:
        """The same, value by value."""
        escaped, values = _ESCAPED[self.doubles_backslashes], list[str]()
        plain = rf"(?P<plain>(?:{escaped}|[^,])*)"
        value = rf"(?:{_QUOTED}|{plain})" if self.reads_quotes else plain
        for found in re.finditer(rf"{value}(?P<end>,|$)", text):
            bare = found["plain"]
            values.append(
                found["quoted"].replace('""', '"').strip()
                if bare is None
                else re.sub(escaped, lambda escape: escape[0][1:], bare.strip())
            )
            if not found["end"]:
                break
        return values
