"""The function that undoes runs: what it deletes, what it refuses, and how it goes on after whatever ends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.aws.undo_results import UndoResults
from cognito_drop.contract.statuses import ExecutionStatus, RunState
from cognito_drop.core.undo.decision import UndoChoices
from cognito_drop.core.undo.request import UndoRequest
from tests.ledger_table import plain_client
from tests.unit.samples import COMPLETED
from tests.unit.undo.undo_world import IDS, RATE, Fate, UndoWorld, refusal, sub_of

if TYPE_CHECKING:
    import io

    from cognito_drop.core.undo.undo_record import UndoRecord

pytestmark = pytest.mark.usefixtures("aws")

NAMES = ("ana", "ben", "eve", "zoe")
RUN = "f" * 32
"""The name of an undo's first execution."""
BRIEF = 61
"""Seconds for a call that has time for some users."""


def test_users_of_the_run_are_deleted() -> None:
    """All of them, and no other user; the notification has counts."""
    world = UndoWorld(*NAMES)
    world.cognito.add("another")
    answer = world.run()
    assert set(world.cognito.users) == {"another"}
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert (world.summary()["outcome"], world.summary()["files"]) == ("undone", ["deleted.csv", "left.csv"])
    assert world.summary()["users"] == {"total": 4, "deleted": 4, "gone": 0, "left": 0, "unprocessed": 0}
    assert answer.notification
    assert (answer.notification.outcome, answer.notification.has_failures) == ("undone", "false")


def test_every_doubt_leaves_a_user() -> None:
    """Each with its reason; the rest is deleted."""
    world = UndoWorld("ana", "ben", "eve", "zoe", "kim", "lou", "max")
    world.cognito.add("ben", UserStatus="CONFIRMED")
    world.cognito.add("eve", UserLastModifiedDate=COMPLETED)
    del world.cognito.users["zoe"]
    world.cognito.add("kim", UserCreateDate=COMPLETED.replace(year=2025))
    world.cognito.add("kim2", Attributes=world.cognito.users["lou"]["Attributes"])
    world.cognito.add("max", UserStatus="UNCONFIRMED")
    world.run()
    assert world.results() == {
        "ana": "deleted", "ben": "password_set", "eve": "changed", "zoe": "gone", "kim": "outside_job",
        "lou": "other_user", "max": "other_status",
    }  # fmt: skip
    assert [name for _, name in world.cognito.deleted] == ["ana"]
    assert world.summary()["users"] == {"total": 7, "deleted": 1, "gone": 1, "left": 5, "unprocessed": 0}
    assert world.record().outcome == "partly_undone"


def test_user_who_was_deleted_and_signed_up_again_stays() -> None:
    """Such a user has the same name and another sub."""
    world = UndoWorld("ana")
    world.cognito.add("ana", Attributes=[{"Name": "sub", "Value": sub_of("another")}])
    world.run()
    assert (set(world.cognito.users), world.results()) == ({"ana"}, {"ana": "gone"})


def test_user_is_deleted_by_the_name_of_the_fresh_answer() -> None:
    """Who has taken the recorded name since stays, and so does the recorded user under another name."""
    world = UndoWorld("ana")
    world.cognito.users["renamed"] = {**world.cognito.users.pop("ana"), "Username": "renamed"}
    world.cognito.add("ana", Attributes=[{"Name": "sub", "Value": sub_of("another")}])
    world.run()
    assert (set(world.cognito.users), world.results()) == ({"ana", "renamed"}, {"ana": "other_user"})


def test_wider_choices_are_an_undo_of_their_own() -> None:
    """It deletes what is left; those who are gone are counted as gone."""
    world = UndoWorld("ana", "ben")
    world.cognito.add("ben", UserStatus="CONFIRMED")
    world.run()
    world.run(include_password_set=True)
    assert not world.cognito.users
    assert world.results() == {"ana": "deleted", "ben": "password_set"}
    assert world.results(include_password_set=True) == {"ana": "gone", "ben": "deleted"}


def test_users_with_hashes_are_left_unless_included() -> None:
    """It is not known whether they have signed in."""
    world = UndoWorld("ana")
    world.import_run(algorithms=("BCRYPT",))
    world.cognito.add("ana", UserStatus="CONFIRMED")
    world.run()
    assert world.results() == {"ana": "confirmed"}
    world.run(include_confirmed=True)
    assert world.results(include_confirmed=True) == {"ana": "deleted"}


def test_second_undo_deletes_nothing() -> None:
    """Even if the users were there again: its answer is that of the first."""
    world = UndoWorld(*NAMES)
    first = world.run()
    for name in NAMES:
        world.cognito.add(name)
    again = world.call("two")
    assert again == first
    assert set(world.cognito.users) == set(NAMES)


