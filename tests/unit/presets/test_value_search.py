"""A value is found in every form in which a file may write it, by the line or record that the results name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.presets import Source
from cognito_drop.core.presets.json_records import Shape
from cognito_drop.core.presets.value_search import ValueSearch
from cognito_drop.core.rows import Dialect, LineEnd, UndecodableError
from cognito_drop.core.rows.dialect import Encoding, Quoting

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = "cognito:username,email,phone_number\n"
PLAIN = Source.of_users(Dialect(), 3)
QUOTED = Source.of_users(Dialect(quoting=Quoting.QUOTES), 3)


def _in_pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize(
    ("value", "row"),
    [
        ("ada@example.com", "ada,ada@example.com,"),
        ("Ada@Example.com", "ada,ADA@example.COM,"),
        (" ada@example.com ", "ada, ada@example.com ,"),
        ("ada@example.com", "ada,\u200bada@example.com\u00a0,"),
        ("ada@example.com", "ada\u0301,ada@example.com,"),
        ("ad\u00e1", "ada\u0301,a@example.com,"),
        ("STRASSE", "stra\u00dfe,a@example.com,"),
        ("+491701234567", "ada,a@example.com,+49 170/123-45 67"),
        ("+49 170 1234567", "ada,a@example.com,+491701234567"),
        ("+491701234567", "ada,a@example.com,+49\u2011170\u202f1234567"),
        ("+491701234567", "ada,a@example.com,'+49 1701234567"),
        ("+491701234567", "ada,a@example.com,491701234567"),
        ("'+49 170 1234567", "ada,a@example.com,+491701234567"),
        ("ada@example.com", "ada,<mailto:Ada@example.com>;,"),
        ("ada@example.com", "'ada,'ada@example.com,"),
        ("+491701234567", "ada,a@example.com,tel:+49 170 1234567"),
        ("tel:+491701234567", "ada,a@example.com,+49 170 1234567"),
        ("ada@example.com", 'ada,="ada@example.com",'),
        ("0151", '="0151",a@example.com,'),
        ("a\\b", "a\\b,a@example.com,"),
        ("lovelace, ada", "lovelace\\, ada,a@example.com,"),
    ],
)
def test_a_value_is_found_however_it_is_written(value: str, row: str) -> None:
    """And no other row with it."""
    content = f"{HEADER}bob,bob@example.com,+49170\n{row}\neve,eve@example.com,\n".encode()
    assert list(ValueSearch(value).records(PLAIN, [content])) == [3]


@pytest.mark.parametrize("value", ["ada", "example.com", "da@example.com", "+4917012345678", "+91701234567", "true"])
def test_a_part_of_a_value_is_not_the_value(value: str) -> None:
    """A user with a longer name is another user."""
    content = f"{HEADER}adam,ada@example.com,+491701234567\n".encode()
    assert list(ValueSearch(value).records(PLAIN, [content])) == []


def test_a_name_that_ends_in_a_number_is_not_the_number() -> None:
    """Not even in the row of a longer name."""
    content = f"{HEADER}adu491701234567,ada@example.com,+491701234567\n".encode()
    assert list(ValueSearch("u491701234567").records(PLAIN, [content])) == []


@pytest.mark.parametrize(("value", "row"), [("lovelace, ada", '"Lovelace, Ada"'), ('a "b" c', '"a ""b"" c"')])
def test_quoted_values_are_read(value: str, row: str) -> None:
    """A quoted line break moves the lines after it."""
    content = f'{HEADER}"b\nob",b@example.com,\n{row},a@example.com,\n'.encode()
    assert list(ValueSearch(value).records(QUOTED, [content])) == [4]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("dialect", [
    Dialect(Encoding.UTF_16_LE), Dialect(Encoding.UTF_16_BE), Dialect(separator=";", quoting=Quoting.QUOTES),
    Dialect(separator="\t", quoting=Quoting.QUOTES, line_end=LineEnd.CR), Dialect(line_end=LineEnd.CRLF),
])  # fmt: skip
def test_every_dialect_is_read(dialect: Dialect, size: int) -> None:
    """In pieces of any size."""
    ends = {LineEnd.LF: "\n", LineEnd.CR: "\r", LineEnd.CRLF: "\r\n"}
    text = f"{HEADER}bob,bob@example.com,\nada,ada@example.com,\n"
    content = text.replace(",", dialect.separator).replace("\n", ends[dialect.line_end]).encode(dialect.encoding)
    source = Source.of_users(dialect, 3)
    assert list(ValueSearch("ada@example.com").records(source, _in_pieces(content, size))) == [3]


def test_members_of_json_records_are_found_at_any_depth() -> None:
    """By the number of the record, in whatever form the exporter has escaped them."""
    users = [{"a": {"b": ["x", {"c": "O'Neil"}]}}, {"d": 4711}, {"e": "ada@example.com"}, {"f": None, "g": True}]
    escaped = json.dumps(users).replace("'", "\\u0027").replace("@", "\\u0040").encode()
    source = Source(Dialect(), Shape.ARRAY)
    found = {
        value: list(ValueSearch(value).records(source, [escaped])) for value in ("o'neil", "4711", "ADA@example.com")
    }
    assert found == {"o'neil": [1], "4711": [2], "ADA@example.com": [3]}
    assert [list(ValueSearch(value).records(source, [escaped])) for value in ("none", "true", "e")] == [[], [], []]


def test_what_cannot_be_read_as_fields_is_searched_as_text() -> None:
    """A row whose quotation marks do not match, and a JSON record that is broken."""
    content = f'{HEADER}"ada@example.com"x,y,\nbob,b@example.com,\n'.encode()
    assert list(ValueSearch("ada@example.com").records(QUOTED, [content])) == [2]
    lines = Source(Dialect(), Shape.LINES)
    assert list(ValueSearch("ada@example.com").records(lines, [b'{"a": 1}\n{"b": "Ada@example.com"\n{"c": 2}\n'])) == [
        2
    ]


@pytest.mark.parametrize("size", [1, 5, 13, 1000])
@pytest.mark.parametrize("encoding", Encoding)
def test_lines_of_a_file_without_known_records_are_found(encoding: Encoding, size: int) -> None:
    """Each once, with the value anywhere in it."""
    text = "ada@example.com ADA@example.com\nb\n\nx;ada@example.com\r\nadam@example.com,ada@example.co\nada@example.com"
    content = encoding.byte_order_mark + text.encode(encoding)
    pieces = [content[:64], *_in_pieces(content[64:], size)]
    assert list(ValueSearch("Ada@example.com").lines(pieces)) == [1, 4, 6]
    assert list(ValueSearch("eve@example.com").lines(pieces)) == []
    assert list(ValueSearch("a").lines([])) == []


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("value", ["+491701234567", "+49 170/1234567", "ad\u00e1"])
def test_lines_are_found_however_a_number_or_an_accent_is_written(value: str, size: int) -> None:
    """A phone number with separators or without +, and an accent as a character of its own."""
    text = "a,+49 (170) 123-4567,ada\u0301\nb,+49170,ada\nc,491701234567,ADA\u0301\n"
    pieces = [text.encode()[:30], *_in_pieces(text.encode()[30:], size)]
    assert list(ValueSearch(value).lines(pieces)) == [1, 3]


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08", b"PK\x03\x04xl/", b"PAR1"])
def test_a_file_that_is_no_text_is_not_said_to_lack_the_value(head: bytes) -> None:
    """Compressed files and workbooks cannot be searched."""
    with pytest.raises(UndecodableError):
        list(ValueSearch("ada@example.com").lines([head]))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("+491701234567", "0170 1234567"),
        ("+49 170 1234567", "'0170/1234567"),
        ("+442079460958", "(020) 7946 0958"),
        ("+14155552671", "(415) 555-2671"),
        ("+33612345678", "06 12 34 56 78"),
    ],
)
def test_a_number_is_found_as_it_is_dialed_in_its_region(value: str, written: str) -> None:
    """In fields and in text; as the setting phone_region reads it, and not where it is a part of another number."""
    content = f"{HEADER}bob,b@example.com,{written}9\nada,a@example.com,{written}\n".encode()
    assert list(ValueSearch(value).records(PLAIN, [content])) == [3]
    assert list(ValueSearch(value).lines([content])) == [3]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0170 1234567", "+49 170 1234567"),
        ("0170 1234567", "0170/1234567"),
        ("(0170) 1234567", "+491701234567"),
        ("491701234567", "+49 170 1234567"),
        ("49 170 1234567", "491701234567"),
        ("00491701234567", "+491701234567"),
        ("4155552671", "+1 415-555-2671"),
        ("4155552671", "1-415-555-2671"),
        ("14155552671", "415.555.2671"),
        ("49 170 1234567", "0170/1234567"),
        ("0049 170 1234567", "0170 1234567"),
        ("0170 1234567", "491701234567"),
        ("0170 1234567", "0049 170 1234567"),
    ],
)
def test_a_number_is_found_without_its_plus_or_country_code(value: str, written: str) -> None:
    """As a person says it on the phone; a longer number is another one."""
    content = f"{HEADER}bob,b@example.com,{written}9\nada,a@example.com,{written}\n".encode()
    assert list(ValueSearch(value).records(PLAIN, [content])) == [3]


def test_a_number_is_found_with_other_separators_in_text() -> None:
    """Where the columns of the file are not known."""
    content = f"{HEADER}bob,b@example.com,0170-12345678\nada,a@example.com,0170/1234567\n".encode()
    assert list(ValueSearch("0170 1234567").lines([content])) == [3]


@pytest.mark.parametrize(
    ("value", "spellings"),
    [
        ("+49 170 1234567", ["+491701234567"]),
        ("0049 170 1234567", ["0049 170 1234567", "+491701234567"]),
        ("49 170 1234567", ["49 170 1234567", "+491701234567"]),
        ("0170 1234567", ["0170 1234567"]),
        ("000000", ["000000"]),
        ("ada@example.com", ["ada@example.com"]),
    ],
)
def test_a_pool_is_searched_for_a_number_as_it_is_stored(value: str, spellings: list[str]) -> None:
    """With its + and without separators."""
    assert ValueSearch(value).spellings == spellings


@pytest.mark.parametrize(
    ("value", "may_lack"),
    [
        ("0170 1234567", True),
        ("(415) 555-2671", True),
        ("000000", True),
        ("+49 170 1234567", False),
        ("0049 170 1234567", False),
        ("49 170 1234567", False),
        ("ada", False),
    ],
)
def test_a_number_as_it_is_dialed_in_its_region_is_told_from_one_with_its_country_code(
    value: str, *, may_lack: bool
) -> None:
    """A pool does not have it so: that it is not found says nothing."""
    assert ValueSearch(value).may_lack_country_code is may_lack


@pytest.mark.parametrize("value", ["+49 170 1234567", "0170 1234567", "491701234567", "ada@example.com"])
def test_most_records_are_not_taken_apart(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that may hold it are: its digits may be apart, and a backslash may stand for any of its characters."""
    taken: list[bytes] = []
    monkeypatch.setattr(ValueSearch, "_is_in", lambda _, row, __: taken.append(row.raw))
    others = [f"u{n},u{n}@example.com,+49 170 123 0{n}" for n in range(100)]
    ada = ["ada,ada@example.com,+49 170 123-45.6/7", "a\\b,b@example.com,+49170"]
    list(ValueSearch(value).records(PLAIN, ["\n".join([HEADER.strip(), *others, *ada, ""]).encode()]))
    assert [raw.decode().strip() for raw in taken] == ada


def test_a_number_of_no_region_is_compared_as_it_is() -> None:
    """What looks like one is not read."""
    content = f"{HEADER}ada,a@example.com,0999123\n".encode()
    assert list(ValueSearch("+999123").records(PLAIN, [content])) == []
