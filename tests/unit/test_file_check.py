"""The one pass over a file's bytes, in pieces of any length."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdas.core.file_check import FileCheck, check_file, check_size
from lambdas.core.limits import MAX_FILE_BYTES, MAX_ROW_CHARACTERS, MAX_ROWS
from lambdas.core.problem import ProblemCode
from tests.unit.samples import COLUMNS, HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = "maria,Maria,maria@example.com,TRUE,FALSE"


def _check(text: str | bytes) -> FileCheck:
    return check_file([text.encode() if isinstance(text, str) else text], COLUMNS)


def _code(found: FileCheck) -> ProblemCode | None:
    return found.problem.code if found.problem else None


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("line feeds", f"{HEADER}\n{ROW}\n{ROW}\n", 2),
        ("carriage returns with line feeds", f"{HEADER}\r\n{ROW}\r\n{ROW}\r\n", 2),
        ("no final line break", f"{HEADER}\n{ROW}", 1),
        ("blank lines everywhere", f"\n\n{HEADER}\n\n{ROW}\n  \t\n\r\n{ROW}\n\n\n", 2),
        ("any alphabet", f"{HEADER}\nجبريل,José 𐍈,j@example.com,TRUE,FALSE\n", 1),
    ],
)
def test_a_good_file_has_no_problem_and_its_users_are_counted(name: str, text: str, rows: int) -> None:
    """Line ends of every kind, blank lines and all of Unicode are accepted."""
    assert _check(text) == FileCheck(rows), name


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("no bytes", b"", ProblemCode.FILE_EMPTY),
        ("only line breaks", b"\n\r\n \n", ProblemCode.FILE_EMPTY),
        ("header only", HEADER.encode(), ProblemCode.NO_ROWS),
        ("header and blank lines", f"{HEADER}\n\n \n".encode(), ProblemCode.NO_ROWS),
        ("byte order mark", f"\ufeff{HEADER}\n{ROW}\n".encode(), ProblemCode.BYTE_ORDER_MARK),
        ("UTF-16 with byte order mark", f"{HEADER}\n{ROW}\n".encode("utf-16"), ProblemCode.NOT_UTF8),
        ("UTF-16 without one", f"{HEADER}\n{ROW}\n".encode("utf-16-le"), ProblemCode.WRONG_HEADER),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", ProblemCode.NOT_UTF8),
        ("no header", f"{ROW}\n{ROW}\n".encode(), ProblemCode.WRONG_HEADER),
        ("a column too few", f"{HEADER[: HEADER.rindex(',')]}\n{ROW}\n".encode(), ProblemCode.WRONG_HEADER),
    ],
)
def test_a_file_that_cannot_be_imported_has_the_right_reason(name: str, text: bytes, code: ProblemCode) -> None:
    """Each way to be unusable has its own code."""
    assert _code(_check(text)) is code, name


def test_the_line_that_is_not_utf8_is_named() -> None:
    """A Latin-1 letter on line 4 is found there, blank lines counted as an editor counts them."""
    found = _check(f"{HEADER}\n\n{ROW}\n".encode() + "josé,José,j@example.com,TRUE,FALSE\n".encode("latin-1"))
    assert found.problem is not None
    assert found.problem.code is ProblemCode.NOT_UTF8
    assert "line 4 " in found.problem.sentence
    assert found.rows == 1


def test_a_file_that_breaks_off_in_a_letter_is_not_utf8() -> None:
    """The last letter's missing bytes are noticed at the end."""
    assert _code(_check(f"{HEADER}\n{ROW}é".encode()[:-1])) is ProblemCode.NOT_UTF8


def test_a_wrong_header_is_told_before_a_wrong_letter_further_down() -> None:
    """The first problem of the file is the one that is told."""
    assert _code(_check(b"who,knows\njos\xe9\n")) is ProblemCode.WRONG_HEADER


@pytest.mark.parametrize(
    ("length", "end"), list(itertools.product([MAX_ROW_CHARACTERS, MAX_ROW_CHARACTERS + 1], ["", "\n", "\r\n"]))
)
def test_a_row_may_have_16000_characters_and_no_more(length: int, end: str) -> None:
    """Characters are counted, not bytes, without the line end."""
    found = _check(f"{HEADER}\n{'é' * length}{end}")
    assert _code(found) is (ProblemCode.ROW_TOO_LONG if length > MAX_ROW_CHARACTERS else None)
    if found.problem:
        assert "Line 2 " in found.problem.sentence


def test_a_header_that_is_too_long_is_a_row_that_is_too_long() -> None:
    """The limit holds for the first line, too."""
    assert _code(_check("x" * 16_001)) is ProblemCode.ROW_TOO_LONG


@pytest.mark.parametrize(("rows", "code"), [(MAX_ROWS, None), (MAX_ROWS + 1, ProblemCode.TOO_MANY_ROWS)])
def test_a_file_may_have_500000_users_and_no_more(rows: int, code: ProblemCode | None) -> None:
    """The header does not count."""
    thousand = b"a\n" * 1_000
    whole, rest = divmod(rows, 1_000)
    chunks = itertools.chain([f"{HEADER}\n".encode()], itertools.repeat(thousand, whole), [b"a\n" * rest])
    assert _code(check_file(chunks, COLUMNS)) is code


