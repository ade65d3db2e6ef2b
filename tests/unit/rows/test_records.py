"""Reading a file again: every row byte for byte, numbered as the preflight numbers it."""

from __future__ import annotations

import pytest

from cognito_drop.core.rows import Dialect, Encoding, Record, records
from cognito_drop.core.rows.dialect import Quoting
from tests.unit.rows.files import ADA, HEADER, SHORT, check, cut, file_of

HEAD = ",".join(SHORT)


def read(content: bytes, chunk: int = 1 << 20, *, with_header: bool = False) -> list[Record]:
    """The file's rows by the dialect that the preflight found."""
    dialect = check(content).report.dialect
    assert dialect
    assert Dialect.from_json(dialect.to_json()) == dialect
    return list(records(cut(content, chunk), dialect, with_header=with_header))


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_rows_come_back_as_they_stand(encoding: Encoding, end: str, chunk: int) -> None:
    """Blanks, quotation marks and foreign letters are kept, blank lines are no rows."""
    rows = [' ada ,"a@example.com",true,Ä', "", 'eve,e@example.com,true,"x, y"']
    content = end.join(["", HEAD, *rows, " ", ""])
    found = read(("\ufeff" + content).encode(encoding), chunk, with_header=True)
    assert [(row.line, row.raw) for row in found] == [
        (2, HEAD.encode(encoding)),
        (3, rows[0].encode(encoding)),
        (5, rows[2].encode(encoding)),
    ]


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_row_over_several_lines_is_one_record(chunk: int) -> None:
    """With the line breaks as they stand."""
    content = f'{HEAD}\r\nada,a@example.com,true,"A\r\nd\na"\r\nbob,b@example.com,true,B\r\n"open,\r\nx\r\n'.encode()
    assert [(row.line, row.raw) for row in read(content, chunk)] == [
        (2, b'ada,a@example.com,true,"A\r\nd\na"'),
        (5, b"bob,b@example.com,true,B"),
        (6, b'"open,'),
        (7, b"x"),
    ]


@pytest.mark.parametrize("footer", ["(2 rows)", "(1 row)", "(2 Zeilen)", "(2 filas)", "(2 lignes)\r"])
def test_the_count_below_a_table_of_psql_is_no_row(footer: str) -> None:
    """It takes no row with it, as a part of a broken one would."""
    content = f"{HEAD}\nada,a@example.com,true,A\nbob,b@example.com,true,B\n{footer}\n".encode()
    report = check(content).report
    assert (report.rows, report.accepted, report.blank_lines) == (2, 2, 1)
    assert [row.line for row in read(content)] == [2, 3]


@pytest.mark.parametrize("line", ["(2 rows", "(two rows)", "(2 rows) x", "2 rows"])
def test_another_line_of_one_value_is_rejected_with_the_row_before_it(line: str) -> None:
    """It may be what a line break has split off."""
    report = check(f"{HEAD}\nada,a@example.com,true,A\nbob,b@example.com,true,B\n{line}\n".encode()).report
    assert (report.rows, report.accepted) == (2, 1)


@pytest.mark.parametrize("size", [131_072, 131_073, 131_074, 131_075, 3_000_000])
@pytest.mark.parametrize("chunk", [1000, 50_000, 1 << 22])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("filling", [b"x", b" ", b'"'])
def test_a_line_without_end_is_held_in_part_only(size: int, chunk: int, end: bytes, filling: bytes) -> None:
    """What is longer than any row may be is one rejected row, its start is kept, and the next row is found."""
    row = file_of(ADA, columns=SHORT).splitlines()[1].encode()
    quoted = b'q,q@example.com,true,"Q, Q"'
    content = end.join([HEAD.encode(), quoted, filling * size, row, b""])
    outcome = check(content, chunk=chunk, block_bytes=30_000)
    found = read(content, chunk)
    is_blank = filling == b" " and size <= 131_072
    assert [record.line for record in found] == ([2, 4] if is_blank else [2, 3, 4])
    assert [line for line, _ in outcome.codes] == ([] if is_blank else [3])
    assert found[-1].raw == row
    assert max(len(record.raw) for record in found) <= 131_072
    assert any(record.is_cut for record in found) == (size > 131_072)


@pytest.mark.parametrize(("longest", "lines"), [(10, [2, 3, 4]), (11, [2, 4])])
def test_a_record_over_lines_ends_within_the_longest(longest: int, lines: list[int]) -> None:
    """What is longer is one record a line, as what is never closed is."""
    content = b'a,b\n"1234\n6789"\nx,y\n'
    found = records([content], Dialect(quoting=Quoting.QUOTES), longest=longest)
    assert [record.line for record in found] == lines


def test_rejected_and_accepted_rows_are_all_there() -> None:
    """Every row that was counted is given once."""
    content = file_of(*({**ADA, "cognito:username": name} for name in ("a", "b c", "d", "d")), columns=HEADER)
    outcome = check(content)
    lines = {row.line for row in outcome.sink.rejections}
    for part_line, file_line, count in outcome.report.parts[0].segments:
        assert part_line >= 2
        lines.update(range(file_line, file_line + count))
    assert [record.line for record in read(content.encode())] == sorted(lines)
