"""Files that cannot be used at all, each with its reason."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from cognito_drop.core.rows import HashPolicy, RejectionCode, UnknownColumns
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.rows.files import ADA, HEADER, SHORT, Outcome, check, file_of, requiring, user_pool

Code = ProblemCode
GOOD = file_of(ADA, columns=SHORT)


def archive(*names: str) -> bytes:
    """A zip archive with files of these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, GOOD)
    return content.getvalue()


def code(outcome: Outcome) -> ProblemCode | None:
    """The code of the file's problem."""
    return outcome.report.problem.code if outcome.report.problem else None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Code.FILE_EMPTY),
        (b"\xef\xbb\xbf", Code.FILE_EMPTY),
        (b" \r\n\n", Code.FILE_EMPTY),
        (GOOD.splitlines()[0].encode(), Code.NO_ROWS),
        (GOOD.splitlines()[0].encode() + b"\n \n\n", Code.NO_ROWS),
        (gzip.compress(GOOD.encode(), mtime=0), Code.GZIP_FILE),
        (archive("users.csv"), Code.ZIP_FILE),
        (archive(), Code.ZIP_FILE),
        (archive("xl/workbook.xml"), Code.EXCEL_FILE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), Code.EXCEL_FILE),
        (b"PAR1\x15\x04", Code.PARQUET_FILE),
        (json.dumps([ADA]).encode(), Code.JSON_FILE),
        (json.dumps(ADA, indent=2).encode(), Code.JSON_FILE),
        (b"\xef\xbb\xbf[1, 2]", Code.JSON_FILE),
        (json.dumps([ADA] * 5000).encode(), Code.JSON_FILE),
        (GOOD.encode() + b"j\xf6rg,j@example.com,true,J\n", Code.NOT_UTF8),
        (GOOD.encode() * 4000 + b"j\xf6rg,j@example.com,true,J\n", Code.NOT_UTF8),
        (GOOD.encode() + b"\xc3", Code.NOT_UTF8),
        (GOOD.encode("utf-16") + b"\x00\xd8\x41\x00", Code.NOT_UTF16),
        (b"x" * 300_000, Code.HEADER_TOO_LONG),
        (b"x" * 200_000 + b"\nada\n", Code.HEADER_TOO_LONG),
        (b" " * 200_000 + b"\nada\n", Code.HEADER_TOO_LONG),
        (b"ada,ada@example.com,true,Ada\n", Code.WRONG_HEADER),
        (b'"cognito:username,email\nada,b\n', Code.WRONG_HEADER),
        (b"cognito:username,email,email_verified,Email\nada,a@example.com,true,\n", Code.REPEATED_COLUMNS),
        (b"cognito:username,email\nada,a@example.com\n", Code.MISSING_COLUMNS),
        (b"email,email_verified\na@example.com,true\n", Code.MISSING_COLUMNS),
        (b"cognito:username,email,email_verified,sub\nada,a@example.com,true,1\n", Code.UNKNOWN_COLUMNS),
        (
            b"cognito:username,email,email_verified,password_hash\nada,a@example.com,true,1\n",
            Code.PASSWORD_HASHES_REFUSED,
        ),
        (GOOD.encode(), None),
        (b"[x],cognito:username,email,email_verified\n,ada,a@example.com,true\n", Code.UNKNOWN_COLUMNS),
    ],
)
@pytest.mark.parametrize("chunk", [1000, 1 << 20])
def test_a_file_that_cannot_be_used_has_a_reason(content: bytes, expected: ProblemCode | None, chunk: int) -> None:
    """By its first bytes, its text and its header; however it arrives."""
    outcome = check(content, chunk=chunk)
    assert code(outcome) == expected
    if expected:
        assert (outcome.report.rows, outcome.report.parts) == (0, ())
        assert outcome.report.problem
        assert outcome.report.problem.hint


