"""One user is searched for with filters of ListUsers, and taken for no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.core.pools.user_search import LONGEST_FILTER, searches_for
from cognito_drop.core.rows import PoolRules
from tests.unit.samples import POOL_ID

if TYPE_CHECKING:
    from collections.abc import Iterator


def _rules(*sign_in: str, is_case_sensitive: bool = True) -> PoolRules:
    return PoolRules((), ("email",), sign_in=sign_in, is_case_sensitive=is_case_sensitive)


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """Cognito's answers, in order."""
    with Stubber(boto3.client("cognito-idp", region_name="us-east-1")) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("name", "sign_in", "filters"),
    [
        ("maria", (), ['username = "maria"']),
        ("+4930", (), ['username = "+4930"']),
        ("m@example.com", ("email",), ['email = "m@example.com"']),
        ("+4930", ("phone_number",), ['phone_number = "+4930"']),
        ("+4930", ("email", "phone_number"), ['phone_number = "+4930"']),
        ("m@example.com", ("email", "phone_number"), ['email = "m@example.com"']),
        ('a"b', (), ['username = "a\\"b"']),
        ("CORP\\ana", (), ['username = "CORP\\\\ana"', 'username = "CORP\\ana"']),
        ('\\"', (), ['username = "\\\\\\""', 'username = "\\\\""']),
    ],
)
def test_a_name_is_searched_for_where_its_pool_keeps_it(
    name: str, sign_in: tuple[str, ...], filters: list[str]
) -> None:
    """Quotation marks are escaped; a backslash, whose escape is not documented, is asked for in both forms."""
    assert [search.filter for search in searches_for(name, _rules(*sign_in))] == filters


def test_a_pool_that_ignores_case_is_asked_for_small_letters_too() -> None:
    """Cognito's documents disagree on whether a filter sees a difference."""
    found = searches_for("Ana", _rules(is_case_sensitive=False))
    assert [search.filter for search in found] == ['username = "Ana"', 'username = "ana"']
    assert all(search.matches("aNA") for search in found)
    assert len(searches_for("ana", _rules(is_case_sensitive=False))) == 1
    assert not searches_for("Ana", _rules())[0].matches("ana")


@pytest.mark.parametrize(("name", "searches"), [("x" * 128, 1), ('"' * 128, 0)])
def test_a_filter_is_never_longer_than_aws_takes(name: str, searches: int) -> None:
    """Its error message would repeat the name."""
    found = searches_for(name, _rules())
    assert len(found) == searches
    assert all(len(search.filter) <= LONGEST_FILTER for search in found)


@pytest.mark.parametrize(
    ("listed", "is_found"), [(["ana"], True), ([], False), (["Ana", "ana"], True), (["Ana"], False)]
)
def test_only_the_very_user_is_found(stub: Stubber, listed: list[str], is_found: bool) -> None:
    """Whatever else AWS finds by the filter."""
    request = {"UserPoolId": POOL_ID, "Filter": 'username = "ana"', "Limit": 60, "AttributesToGet": ["sub"]}
    stub.add_response("list_users", {"Users": [{"Username": name} for name in listed]}, request)
    (search,) = searches_for("ana", _rules())
    assert UserDirectory(cast("Any", stub.client)).has(POOL_ID, search) is is_found


def test_the_user_may_be_on_a_later_page(stub: Stubber) -> None:
    """Only a page without a token is the last, however few users it has."""
    request = {"UserPoolId": POOL_ID, "Filter": 'username = "ana"', "Limit": 60, "AttributesToGet": ["sub"]}
    stub.add_response("list_users", {"Users": [], "PaginationToken": "1"}, request)
    stub.add_response("list_users", {"PaginationToken": "2"}, {**request, "PaginationToken": "1"})
    stub.add_response("list_users", {"Users": [{"Username": "ana"}]}, {**request, "PaginationToken": "2"})
    (search,) = searches_for("ana", _rules())
    assert UserDirectory(cast("Any", stub.client)).has(POOL_ID, search)


def test_a_user_is_found_by_the_attribute_to_sign_in_with(stub: Stubber) -> None:
    """The pool makes the username itself."""
    users = [{"Username": "3f6c", "Attributes": [{"Name": "email", "Value": "Ana@example.com"}]}]
    request = {
        "UserPoolId": POOL_ID, "Filter": 'email = "ana@example.com"', "Limit": 60, "AttributesToGet": ["email"],
    }  # fmt: skip
    stub.add_response("list_users", {"Users": users}, request)
    (search,) = searches_for("ana@example.com", _rules("email", is_case_sensitive=False))
    assert UserDirectory(cast("Any", stub.client)).has(POOL_ID, search)


def test_a_filter_that_aws_cannot_read_finds_no_user_where_its_form_is_a_guess(stub: Stubber) -> None:
    """Any other refusal stays AWS's own."""
    directory = UserDirectory(cast("Any", stub.client))
    for search in searches_for("CORP\\ana", _rules()):
        stub.add_client_error("list_users", "InvalidParameterException")
        assert not directory.has(POOL_ID, search)
    for name, code in (("ana", "InvalidParameterException"), ("CORP\\ana", "TooManyRequestsException")):
        stub.add_client_error("list_users", code)
        with pytest.raises(ClientError, match=code):
            directory.has(POOL_ID, searches_for(name, _rules())[0])
