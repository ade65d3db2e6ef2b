"""The files that a newcomer drops."""

from __future__ import annotations

import csv
from collections import Counter

from cognito_drop.core.rows import Encoding, LineEnd, NoSink, Options, PoolRules, PreflightReport, Quoting, preflight
from tools.demo_pool import COLUMNS
from tools.example_users import example_file, messy_file
from tools.toolchain import PROJECT

USERS = PROJECT / "examples" / "users.csv"
MESSY = PROJECT / "examples" / "messy.csv"
POOL = {"AutoVerifiedAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}}


def _check(data: bytes) -> PreflightReport:
    return preflight([data], PoolRules.of(POOL, COLUMNS), Options(), NoSink())


def test_the_files_are_what_the_generator_makes() -> None:
    """`python -m tools examples` was run after the last change, and gives the same bytes anywhere."""
    assert USERS.read_bytes() == example_file().encode()
    assert MESSY.read_bytes() == messy_file().encode()


def test_the_clean_file_has_a_thousand_users_in_cognitos_dialect() -> None:
    """What is wrong with it is wrong with single rows."""
    report = _check(USERS.read_bytes())
    assert (report.problem, report.rows) == (None, 1_000)
    assert report.dialect is not None
    assert (report.dialect.quoting, report.dialect.separator) == (Quoting.BACKSLASH, ",")
    assert (report.columns.added, report.columns.renamed) == ((), {})
    assert report.accepted > 900


def test_a_few_users_of_the_clean_file_repeat() -> None:
    """Only the first one of each can be imported."""
    report = _check(USERS.read_bytes())
    assert {reason.code.value: reason.count for reason in report.reasons}["duplicate"] == 5
    names = Counter(line.partition(",")[0] for line in USERS.read_text(encoding="utf-8").splitlines()[1:])
    assert sum(count - 1 for count in names.values()) == 5


def test_the_messy_file_is_as_a_spreadsheet_writes_it_and_mostly_good() -> None:
    """Semicolons, quotes, names of its own, CRLF and a byte order mark; several reasons, and things normalized."""
    report = _check(MESSY.read_bytes())
    assert report.problem is None
    assert report.dialect is not None
    assert (report.dialect.encoding, report.dialect.has_byte_order_mark) == (Encoding.UTF_8, True)
    assert (report.dialect.separator, report.dialect.quoting) == (";", Quoting.QUOTES)
    assert report.dialect.line_end is LineEnd.CRLF
    assert report.columns.renamed["E-Mail"] == "email"
    assert len(report.reasons) >= 3
    assert len(report.normalized) >= 3
    assert report.accepted > report.rows * 0.8


def test_the_messy_file_is_ordinary_csv() -> None:
    """As anybody's library reads it: every row as wide as the header."""
    with MESSY.open(encoding="utf-8-sig", newline="") as file:
        assert len({len(row) for row in csv.reader(file, delimiter=";")}) == 1
