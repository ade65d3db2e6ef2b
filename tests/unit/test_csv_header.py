"""The header line of a file against the columns of the pool."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.csv_header import check_header, parse_header
from lambdas.core.problem import Problem, ProblemCode
from tests.unit.samples import COLUMNS


def _problem(*names: str) -> Problem:
    problem = check_header(names, COLUMNS)
    assert problem is not None
    assert problem.code is ProblemCode.WRONG_HEADER
    return problem


@given(st.permutations(COLUMNS), st.sampled_from(["", " ", "\t"]))
def test_the_columns_may_stand_in_any_order_with_blanks_around_them(names: list[str], blank: str) -> None:
    """Cognito orders the columns of every pool differently and trims names."""
    assert check_header(parse_header(",".join(f"{blank}{name}{blank}" for name in names)), COLUMNS) is None


def test_a_comma_in_a_column_name_is_written_with_a_backslash() -> None:
    """The dialect's escape holds in the header, too."""
    assert parse_header("a\\,b,c") == ["a,b", "c"]


def test_missing_columns_are_named() -> None:
    """Whoever exported the file sees which columns to add."""
    problem = _problem("cognito:username", "email", "email_verified", "cognito:mfa_enabled")
    assert problem.sentence == "The header lacks column name."
    assert _problem("cognito:username", "email", "email_verified").sentence == (
        "The header lacks columns name, cognito:mfa_enabled."
    )


def test_unknown_columns_are_named() -> None:
    """A misspelled column is repeated, so that it can be found."""
    problem = _problem(*COLUMNS, "e-mail")
    assert problem.sentence == "The header names unknown column e-mail."


def test_repeated_columns_are_named() -> None:
    """A column that stands twice is named once."""
    problem = _problem(*COLUMNS, "email", "email")
    assert problem.sentence == "The header repeats column email."


def test_all_faults_are_told_at_once() -> None:
    """One look at the message is enough to mend the file."""
    problem = _problem("cognito:username", "name", "email", "email", "mail", "cognito:mfa_enabled")
    assert problem.sentence == (
        "The header lacks column email_verified, and names unknown column mail, and repeats column email."
    )


def test_the_hint_holds_the_whole_header_to_copy() -> None:
    """The pool's header is there, whatever was wrong."""
    assert ",".join(COLUMNS) in _problem("email").hint
    assert ",".join(COLUMNS) in _problem("mail").hint


def test_many_faults_are_counted_after_the_first_five() -> None:
    """A long list does not drown the message."""
    problem = check_header(["email"], ["email", *(f"custom:{letter}" for letter in "abcdefghi")])
    assert problem is not None
    assert problem.sentence == "The header lacks columns custom:a, custom:b, custom:c, custom:d, custom:e, 4 more."


@pytest.mark.parametrize(
    "row",
    [
        "maria.canary,Maria Canary,maria.canary@example.com,TRUE,FALSE",
        "canary",
        "canary;email;name",
        '"cognito:username","email","canary"',
    ],
)
def test_a_first_line_that_is_data_is_not_repeated(row: str) -> None:
    """A file without a header leaks none of its first user's values into the message."""
    problem = _problem(*parse_header(row))
    assert "canary" not in problem.sentence.lower()
    assert "canary" not in problem.hint.lower()


def test_a_row_with_a_value_that_is_spelled_like_a_column_is_not_repeated() -> None:
    """A user who is called `name` does not turn the rest of the row into column names."""
    problem = _problem("canary", "name", "Canary Smith", "TRUE", "FALSE")
    assert "canary" not in problem.sentence.lower()


def test_unknown_names_are_shown_while_they_are_not_the_majority() -> None:
    """Half of the names right is a header with mistakes; fewer may be anything."""
    assert "names unknown columns mail, verified" in _problem("cognito:username", "name", "mail", "verified").sentence
    assert "names 3 unknown columns" in _problem("cognito:username", "name", "mail", "verified", "mfa").sentence


def test_a_name_that_cannot_be_a_column_is_counted_and_not_repeated() -> None:
    """Addresses, numbers and empty names among the column names are not shown."""
    problem = _problem(*COLUMNS, "canary@example.com", "+4915112345678", "")
    assert problem.sentence == "The header names 3 unknown columns."


def test_a_header_of_nothing_but_commas_is_checked_at_once() -> None:
    """The longest header that a line can hold costs no noticeable time."""
    names = parse_header("email," + "," * 15_000)
    start = time.process_time()
    assert check_header(names, COLUMNS) is not None
    assert time.process_time() - start < 0.5
