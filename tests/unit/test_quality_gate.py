"""Whether a file is worth a job, and what is chosen for its pool."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.pools.pool_settings import (
    POOL_SETTINGS,
    KnownUsers,
    PoolSettingError,
    PoolSettings,
    RejectedRowsPolicy,
)
from cognito_drop.core.pools.quality_gate import Lookup, judge, warnings
from cognito_drop.core.rows import HashPolicy, UnknownColumns
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.samples import POOL_ID

NONE_FOUND = Lookup(20, 0)
IMPORT, REFUSE = "import", "refuse"


def _code(rows: int, rejected: int, policy: str, lookup: Lookup = NONE_FOUND) -> ProblemCode | None:
    problem = judge(rows, rejected, PoolSettings(POOL_ID, rejected_rows=policy, known_users=KnownUsers.REFUSE), lookup)
    return problem.code if problem else None


@given(st.integers(1, 1_000_000), st.data())
def test_the_rest_is_imported_unless_there_is_none(rows: int, data: st.DataObject) -> None:
    """The policy `import` stops at nothing but a file without a single good row."""
    rejected = data.draw(st.integers(0, rows))
    assert (_code(rows, rejected, IMPORT) is ProblemCode.NO_GOOD_ROWS) is (rejected == rows)


@given(st.integers(1, 1_000_000), st.data())
def test_a_whole_file_is_refused_for_one_row(rows: int, data: st.DataObject) -> None:
    """The policy `refuse`; a clean file passes."""
    rejected = data.draw(st.integers(0, rows - 1))
    assert _code(rows, rejected, REFUSE) is (ProblemCode.TOO_MANY_REJECTED if rejected else None)


@pytest.mark.parametrize(
    ("share", "rows", "rejected", "is_refused"),
    [
        ("5%", 100, 5, False),
        ("5%", 100, 6, True),
        ("5 %", 10, 1, True),
        ("0%", 10, 1, True),
        ("0.5%", 1_000, 5, False),
        ("0.5%", 1_000, 6, True),
        ("99.9%", 1_000, 999, False),
        ("29%", 100, 29, False),
        ("2.3%", 1_000, 23, False),
    ],
)
def test_a_share_is_what_may_still_pass(share: str, rows: int, rejected: int, *, is_refused: bool) -> None:
    """More than the share is refused, exactly the share is not."""
    assert _code(rows, rejected, share) is (ProblemCode.TOO_MANY_REJECTED if is_refused else None)


@pytest.mark.parametrize(
    ("share", "rows", "rejected", "blocked", "is_refused"),
    [
        ("refuse", 100, 40, 40, False),
        ("refuse", 100, 41, 40, True),
        ("5%", 100, 43, 40, False),
        ("5%", 100, 44, 40, True),
        ("0%", 41, 40, 40, False),
    ],
)
def test_users_who_are_shut_out_elsewhere_speak_against_no_file(
    share: str, rows: int, rejected: int, blocked: int, *, is_refused: bool
) -> None:
    """The share is that of the bad among the others, and the sentence has the numbers that were held against it."""
    settings = PoolSettings(POOL_ID, rejected_rows=share)
    problem = judge(rows, rejected, settings, NONE_FOUND, not_to_import=blocked)
    assert (problem is not None) is is_refused
    if problem:
        assert problem.sentence.startswith(f"{rejected - blocked} of {rows - blocked} rows cannot be imported")
        assert f"not counting {blocked} rows of users" in problem.sentence


def test_a_file_of_none_but_users_who_are_shut_out_has_no_good_row() -> None:
    """Nothing would be imported, so no job is spent."""
    problem = judge(3, 3, PoolSettings(POOL_ID), NONE_FOUND, not_to_import=3)
    assert problem is not None
    assert problem.code is ProblemCode.NO_GOOD_ROWS


@given(st.integers(0, 999), st.integers(1, 2_000), st.data())
def test_no_share_is_lost_in_rounding(tenths: int, rows: int, data: st.DataObject) -> None:
    """Shares of a tenth of a percent, reckoned exactly."""
    rejected = data.draw(st.integers(0, rows))
    policy = RejectedRowsPolicy.parse(f"{tenths // 10}.{tenths % 10}%")
    assert policy.refuses(rejected, rows) is (Fraction(rejected, rows) > Fraction(tenths, 1000))


@pytest.mark.parametrize("text", ["", "Import", "5", "100%", "-5%", "5%%", "%", ".5%", "5.%", "five%", " 5%"])
def test_what_is_no_policy_is_an_error(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"^" + text.replace(".", r"\.") + "$"):
        RejectedRowsPolicy.parse(text)


@pytest.mark.parametrize(
    ("asked", "known", "is_mostly_known"),
    [(20, 0, False), (20, 10, False), (20, 11, True), (20, 20, True), (2, 2, False), (3, 2, True), (0, 0, False)],
)
def test_most_of_a_sample_says_something(asked: int, known: int, *, is_mostly_known: bool) -> None:
    """More than half of at least three; that is refused where the pool says so. Any known user is warned of."""
    lookup = Lookup(asked, known)
    refused = judge(100, 0, PoolSettings(POOL_ID, known_users=KnownUsers.REFUSE), lookup)
    assert (refused is not None) is is_mostly_known
    assert judge(100, 0, PoolSettings(POOL_ID), lookup) is None
    code = ["mostly_known" if is_mostly_known else "known_users"] if known else []
    assert [one["code"] for one in warnings(lookup)] == code


def test_the_warning_says_how_many_were_looked_up() -> None:
    """A share of a sample is no share of the file."""
    (warning,) = warnings(Lookup(20, 15))
    assert warning["code"] == "mostly_known"
    assert warning["message"].startswith("15 of 20 accepted users that were looked up are already in the pool.")


def test_the_first_reason_is_the_plainest() -> None:
    """A file without a good row says so, whatever else speaks against it."""
    assert _code(10, 10, REFUSE, Lookup(20, 20)) is ProblemCode.NO_GOOD_ROWS
    assert _code(10, 9, REFUSE, Lookup(20, 20)) is ProblemCode.TOO_MANY_REJECTED
    assert _code(10, 0, REFUSE, Lookup(20, 20)) is ProblemCode.MOSTLY_KNOWN


def test_a_pools_entry_is_read_whole() -> None:
    """As the stack writes it; what it does not say is the default."""
    chosen: dict[str, Any] = {
        "rejected_rows": "2.5%", "known_users": "refuse", "unknown_columns": "leave_out",
        "part_rows": 7, "password_hashes": ["ARGON2ID"], "preset": "auth0",
    }  # fmt: skip
    read = PoolSettings.from_json({"id": POOL_ID, **chosen, "of a later release": 1})
    assert read == PoolSettings(POOL_ID, **chosen)
    assert (read.groups, read.hashes) == (None, HashPolicy.of(["ARGON2ID"]))
    assert (read.options.unknown_columns, read.options.max_part_rows) == (UnknownColumns.LEAVE_OUT, 7)


def test_an_entry_of_no_pool_is_an_error() -> None:
    """No pool is guessed."""
    with pytest.raises(KeyError, match="id"):
        PoolSettings.from_json({"rejected_rows": "import"})


@pytest.mark.parametrize("name", sorted(set(POOL_SETTINGS) - {"preset"}))
def test_an_entry_with_a_value_that_a_setting_cannot_have_is_an_error(name: str) -> None:
    """Every setting is checked when it is read, and the error names it; a preset is read where files are."""
    with pytest.raises(PoolSettingError, match=f"^{name} = 'unheard of': it must be .+\\.$"):
        PoolSettings.from_json({"id": POOL_ID, name: "unheard of"})
