"""All users of a file looked up before a job is spent: in the fewest calls, and known ones are not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import boto3
import pytest
from botocore.stub import Stubber

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.lookup import LookupBy, LookupPlan, plan
from cognito_drop.core.pools.pool_settings import GroupsOfKnownUsers, KnownUsers
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.members_world import MembersWorld, member, refusal
from tests.unit.preflight_world import BAD, PreflightWorld
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, as_read, csv_file, drop, pool, row
from tests.unit.summary_schema import validate

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.usefixtures("aws")


POOL = {"UserPoolId": POOL_ID}
FILE = csv_file(row("maria"), BAD, row("jose"), row("ana"))


def _world(pool_users: int, *known: str, known_users: KnownUsers = KnownUsers.WARN) -> PreflightWorld:
    described = {"Name": "people", "AutoVerifiedAttributes": ["email"], "EstimatedNumberOfUsers": pool_users}
    world = PreflightWorld(pool(description=described), look_up_users=True, known_users=known_users)
    world.imports.users[POOL_ID] = set(known)
    return world


def _calls(world: PreflightWorld) -> list[str]:
    return [name for _, name in world.directory.calls]


@pytest.mark.parametrize(
    ("rows", "users", "by", "calls"),
    [(5, 60, LookupBy.LIST_USERS, 1), (5, 300, LookupBy.LIST_USERS, 5), (5, 301, LookupBy.SEARCHES, 5),
     (100_000, 1_000_000, LookupBy.LIST_USERS, 16_667), (1, 0, LookupBy.LIST_USERS, 1)],
)  # fmt: skip
def test_the_way_with_fewer_calls_is_taken(rows: int, users: int, by: LookupBy, calls: int) -> None:
    """A call of ListUsers for sixty users of the pool, or a search for each of the file."""
    found = plan(rows, users, CallRate(12))
    assert (found.by, found.calls) == (by, calls)
    assert found.fits is (calls <= 7_200)


@pytest.mark.parametrize(("pool_users", "calls"), [(3, ["page"]), (1_000, ["has"] * 3)])
def test_known_users_are_not_sent(pool_users: int, calls: list[str]) -> None:
    """Whichever way they are looked up; rows of the part are those that are left, in their order."""
    world = _world(pool_users, "jose", "somebody")
    file = world.check(FILE)
    assert _calls(world) == calls
    assert (file.rows, file.rejected, file.known, file.part_rows) == (4, 1, 1, (2,))
    assert world.part(1).encode() == csv_file(row("maria"), row("ana"))
    assert [(each.line, each.code) for each in world.staging.rejections(drop())] == [
        (3, "boolean_invalid"), (4, "known_user"),
    ]  # fmt: skip
    kept = as_read(world.staging.preflight(drop()) or {})
    assert kept["lookup"] == {"by": kept["lookup"]["by"], "calls": len(calls), "seconds": 1, "known": 1}


def test_a_pool_that_ignores_case_finds_its_users_in_any() -> None:
    """The spelling in which it compares them."""
    described = {
        "Name": "people", "AutoVerifiedAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False},
    }  # fmt: skip
    world = PreflightWorld(pool(description=described), look_up_users=True)
    world.imports.users[POOL_ID] = {"JOSE"}
    assert world.check(FILE).known == 1


def test_every_row_is_reported_and_a_job_is_spent_on_the_others() -> None:
    """Known users are skipped rows, beside those that Cognito skips."""
    world = ReportWorld(look_up_users=True)
    world.imports.users[POOL_ID] = {"jose"}
    summary = world.run(csv_file(row("maria"), row("jose"), row("skip"), BAD))
    assert (summary.outcome, summary.rows) == (Outcome.PARTLY_IMPORTED, RowAccount(4, 1, 2, 0, 1, 0))
    assert not summary.is_incomplete
    assert [(line, code) for line, code, _ in world.table("skipped")] == [(3, "known_user"), (4, "already_exists")]
    validate(world)


def test_a_file_of_known_users_spends_no_job() -> None:
    """Its import is over before it has begun."""
    world = ReportWorld(look_up_users=True)
    world.imports.users[POOL_ID] = {"jose", "maria"}
    file = world.check(csv_file(row("maria"), row("jose"), BAD))
    assert (file.to_json()["importable"], file.is_imported) == (False, True)
    summary = world.report()
    assert (summary.outcome, summary.rows) == (Outcome.PARTLY_IMPORTED, RowAccount(3, 0, 2, 0, 1, 0))


def test_known_users_are_added_to_groups_where_the_pool_says_so() -> None:
    """Though their rows were never sent."""
    world = MembersWorld("staff", look_up_users=True, groups_of_known_users=GroupsOfKnownUsers.ADD)
    world.imports.users[POOL_ID] = {"jose"}
    world.imported(member("maria", "staff"), member("jose", "staff"), member("ana", "staff"))
    world.add()
    assert world.groups.members == {"staff": ["maria", "jose", "ana"]}


def test_a_pool_that_refuses_known_users_is_asked_for_all() -> None:
    """Not for a sample."""
    world = _world(3, "maria", "jose", known_users=KnownUsers.REFUSE)
    problem = world.check(FILE).problem
    assert problem is not None
    assert (problem.code, problem.sentence[:10]) == (ProblemCode.MOSTLY_KNOWN, "2 of 3 acc")


def test_a_dry_run_says_what_the_lookup_costs_and_makes_no_call() -> None:
    """In calls and in seconds, before anything is spent."""
    world = _world(120, "jose")
    assert world.check(FILE, drop("check/people/users.csv")).known == 0
    assert "page" not in _calls(world)
    kept = world.staging.preflight(drop("check/people/users.csv"))
    assert kept is not None
    assert {
        "code": "lookup_estimate",
        "message": "Looking up the users before an import takes 2 calls of ListUsers, about 1 s.",
    } in kept["warnings"]


def test_a_lookup_that_does_not_fit_is_not_made() -> None:
    """The report says so, and Cognito skips who is known."""
    assert not LookupPlan(LookupBy.LIST_USERS, 16_667, 1_389).fits
    world = _world(3, "jose")
    world.directory.seconds = 700.0
    world.imports.users[POOL_ID] = {f"u{number}" for number in range(61)}
    file = world.check(FILE)
    assert (file.known, file.part_rows) == (0, (3,))
    kept = world.staging.preflight(drop())
    assert kept is not None
    assert [warning["code"] for warning in kept["warnings"]] == ["users_not_looked_up"] * 2, "of all, of a sample"


def test_calls_are_no_more_than_the_rate_and_come_again_when_throttled() -> None:
    """Twelve in a second; a pause after one that came too soon."""
    world = _world(100_000)
    directory = world.directory
    directory.refuses = [refusal("TooManyRequestsException", "ListUsers")]
    world.check(csv_file(*(row(f"u{number}") for number in range(120))))
    times = [time for time, _ in directory.calls]
    assert len(times) == 121
    assert times[1] - times[0] == pytest.approx(0.5)
    assert times[-1] - times[1] == pytest.approx(119 / 12)


def test_a_sample_keeps_to_the_same_rate() -> None:
    """It shares the quota with the lookups of all users."""
    world = PreflightWorld()
    world.check(csv_file(*(row(f"u{number}") for number in range(50))))
    times = [time for time, _ in world.directory.calls]
    assert len(times) == 20
    assert times[-1] - times[0] == pytest.approx(19 / 12)


def test_a_sample_that_there_is_no_time_for_is_reported() -> None:
    """It is not known then whether most users are in the pool, so the file is imported."""
    world = PreflightWorld(known_users=KnownUsers.REFUSE)
    world.imports.users[POOL_ID] = {"maria", "jose", "ana"}
    world.directory.seconds = 100.0
    assert world.check(FILE).problem is None
    kept = world.staging.preflight(drop())
    assert kept is not None
    assert [warning["code"] for warning in kept["warnings"]] == ["users_not_looked_up"]


def test_users_are_listed_by_what_their_pool_reports_them_apart_by() -> None:
    """Names, of which nothing else need travel, or the attributes to sign in with."""
    with Stubber(boto3.client("cognito-idp", region_name="us-east-1")) as stub:
        directory = UserDirectory(cast("Any", stub.client))
        users = [{"Username": "ada", "Attributes": [{"Name": "email", "Value": "ada@example.com"}]}]
        by_name = {**POOL, "Limit": 60, "AttributesToGet": ["sub"]}
        stub.add_response("list_users", {"Users": users, "PaginationToken": "more"}, by_name)
        assert directory.page(POOL_ID, (), "") == (["ada"], "more")
        stub.add_response("list_users", {"Users": users}, {**POOL, "Limit": 60, "PaginationToken": "more"})
        assert directory.page(POOL_ID, ("email",), "more") == (["ada@example.com"], "")
