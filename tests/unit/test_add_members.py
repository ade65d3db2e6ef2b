"""Users are added to their groups after the import, within a rate, and the outcome of each membership is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.staging import Staging
from cognito_drop.contract import limits
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.members.memberships import (
    ADDED,
    GROUP_MISSING,
    MembershipAccount,
    MembershipOutcome,
    MembershipVerdict,
    verdict_of_call,
    verdict_of_creation,
)
from cognito_drop.core.pools.pool_settings import GroupsOfKnownUsers
from cognito_drop.core.results.part_outcomes import PartOutcomes
from tests.unit.meanwhile import DiedError, die
from tests.unit.members_world import RATE, MembersWorld, member, members_file, refusal
from tests.unit.samples import BCRYPT, SCRYPT, as_read, row
from tests.unit.summary_schema import validate

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

pytestmark = pytest.mark.usefixtures("aws")

THROTTLED = refusal("TooManyRequestsException")


def test_imported_users_are_added_and_the_others_left_out() -> None:
    """Each membership has a line of its own; a user without groups has none."""
    world = MembersWorld("staff", "ops")
    world.imported(member("ana", "staff|ops"), member("skip", "staff"), member("fail", "ops"), f"{row('ben')},")
    progress = world.add()
    assert progress.is_over
    assert world.groups.members == {"staff": ["ana"], "ops": ["ana"]}
    summary = world.reported()
    assert world.results == [
        (2, "staff", "added", "added"), (2, "ops", "added", "added"),
        (3, "staff", "left_out", "row_skipped"), (4, "ops", "left_out", "row_failed"),
    ]  # fmt: skip
    assert summary.memberships == MembershipAccount(4, added=2, left_out=2)
    assert "groups.csv" in summary.files
    validate(world)


def test_no_one_is_added_whose_outcome_is_not_known() -> None:
    """Two of three rows are unknown, one of them imported: it is said that someone may be missing in the group."""
    world = MembersWorld("staff")
    world.imported(member("ana", "staff"), member("lost1", "staff"), member("lost2", "staff"))
    counts = JobCounts(imported=2, failed=1)
    outcomes = PartOutcomes(3)
    outcomes.take("[SUCCEEDED] Line Number 2 - The import succeeded.")
    outcomes.conclude(counts, is_over=True)
    world.staging.keep_outcomes(world.drop, 1, outcomes)
    world.imports.advance("import-part1", "Succeeded", counts)
    assert world.add().is_over
    assert world.groups.members == {"staff": ["ana"]}
    summary = world.reported()
    assert world.results == [
        (2, "staff", "added", "added"),
        (3, "staff", "unprocessed", "row_unknown"), (4, "staff", "unprocessed", "row_unknown"),
    ]  # fmt: skip
    assert summary.memberships == MembershipAccount(3, added=1, unprocessed=2)
    assert summary.rows_unknown == 2
    validate(world)


def test_no_one_is_added_where_the_log_was_not_read() -> None:
    """The part was given to Cognito, and its outcomes were not kept."""
    world = MembersWorld("staff")
    world.imported(member("ana", "staff"))
    del world.s3.objects[f"staging/{world.drop.run_id}/part-0001.outcomes"]
    assert world.add().is_over
    assert world.groups.members == {"staff": []}
    world.reported()
    assert world.results == [(2, "staff", "unprocessed", "row_unknown")]


def test_known_users_are_added_where_the_pool_says_so() -> None:
    """So that the same file, dropped again, ends what a stopped run has begun."""
    world = MembersWorld("staff", groups_of_known_users=GroupsOfKnownUsers.ADD)
    world.imported(member("skip", "staff"), member("fail", "staff"))
    world.add()
    assert world.groups.members == {"staff": ["skip"]}


def test_a_group_that_is_missing_costs_no_call() -> None:
    """The pool's groups are asked for once."""
    world = MembersWorld("staff")
    world.imported(member("ana", "staff|gone"), member("ben", "gone"))
    world.groups.lists = 0  # without those of the check
    world.add()
    assert (len(world.groups.calls), world.groups.lists) == (1, 1)
    assert world.reported().memberships == MembershipAccount(3, added=1, failed=2)
    assert {code for _, group, _, code in world.results if group == "gone"} == {"group_missing"}