@pytest.mark.parametrize("rows", [1, 40_000])
@pytest.mark.parametrize("chunk", [777, 1 << 20])
def test_bytes_that_mean_nothing_are_named_by_their_line(rows: int, chunk: int) -> None:
    """The line is the physical one, in the first block as in a later one."""
    header, row = GOOD.splitlines()
    content = f"{header}\n" + f"{row}\n" * rows
    outcome = check(content.encode() + b"ab\n\xff\n", chunk=chunk)
    assert outcome.report.problem
    if len(content) > 300_000:
        assert f"line {rows + 3} has invalid bytes" in outcome.report.problem.sentence
    assert code(outcome) is Code.NOT_UTF8


@pytest.mark.parametrize(("encoding", "broken"), [("utf-8", b"\xff"), ("utf-16", b"\x00\xd8\x41\x00")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_such_bytes_is_counted_whatever_ends_lines(end: str, encoding: str, broken: bytes) -> None:
    """In a file that is one block."""
    text = (GOOD.replace("\r\n", "\n") + "bob,b@example.com,true,Ā\n").replace("\n", end)
    problem = check(text.encode(encoding) + broken).report.problem
    assert problem
    assert "line 4 has invalid bytes" in problem.sentence


def test_a_header_in_utf_16_may_have_another_letter() -> None:
    """Whose low byte is zero, in a file without a byte order mark."""
    for encoding in ("utf-16-le", "utf-16-be"):
        found = check("Ā,cognito:username,email,email_verified\n,ada,a@example.com,true\n".encode(encoding))
        assert found.report.problem
        assert "Ā" in found.report.problem.sentence


def test_unknown_columns_come_with_their_nearest_names() -> None:
    """What is misspelt is named beside what was probably meant."""
    outcome = check("cognito:username,email,email_verified,famly_name\nada,a@example.com,true,L\n")
    assert outcome.report.problem
    assert "famly_name (nearest: family_name)" in outcome.report.problem.sentence
    many = ",".join(f"extra{number}" for number in range(12))
    named = check(f"cognito:username,email,email_verified,{many}\nada,a@example.com,true{',' * 12}\n")
    assert named.report.problem
    assert "extra9, and 2 more" in named.report.problem.sentence


def test_columns_without_a_name_may_have_no_values() -> None:
    """They are left out; a value in one of them is rejected with its row, in both ways to read a row."""
    found = check("cognito:username,email,email_verified,,\nada,a@example.com,true,,\nbob,b@example.com,true,,x\n")
    assert found.report.columns.left_out == ("(without a name)", "(without a name)")
    assert (found.report.accepted, found.codes) == (1, [(3, RejectionCode.VALUE_WITHOUT_COLUMN)])


def test_a_first_row_is_not_repeated() -> None:
    """A file without header shows values where names should be, so what is mostly unknown is counted only."""
    outcome = check("email,Ada,Lovelace,secret@example.com\nx,y,z,w\n")
    assert outcome.report.problem
    assert "Lovelace" not in outcome.report.problem.sentence + outcome.report.problem.hint


@pytest.mark.parametrize(
    "row",
    [
        "john_doe,annLee,first_last,some_one,x@example.com",  # usernames may be written as names of columns are
        "Handley,Genaro,Roe",  # near to handy and genero
        "suspended,blocked,left",  # what a status says
    ],
)
def test_values_that_may_be_names_of_columns_are_counted_only(row: str) -> None:
    """They are repeated in notifications."""
    problem = check(f"email,{row}\n").report.problem
    assert problem
    assert f"columns that the pool does not have: {row.count(',') + 1}." in problem.sentence
    assert not any(value in problem.sentence + problem.hint.partition(" The pool has: ")[0] for value in row.split(","))


def test_names_that_are_hardly_values_are_said() -> None:
    """Of a header that is mostly unknown."""
    problem = check("email,Status,Vornahme,b\n").report.problem
    assert problem
    assert "does not have: Status, Vornahme (nearest: given_name), and 1 more." in problem.sentence
    assert "A mapping with `disabled` keeps out the users whom Status shuts out." in problem.hint


def test_password_hashes_are_refused_even_where_unknown_columns_are_left_out() -> None:
    """No one should learn after the import that all passwords are gone."""
    content = file_of(ADA, columns=[*SHORT, "password_hash"])
    assert code(check(content, unknown_columns=UnknownColumns.LEAVE_OUT)) is Code.PASSWORD_HASHES_REFUSED
    assert code(check(content, header=[*HEADER, "password_hash"])) is None


@pytest.mark.parametrize("header", [HEADER, [*HEADER, "password_hash"]])
def test_hashes_are_sent_whether_or_not_the_pool_lists_the_column(header: list[str]) -> None:
    """The parts have the pool's header and this column, also where the file has none of it."""
    hashed = {**ADA, "password_hash": f"$2b$12${'a' * 53}"}
    outcome = check(file_of(hashed, columns=[*SHORT, "password_hash"]), header=header, algorithm="BCRYPT")
    assert outcome.users == [{name: hashed[name] for name in [*SHORT, "password_hash"]}]
    assert set(outcome.sink.parts[0].decode().splitlines()[0].split(",")) == {*HEADER, "password_hash"}
    without = check(GOOD, header=header, algorithm="BCRYPT")
    assert set(without.sink.parts[0].decode().splitlines()[0].split(",")) == {*HEADER, "password_hash"}
    assert without.report.columns.added[-1] == "password_hash" or header is not HEADER


@pytest.mark.parametrize("name", ["password_hash", "passwordHash", "Hashed Password"])
@pytest.mark.parametrize("header", [HEADER, [*HEADER, "password_hash"]])
def test_hashes_are_left_out_where_the_setting_is_an_empty_list(header: list[str], name: str) -> None:
    """It is said so; what else the pool does not know is refused as ever."""
    content = file_of({**ADA, name: "x"}, columns=[*SHORT, name])
    outcome = check(content, header=header, hashes=HashPolicy.of([]))
    assert outcome.report.accepted == 1
    assert "password_hash" not in outcome.users[0]
    assert outcome.report.columns.left_out == (name,)
    assert outcome.report.columns.has_hashes_left_out
    shoe = check(file_of(ADA, columns=[*SHORT, name, "shoe size"]), header=header, hashes=HashPolicy.of([]))
    assert code(shoe) is Code.UNKNOWN_COLUMNS
    assert shoe.report.problem
    assert name not in shoe.report.problem.sentence


def test_required_attributes_must_have_a_column() -> None:
    """Without it every row would be rejected, so the header is."""
    assert code(check(GOOD, requiring("birthdate"))) is Code.MISSING_COLUMNS
    assert code(check(GOOD, requiring("name"))) is None


def test_all_problems_of_a_header_are_said_and_the_pools_columns_once() -> None:
    """Unknown and missing ones together."""
    problem = check("cognito:username,shoe size\nada,38\n").report.problem
    assert problem
    assert "shoe size" in problem.sentence
    assert "lacks required columns" in problem.sentence
    assert problem.hint.count("The pool has: ") == 1
    assert problem.hint.startswith("Correct or remove them")
    listed = problem.hint.partition("The pool has: ")[2]
    assert listed.startswith("cognito:username, ") or ", cognito:username" in listed, "it breaks between names"
    assert listed.endswith(".")


def test_a_pool_that_verifies_nothing_imports_nothing() -> None:
    """Cognito would not start the job."""
    assert code(check(GOOD, user_pool(AutoVerifiedAttributes=[]))) is Code.POOL_VERIFIES_NOTHING


def test_a_file_of_more_lines_than_a_row_may_be_on_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row's line is kept in four bytes; the header is on the first."""
    monkeypatch.setattr("cognito_drop.core.rows.check.MAX_LINES", 9)
    names = [f"u{number}" for number in range(9)]
    assert code(_of_lines(names[:8])) is None
    many = _of_lines(names)
    assert many.report.problem == Problem(
        Code.TOO_MANY_LINES, "The file has more than 9 lines.", "Split it into several files."
    )


def _of_lines(names: list[str]) -> Outcome:
    rows = ({**ADA, "cognito:username": name} for name in names)
    return check(file_of(*rows, columns=SHORT), chunk=32, block_bytes=32)
