"""The function that undoes runs: whom it deletes, and whom it leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.runs.row_account import RowAccount
from tests.unit.samples import COMPLETED
from tests.unit.undo.undo_world import BRIEF, NAMES, UndoWorld, refusal, sub_of

if TYPE_CHECKING:
    import io


pytestmark = pytest.mark.usefixtures("aws")


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


def test_undo_does_not_pass_over_users_whom_the_ids_do_not_list() -> None:
    """The job has counted them, and which of the rows they are is not known: they are in the pool."""
    names = [f"user{number}" for number in range(12)]
    world = UndoWorld(*names)
    world.set(row_counts=RowAccount(17, imported=14, failed=3).to_json())
    assert world.call(seconds=BRIEF).more
    answer = world.run()
    assert world.results() == dict.fromkeys(names, "deleted")
    assert world.summary()["outcome"] == "partly_undone"
    assert world.summary()["users"] == {"total": 14, "deleted": 12, "gone": 0, "left": 2, "unprocessed": 0}
    assert [(reason["code"], reason["count"]) for reason in world.summary()["reasons"]] == [("not_listed", 2)]
    assert answer.notification
    assert (answer.notification.outcome, answer.notification.has_failures) == ("partly_undone", "true")


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
    (left,) = world.table("left.csv")
    assert left["message"] == "Cognito rejected the deletion: UnsupportedUserStateException."


"""How an execution can end without its undo, in the words of Step Functions and in ours."""


def test_nothing_of_a_user_is_logged_or_published(log: io.StringIO) -> None:
    """Neither names nor subs."""
    world = UndoWorld("canary", "ben")
    world.cognito.add("canary", UserStatus="CONFIRMED")
    answer = world.run()
    assert answer.notification
    for text in (log.getvalue(), json.dumps(answer.to_json()), json.dumps(world.summary())):
        assert "canary" not in text
        assert sub_of("canary") not in text