def test_a_group_is_created_where_the_pool_says_so() -> None:
    """Once, for all its users."""
    world = MembersWorld(groups={"allow": ["new"], "create": True})
    world.imported(member("ana", "new"), member("ben", "new"))
    world.add()
    assert world.groups.members == {"new": ["ana", "ben"]}


def test_a_group_that_is_not_allowed_is_reported_and_never_called() -> None:
    """Whatever becomes of the row: each membership has its line, and the summary their sum."""
    allowed = {"allow": ["staff", "team-*"]}
    world = MembersWorld("staff", "team-a", "admins", groups=allowed, groups_of_known_users=GroupsOfKnownUsers.ADD)
    world.imported(member("ana", "staff|admins|team-a"), member("skip", "admins|staff"), member("fail", "admins"))
    world.add()
    assert world.groups.members == {"staff": ["ana", "skip"], "team-a": ["ana"], "admins": []}
    summary = world.reported()
    assert [(line, code) for line, group, _, code in world.results if group == "admins"] == [
        (2, "group_not_allowed"), (3, "group_not_allowed"), (4, "group_not_allowed"),
    ]  # fmt: skip
    assert summary.memberships == MembershipAccount(6, added=3, failed=3)
    made = as_read(summary.to_json())
    assert made["memberships"]["not_allowed"] == 3
    assert [each["count"] for each in made["warnings"] if each["code"] == "groups_not_allowed"] == [3]
    assert made["memberships"]["active_users"]["at_most"] == 2
    validate(world)


def test_a_group_of_authority_has_to_be_named_exactly() -> None:
    """One with an IAM role or a precedence: a pattern does not reach it."""
    for allow, members in ((["*"], []), (["team-*", "team-admins"], ["ana"])):
        world = MembersWorld("team-admins", groups={"allow": allow})
        world.groups.privileged = {"team-admins"}
        world.imported(member("ana", "team-admins"))
        world.add()
        assert world.groups.members == {"team-admins": members}
        assert as_read(world.reported().to_json())["memberships"]["not_allowed"] == 1 - len(members)


def test_a_group_that_gets_authority_after_the_check_gets_no_user() -> None:
    """What the pool's groups are when users are added decides."""
    world = MembersWorld("team-a", groups={"allow": ["team-*"]})
    world.imported(member("ana", "team-a"))
    world.groups.privileged = {"team-a"}
    world.add()
    world.reported()
    assert world.results == [(2, "team-a", "failed", "group_not_allowed")]


def test_a_group_that_is_not_allowed_is_not_created() -> None:
    """Not even where others are."""
    world = MembersWorld(groups={"allow": ["team-*"], "create": True})
    world.imported(member("ana", "admins|team-new"))
    world.add()
    assert world.groups.members == {"team-new": ["ana"]}


def test_more_groups_than_a_pool_can_have_are_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the check, when the pool's groups and the file's new ones are more together."""
    monkeypatch.setattr(limits, "MAX_GROUPS_OF_POOL", 2)
    world = MembersWorld("staff", groups={"allow": ["*"], "create": True})
    world.imported(member("ana", "staff|new"), member("ben", "staff"))
    assert "too_many_groups_in_pool" not in _codes(world.reported())
    world.imported(member("ana", "staff|new"), member("ben", "newer"))
    assert "too_many_groups_in_pool" in _codes(world.reported())


def test_a_pool_that_allows_no_group_leaves_them_out() -> None:
    """And says so: nothing is added, and no call is made."""
    world = MembersWorld("staff", groups=None)
    world.imported(member("ana", "staff"))
    assert world.file.memberships == 0
    assert "groups_left_out" in _codes(world.reported())


def _codes(summary: Summary) -> list[str]:
    return [each["code"] for each in summary.warnings()]


def test_a_group_that_cannot_be_created_fails_its_memberships() -> None:
    """With AWS's own word."""
    world = MembersWorld("staff", groups={"allow": ["new", "staff"], "create": True})
    world.groups.refuses_to_create = "LimitExceededException"
    world.imported(member("ana", "new|staff"), member("ben", "new"))
    world.add()
    world.reported()
    assert [code for *_, code in world.results] == ["group_not_created", "added", "group_not_created"]


