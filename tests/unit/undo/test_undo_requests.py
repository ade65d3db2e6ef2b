"""What the function that undoes runs refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.aws.errors import RefusedError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.undo.decision import UndoChoices
from cognito_drop.core.undo.request import UndoRequest
from tests.unit.undo.undo_world import IDS, NAMES, UndoWorld, sub_of

pytestmark = pytest.mark.usefixtures("aws")


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
    with pytest.raises(RefusedError, match=r"^The run has not ended$"):
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
    world.set(row_counts=RowAccount(9, imported=6, failed=3).to_json())
    with pytest.raises(RefusedError, match="is not known"):
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


@pytest.mark.parametrize("choice", ["include_password_set", "include_confirmed"])
def test_input_of_an_execution_is_read_as_it_was_written(choice: str) -> None:
    """The run, and every choice."""
    request = UndoRequest("0" * 32, UndoChoices(**{choice: True}))
    assert UndoRequest.read(json.loads(request.to_text())) == request
