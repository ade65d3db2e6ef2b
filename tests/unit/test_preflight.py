"""The check of a drop before anything is spent on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdas.core.limits import MAX_FILE_BYTES
from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.run_state import CheckedFile
from lambdas.preflight.handler import Collaborators, check_drop
from tests.unit.fakes import InMemoryDrops, InMemoryImports
from tests.unit.samples import HEADER, POOL_ID, drop, pool

if TYPE_CHECKING:
    from lambdas.adapters.cognito import Pool
    from lambdas.core.drop import Drop

ROW = "maria,Maria,maria@example.com,TRUE,FALSE"
GOOD = f"{HEADER}\n{ROW}\n".encode()


def _check(data: bytes | None = GOOD, of_pool: Pool | None = None, dropped: Drop | None = None) -> CheckedFile:
    dropped = dropped or drop()
    drops = InMemoryDrops({} if data is None else {dropped: data})
    pools = {"people": POOL_ID, "gone": "us-east-1_Gone"}
    return check_drop(dropped, Collaborators(InMemoryImports(of_pool or pool()), drops, pools))


def _problem(file: CheckedFile) -> Problem:
    assert file.problem is not None
    return file.problem


def test_a_good_file_has_its_pool_and_its_rows() -> None:
    """What the next states need to know."""
    assert _check() == CheckedFile(POOL_ID, 1)


def test_an_unknown_alias_is_told_the_folders_there_are() -> None:
    """No pool is asked, and the alias itself is not repeated."""
    file = _check(dropped=drop("inbox/canary/users.csv"))
    assert file.pool_id == ""
    assert _problem(file).code is ProblemCode.UNKNOWN_POOL_ALIAS
    assert _problem(file).hint == "Drop it into one of: inbox/gone/, inbox/people/"


def test_a_pool_that_is_not_there_is_named() -> None:
    """A wrong setting of the stack, and said to be one."""
    problem = _problem(_check(dropped=drop("inbox/gone/users.csv")))
    assert problem.code is ProblemCode.POOL_NOT_FOUND
    assert "us-east-1_Gone" in problem.sentence


def test_a_pool_that_verifies_nothing_takes_no_import() -> None:
    """Cognito would refuse to start the job."""
    file = _check(of_pool=pool(auto_verified=()))
    assert _problem(file).code is ProblemCode.POOL_VERIFIES_NOTHING
    assert file.pool_id == POOL_ID


def test_a_version_that_was_deleted_is_told_so() -> None:
    """Nothing is left to import."""
    assert _problem(_check(None)).code is ProblemCode.SOURCE_GONE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ProblemCode.FILE_EMPTY),
        (HEADER.encode(), ProblemCode.NO_ROWS),
        (f"\ufeff{HEADER}\n{ROW}".encode(), ProblemCode.BYTE_ORDER_MARK),
        (f"{HEADER}\njosé".encode("latin-1"), ProblemCode.NOT_UTF8),
        (ROW.encode(), ProblemCode.WRONG_HEADER),
        (f"{HEADER}\n{'x' * 16_001}".encode(), ProblemCode.ROW_TOO_LONG),
        (f"{HEADER}\n{'x' * 100}\n".encode() * 990_000, ProblemCode.FILE_TOO_LARGE),
    ],
    ids=lambda value: value if isinstance(value, ProblemCode) else "",
)
def test_each_problem_of_a_file_has_its_code(data: bytes, code: ProblemCode) -> None:
    """The pool is known by then."""
    file = _check(data)
    assert _problem(file).code is code
    assert file.pool_id == POOL_ID


def test_rows_before_a_problem_are_counted() -> None:
    """The report says how many users were rejected as far as they were read."""
    assert _check(f"{HEADER}\n{ROW}\n{ROW}\n".encode() + b"\xff").rows == 2


def test_a_file_that_is_too_large_is_not_read() -> None:
    """Its size is enough."""
    file = _check(b"\n" * (MAX_FILE_BYTES + 1))
    assert (_problem(file).code, file.rows) == (ProblemCode.FILE_TOO_LARGE, 0)