def test_a_user_who_is_gone_fails_alone() -> None:
    """The others are added."""
    world = MembersWorld("staff")
    world.groups.refuses = [refusal("UserNotFoundException")]
    world.imported(member("ana", "staff"), member("ben", "staff"))
    world.add()
    world.reported()
    assert [code for *_, code in world.results] == ["user_missing", "added"]


def test_ten_thousand_memberships_take_what_the_rate_says() -> None:
    """1,000 seconds at ten in a second, over the two calls of the function that this takes."""
    world = MembersWorld("staff")
    world.imported(*(member(f"u{number}", "staff") for number in range(10_000)))
    begun = world.clock.now
    calls = 0
    while not world.add().is_over:
        calls += 1
    assert calls == 1, "fifteen minutes are less than 1,000 seconds"
    times = world.groups.calls
    assert len(times) == 10_000
    assert 9_999 / RATE <= times[-1] - begun < 9_999 / RATE + 0.5
    assert all(later - earlier >= RATE * 0.99 for earlier, later in zip(times, times[RATE * RATE :], strict=False))


def test_runs_that_add_at_the_same_time_share_the_rate() -> None:
    """Each takes its times from the same note."""
    first, second = MembersWorld("staff"), MembersWorld("staff")
    second.clock = second.groups.clock = first.clock
    second.pace = first.pace
    for world in (first, second):
        world.imported(*(member(f"u{number}", "staff") for number in range(100)))
    begun = first.clock.now
    first.add()
    first.clock.now = begun
    second.add()
    times = sorted(first.groups.calls + second.groups.calls)
    assert times[-1] - times[0] == pytest.approx(199 / RATE)


def test_a_throttled_call_comes_again_later() -> None:
    """After growing pauses, and it is counted."""
    world = MembersWorld("staff")
    world.groups.refuses = [THROTTLED, THROTTLED, THROTTLED]
    world.imported(member("ana", "staff"))
    progress = world.add()
    assert (progress.added, progress.throttled) == (1, 3)
    first, second, third, fourth = world.groups.calls
    assert (second - first, third - second, fourth - third) == pytest.approx((0.5, 1.0, 2.0))


def test_what_was_done_is_kept_when_cognito_takes_no_more() -> None:
    """The next call goes on behind it: no result is lost, and none is told twice."""
    world = MembersWorld("staff")
    world.imported(*(member(f"u{number}", "staff") for number in range(120)))
    world.groups.refuses = [*[None] * 60, *[THROTTLED] * 1_000]
    with pytest.raises(type(THROTTLED)):
        world.add()
    kept = world.ledger.read(world.drop.run_id).memberships
    assert (kept.added, kept.is_over) == (50, False)
    world.groups.refuses = []
    assert world.add().is_over
    world.reported()
    assert [line for line, *_ in world.results] == list(range(2, 122))


def test_a_crash_between_the_results_and_the_note_loses_and_doubles_nothing() -> None:
    """The results are made again, in the place of those that no one recorded."""
    world = MembersWorld("staff")
    world.imported(member("ana", "staff"), member("ben", "staff"))
    world.ledger.meanwhile.before("record_memberships", die)
    with pytest.raises(DiedError):
        world.add()
    assert world.add().is_over
    world.reported()
    assert [line for line, *_ in world.results] == [2, 3]


def test_two_calls_at_the_same_members_note_one_progress() -> None:
    """The later one changes nothing: it has met someone."""
    world = MembersWorld("staff")
    world.imported(member("ana", "staff"))
    world.ledger.meanwhile.before("record_memberships", world.add)
    with pytest.raises(LedgerConflictError):
        world.add()
    assert world.ledger.read(world.drop.run_id).memberships.added == 1