@pytest.mark.parametrize(
    "given",
    [
        None, [], "text", {}, {"run_id": "f" * 32}, {"run_id": None}, {"run_id": "../people"},
        {"include_confirmed": "yes"}, {"bucket": "other"}, {"pool_id": "us-east-1_Other"}, {"include_all": True},
    ],
)  # fmt: skip
def test_forged_input_deletes_nothing(given: Any) -> None:  # noqa: ANN401  (whatever JSON has)
    """An input names a run of the ledger and choices, and nothing else."""
    world = UndoWorld(*NAMES)
    whole = {"run_id": world.drop.run_id, **given} if isinstance(given, dict) and given else given
    with pytest.raises(RefusedError):
        world.undo.go_on(whole, "one", "", 900)
    assert set(world.cognito.users) == set(NAMES)


def test_run_of_another_bucket_deletes_nothing() -> None:
    """The ledger's item says so, however it came to be."""
    world = UndoWorld(*NAMES)
    world.set(bucket="other")
    with pytest.raises(RefusedError):
        world.call()
    assert set(world.cognito.users) == set(NAMES)


@pytest.mark.parametrize("state", [RunState.ACCEPTED, RunState.WAITING, RunState.IMPORTING, RunState.REPORTING])
def test_run_that_has_not_ended_is_not_undone(state: RunState) -> None:
    """Its users may still be imported."""
    world = UndoWorld(*NAMES)
    world.set(run_state=state)
    with pytest.raises(RefusedError, match="not ended"):
        world.call()
    assert set(world.cognito.users) == set(NAMES)


def test_pool_that_does_not_allow_it_any_more_is_left_alone() -> None:
    """The settings of now count: the alias may be of another pool, or gone."""
    for has_ids in (True, False):
        world = UndoWorld(*NAMES, undo=False, ids=has_ids)
        with pytest.raises(RefusedError, match="undo"):
            world.call()
    world = UndoWorld(*NAMES)
    world.set(pool_id="us-east-1_Other0000")
    with pytest.raises(RefusedError, match="alias"):
        world.call()
    world.pools = {}
    with pytest.raises(RefusedError, match="alias"):
        world.call()
    assert set(world.cognito.users) == set(NAMES)


def test_run_without_noted_ids_is_not_undone() -> None:
    """Users are deleted by what was recorded only."""
    world = UndoWorld(*NAMES)
    world.set(ids=None)
    with pytest.raises(RefusedError):
        world.call()
    world.set(ids={"recorded": 0, "missing": 0, "version_id": ""})
    with pytest.raises(RefusedError, match="no user"):
        world.call()


def test_another_version_of_the_ids_is_not_read() -> None:
    """Somebody may have written one."""
    world = UndoWorld("ana")
    world.cognito.add("victim")
    world.s3.put_object(
        Bucket="drops", Key=IDS, Body=f"line,old_id,username,sub\n2,,victim,{sub_of('victim')}\n".encode()
    )
    world.run()
    assert set(world.cognito.users) == {"victim"}
    world.s3.delete(IDS)
    with pytest.raises(RefusedError, match="no longer exists"):
        world.call("two", include_changed=True)


def test_throttled_deletion_is_repeated_after_another_look() -> None:
    """Within the rate, with pauses; a user who has changed meanwhile stays."""
    world = UndoWorld(*NAMES)
    world.cognito.refuses = [refusal("TooManyRequestsException"), None, refusal("UserImportInProgressException")]
    world.run()
    assert world.results() == dict.fromkeys(NAMES, "deleted")


def test_undo_waits_for_a_cognito_that_takes_no_calls() -> None:
    """The call ends with an error that the state machine repeats, and no user is lost."""
    world = UndoWorld(*NAMES)
    world.cognito.is_busy = True
    with pytest.raises(TransientError):
        world.call()
    world.cognito.is_busy = False
    world.run()
    assert world.results() == dict.fromkeys(NAMES, "deleted")


def test_rate_is_shared_and_kept() -> None:
    """No more than was chosen in any second."""
    world = UndoWorld(*(f"user-{number}" for number in range(40)))
    world.run()
    times = sorted(time for time, _ in world.cognito.deleted)
    assert len(times) == 40
    assert all(later - earlier >= 1 - 1e-6 for earlier, later in zip(times, times[RATE:], strict=False))


def test_round_is_short() -> None:
    """A function goes on for a minute at most when its execution is stopped."""
    world = UndoWorld(*(f"user-{number}" for number in range(400)))
    before = world.clock.now
    assert world.call().more
    assert world.clock.now - before <= 65
    assert world.record().progress.done == len(world.cognito.deleted) > 200


