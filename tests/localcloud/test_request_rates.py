"""The rates of Cognito, in cloud time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from localcloud.choices import RatedCalls
from localcloud.clock import Clock
from localcloud.cloud import Cloud, use
from localcloud.request_rates import CATEGORIES, RateLimits, RequestRates
from localcloud.settings import Settings
from tests.localcloud.import_world import Hand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

PLACE = ("123456789012", "us-east-1")
SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/cognito-idp/aws4_request"


@pytest.fixture
def hand() -> Hand:
    """The wall clock of the cloud."""
    return Hand()


@pytest.fixture
def rates() -> RequestRates:
    """No request was made yet."""
    return RequestRates()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer what was asked."""
    body: bytes = environ["wsgi.input"].read()
    start_response("200 OK", [])
    return [body]


def opened(hand: Hand, rated: RatedCalls) -> Iterator[Client]:
    """A client of a cloud behind its rates."""
    before = use(Cloud(Settings(request_rates=rated), Clock(300, wall=hand)))
    yield Client(RateLimits(application))
    use(before)


@pytest.fixture
def client(hand: Hand) -> Iterator[Client]:
    """One whose requests all count."""
    yield from opened(hand, RatedCalls.ALL)


@pytest.fixture
def free_client(hand: Hand) -> Iterator[Client]:
    """One where only those of roles count."""
    yield from opened(hand, RatedCalls.ROLES)


def ask(client: Client, operation: str, pool_id: str = "us-east-1_A") -> tuple[int, dict[str, Any]]:
    """Status and body of the answer."""
    answer = client.post(
        "/",
        data=json.dumps({"UserPoolId": pool_id}),
        content_type="application/x-amz-json-1.1",
        headers={"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}", "Authorization": SIGNED},
    )
    return answer.status_code, json.loads(answer.data)


@pytest.mark.parametrize(
    "operation",
    [
        "CreateUserImportJob", "GetCSVHeader", "DescribeUserImportJob", "ListUserImportJobs", "StartUserImportJob",
        "StopUserImportJob",
    ],
)  # fmt: skip
def test_an_import_operation_has_five_requests_in_a_second_for_each_pool(rates: RequestRates, operation: str) -> None:
    """Another pool has its own, and so has another operation; a refused request does not count."""
    times = [10 + number / 8 for number in range(12)]
    admitted = [time for time in times if rates.admit(operation, "A", PLACE, time)]
    assert admitted == [*times[:5], *times[8:]]
    assert rates.admit(operation, "B", PLACE, times[-1])
    assert rates.admit("ListGroups", "A", PLACE, times[-1])


@pytest.mark.parametrize(
    ("operation", "limit"),
    [
        ("DescribeUserImportJob", 20), ("ListGroups", 20), ("StartUserImportJob", 15), ("CreateGroup", 15),
        ("AdminAddUserToGroup", 25), ("ListUsers", 30), ("DescribeUserPool", 15), ("UpdateUserPool", 15),
    ],
)  # fmt: skip
def test_an_account_has_the_rate_of_the_category_in_each_region(
    rates: RequestRates, operation: str, limit: int
) -> None:
    """All pools and all operations of the category together."""
    asked = [rates.admit(operation, f"pool {number}", PLACE, 10.0) for number in range(limit + 1)]
    assert asked == [True] * limit + [False]
    assert rates.admit(operation, "pool", ("123456789012", "eu-west-1"), 10.0)
    assert rates.admit(operation, "pool", PLACE, 11.0)


def test_operations_are_those_of_the_service(rates: RequestRates) -> None:
    """Each has one category; those without one have no rate here."""
    names = [name for category in CATEGORIES for name in category.operations]
    assert len(names) == len(set(names))
    assert all(rates.admit("InitiateAuth", "A", PLACE, 10.0) for _ in range(1_000))


def test_a_request_above_the_rate_gets_the_error_of_the_model(client: Client, hand: Hand) -> None:
    """Cloud time counts: it passes 300 times as fast here while nothing works."""
    said = [ask(client, "GetCSVHeader") for _ in range(6)]
    assert [status for status, _ in said] == [200] * 5 + [400]
    assert said[-1][1]["__type"] == "TooManyRequestsException"
    assert ask(client, "GetCSVHeader", "us-east-1_B")[0] == 200
    hand.seconds += 0.999 / 300
    assert ask(client, "GetCSVHeader")[0] == 400
    hand.seconds += 0.002 / 300
    assert ask(client, "GetCSVHeader") == (200, {"UserPoolId": "us-east-1_A"})


def test_rates_can_be_those_of_roles_only(free_client: Client) -> None:
    """An operator that looks at a job many times a second takes nothing from the functions then."""
    assert {ask(free_client, "DescribeUserImportJob")[0] for _ in range(30)} == {200}
