"""JSON that was made to take long: the characters that are read are bounded by those of the file, and so is depth."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.presets import json_text
from cognito_drop.core.presets.json_records import BrokenFileError, Shape, json_records, shape_of
from cognito_drop.core.presets.json_text import MAX_DEPTH, MAX_RECORD_CHARACTERS, BrokenValueError, JsonText
from cognito_drop.core.rows.dialect import Encoding
from tools.bench.hostile import FORMS, chunks

if TYPE_CHECKING:
    from cognito_drop.core.presets.json_records import JsonRecord

SIZE = 1 << 19
BLOCK = 1 << 18  # what is read at once
SHORTEST = 2  # bytes of a record
MOST = 12  # characters read for each one of the file, in the first place by attempts that fail

IN_VAIN = {
    "a string with a line end": ('"', "a", "", "\n"),
    "a sign that starts no value": ("[", " ", "", "x"),
    "a string without an end": ('["', "a", "", ""),
    "a list that is too deep": ("[" * (MAX_DEPTH + 1), " ", "]" * (MAX_DEPTH + 1), ""),
}
"""Values that are none: what is read of each, the second of it as often as it takes, and what is behind that."""


@dataclass
class _Counted:
    """Python's decoder, and how many characters it has read; `longest` is the longest text in which it failed."""

    read: int = 0
    errors_in: int = 0

    def __call__(self, text: str, at: int = 0) -> tuple[Any, int]:
        decode = json.JSONDecoder().raw_decode
        try:
            found, end = decode(text, at)
        except json.JSONDecodeError as error:
            self.read += (len(text) if error.msg.startswith("Unterminated") else error.pos) - at
            self.errors_in += error.pos  # the lines before an error are counted from the start of the text
            raise
        except RecursionError:
            self.read += min(len(text) - at, MAX_RECORD_CHARACTERS)
            raise
        self.read += end - at
        return found, end


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> _Counted:
    """The decoder that counts, in place of Python's."""
    made = _Counted()
    monkeypatch.setattr(json_text, "_DECODE", made)
    return made


def _records(start: bytes, piece: bytes, shape: Shape, size: int = SIZE) -> list[JsonRecord]:
    found: list[JsonRecord] = []
    with contextlib.suppress(BrokenFileError):
        found += json_records(chunks(start, piece, size), Encoding.UTF_8, shape, None)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read_is_linear_in_the_file(counted: _Counted, form: str) -> None:
    """However often it fails: also the lines that Python counts for each of its errors."""
    start, piece = FORMS[form]
    shape = Shape.ARRAY if start.startswith(b"[") else Shape.LINES
    size = SIZE if len(piece) > SHORTEST else SIZE >> 2  # the records are many
    _records(start, piece, shape, size)
    assert counted.read <= MOST * size + 2 * MAX_RECORD_CHARACTERS
    records = size // len(piece)
    assert counted.errors_in <= MOST * size + 2 * MAX_RECORD_CHARACTERS + 5000 * records


def test_a_string_with_a_line_end_is_no_attempt(counted: _Counted) -> None:
    """An error of Python's decoder costs as much as ten records that are read; only the first such line is one."""
    lines = 1_000
    found = _records(b"{}\n", b'"\n', Shape.LINES, 2 * lines)
    assert [record.value for record in found] == [{}, *[None] * lines]
    assert counted.errors_in < lines


def test_what_seems_to_go_on_over_lines_is_read_in_vain_within_bounds(counted: _Counted) -> None:
    """Each line begins a list that does not end before the record is too long."""
    _records(b"", b"[\n" + b"1,\n" * 100, Shape.LINES)
    assert counted.read <= MOST * SIZE + 2 * MAX_RECORD_CHARACTERS


def test_a_string_without_an_end_is_read_in_vain_to_the_end_of_the_text() -> None:
    """Python's error names where the string starts, though all of it was read."""
    text = JsonText([b'{"a": "' + b"a" * MAX_RECORD_CHARACTERS], Encoding.UTF_8)
    text.more()
    for is_hostile in (False, True):
        with pytest.raises(BrokenValueError):
            text.value()
        assert text.is_hostile is is_hostile


