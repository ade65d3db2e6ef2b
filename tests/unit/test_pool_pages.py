"""Users, members, and groups of a pool are read page by page; the ids of one user by searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from cognito_drop.aws.user_directory import PoolUser, UserDirectory
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.aws.user_removal import UserRemoval
from cognito_drop.aws.user_searches import LookupGivenUpError, UserSearches
from cognito_drop.core.pools.user_search import LONGEST_FILTER, UserSearch, searches_by_value
from cognito_drop.core.rows import PoolRules
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.samples import POOL_ID, STARTED
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.stub import Stubber

    T = TypeVar("T")

POOL = {"UserPoolId": POOL_ID}
ADA = {"Username": "ada", "Attributes": [{"Name": "sub", "Value": "1"}, {"Name": "email", "Value": "a@example.com"}]}
BEN = {"Username": "ben"}
BY_NAME = UserSearch("ada", "username", "ada", ignores_case=False)


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client whose answers are scripted."""
    with scripted_client("cognito-idp") as stub:
        yield stub


@pytest.fixture
def directory(stub: Stubber) -> UserDirectory:
    """The adapter on the scripted client."""
    return UserDirectory(cast("Any", stub.client))


@pytest.fixture
def searches(directory: UserDirectory) -> UserSearches:
    """Searches at a rate of one a second, with a clock that no one waits for."""
    clock = Clock()
    return UserSearches(directory, InMemoryPace(1), lambda: clock.now, clock.sleep, lambda: 1.0)


def test_users_are_read_in_pages(stub: Stubber, directory: UserDirectory, searches: UserSearches) -> None:
    """Sixty with a call, as Cognito describes them, or by their attributes; a page may be empty."""
    first, second = {**POOL, "Limit": 60}, {**POOL, "Limit": 60, "PaginationToken": "more"}
    stub.add_response("list_users", {"Users": [ADA], "PaginationToken": "more"}, first)
    stub.add_response("list_users", {}, second)
    assert directory.records(POOL_ID, "") == ([ADA], "more")
    assert directory.records(POOL_ID, "more") == ([], "")
    stub.add_response("list_users", {"Users": [ADA, BEN], "PaginationToken": "more"}, first)
    stub.add_response("list_users", {"Users": []}, second)
    until = Clock().now + 60
    assert searches.users(POOL_ID, "", until) == (
        [{"sub": "1", "email": "a@example.com", "cognito:username": "ada"}, {"cognito:username": "ben"}], "more",
    )  # fmt: skip
    assert searches.users(POOL_ID, "more", until) == ([], "")


def test_all_names_of_a_pool_are_read(stub: Stubber, searches: UserSearches) -> None:
    """Page after page, until one says that it is the last."""
    asked = {**POOL, "Limit": 60, "AttributesToGet": ["sub"]}
    stub.add_response("list_users", {"Users": [ADA], "PaginationToken": "2"}, asked)
    stub.add_response("list_users", {"Users": [], "PaginationToken": "3"}, {**asked, "PaginationToken": "2"})
    stub.add_response("list_users", {"Users": [BEN]}, {**asked, "PaginationToken": "3"})
    assert searches.listed(POOL_ID, (), Clock().now + 60) == ["ada", "ben"]


def test_each_page_of_a_search_has_its_time(stub: Stubber, directory: UserDirectory) -> None:
    """At one call in a second, three pages of each search take three; a throttled page alone is asked for again."""
    clock = Clock()
    searches = UserSearches(directory, InMemoryPace(1), lambda: clock.now, clock.sleep, lambda: 1.0)
    removal = UserRemoval(cast("Any", stub.client))

    def paced(call: Callable[[], T]) -> T:
        return searches.paced(clock.now + 60, call)

    for search in (
        lambda: searches.found(POOL_ID, [BY_NAME], clock.now + 60),
        lambda: searches.ids(POOL_ID, [BY_NAME], clock.now + 60),
        lambda: searches.searched(POOL_ID, PoolRules((), ()), ["ada"], clock.now + 60),
        lambda: removal.with_sub(POOL_ID, "1", paced),
    ):
        begun = clock.now
        stub.add_response("list_users", {"Users": [], "PaginationToken": "2"})
        stub.add_response("list_users", {"Users": [], "PaginationToken": "3"})
        stub.add_response("list_users", {"Users": [ADA]})
        assert len(search()) == 1
        assert 2 <= clock.now - begun <= 3
    stub.add_response("list_users", {"Users": [], "PaginationToken": "2"})
    stub.add_client_error("list_users", "TooManyRequestsException")
    stub.add_response("list_users", {"Users": [ADA]})
    assert len(searches.found(POOL_ID, [BY_NAME], clock.now + 60)) == 1


