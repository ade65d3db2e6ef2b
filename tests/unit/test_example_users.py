"""The file that a newcomer drops."""

from __future__ import annotations

from collections import Counter

from lambdas.core.csv_header import parse_header
from lambdas.core.file_check import FileCheck, check_file
from laptop.demo_pool import COLUMNS
from laptop.example_users import example_file
from laptop.toolchain import PROJECT

FILE = PROJECT / "examples" / "users.csv"


def test_the_file_is_what_the_generator_makes() -> None:
    """`python -m laptop examples` was run after the last change, and gives the same bytes anywhere."""
    assert FILE.read_bytes() == example_file().encode()


def test_it_has_a_thousand_users_and_no_problem_as_a_whole() -> None:
    """What is wrong with it is wrong with single rows."""
    assert check_file([FILE.read_bytes()], COLUMNS) == FileCheck(1_000)


def test_every_row_has_a_value_for_every_column() -> None:
    """Commas in values are escaped, so that all rows are as wide as the header."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert {len(parse_header(line)) for line in lines} == {len(COLUMNS)}


def test_a_few_users_repeat() -> None:
    """Cognito skips them."""
    names = Counter(line.partition(",")[0] for line in FILE.read_text(encoding="utf-8").splitlines()[1:])
    assert sum(count - 1 for count in names.values()) == 5