def test_user_who_is_gone_at_the_deletion_is_counted_as_gone() -> None:
    """Somebody else has deleted the user between the look and the deletion."""
    world = UndoWorld("ana", "ben")
    world.cognito.meanwhile["ana"] = lambda: world.cognito.users.pop("ana")
    world.run()
    assert world.results() == {"ana": "gone", "ben": "deleted"}


def test_refused_deletion_leaves_the_user() -> None:
    """With AWS's code."""
    world = UndoWorld("ana", "ben")
    world.cognito.refuses = [refusal("UnsupportedUserStateException")]
    world.run()
    assert world.results() == {"ana": "refused_by_cognito", "ben": "deleted"}
    assert "UnsupportedUserStateException" in world.table("left.csv")[0]["message"]


def test_undo_that_an_error_has_ended_says_so_and_goes_on() -> None:
    """Its results have those who were not processed; another execution processes them."""
    world = UndoWorld(*NAMES)
    world.cognito.refuses = [None, refusal("NotAuthorizedException")]
    with pytest.raises(Exception, match="NotAuthorized"):
        world.call()
    answer = world.call(error="DeniedError: AdminDeleteUser")
    assert answer.notification
    assert answer.notification.outcome == "failed"
    assert "DeniedError" in json.loads(json.loads(answer.notification.message)["default"])["error"]
    assert world.results() == {
        "ana": "deleted", "ben": "deletion_unknown", "eve": "deletion_unknown", "zoe": "deletion_unknown",
    }  # fmt: skip
    assert world.call() == answer  # a repeated call of the same execution
    assert world.call("two").notification != answer.notification
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert world.record().outcome == "undone"


def test_call_of_an_older_number_deletes_nothing_more() -> None:
    """A later call has begun: the older one ends before its next deletion."""
    world = UndoWorld(*NAMES)
    world.cognito.meanwhile["ben"] = lambda: world.call("two")
    with pytest.raises(TransientError):
        world.call()
    assert set(world.cognito.users) == set()
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert len(world.cognito.deleted) == len(NAMES)


def test_results_of_a_later_call_are_not_overwritten_by_those_of_a_late_one() -> None:
    """Both have processed users from the same line on: only the newest call keeps what it has done."""
    world = UndoWorld(*(f"user-{number}" for number in range(100)))
    world.cognito.meanwhile["user-1"] = lambda: world.call("two", seconds=BRIEF + 10)
    with pytest.raises(TransientError):
        world.call()
    assert 0 < world.record().progress.done < len(world.names), "the later call has kept some results"
    while world.call("two").more:
        pass
    assert world.results() == dict.fromkeys(world.names, "deleted")


def test_results_that_another_version_has_kept_count() -> None:
    """It was replaced while the undo was under way, and has not named the call."""
    world = UndoWorld(*(f"user-{number}" for number in range(100)))
    assert world.call(seconds=BRIEF + 10).more
    (kept,) = (key for key in world.s3.objects if key.startswith("staging/"))
    world.s3.objects[kept.replace("-000001.csv", ".csv")] = world.s3.objects.pop(kept)
    while world.call().more:
        pass
    assert world.results() == dict.fromkeys(world.names, "deleted")


def test_results_that_a_late_call_writes_at_its_end_are_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The undo has ended meanwhile, in a later call."""
    world = UndoWorld(*NAMES)
    write, others = UndoResults.write, [lambda: world.call("two")]

    def written(results: UndoResults, undo: UndoRecord) -> None:
        while others:
            others.pop()()
        write(results, undo)

    monkeypatch.setattr(UndoResults, "write", written)
    with pytest.raises(TransientError):
        world.call(error="DeniedError: AdminDeleteUser")
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert (world.summary()["outcome"], world.summary()["error"]) == ("undone", None)


ENDED = [
    (ExecutionStatus.ABORTED, "was stopped"), (ExecutionStatus.TIMED_OUT, "timed out"),
    (ExecutionStatus.FAILED, "failed"),
]  # fmt: skip
"""How an execution can end without its undo, in the words of Step Functions and in ours."""


@pytest.mark.parametrize(("status", "words"), ENDED)
def test_execution_that_ended_early_is_reported_and_deletes_nothing_more(status: ExecutionStatus, words: str) -> None:
    """With what was done until then; started again, the undo completes."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    assert world.call(RUN, seconds=BRIEF).more
    deleted = len(world.cognito.deleted)
    answer = world.ended(RUN, status)
    assert len(world.cognito.deleted) == deleted
    assert answer.notification
    assert (answer.notification.outcome, answer.notification.has_failures) == ("failed", "true")
    assert world.summary()["users"]["unprocessed"] == 30 - deleted
    assert world.record().error == f"its execution {words}"
    while world.call(f"{RUN}-2").more:
        pass
    assert (world.record().outcome, world.cognito.users) == ("undone", {})