def test_a_call_that_is_late_replaces_no_results_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has fewer of them than the call whose progress is recorded."""
    world = MembersWorld("staff")
    world.imported(*(member(f"u{number}", "staff") for number in range(120)))
    world.groups.refuses = [*[None] * 60, *[THROTTLED] * 1_000]
    keep = Staging.keep_memberships

    def late(*given: Any) -> None:  # noqa: ANN401  (of keep_memberships)
        monkeypatch.undo()
        world.groups.refuses = []
        assert world.add().is_over
        keep(*given)

    monkeypatch.setattr(Staging, "keep_memberships", late)
    with pytest.raises(LedgerConflictError):
        world.add()
    world.reported()
    assert [line for line, *_ in world.results] == list(range(2, 122))


def test_a_run_that_is_stopped_reports_what_was_never_tried() -> None:
    """Its report lists the rest, and says that there is something to look at."""
    world = MembersWorld("staff")
    world.imported(*(member(f"u{number}", "staff") for number in range(120)))
    assert not world.add(seconds=70).is_over
    summary = world.reported()
    assert summary.memberships == MembershipAccount(120, added=100, unprocessed=20)
    assert [outcome for *_, outcome, _ in world.results] == ["added"] * 100 + ["unprocessed"] * 20
    validate(world)


def test_a_function_that_lives_on_after_a_stop_adds_no_one_any_more() -> None:
    """Nor is it called again: the ledger says that the run was stopped."""
    world = MembersWorld("staff")
    world.imported(*(member(f"u{number}", "staff") for number in range(120)))
    world.groups.meanwhile.before("call 50", lambda: world.ledger.close(world.drop.run_id, stopped=True))
    assert world.add().added == 50
    assert len(world.groups.calls) == 50


def test_users_of_several_algorithms_have_their_own_outcome() -> None:
    """The rows of each algorithm are in parts of their own, and the lanes of the rows lead back to them."""
    world = MembersWorld("staff", password_hashes=["BCRYPT", "SCRYPT"])
    header = f"{members_file().decode().splitlines()[0]},password_hash\n".encode()
    kinds = {"ana": BCRYPT, "skip": SCRYPT, "eve": BCRYPT, "bob": SCRYPT, "failed": BCRYPT}
    rows = "".join(f"{member(name, 'staff')},{value}\n" for name, value in kinds.items())
    world.ledger.forget(world.drop.run_id)
    world.ledger.accept(world.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
    world.s3.objects.clear()
    world.file = world.check(header + rows.encode())
    assert world.file.part_algorithms == ("BCRYPT", "SCRYPT")
    world.import_part(1)
    world.import_part(2)
    world.ledger.put(world.drop.run_id, state=RunState.REPORTING, is_closing=True)
    world.add()
    world.reported()
    assert [(line, code) for line, *_, code in world.results] == [
        (2, "added"), (3, "row_skipped"), (4, "added"), (5, "added"), (6, "row_failed"),
    ]  # fmt: skip
    assert world.groups.members == {"staff": ["ana", "eve", "bob"]}


def test_users_of_later_parts_have_their_own_outcome() -> None:
    """Rejected rows in between move nothing."""
    world = MembersWorld("staff", part_rows=2)
    bad = f"{row('bad', verified='perhaps')},staff"
    world.imported(member("ana", "staff"), bad, f"{row('ben')},", member("skip", "staff"), bad, member("eve", "staff"))
    world.add()
    world.reported()
    assert [(line, code) for line, *_, code in world.results] == [(2, "added"), (5, "row_skipped"), (7, "added")]
    assert world.groups.members == {"staff": ["ana", "eve"]}


def test_each_answer_of_cognito_has_its_verdict() -> None:
    """One that is not known is quoted by its code."""
    assert verdict_of_call("") == ADDED
    assert verdict_of_call("ResourceNotFoundException") == GROUP_MISSING
    assert verdict_of_call("UserNotFoundException") == MembershipVerdict(
        MembershipOutcome.FAILED, "user_missing", "The user no longer exists in the pool."
    )
    assert verdict_of_call("OtherException") == MembershipVerdict(
        MembershipOutcome.FAILED, "refused_by_cognito", "Cognito rejected the request: OtherException."
    )
    assert verdict_of_creation("OtherException") == MembershipVerdict(
        MembershipOutcome.FAILED, "group_not_created", "Cognito rejected the creation of the group: OtherException."
    )