def test_members_of_a_group_are_read_in_pages(stub: Stubber, directory: UserDirectory) -> None:
    """The last page has no token, and may have no users."""
    asked = {**POOL, "GroupName": "staff", "Limit": 60}
    stub.add_response("list_users_in_group", {"Users": [ADA, BEN], "NextToken": "more"}, asked)
    stub.add_response("list_users_in_group", {}, {**asked, "NextToken": "more"})
    assert directory.members(POOL_ID, "staff", "") == (["ada", "ben"], "more")
    assert directory.members(POOL_ID, "staff", "more") == ([], "")


def test_groups_are_read_in_pages(stub: Stubber) -> None:
    """As Cognito describes them: a pool may have 10,000."""
    groups, asked = UserGroups(cast("Any", stub.client)), {**POOL, "Limit": 60}
    staff = {"GroupName": "staff", "Description": "All"}
    stub.add_response("list_groups", {"Groups": [staff], "NextToken": "more"}, asked)
    stub.add_response("list_groups", {}, {**asked, "NextToken": "more"})
    assert groups.page(POOL_ID, "") == ([staff], "more")
    assert groups.page(POOL_ID, "more") == ([], "")


def test_ids_of_a_user_are_those_of_the_first_search_that_finds_one(stub: Stubber, searches: UserSearches) -> None:
    """Those after it are not made. The answer has the value that was searched for."""
    by_name, by_email, *_ = searches_by_value("a@example.com")
    named = {**POOL, "Limit": 60, "Filter": by_name.filter, "AttributesToGet": ["sub"]}
    stub.add_response("list_users", {"Users": []}, named)
    stub.add_response(
        "list_users", {"Users": [ADA]}, {**named, "Filter": by_email.filter, "AttributesToGet": ["email", "sub"]}
    )
    until = Clock().now + 60
    found = searches.ids(POOL_ID, [by_name, by_email, by_email], until)
    assert found == [{"sub": "1", "email": "a@example.com", "cognito:username": "ada"}]
    stub.add_response("list_users", {"Users": []}, named)
    assert searches.ids(POOL_ID, [by_name], until) == []


def test_all_searches_say_whom_they_find(stub: Stubber, searches: UserSearches) -> None:
    """The user's state and date are Cognito's; a call that comes too late is not made."""
    by_name, by_email, *_ = searches_by_value("a@example.com")
    created = {**ADA, "UserStatus": "CONFIRMED", "Enabled": True, "UserCreateDate": STARTED}
    named = {**POOL, "Limit": 60, "Filter": by_name.filter, "AttributesToGet": ["sub"]}
    stub.add_response("list_users", {"Users": [{"Username": "A@example.com"}]}, named)
    stub.add_response(
        "list_users", {"Users": [created]}, {**named, "Filter": by_email.filter, "AttributesToGet": ["email"]}
    )
    assert searches.found(POOL_ID, [by_name, by_email], Clock().now + 60) == [
        PoolUser("A@example.com", "username", "", is_enabled=False, created=None),
        PoolUser("ada", "email", "CONFIRMED", is_enabled=True, created=STARTED),
    ]
    with pytest.raises(LookupGivenUpError):
        searches.found(POOL_ID, [by_name], Clock().now)


@pytest.mark.parametrize(
    ("value", "filters"),
    [
        ("ana", ['username = "ana"']),
        ("Ana", ['username = "Ana"', 'username = "ana"']),
        ("a@b.c", ['username = "a@b.c"', 'email = "a@b.c"']),
        ("+491", ['username = "+491"', 'phone_number = "+491"']),
        ("+49@1", ['username = "+49@1"', 'email = "+49@1"', 'phone_number = "+49@1"']),
        ("49+1", ['username = "49+1"']),
        ("a\\b", ['username = "a\\\\b"', 'username = "a\\b"']),
        ("x" * (LONGEST_FILTER - len('username = ""')), ['username = "' + "x" * 243 + '"']),
        ("x" * (LONGEST_FILTER - len('username = ""') + 1), []),
    ],
)
def test_a_value_is_searched_for_wherever_it_can_be(value: str, filters: list[str]) -> None:
    """In both spellings, whatever the pool thinks of upper and lower case."""
    found = searches_by_value(value)
    assert [search.filter for search in found] == filters
    assert all(search.ignores_case and search.name == value for search in found)
    assert [search.attribute for search in found] == [text.partition(" ")[0] for text in filters]
