"""Files that hold no CSV and no JSON of users: archives, workbooks, web pages, dumps, and tables drawn as text.

Guarantees that such a file is refused in one sentence that says what it looks like. A format is named only by a start
that no CSV header and no JSON list of users has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection

_SAVE: Final = "Save the table as CSV UTF-8 and drop that file."
_DECOMPRESS: Final = "Decompress it and drop the file inside."
_EXPORT: Final = "Export the users as CSV and drop that file."
_LOOKED_AT: Final = 4096  # characters
_ZIP: Final = b"PK\x03\x04"
_BINARY: Final = {
    b"\x1f\x8b": Problem(ProblemCode.GZIP_FILE, "The file is compressed with gzip.", _DECOMPRESS),
    b"BZh": Problem(ProblemCode.OTHER_FORMAT, "The file is compressed with bzip2.", _DECOMPRESS),
    b"\xfd7zXZ\x00": Problem(ProblemCode.OTHER_FORMAT, "The file is compressed with xz.", _DECOMPRESS),
    b"\x28\xb5\x2f\xfd": Problem(ProblemCode.OTHER_FORMAT, "The file is compressed with Zstandard.", _DECOMPRESS),
    b"7z\xbc\xaf\x27\x1c": Problem(
        ProblemCode.OTHER_FORMAT, "The file is a 7z archive.", "Unpack it and drop the CSV file in it."
    ),
    b"Rar!\x1a\x07": Problem(
        ProblemCode.OTHER_FORMAT, "The file is a RAR archive.", "Unpack it and drop the CSV file in it."
    ),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Problem(ProblemCode.EXCEL_FILE, "The file is an old Excel workbook.", _SAVE),
    b"PAR1": Problem(
        ProblemCode.PARQUET_FILE, "The file is a Parquet file.", "Export the table as CSV and drop that file."
    ),
    b"Obj\x01": Problem(ProblemCode.OTHER_FORMAT, "The file is an Avro file.", _EXPORT),
    b"SQLite format 3\x00": Problem(ProblemCode.OTHER_FORMAT, "The file is an SQLite database.", _EXPORT),
    b"PGDMP": Problem(ProblemCode.OTHER_FORMAT, "The file is a PostgreSQL dump.", _EXPORT),
    b"%PDF-": Problem(ProblemCode.OTHER_FORMAT, "The file is a PDF.", _EXPORT),
    b"\x89PNG\r\n": Problem(ProblemCode.OTHER_FORMAT, "The file is an image.", _EXPORT),
    b"\xff\xd8\xff": Problem(ProblemCode.OTHER_FORMAT, "The file is an image.", _EXPORT),
}
_EXPORT_CSV: Final = "in PowerShell with `Export-Csv -NoTypeInformation -Encoding utf8`."
_DRAWN: Final = (
    "a table drawn as text",
    f"Export the table as CSV: in psql with `\\copy (SELECT …) TO 'users.csv' CSV HEADER`, {_EXPORT_CSV}",
)
_FIELD: Final = r"[\w\"'-]+:"
_YAML: Final = (
    r"(?:%YAML[^\n]*\n\s*)?(?:#[^\n]*\n\s*)*"
    rf"(?:---[ \t]*\n|-[ \t]+{_FIELD}(?:[ \t]|\n)|{_FIELD}[ \t]*\n[ \t]*(?:-[ \t]|{_FIELD}[ \t])|"
    rf"{_FIELD} [^\n,;\t|]*\n{_FIELD}(?:[ \t]|\n))"
)
_SQL: Final = (
    r"INSERT\s+INTO\s|CREATE\s+(?:TABLE|DATABASE|SCHEMA|TYPE|EXTENSION)\s|DROP\s+(?:TABLE|DATABASE|SCHEMA)\s|"
    r"COPY\s+\S+[^\n]*\bFROM\s+stdin|SET\s+[\w@.]+\s*(?:=|TO\b)|START\s+TRANSACTION|"
    r"(?:BEGIN(?:\s+TRANSACTION)?|USE\s+\S+);\s*(?:\n|$)|PRAGMA\s|LOCK\s+TABLES|SELECT\s[^\n]*\bFROM\s|/\*!\d+\s|GO\s*\n"
)
_TEXTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), what, hint)
    for pattern, what, hint in (
        (
            r"(?:<\?xml[^>]*>\s*)?<Error>\s*<Code>",
            "an error that an API returned, not users",
            "Fix the cause of the error and export the users again.",
        ),
        (
            r"(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|script)\b",
            "an HTML page, which is what a download without a sign-in or a table saved as a web page is",
            "Sign in and download the export again, or save the table as CSV UTF-8.",
        ),
        (r"<\?xml\b|<[a-z][\w:.-]*(?:\s[^<>]*)?>(?: *\n\s*)?<[a-z/!]", "XML", _EXPORT),
        (
            rf"(?:--[^\n]*\n\s*|/\*(?!!)(?s:.){{0,2000}}?\*/\s*)*(?:{_SQL})|--\s*\n-- (?:PostgreSQL|MySQL|MariaDB)",
            "an SQL script or dump",
            "Export the table of the users as CSV with a header and drop that file.",
        ),
        (r"dn::? |version: \d+\s+(?:#[^\n]*\s+)*dn::? |(?:#[^\n]*\n\s*)+dn::? ", "LDIF", _EXPORT),
        (r"BEGIN:VC(?:ARD|ALENDAR)\b", "contacts in vCard format", _EXPORT),
        (r"\{\\rtf", "a text document", "Save its text as CSV UTF-8 and drop that file."),
        (
            r"version https://git-lfs\.",
            "a pointer of Git LFS, which stands for the file",
            "Get the file itself with `git lfs pull` and drop that.",
        ),
        (r"HTTP/\d[\d.]* \d{3}\b", "an answer of a web server with its headers", "Save only the body of the answer."),
        (
            r"(?:\S+: )?(?:An error occurred \(\w+\)|error:|fatal:|traceback \(most recent|usage: |curl: \(\d+\))",
            "the error message of a program",
            "Fix the cause of the error and export the users again.",
        ),
        (
            r"(?:From|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|X-[\w-]+): [^\n]+\n[\w-]+: ",
            "an email",
            "Save the attached file and drop that.",
        ),
        (
            r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^\n,;]*\b(?:INFO|DEBUG|WARN|WARNING|ERROR|NOTICE)\b",
            "a log",
            "Drop the file that the export wrote, not what it printed.",
        ),
        (
            r"USERS\t[^\n]*(?:\d{4}-\d\d-|\n(?:USERS|ATTRIBUTES)\t)|ATTRIBUTES\t[^\n]*\n(?:USERS|ATTRIBUTES)\t",
            "the text output of `aws cognito-idp list-users`",
            "Export them with `aws cognito-idp list-users --output json` and use the preset cognito.",
        ),
        (r"(?:-{10,}|\+[-=]{3,}(?:\+[-=]{3,})*\+)\s*\n", *_DRAWN),
        (r"\|[^\n]*\n[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:[|+][ \t]*:?-{2,}:?[ \t]*)*\|?\s*\n", *_DRAWN),
        (r"[^\n]*\|[^\n]*\n[ \t]*-{2,}(?:\+-{2,})+[ \t]*\n", *_DRAWN),
        (r"[^\n,;\t|]+\n[ \t]*-{2,}(?:[ \t]+-{2,})+[ \t]*\n", *_DRAWN),
        (
            r"[\w.]+ +: [^\n]*\n[\w.]+ +: ",
            "a list with one field in a line",
            f"Export the table as CSV: {_EXPORT_CSV}",
        ),
        (r"\[{1,2}[a-z_][\w.\- ]*\]{1,2}[ \t]*\n\s*[\w.\"-]+\s*=", "TOML or an INI file", _EXPORT),
        (_YAML, "YAML", _EXPORT),
    )
)
_ERRORS: Final = frozenset(
    {"error", "errors", "errorcode", "error_code", "errorsummary", "errormessage", "error_description", "statuscode"}
)
"""Members of an API's error answers, in lower case; no export has them in its users."""
_MESSAGE: Final = frozenset({"message", "code", "status"})
"""Members of one that has a message and no others."""


