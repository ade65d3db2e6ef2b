"""How an undo goes on from call to call, whatever ends one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.errors import TransientError
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.aws.undo_results import UndoResults
from cognito_drop.contract.ledger_keys import undo_key
from tests.ledger_table import plain_client
from tests.unit.samples import COMPLETED, POOL_ID, STARTED
from tests.unit.undo.undo_world import BRIEF, NAMES, RATE, Fate, UndoWorld, refusal

if TYPE_CHECKING:
    from cognito_drop.core.undo.undo_record import UndoRecord

pytestmark = pytest.mark.usefixtures("aws")


def test_undo_that_begins_is_an_item_that_says_what_it_is_of() -> None:
    """As docs/ledger.md has it: an operator reads it, and so does a later version of the functions."""
    world = UndoWorld(*NAMES)
    plan, ledger = world.plan(include_changed=True), UndoLedger(plain_client(), world.ledger.name)
    ledger.begin(plan, "one", "2026-07-02T12:00:00+00:00")
    assert world.ledger.items.get(undo_key(plan.undo_id)) == {
        "pk": f"undo#{plan.undo_id}", "sk": "undo", "undo_id": plan.undo_id, "run_state": "undo",
        "dropped_at": "2026-07-02T12:00:00+00:00", "of_run": world.drop.run_id, "bucket": "drops", "alias": "people",
        "pool_id": POOL_ID, "ids_version": "v1", "users": len(NAMES),
        "spans": [[STARTED.isoformat(), COMPLETED.isoformat()]], "sends_hashes": False,
        "include_confirmed": False, "include_changed": True, "include_password_set": False,
        "execution": "one", "rounds": 1, "deleting": {}, "offset": 0, "files": 0, "deleted": 0, "reasons": {},
        "error": "",
    }  # fmt: skip


def test_throttled_deletion_is_repeated_after_another_look() -> None:
    """Within the rate, with pauses; a user who has changed meanwhile stays."""
    world = UndoWorld(*NAMES)
    world.cognito.refuses = [refusal("TooManyRequestsException"), None, refusal("UserImportInProgressException")]
    world.run()
    assert world.results() == dict.fromkeys(NAMES, "deleted")


def test_user_on_a_later_page_of_a_search_is_not_gone() -> None:
    """Cognito may answer a filter with pages without users before the one that has the user."""
    world = UndoWorld(*NAMES)
    world.cognito.empty_pages = 2
    world.run()
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert world.cognito.users == {}


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


def test_late_call_writes_no_results_of_an_undo_that_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later call has begun, and writes them when it has ended."""
    world = UndoWorld(*(f"user-{number}" for number in range(30)))
    begin = UndoLedger.begin

    def begun(*given: Any, **named: Any) -> UndoRecord:  # noqa: ANN401  (of begin)
        monkeypatch.undo()
        undo = begin(*given, **named)
        assert world.call("two", seconds=BRIEF).more
        return undo

    monkeypatch.setattr(UndoLedger, "begin", begun)
    with pytest.raises(TransientError):
        world.call(error="DeniedError: AdminDeleteUser")
    assert not [key for key in world.s3.objects if key.startswith(f"results/{world.plan().undo_id}/")]


def test_late_call_writes_no_results_when_those_of_the_undo_cannot_be_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The undo has ended meanwhile, in a later call, and the sweep has deleted its staging."""
    world = UndoWorld(*NAMES)
    begin = UndoLedger.begin

    def begun(*given: Any, **named: Any) -> UndoRecord:  # noqa: ANN401  (of begin)
        monkeypatch.undo()
        undo = begin(*given, **named)
        world.call("two")
        for key in [key for key in world.s3.objects if key.startswith("staging/")]:
            world.s3.delete(key)
        return undo

    monkeypatch.setattr(UndoLedger, "begin", begun)
    with pytest.raises(TransientError):
        world.call(error="DeniedError: AdminDeleteUser")
    assert world.results() == dict.fromkeys(NAMES, "deleted")
    assert (world.summary()["outcome"], world.summary()["error"]) == ("undone", None)


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
