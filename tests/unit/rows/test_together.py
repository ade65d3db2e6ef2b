"""Small files of one layout become one file, and each line of it is known to be a line of one of them."""

from __future__ import annotations

import codecs

import pytest

from cognito_drop.core.rows.together import JoinedFile, NotTogetherError, join

A = b"cognito:username,email\nada,ada@example.com\nbob,bob@example.com\n"
B = b"cognito:username,email\neve,eve@example.com"


def test_rows_come_in_the_order_of_the_files_below_one_header() -> None:
    """The last line of a file may lack its end."""
    data, joined = join([("a.csv", A), ("b.csv", B), ("a2.csv", A)])
    assert data == A + B.partition(b"\n")[2] + b"\n" + A.partition(b"\n")[2]
    assert joined == [JoinedFile("a.csv", 2, 3, 2), JoinedFile("b.csv", 4, 4, 2), JoinedFile("a2.csv", 5, 6, 2)]


@pytest.mark.parametrize(
    ("other", "own_first_line"),
    [
        (b"\xef\xbb\xbf" + B, 2),
        (codecs.BOM_UTF16_LE + B.decode().encode("utf-16-le"), 2),
        (B.replace(b"\n", b"\r\n"), 2),
        (B.replace(b"\n", b"\r") + b"\r", 2),
        (B.replace(b"cognito:username", b'"cognito:username"'), 2),
        (b"\n\n" + B, 4),
        (B.replace(b"username,", b"username ,"), 2),
    ],
)
def test_files_that_are_written_in_other_ways_have_the_same_layout(other: bytes, own_first_line: int) -> None:
    """Marks, encodings, line ends, quoted names, and lines above the header make no other layout."""
    data, joined = join([("a.csv", A), ("b.csv", other)])
    assert data == A + b"eve,eve@example.com\n"
    assert joined[1] == JoinedFile("b.csv", 4, 4, own_first_line)


def test_a_separator_that_a_file_names_is_its_separator() -> None:
    """`sep=;` is above the header, and is left out."""
    given = b"sep=;\ncognito:username;email\nada;ada@example.com\n"
    data, joined = join([("a.csv", given), ("b.csv", given.partition(b"\n")[2])])
    assert data == b"cognito:username;email\nada;ada@example.com\nada;ada@example.com\n"
    assert [one.own_first_line for one in joined] == [3, 2]


def test_a_quoted_value_may_have_lines() -> None:
    """They count as lines, as in the results."""
    given = b'cognito:username,name\nada,"Ada\nLovelace"\n'
    assert join([("a.csv", given), ("b.csv", given)])[1] == [JoinedFile("a.csv", 2, 3, 2), JoinedFile("b.csv", 4, 5, 2)]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (B.replace(b"email", b"phone_number"), "b.csv and a.csv do not have the same layout: their headers on line 1"),
        (B.replace(b",", b";"), "do not have the same layout"),
        (b"email,cognito:username\nx@example.com,x\n", "do not have the same layout"),
        (b'cognito:username,email\nx,"x@example.com\n', "b.csv has a quotation mark that is not closed"),
        (b'[{"email": "x@example.com"}]', "b.csv: "),
        (b"PK\x03\x04" + b"\0" * 40, "b.csv: "),
        (B + b"\n\xff\xfe\xfa,x", "b.csv: The file is not UTF-8"),
        (b"\n", "b.csv: The file is empty"),
    ],
)
def test_files_of_different_layouts_are_refused_with_a_sentence(other: bytes, said: str) -> None:
    """No value of a file is in it."""
    with pytest.raises(NotTogetherError, match=said) as error:
        join([("a.csv", A), ("b.csv", other)])
    assert "example.com" not in str(error.value)


def test_commas_inside_of_values_must_be_written_in_the_same_way() -> None:
    """Cognito's backslash in the one, quotation marks in the other: one file cannot have both."""
    quoted = b'cognito:username,name\nada,"Lovelace, Ada"\n'
    escaped = b"cognito:username,name\nada,Lovelace\\, Ada\n"
    with pytest.raises(NotTogetherError, match=r"a\.csv and b\.csv do not have the same layout: a comma"):
        join([("a.csv", quoted), ("b.csv", escaped)])
    assert len(join([("a.csv", quoted), ("b.csv", quoted)])[1]) == 2


DATES = "username,email,email_verified,Geburtsdatum\n{0}1,{0}1@example.com,true,{1}\n{0}2,{0}2@example.com,true,{2}\n"
DAY_FIRST = DATES.format("a", "31/12/1990", "03/04/1990").encode()


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("12/31/1990", "03/04/1990"), "b.csv has the month first"),
        (("03/04/1990", "05/06/1990"), "b.csv has dates that can be read both ways"),
        (("3/4/1990", "12/31/1990"), "b.csv has the month first"),
    ],
)
def test_dates_must_have_the_day_and_the_month_in_the_same_order(dates: tuple[str, str], said: str) -> None:
    """One order is found for the joined file: 3 April of the one would be 4 March."""
    other = DATES.format("b", *dates).encode()
    for files in ([("a.csv", DAY_FIRST), ("b.csv", other)], [("b.csv", other), ("a.csv", DAY_FIRST)]):
        with pytest.raises(NotTogetherError, match="a.csv has dates with the day first, and " + said):
            join(files)


def test_dates_that_are_read_in_one_way_may_be_together() -> None:
    """As years first, or the same order in both."""
    year_first = DATES.format("b", "1990-12-31", "01/01/1990").encode()
    for other in (DAY_FIRST.replace(b"a1", b"c1"), year_first, DATES.format("c", "", "x").encode()):
        assert len(join([("a.csv", DAY_FIRST), ("b.csv", other)])[1]) == 2
    month_first = DATES.format("b", "12/31/1990", "03/04/1990").encode()
    assert len(join([("a.csv", month_first), ("b.csv", DATES.format("c", "03/04/1990", "").encode())])[1]) == 2
