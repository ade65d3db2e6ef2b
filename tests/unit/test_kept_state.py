"""Listings that are interrupted: each page is taken once, with the place after it or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_drop.aws.kept_state import OtherStateError, take_pages
from cognito_drop.cli.export_state import ExportState
from cognito_drop.cli.pool_comparison import PoolComparison
from cognito_drop.cli.row_ids import RowIds
from cognito_drop.core.rows import PoolRules
from tests.unit.members_world import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PAGES = [[f"u{page}{number}" for number in range(3)] for page in range(4)]


class Killed(BaseException):
    """The process ends."""


class Pool:
    """Answers pages of users by tokens, of which one may be too old."""

    def __init__(self, old: str = "") -> None:
        self.asked: list[str] = []
        self._old = old

    def page(self, token: str) -> tuple[list[Any], str]:
        """The page of a token."""
        self.asked.append(token)
        if token and token == self._old:
            self._old = ""
            raise refusal("InvalidParameterException", "ListUsers")
        number = int(token or 0)
        users = [{"Username": name, "Enabled": True, "UserStatus": "CONFIRMED"} for name in PAGES[number]]
        return users, f"{number + 1}" if number + 1 < len(PAGES) else ""


def _listed(state: ExportState, pool: Pool, take: Callable[[Sequence[Any]], object] | None = None) -> None:
    for _ in take_pages(state, "users", pool.page, take or state.take_users, state.forget_users):
        pass


def _names(state: ExportState) -> list[str]:
    return [user["Username"] for user in state.users()]


@settings(max_examples=20)
@given(kills=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=5))
def test_a_listing_that_is_killed_anywhere_has_each_user_once(
    tmp_path_factory: pytest.TempPathFactory, kills: list[tuple[int, bool]]
) -> None:
    """Before a page or in the middle of taking it; a page that was kept is not asked for again."""
    file, pool = tmp_path_factory.mktemp("state") / "state", Pool()
    for steps, in_the_middle in kills:
        left = [steps]

        def step(left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        with ExportState(file) as state:

            def take(users: Sequence[Any], state: ExportState = state, is_late: bool = in_the_middle) -> None:
                state.take_users(users[:1] if is_late else users)
                step()
                state.take_users(users)

            try:
                _listed(state, pool, take)
            except Killed:
                continue
    with ExportState(file) as state:
        _listed(state, pool)
        assert _names(state) == [name for page in PAGES for name in page]
    assert len(pool.asked) <= len(PAGES) + len(kills)


def test_a_listing_starts_anew_where_its_token_is_too_old(tmp_path: Path) -> None:
    """Users who have gone meanwhile are not in it."""
    with ExportState(tmp_path / "state") as state:
        state.take_users([{"Username": "gone"}])
        state.keep_note("users", "2")
        pool = Pool(old="2")
        _listed(state, pool)
        assert pool.asked == ["2", "", "1", "2", "3"]
        assert _names(state) == [name for page in PAGES for name in page]


def test_another_refusal_ends_the_listing(tmp_path: Path) -> None:
    """Of the first page too, which has no token to be too old."""

    def refuse(_: str) -> tuple[list[Any], str]:
        raise refusal("InvalidParameterException", "ListUsers")

    with ExportState(tmp_path / "state") as state, pytest.raises(ClientError):
        for _ in take_pages(state, "users", refuse, state.take_users, state.forget_users):
            pass


def test_a_database_of_another_program_or_command_stays_as_it_is(tmp_path: Path) -> None:
    """It would be taken for a state without users otherwise."""
    file = tmp_path / "other.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.executescript("create table accounts (name text);")
    content = file.read_bytes()
    with pytest.raises(OtherStateError, match="not a state of `cognito-drop export`"):
        ExportState(file)
    assert file.read_bytes() == content
    rules = PoolRules.of({"AutoVerifiedAttributes": ["email"]}, ["cognito:username", "email", "email_verified"])
    with RowIds(tmp_path / "state", rules):
        pass
    with pytest.raises(OtherStateError, match="not a state of `cognito-drop verify`"):
        PoolComparison(tmp_path / "state", rules)


def test_members_who_were_not_listed_as_users_are_counted(tmp_path: Path) -> None:
    """ListUsers is eventually consistent; a group that is gone takes its memberships along."""
    with ExportState(tmp_path / "state") as state:
        state.take_users([{"Username": "ada", "UserStatus": "EXTERNAL_PROVIDER", "Enabled": True}, {"Username": "bob"}])
        state.take_groups([{"GroupName": "staff"}, {"GroupName": "gone"}])
        state.take_members("staff", ["ada", "eve"])
        state.take_members("gone", ["bob"])
        state.forget_group("gone")
        assert state.counts() == {
            "users": 2, "disabled": 1, "external_provider": 1, "groups": 1, "memberships": 2,
            "memberships_of_unlisted_users": 1,
        }  # fmt: skip
        assert [user["Groups"] for user in state.users()] == [["staff"], []]
