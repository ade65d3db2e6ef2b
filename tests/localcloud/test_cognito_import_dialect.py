"""Cognito's own dialect of CSV, as the rows of a job come out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.cognito_import.dialect import Dialect, measure, read_lines
from tests.localcloud.import_world import ImportWorld, csv_of, good_rows, opened_world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,b", ["a", "b"]),
        ("a,,b,", ["a", "", "b", ""]),
        (r"one\,two,three", ["one,two", "three"]),
        (r"\,", [","]),
        (r"C:\temp,b", [r"C:\temp", "b"]),
        (r"a\\,b", ["a\\,b"]),
        ('"a,b"', ['"a', 'b"']),
        ('say "hi"', ['say "hi"']),
        ("  a ,\tb\t", ["a", "b"]),
        ("", [""]),
    ],
)
def test_a_line_is_split_as_cognito_splits_it(text: str, values: list[str]) -> None:
    """Commas separate unless escaped, quotation marks mean nothing, white space around a value goes."""
    assert Dialect().split(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('"a,b",c', ["a,b", "c"]),
        ('a, "b" ,', ["a", "b", ""]),
        ('"say ""hi"" ",""', ['say "hi"', ""]),
        ('six" wide,"odd" one', ['six" wide', '"odd" one']),
        ('"open,b', ['"open', "b"]),
        (r'"a\,b",one\,two', [r"a\,b", "one,two"]),
    ],
)
def test_quotation_marks_may_be_read_as_in_rfc_4180(text: str, values: list[str]) -> None:
    """A value that begins with one; others keep them."""
    assert Dialect(reads_quotes=True).split(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (r"a\\b,C:\temp", [r"a\b", r"C:\temp"]),
        (r"a\\,b", ["a\\", "b"]),
        (r"a\\\,b", [r"a\,b"]),
        (r"one\,two,three,", ["one,two", "three", ""]),
        ("a\\", ["a\\"]),
    ],
)
def test_two_backslashes_may_be_one(text: str, values: list[str]) -> None:
    """Then a comma after them separates."""
    assert Dialect(doubles_backslashes=True).split(text) == values


@pytest.mark.parametrize(
    ("header", "settings", "status"),
    [
        ("cognito:username,email,email_verified", {}, "Failed"),
        ("cognito:username,email,email_verified", {"import_takes_missing_columns": True}, "Succeeded"),
        ("name,email,email_verified", {"import_takes_missing_columns": True}, "Failed"),
    ],
)
def test_columns_may_be_missing_by_setting(tmp_path: Path, header: str, settings: dict[str, Any], status: str) -> None:
    """All but the username's; the guide says that all must be there, and shows a file with six."""
    with opened_world(tmp_path, **settings) as world:
        pool = world.make_pool()
        job = world.run(pool, f"{header}\nfew,few@example.com,true\n".encode())
        assert job["Status"] == status
        if status == "Succeeded":
            user = world.cognito.admin_get_user(UserPoolId=pool, Username="few")
            given = {one["Name"]: one["Value"] for one in user["UserAttributes"] if one["Name"] != "sub"}
            assert given == {"email": "few@example.com", "email_verified": "true"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_end_in_lf_or_crlf(world: ImportWorld, end: str) -> None:
    """Both ends of line are taken, and the last line needs none."""
    pool = world.make_pool()
    content = csv_of(world.header(pool), good_rows(2)).decode().strip().replace("\n", end)
    job = world.run(pool, content.encode())
    assert (job["Status"], job["ImportedUsers"]) == ("Succeeded", 2)
    assert [user["Username"] for user in world.cognito.list_users(UserPoolId=pool)["Users"]] == ["user0", "user1"]


def test_a_row_has_as_many_values_as_the_header(world: ImportWorld) -> None:
    """One value too few or too many, or a quoted comma, fails the row and no other."""
    pool = world.make_pool()
    first, *rest = csv_of(world.header(pool), good_rows(4)).decode().splitlines()
    rest[0] += ","
    rest[1] = rest[1].removeprefix(",")
    rest[2] = '"Lovelace, Ada"' + rest[2]
    job = world.run(pool, "\n".join([first, *rest]).encode())
    assert (job["ImportedUsers"], job["FailedUsers"]) == (1, 3)
    assert [line for line in world.log_lines(job) if "number of values" in line] == [
        "[FAILED] Line Number 2 - The number of values (22) does not match the number of columns (21).",
        "[FAILED] Line Number 3 - The number of values (20) does not match the number of columns (21).",
        "[FAILED] Line Number 4 - The number of values (22) does not match the number of columns (21).",
    ]


@pytest.mark.parametrize(("excess", "imported"), [(0, 1), (1, 0)])
def test_a_row_has_at_most_16000_characters(world: ImportWorld, excess: int, imported: int) -> None:
    """The limit itself is taken, one character more fails the row; trimmed blanks count."""
    pool = world.make_pool()
    header, row = csv_of(world.header(pool), good_rows(1)).decode().splitlines()
    job = world.run(pool, f"{header}\n{row.ljust(16_000 + excess)}\n".encode())
    assert (job["ImportedUsers"], job["FailedUsers"]) == (imported, 1 - imported)


@pytest.mark.parametrize(("skips", "counts"), [(True, (2, 0)), (False, (2, 3))])
def test_blank_lines_are_numbered_and_by_default_nothing_else(
    tmp_path: Path,
    skips: bool,
    counts: tuple[int, int],
) -> None:
    """Whether Cognito passes over blank lines is not public; both readings keep the numbers of the lines."""
    with opened_world(tmp_path, import_skips_blank_lines=skips, import_failed_ratio=1) as world:
        pool = world.make_pool()
        header, *rows = csv_of(world.header(pool), good_rows(2)).decode().splitlines()
        job = world.run(pool, "\n".join([header, "", rows[0], "  ", rows[1], "", ""]).encode())
        assert (job["ImportedUsers"], job["FailedUsers"]) == counts
        succeeded = [line for line in world.log_lines(job) if line.startswith("[SUCCEEDED]")]
        assert [line.split()[3] for line in succeeded] == ["3", "5"]


def test_a_line_of_any_length_is_read_in_little_memory(tmp_path: Path) -> None:
    """A line that is too long is passed over in pieces, and the next one is found."""
    path = tmp_path / "long.csv"
    path.write_text("header\n" + "x" * 3_000_000 + "\nlast")
    lines = list(read_lines(path, skip_blank=True))
    assert [(line.number, line.text) for line in lines] == [(1, "header"), (2, None), (3, "last")]
    assert measure(path, skip_blank=True).rows == 2