def test_a_hundred_megabytes_without_a_line_break_are_refused_without_being_held() -> None:
    """The pass stops at the first piece that is too long, and reads no more of the file."""
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield f"{HEADER}\n".encode()
        for _ in range(100):
            taken += 1
            yield b"x" * 1_000_000

    tracemalloc.start()
    try:
        found = check_file(endless(), COLUMNS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert _code(found) is ProblemCode.ROW_TOO_LONG
    assert taken == 1
    assert peak < 10_000_000


@pytest.mark.parametrize("letter", [b" ", b"\r", b"\0"])
def test_a_line_of_nothing_visible_is_not_held_either(letter: bytes) -> None:
    """Blanks and carriage returns without end count like any character."""
    chunks = [f"{HEADER}\n".encode(), *itertools.repeat(letter * 10_000, 5)]
    assert _code(check_file(chunks, COLUMNS)) is ProblemCode.ROW_TOO_LONG


lines = st.sampled_from(
    [
        HEADER.encode(),
        ROW.encode(),
        "𐍈osé,ñ".encode(),
        b"",
        b" ",
        b"\r",
        b"jos\xe9",
        b"\xf0\x9f\x98",
        "\ufeff".encode(),
        b"who,knows",
        b"x" * 16_000,
        b"x" * 16_001,
        b" " * 16_001,
    ]
)


@st.composite
def files_in_pieces(draw: st.DrawFn) -> tuple[bytes, list[int]]:
    """A file of good and bad lines, and places at which to cut it."""
    start = draw(st.sampled_from([b"", HEADER.encode() + b"\n"]))
    text = start + draw(st.sampled_from([b"\n", b"\r\n"])).join(draw(st.lists(lines, max_size=5)))
    near = [at for at in range(len(text) + 1) if at in (0, len(text)) or text[at - 1 : at] in (b"\n", b"\r") or at < 80]
    cut = st.one_of(st.sampled_from(near), st.integers(0, len(text)))
    return text, sorted(draw(st.lists(cut, max_size=6)))


@given(files_in_pieces())
@example((f"{HEADER}\r\n{'x' * 16_000}\r\n".encode(), [len(HEADER) + 2 + 16_000 + 1]))
@example((f"{HEADER}\n{' ' * 16_001}\n{ROW}".encode(), [len(HEADER) + 1 + 16_001]))
@example((b"who,knows\njos\xe9", [12]))
def test_pieces_of_any_length_give_the_same_answer(file: tuple[bytes, list[int]]) -> None:
    """A cut in the middle of a letter, of a line end or of a row changes nothing."""
    text, cuts = file
    pieces = [text[start:end] for start, end in itertools.pairwise([0, *cuts, len(text)])]
    assert check_file(pieces, COLUMNS) == check_file([text], COLUMNS)


@given(files_in_pieces())
def test_a_file_byte_by_byte_gives_the_same_answer(file: tuple[bytes, list[int]]) -> None:
    """The smallest pieces of all give the answer of the whole file."""
    text = file[0][:2_000]
    assert check_file([bytes([byte]) for byte in text], COLUMNS) == check_file([text], COLUMNS)


def test_the_limits_are_cognitos() -> None:
    """As its guide and quotas say."""
    assert (MAX_FILE_BYTES, MAX_ROWS, MAX_ROW_CHARACTERS) == (100_000_000, 500_000, 16_000)


@pytest.mark.parametrize(
    ("size", "code"),
    [
        (0, ProblemCode.FILE_EMPTY),
        (1, None),
        (MAX_FILE_BYTES, None),
        (MAX_FILE_BYTES + 1, ProblemCode.FILE_TOO_LARGE),
    ],
)
def test_the_size_is_checked_before_the_first_byte_is_read(size: int, code: ProblemCode | None) -> None:
    """From one byte to 100 MB, both included."""
    problem = check_size(size)
    assert (problem.code if problem else None) is code


def test_a_file_that_is_too_large_says_both_numbers() -> None:
    """Whoever reads it knows by how much."""
    problem = check_size(123_456_789)
    assert problem is not None
    assert problem.sentence == "The file has 123,456,789 bytes; Cognito takes 100,000,000 at most."


def test_no_sentence_repeats_what_the_file_holds() -> None:
    """Whatever is wrong with a file, its values stay in it."""
    files: list[str | bytes] = [
        "canary,Canary\n",
        f"{HEADER}\ncanary{'x' * 16_001}\n",
        f"{HEADER}\ncanary\n".encode() + b"\xe9",
        "canary\n".encode("utf-16"),
        f"\ufeffcanary{HEADER}\n",
    ]
    for file in files:
        problem = _check(file).problem
        assert problem is not None
        assert "canary" not in f"{problem.sentence} {problem.hint}".lower()
