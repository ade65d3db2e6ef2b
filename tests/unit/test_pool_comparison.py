"""A file's users beside those of a pool: each is missing, there, or different, however the two are written."""

from __future__ import annotations

import sqlite3
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.pool_comparison import Compared, PoolComparison
from cognito_drop.core.rows import Options, preflight
from tests.unit.rows.files import rules_of

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.core.rows import PoolRules

COLUMNS = ["cognito:username", "name", "email", "email_verified", "birthdate", "cognito:mfa_enabled",
           "preferred_username"]  # fmt: skip
FILE = """cognito:username,name,email,email_verified,birthdate
ada,Ada,ada@example.com,TRUE,1990-12-10
bob,"Bob, Jr.",bob@example.com,true,
eve,Eve,Eve@example.com,true,01/02/1980
"""
ADA = {"cognito:username": "ada", "name": "Ada", "email": "ada@example.com", "email_verified": "true",
       "birthdate": "1990-12-10", "sub": "1"}  # fmt: skip
BOB = {"cognito:username": "bob", "name": "Bob, Jr.", "email": "bob@example.com", "email_verified": "true",
       "birthdate": "2000-01-01"}  # fmt: skip
EVE = {"cognito:username": "eve", "name": "Eve", "email": "Eve@example.com", "email_verified": "true",
       "birthdate": "01/02/1980"}  # fmt: skip
PAGE = 60
"""Users in an answer of ListUsers."""


def _compared(state: Path | str = ":memory:", rules: PoolRules | None = None, file: str = FILE) -> PoolComparison:
    rules = rules or rules_of(COLUMNS)
    made = PoolComparison(state, rules)
    report = preflight([file.encode()], rules, Options(max_part_rows=2), made)
    assert (report.problem, report.rejected) == (None, 0)
    return made


def test_users_are_the_same_however_they_are_written() -> None:
    """Dates in both orders, true in any case; what only the pool has is no difference."""
    with _compared() as comparison:
        comparison.take_users([ADA, {"cognito:username": "zoe"}])
        comparison.take_users([BOB, EVE])
        assert comparison.result() == Compared(users=3, missing=0, different=0, attributes={})
        assert list(comparison.findings()) == []


def test_a_user_who_is_gone_when_the_pool_is_listed_anew_is_missing() -> None:
    """What an earlier listing has found does not count."""
    with _compared() as comparison:
        comparison.take_users([ADA, BOB | {"name": "Robert"}, EVE])
        comparison.forget_users()
        comparison.take_users([BOB, EVE])
        assert comparison.result() == Compared(users=3, missing=1, different=0, attributes={})


def test_missing_and_different_users_are_told_apart() -> None:
    """With the names of the attributes, in how many users each."""
    with _compared() as comparison:
        comparison.take_users([ADA | {"name": "Eda", "email_verified": "false"}, EVE | {"name": ""}])
        found = comparison.result()
        assert found == Compared(users=3, missing=1, different=2, attributes={"email_verified": 1, "name": 2})
        assert list(comparison.findings()) == [("bob", []), ("ada", ["name", "email_verified"]), ("eve", ["name"])]


@pytest.mark.parametrize(("is_case_sensitive", "missing", "different"), [(True, 1, 0), (False, 0, 0)])
def test_case_counts_where_it_does_in_the_pool(is_case_sensitive: bool, missing: int, different: int) -> None:
    """In the name and in the email address."""
    with _compared(rules=rules_of(COLUMNS, is_case_sensitive=is_case_sensitive)) as comparison:
        comparison.take_users([ADA | {"cognito:username": "ADA", "email": "ADA@example.com"}, BOB, EVE])
        assert comparison.result() == Compared(3, missing, different, {})


def test_names_are_shown_as_the_file_has_them_and_compared_as_the_pool_does() -> None:
    """A pool that ignores case may show names and `preferred_username` in lower case."""
    header = "cognito:username,preferred_username,email,email_verified\n"
    lines = (f"{name},{name}!,{name.lower()}@example.com,true\n" for name in ("P1", "P2"))
    with _compared(rules=rules_of(COLUMNS, is_case_sensitive=False), file=header + "".join(lines)) as comparison:
        same = {"preferred_username": "p1!", "email": "p1@example.com", "email_verified": "true"}
        comparison.take_users([same | {"cognito:username": "p1"}])
        assert comparison.result() == Compared(2, 1, 0, {})
        assert list(comparison.findings()) == [("P2", [])]


def test_users_of_a_pool_with_email_addresses_for_names_are_found_by_these() -> None:
    """Their usernames are Cognito's own."""
    file = "cognito:username,email,email_verified\nada@example.com,ada@example.com,true\n"
    with _compared(rules=rules_of(COLUMNS, "email"), file=file) as comparison:
        comparison.take_users([ADA | {"cognito:username": "5b7c"}])
        assert comparison.result() == Compared(1, 0, 0, {})


def test_the_memory_that_it_takes_does_not_depend_on_how_many_users_there_are(tmp_path: Path) -> None:
    """Neither for the file nor for the pool."""

    def most(count: int) -> int:
        with PoolComparison(tmp_path / str(count), rules_of(COLUMNS)) as comparison:
            tracemalloc.start()
            for start in range(0, count, PAGE):
                users = [ADA | {"cognito:username": f"user{at}"} for at in range(start, start + PAGE)]
                comparison.take_rows(1, users)
            for start in range(0, count, PAGE):
                users = [ADA | {"cognito:username": f"user{at}"} for at in range(start, start + PAGE)]
                comparison.take_users(users)
            assert comparison.result() == Compared(count, 0, 0, {})
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    most(PAGE)  # what is made once
    assert most(60 * PAGE) - most(10 * PAGE) < 100_000


def test_an_interrupted_comparison_continues(tmp_path: Path) -> None:
    """With what was kept last, and all users before that; of other values only digests are in the file."""
    state = tmp_path / "state"
    with _compared(state) as comparison:
        comparison.take_users([ADA])
        comparison.keep_note("place", "token")
        comparison.take_users([BOB])
    content = state.read_bytes()
    assert b"eve" in content
    assert b"Jr." not in content
    assert b"example.com" not in content
    with PoolComparison(state, rules_of(COLUMNS)) as comparison:
        assert comparison.note("place") == "token"
        assert comparison.result().missing == 2
        comparison.take_users([BOB, EVE])
        assert comparison.result() == Compared(3, 0, 0, {})


def test_another_file_is_not_overwritten(tmp_path: Path) -> None:
    """A state file with other contents is an error."""
    other = tmp_path / "users.csv"
    other.write_text(FILE)
    with pytest.raises(sqlite3.Error):
        PoolComparison(other, rules_of(COLUMNS))
    assert other.read_text() == FILE