def test_execution_that_ended_before_its_first_call_is_reported() -> None:
    """The ledger has no undo yet."""
    world = UndoWorld(*NAMES)
    answer = world.ended(RUN, ExecutionStatus.ABORTED)
    assert answer.notification
    assert world.summary()["users"]["unprocessed"] == len(NAMES)
    assert set(world.cognito.users) == set(NAMES)


@pytest.mark.parametrize(("status", "words"), ENDED)
def test_undo_that_had_ended_before_its_execution_is_notified_as_it_ended(status: ExecutionStatus, words: str) -> None:
    """The execution ended between the results and the notification."""
    assert words
    world = UndoWorld(*NAMES)
    done = world.call(RUN)
    assert world.ended(RUN, status) == done
    assert world.record().outcome == "undone"


def test_undo_that_was_continued_is_not_ended_by_an_older_execution() -> None:
    """The event of that one comes late, or twice."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    assert world.call(RUN, seconds=BRIEF).more
    assert world.call(f"{RUN}-2", seconds=BRIEF).more
    answer = world.ended(RUN, ExecutionStatus.ABORTED)
    assert (answer.is_continued, answer.notification) == (True, None)
    assert not world.record().is_over


@pytest.mark.parametrize("has_begun", [True, False])
def test_undo_that_another_execution_continues_meanwhile_is_not_ended(
    monkeypatch: pytest.MonkeyPatch, *, has_begun: bool
) -> None:
    """It begins between the look at the ledger and the end. The call for the older one is made again, and sees that."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    if has_begun:
        assert world.call(RUN, seconds=BRIEF).more
    find, others = UndoLedger.find, [lambda: world.call(f"{RUN}-2", seconds=BRIEF)]

    def found(ledger: UndoLedger, undo_id: str) -> UndoRecord | None:
        undo = find(ledger, undo_id)
        while others:
            others.pop()()
        return undo

    monkeypatch.setattr(UndoLedger, "find", found)
    with pytest.raises(TransientError):
        world.ended(RUN, ExecutionStatus.ABORTED)
    assert (world.record().is_over, world.record().execution) == (False, f"{RUN}-2")
    assert world.ended(RUN, ExecutionStatus.ABORTED).is_continued


def test_nothing_of_a_user_is_logged_or_published(log: io.StringIO) -> None:
    """Neither names nor subs."""
    world = UndoWorld("canary", "ben")
    world.cognito.add("canary", UserStatus="CONFIRMED")
    answer = world.run()
    assert answer.notification
    for text in (log.getvalue(), json.dumps(answer.to_json()), json.dumps(world.summary())):
        assert "canary" not in text
        assert sub_of("canary") not in text


def test_end_of_the_process_at_any_call_loses_nothing_and_doubles_nothing() -> None:
    """Before the call takes effect, and after: who was deleted is in deleted.csv, and who is left in left.csv."""

    def world_of(fate: Fate) -> UndoWorld:
        world = UndoWorld("ana", "ben", "eve", fate=fate)
        world.cognito.add("eve", UserStatus="CONFIRMED")
        return world

    whole = world_of(Fate())
    whole.run()
    calls = list(whole.fate.calls)
    assert {"list_users", "admin_delete_user", "put_object", "update_item", "put_item", "get_object"} <= set(calls)
    for number in range(1, len(calls) + 1):
        for takes_effect in (False, True):
            world = world_of(Fate(number, takes_effect))
            world.run()
            place = f"{calls[number - 1]}, call {number}, {takes_effect=}"
            assert set(world.cognito.users) == {"eve"}, place
            assert world.results() == {"ana": "deleted", "ben": "deleted", "eve": "password_set"}, place
            assert world.record().progress.deleted == 2, place
            assert world.summary()["outcome"] == "partly_undone", place


def test_undos_are_listed_the_newest_first() -> None:
    """Those of all runs."""
    world = UndoWorld("ana")
    first, second = world.plan(), world.plan(include_password_set=True)
    undos = UndoLedger(plain_client(), world.ledger.name)
    undos.begin(second, "one", "2025-01-02T00:00:00Z")
    undos.begin(first, "one", "2025-01-01T00:00:00Z")
    assert [undo.plan for undo in undos.newest()] == [second, first]


@pytest.mark.parametrize("choice", ["include_password_set", "include_confirmed"])
def test_input_of_an_execution_is_read_as_it_was_written(choice: str) -> None:
    """The run, and every choice."""
    request = UndoRequest("0" * 32, UndoChoices(**{choice: True}))
    assert UndoRequest.read(json.loads(request.to_text())) == request
