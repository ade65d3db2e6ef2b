"""The file of rows to retry: byte for byte what was dropped, and fit to be dropped as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.report_world import ReportWorld
from tests.unit.samples import drop

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("aws")

HEADER = "cognito:username,E-Mail,email_verified"
ROWS = ["maria,maria@example.com,TRUE", "Größe,bad,true", "fail1,fail1@example.com, true ", "skip,s@example.com,true"]
QUOTED = [
    '"maria","maria@example.com",TRUE', '"a ""b""", c@example.com ,TRUE', '"two\nlines",x@example.com,TRUE',
    'fail1,"fail1@example.com", true ', "skip,s@example.com,true",
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("header", "rows", "retried"),
    [
        (HEADER, ROWS, [1, 2]),
        (HEADER.replace(",", ";"), [row.replace(",", ";") for row in ROWS], [1, 2]),
        (HEADER, QUOTED, [1, 2, 3]),
        (HEADER, [row.replace("Größe,", "Grö\\,ße,") for row in ROWS], [1, 2]),
    ],
    ids=["comma", "semicolon", "quotes", "backslash"],
)
@pytest.mark.parametrize("has_last_end", [True, False])
def test_rows_to_retry_are_there_byte_for_byte(
    encoding: str, line_end: str, header: str, rows: Sequence[str], retried: list[int], *, has_last_end: bool
) -> None:
    """In the file's encoding, with its mark, its header and its line ends, in its order."""
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
    assert [code for _, code, _ in again.staging.rejections(again.drop)] == [
        code for _, code, _ in world.table("rejected")
    ]