def test_what_was_read_in_vain_adds_up() -> None:
    """Whichever way it was found out."""
    text = JsonText([b'"' + b"a" * (MAX_RECORD_CHARACTERS * 3 // 5) + b"\n"], Encoding.UTF_8)
    text.more()
    for is_hostile in (False, True):
        with pytest.raises(BrokenValueError):
            text.value()
        assert text.is_hostile is is_hostile


@pytest.mark.parametrize("taken", [96, 2_000])
@pytest.mark.parametrize("form", IN_VAIN)
def test_what_may_be_read_in_vain_is_known_to_the_character(form: str, taken: int) -> None:
    """By what was taken before, whether it is still in memory or not: twice the half of that may be."""
    start, sign, end, behind = IN_VAIN[form]
    half = (MAX_RECORD_CHARACTERS + 8 * 2 * taken) // 2
    for more, hostile in ((0, (False, False, True)), (1, (False, True))):
        value = start + sign * (half + more - len(start) - len(end)) + end + behind
        text = JsonText([(" " * 2 * taken + value).encode()], Encoding.UTF_8)
        text.more()
        text.at = taken
        while not text.is_whole:
            text.more()
        text.at = taken
        for is_hostile in hostile:
            with pytest.raises(BrokenValueError):
                text.value()
            assert text.is_hostile is is_hostile


def test_a_line_of_the_length_that_is_kept_may_go_on() -> None:
    """It is no record, also where what is kept of it can be read; a shorter one is."""
    for length, is_read in ((MAX_RECORD_CHARACTERS, False), (MAX_RECORD_CHARACTERS - 1, True)):
        line = f'["{"a" * (length - 4)}"]'
        text = JsonText([f"{line}\n".encode()], Encoding.UTF_8)
        text.more()
        assert text.line_alone() == ([line[2:-2]] if is_read else None, line, not is_read)


@pytest.mark.parametrize(
    ("line", "value", "kept"),
    [
        ('{"a": 1}', {"a": 1}, '{"a": 1}'),
        ('{"a": 1}, \t\r', {"a": 1}, '{"a": 1}'),
        ("[1]", [1], "[1]"),
        ("7", 7, "7"),
        *((line, None, line) for line in ('{"a": 1', '{"a": 1]', "[1", "x", '{"a": 1}X', '{"a": 1} {"a": 2}', "")),
        *((line, None, line) for line in ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "[" * 50_000)),
    ],
)
def test_a_line_is_a_value_or_none(line: str, value: object, kept: str) -> None:
    """With what may be behind it between the records of a list."""
    text = JsonText([f"{line}\nmore".encode()], Encoding.UTF_8)
    text.more()
    assert text.line_alone() == (value, kept, False)
    assert text.peek() == "m"


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ('"\ufeffa"', "\ufeffa"), ('"\u00e4"', "\u00e4"), ('"\\""', '"')]
)
def test_what_a_block_ends_in_is_read_whole(text: str, value: object) -> None:
    """A number may go on, and what looks like a byte order mark is none there."""
    content = f"{' ' * (BLOCK - 1)}{text}\n{{}}".encode()
    assert [record.value for record in json_records([content], Encoding.UTF_8, Shape.LINES, None)] == [value, {}]
    content = f"[1,{' ' * (BLOCK - 4)}{text},[]]".encode()
    assert [record.value for record in json_records([content], Encoding.UTF_8, Shape.ARRAY, None)] == [1, value, []]


@pytest.mark.parametrize("shape", [Shape.ARRAY, Shape.LINES])
def test_of_a_record_that_is_much_too_long_its_start_is_kept(shape: Shape) -> None:
    """However many times as long as the longest one it is, and however it arrives; the next one can be read."""
    long = '{"a": ["' + "ab" * 2 * MAX_RECORD_CHARACTERS + '"], "b": 1}'
    text = f"[{long},{{}}]" if shape is Shape.ARRAY else f"{long}\n{{}}\n"
    for pieces in ([text.encode()], [text[at : at + 100_003].encode() for at in range(0, len(text), 100_003)]):
        record, after = json_records(pieces, Encoding.UTF_8, shape, None)
        assert (record.value, record.is_cut, record.text) == (None, True, long[:MAX_RECORD_CHARACTERS])
        assert (after.value, after.is_cut, after.text) == ({}, False, "{}")


@pytest.mark.parametrize("shape", [Shape.ARRAY, Shape.LINES])
def test_nesting_is_bounded(shape: Shape) -> None:
    """A record that is deeper cannot be read, and the next one can."""

    def nested(depth: int) -> str:
        return '{"a":' * (depth - 1) + "[]" + "}" * (depth - 1)

    lines = [nested(MAX_DEPTH), nested(MAX_DEPTH + 1), nested(5_000), '{"a":"[[["}', '{"a":"' + "[" * 1000 + '"}']
    text = ",\n".join(lines)
    text = f"[{text}]" if shape is Shape.ARRAY else text
    found = list(json_records([text.encode()], Encoding.UTF_8, shape, None))
    assert [record.value is not None for record in found] == [True, False, False, True, True]
    assert [record.text for record in found] == lines or shape is Shape.LINES


def test_lines_are_found_again_after_hostile_ones() -> None:
    """A good record on a line of its own is read wherever it stands, and records over lines are once more."""
    good = '{"user_id":"a"}'
    hostile = "[\n" * 2_000
    text = f"{good}\n{hostile}{good},\n{good}\n" + f"{good}\n" * 40_000 + '{"user_id":\n"a"}\n'
    found = list(json_records([text.encode()], Encoding.UTF_8, Shape.LINES, None))
    assert sum(record.value == {"user_id": "a"} for record in found) == 40_004


@pytest.mark.parametrize("block", [7, 1 << 12])
def test_the_records_do_not_depend_on_how_the_file_arrives(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """The report reads the file again, and joins by order. The file has many blocks, as they are small here."""
    data = (b'[\n{"a":1},\n' * 50 + b'{"a":\n2}\n{"a":x}\n["\n') * 40

    def texts() -> list[str]:
        pieces = [data[at : at + block] for at in range(0, len(data), block)]
        return [record.text for record in json_records(pieces, Encoding.UTF_8, Shape.LINES, None)]

    in_one_block = texts()
    monkeypatch.setattr(json_text, "_BLOCK", block)
    assert texts() == in_one_block


def test_the_shape_of_a_hostile_start_is_found() -> None:
    """Without an error of Python's."""
    for start, piece in FORMS.values():
        assert shape_of((start + piece * 5_000).decode(), "users", is_whole=False) in Shape
