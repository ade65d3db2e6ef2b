"""The file of rows to retry: byte for byte what was dropped, and fit to be dropped as it is."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.text.problem import ProblemCode
from tests.unit.report_world import ReportWorld
from tests.unit.samples import drop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _pytest.mark.structures import ParameterSet

pytestmark = pytest.mark.usefixtures("aws")

HEADER = "cognito:username,E-Mail,email_verified"
ROWS = ["maria,maria@example.com,TRUE", "Größe,bad,true", "fail1,fail1@example.com, true ", "skip,s@example.com,true"]
QUOTED = [
    '"maria","maria@example.com",TRUE', '"a ""b""", c@example.com ,TRUE', '"two\nlines",x@example.com,TRUE',
    'fail1,"fail1@example.com", true ', "skip,s@example.com,true",
]  # fmt: skip


FORMS = {
    "comma": (HEADER, ROWS, [1, 2]),
    "semicolon": (HEADER.replace(",", ";"), [row.replace(",", ";") for row in ROWS], [1, 2]),
    "quotes": (HEADER, QUOTED, [1, 2, 3]),
    "backslash": (HEADER, [row.replace("Größe,", "Grö\\,ße,") for row in ROWS], [1, 2]),
}
"""The header and the rows of a file, and which of these are to be retried."""
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be")
LINE_ENDS = ("\n", "\r\n", "\r")


def _kinds() -> Iterator[ParameterSet]:
    """Each pair of an encoding, a line end, a form, and a last line with or without an end; all of them nightly."""
    for (first, encoding), (second, form) in product(enumerate(ENCODINGS), enumerate(FORMS)):
        at = first + second
        for line_end, has_last_end in product(LINE_ENDS, (True, False)):
            is_one = (line_end, has_last_end) == (LINE_ENDS[at % 3], at // 3 % 2 == 0)
            yield pytest.param(encoding, line_end, form, has_last_end, marks=() if is_one else (pytest.mark.nightly,))


@pytest.mark.parametrize(("encoding", "line_end", "form", "has_last_end"), [*_kinds()])
def test_rows_to_retry_are_there_byte_for_byte(encoding: str, line_end: str, form: str, *, has_last_end: bool) -> None:
    """In the file's encoding, with its mark, its header and its line ends, in its order."""
    header, rows, retried = FORMS[form]
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    codec = encoding.removesuffix("-sig")
    start = b"\xef\xbb\xbf" if encoding.endswith("-sig") else mark.encode(codec)

    def written(lines: Sequence[str]) -> bytes:
        return start + "".join(f"{line}\n" for line in [header, *lines]).replace("\n", line_end).encode(codec)

    data = written(rows)
    world = ReportWorld()
    world.run(data if has_last_end else data.removesuffix(line_end.encode(codec)))
    assert world.files["retry.csv"] == written([rows[at] for at in retried])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_retry_file_can_be_dropped_as_it_is(encoding: str) -> None:
    """What was rejected is rejected again for the same reasons, what was good is good again."""
    rows = [
        "maria,maria@example.com,TRUE",
        "bad,bad,true",
        "fail1,fail1@example.com,true",
        "lost,lost@example.com,perhaps",
    ]
    world = ReportWorld()
    world.run(f"{HEADER}\r\n{chr(10).join(rows)}\r\n".replace("\n", "\r\n").replace("\r\r", "\r").encode(encoding))
    again = ReportWorld(drop(version_id="v2"))
    file = again.check(world.files["retry.csv"])
    assert (file.rows, file.rejected, file.part_rows) == (3, 2, (1,))
    assert [each.code for each in again.kept.rejections(again.drop)] == [code for _, code, _ in world.table("rejected")]


def test_who_is_shut_out_and_what_is_too_long_are_not_in_it() -> None:
    """The report counts the rows that are too long; a user whom the other system shuts out is not to be imported."""
    columns = "id,status,login,email"
    long = "u4,ACTIVE,dan,bad-" + "x" * 1_100_000
    world = ReportWorld(preset="okta")
    summary = world.run(f"{columns}\nu1,ACTIVE,ann,bad\nu2,SUSPENDED,bob,b@example.com\n{long}\n".encode())
    assert world.files["retry.csv"].decode() == f"{columns}\nu1,ACTIVE,ann,bad\n"
    (warning,) = (each for each in summary.warnings() if each["code"] == "too_long_to_retry")
    assert (warning["count"], warning["message"]) == (
        1, "1 row not imported is too long to be copied, and not in the file to retry."
    )  # fmt: skip


def test_values_that_were_left_out_are_listed() -> None:
    """Each with its line, and all faults of a rejected row with their columns and hints."""
    world = ReportWorld(bad_optional_values="leave_out")
    world.run(b'cognito:username,email,email_verified,name\na,a@example.com,true,A"b\nb c,bad,true,Bob\n')
    assert world.files["left_behind.csv"].decode().splitlines() == [
        "line,code,message",
        '2,quote_in_value,"name contains a quotation mark, and Cognito requires files without quotation marks."',
    ]
    rows = world.files["rejected.csv"].decode().splitlines()
    assert rows[0] == "line,column,code,message,hint"
    assert [row.split(",")[:3] for row in rows[1:]] == [
        ["3", "email", "email_invalid"],
        ["3", "cognito:username", "username_invalid"],
    ]


MIXED = [
    'q1,"q1@example.com",true', 'q2,"q2@example.com",true', "b\\,1,bad,true", "cy,cy@example.com,true",
]  # fmt: skip


def test_the_dialect_of_the_run_is_kept_for_rows_that_alone_say_another_one() -> None:
    """A file in quotation marks with one row that looks like Cognito's own dialect: its row is rejected again."""
    header = "cognito:username,email,email_verified"
    world = ReportWorld()
    summary = world.run("\n".join([header, *MIXED, ""]).encode())
    rejected = [(each.code, each.message) for each in world.kept.rejections(world.drop)]
    assert [code for code, _ in rejected] == ["wrong_field_count"]
    again = ReportWorld(drop(version_id="v2"))
    again.s3.metadata = {"dialect": json.dumps(summary.to_json()["dialect"])}
    again.check(world.files["retry.csv"])
    assert [(each.code, each.message) for each in again.kept.rejections(again.drop)] == rejected


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"encoding": "utf-8"}', '"x"', "[" * 100_000])
def test_metadata_that_is_no_dialect_says_nothing(text: str) -> None:
    """Those who drop a file may send any metadata with it."""
    world = ReportWorld()
    world.s3.metadata = {"dialect": text}
    assert world.check(f"{HEADER}\n{ROWS[0]}\n".encode()).part_rows == (1,)


@pytest.mark.parametrize(
    "content",
    [
        'cognito:username,email,email_verified\nq1,"q1@example.com",true\nb\\,1,b@example.com,true\n',
    ],
)
def test_rows_to_retry_that_alone_are_ambiguous_are_refused(content: str) -> None:
    """Only the file that they are from says how they are to be read; other files are read as most rows say."""
    world = ReportWorld(drop("inbox/people/retry.csv"))
    problem = world.check(content.encode()).problem
    assert problem is not None
    assert problem.code is ProblemCode.AMBIGUOUS_RETRY
    assert ReportWorld(drop("inbox/people/users.csv")).check(content.encode()).problem is None