def foreign(head: bytes) -> Problem | None:
    """What the first bytes betray. The start of a zip archive names the files in it."""
    if head.startswith((_ZIP, b"PK\x05\x06")):
        return _archive(head)
    return next((problem for start, problem in _BINARY.items() if head.startswith(start)), None)


def foreign_text(text: str, how: str) -> Problem | None:
    """What a text that starts so is, where it is neither CSV nor JSON; `how` says how to get the right file."""
    start = text[:_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n").lstrip()
    found = next(((what, hint) for pattern, what, hint in _TEXTS if pattern.match(start)), None)
    if found is None:
        return None
    what, hint = found
    return Problem(ProblemCode.OTHER_FORMAT, f"The file looks like {what}.", how if how and hint == _EXPORT else hint)


def is_error_answer(names: Collection[str]) -> bool:
    """Whether a JSON object with these members is an error that an API returned."""
    lowered = {name.lower() for name in names}
    return not _ERRORS.isdisjoint(lowered) or {"message"} <= lowered <= _MESSAGE


def error_answer(how: str = "") -> Problem:
    """The problem of a file with an error in place of users."""
    hint = "Fix the cause of the error and export the users again."
    return Problem(
        ProblemCode.OTHER_FORMAT,
        "The file looks like an error that an API returned, not users.",
        f"{hint} {how}".strip(),
    )


def _archive(head: bytes) -> Problem:
    start = head[:_LOOKED_AT]
    if b"[Content_Types].xml" in start or b"xl/" in start:
        return Problem(ProblemCode.EXCEL_FILE, "The file is an Excel workbook.", _SAVE)
    if b"application/vnd.oasis.opendocument" in start:
        return Problem(ProblemCode.OTHER_FORMAT, "The file is an OpenDocument spreadsheet or document.", _SAVE)
    if b"Index/" in start and b".iwa" in start:
        return Problem(ProblemCode.OTHER_FORMAT, "The file is an Apple Numbers document.", _SAVE)
    return Problem(ProblemCode.ZIP_FILE, "The file is a zip archive.", "Unpack it and drop the CSV file in it.")
