"""The groups of a pool and the pace of the calls, against moto, and against botocore's own model of their errors."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.user_groups import PoolGroups, UserGroups
from cognito_drop.core.pools.call_rate import CallRate, Slots
from tests.ledger_table import TABLE, ledger_client
from tests.unit.meanwhile import Meanwhile, with_meanwhile
from tests.unit.samples import POOL_ID
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber

OF_ADA = {"UserPoolId": POOL_ID, "Username": "ada", "GroupName": "staff"}


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client whose answers are scripted."""
    with scripted_client("cognito-idp") as stub:
        yield stub


@pytest.fixture
def groups(stub: Stubber) -> UserGroups:
    """The adapter on the scripted client."""
    return UserGroups(cast("Any", stub.client))


def test_all_groups_are_asked_for_in_pages(stub: Stubber, groups: UserGroups) -> None:
    """Sixty at once. Those with an IAM role or a precedence, 0 too, are told apart."""
    with_role = {"GroupName": "admins", "RoleArn": "arn:aws:iam::123456789012:role/Admins"}
    page = {"UserPoolId": POOL_ID, "Limit": 60}
    stub.add_response("list_groups", {"Groups": [{"GroupName": "staff"}, with_role], "NextToken": "more"}, page)
    stub.add_response("list_groups", {"Groups": [{"GroupName": "ops", "Precedence": 0}]}, {**page, "NextToken": "more"})
    assert groups.listed(POOL_ID) == PoolGroups({"staff", "ops", "admins"}, frozenset({"ops", "admins"}))


@pytest.mark.parametrize(
    "code",
    ["UserNotFoundException", "ResourceNotFoundException", "InvalidParameterException", "LimitExceededException"],
)
def test_what_belongs_to_one_membership_is_answered(stub: Stubber, groups: UserGroups, code: str) -> None:
    """The others are tried all the same."""
    stub.add_client_error("admin_add_user_to_group", code, expected_params=OF_ADA)
    stub.add_response("admin_add_user_to_group", {}, OF_ADA)
    assert groups.add(POOL_ID, "ada", "staff") == code
    assert groups.add(POOL_ID, "ada", "staff") == ""


@pytest.mark.parametrize("code", ["TooManyRequestsException", "NotAuthorizedException", "AccessDeniedException"])
def test_what_belongs_to_all_is_raised(stub: Stubber, groups: UserGroups, code: str) -> None:
    """A hundred thousand memberships do not fail for a permission that is missing."""
    stub.add_client_error("admin_add_user_to_group", code)
    with pytest.raises(ClientError):
        groups.add(POOL_ID, "ada", "staff")


def test_a_group_that_another_has_created_meanwhile_is_there(stub: Stubber, groups: UserGroups) -> None:
    """Another refusal is answered."""
    asked = {"UserPoolId": POOL_ID, "GroupName": "staff"}
    stub.add_client_error("create_group", "GroupExistsException", expected_params=asked)
    stub.add_client_error("create_group", "LimitExceededException", expected_params=asked)
    assert groups.create(POOL_ID, "staff") == ""
    assert groups.create(POOL_ID, "staff") == "LimitExceededException"


def test_two_functions_never_take_the_same_times(aws: None) -> None:  # noqa: ARG001
    """Of two that meet, the later one takes those behind the other's."""
    client, meanwhile = ledger_client(), Meanwhile()
    pace, other = (
        CallPace(each, TABLE, "memberships", CallRate(10)) for each in (with_meanwhile(client, meanwhile), client)
    )
    assert pace.take(50, now=100.0, until=1_000.0) == Slots(100.0, 105.0)
    meanwhile.before("update_item", lambda: other.take(20, now=101.0, until=1_000.0))
    assert pace.take(10, now=101.0, until=1_000.0) == Slots(107.0, 108.0)
    assert pace.take(10, now=200.0, until=1_000.0) == Slots(200.0, 201.0)


def test_times_that_come_too_late_are_left_to_others(aws: None) -> None:  # noqa: ARG001
    """Nothing is taken, so no one waits for them."""
    client = ledger_client()
    pace = CallPace(client, TABLE, "memberships", CallRate(10))
    assert pace.take(50, now=100.0, until=104.9) is None
    assert pace.take(50, now=100.0, until=105.0) == Slots(100.0, 105.0)


def test_the_pace_of_calls_is_one_item_of_the_ledger(aws: None) -> None:  # noqa: ARG001
    """All deployed versions of the functions share it, so its layout stays; calls of another kind have their own."""
    client = ledger_client()
    CallPace(client, TABLE, "memberships", CallRate(10)).take(50, now=100.0, until=1_000.0)
    CallPace(client, TABLE, "lookups", CallRate(10)).take(5, now=100.0, until=1_000.0)
    items = sorted(client.scan(TableName=TABLE)["Items"], key=lambda item: str(item["sk"]))
    assert items == [
        {"pk": "pace", "sk": "lookups", "free_at": Decimal("100.5")},
        {"pk": "pace", "sk": "memberships", "free_at": Decimal(105)},
    ]
