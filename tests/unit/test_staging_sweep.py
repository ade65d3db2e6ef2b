"""Staging is deleted when its run has ended, all versions of it, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.dynamo_table import DynamoTable
from cognito_drop.aws.staging import Staging, StagingKeptError
from cognito_drop.contract.ledger_keys import undo_key
from cognito_drop.contract.statuses import RunState
from lambdas.sweep.staging_sweep import StagingCleared, StagingSweep
from tests.ledger_table import TABLE, plain_client
from tests.unit.queue_world import QueueWorld, run_id

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOST = "0" * 32


@pytest.fixture
def world(s3: S3Client) -> QueueWorld:
    """Three runs that the ledger knows and one that it does not, each with objects in staging."""
    world = QueueWorld()
    world.checked("a", "b", "c")
    for folder in (*map(run_id, "abc"), LOST):
        for name in ("preflight.json", "part-0001.csv", "part-0001.csv", "rejected.jsonl"):
            s3.put_object(Bucket="drops", Key=f"staging/{folder}/{name}", Body=b"maria")
        s3.delete_object(Bucket="drops", Key=f"staging/{folder}/rejected.jsonl")
    s3.put_object(Bucket="drops", Key=f"results/{run_id('a')}/summary.json", Body=b"{}")
    return world


def _sweep(world: QueueWorld, s3: S3Client, *, runs: int = 99) -> StagingCleared:
    time = iter([True] * runs)
    return StagingSweep("drops", Staging(s3), world.ledger).run(has_time=lambda: next(time, False))


def _left(s3: S3Client) -> set[str]:
    """The folders of staging of which any version of anything is left."""
    answer = s3.list_object_versions(Bucket="drops", Prefix="staging/")
    return {entry["Key"].split("/")[1] for entry in [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]}


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.ENDED])
def test_staging_of_ended_runs_is_deleted(world: QueueWorld, s3: S3Client, state: RunState) -> None:
    """A report that is written may be made again until its notification is marked: it needs the staging then."""
    world.put("a", RunState.ENDED)
    world.put("b", state)
    world.put("c", RunState.ENDED)
    done = _sweep(world, s3)
    assert (done.cleared, done.failures, _left(s3)) == (2, [], {run_id("b"), LOST})
    assert s3.get_object(Bucket="drops", Key=f"results/{run_id('a')}/summary.json")
    assert _sweep(world, s3).cleared == 0


@pytest.mark.parametrize(
    ("outcome", "is_kept"), [("undone", False), ("partly_undone", False), ("failed", True), ("", True)]
)
def test_staging_of_undos_is_deleted_when_they_have_ended_for_good(
    world: QueueWorld, s3: S3Client, outcome: str, is_kept: bool
) -> None:
    """One that has failed, or is under way, continues from it."""
    DynamoTable(plain_client(), TABLE).put({**undo_key(LOST), **({"outcome": outcome} if outcome else {})})
    assert _sweep(world, s3).cleared == (0 if is_kept else 1)
    assert (LOST in _left(s3)) is is_kept


def test_a_run_in_a_state_of_another_version_keeps_its_staging(world: QueueWorld, s3: S3Client) -> None:
    """Whether it has ended is not known."""
    world.damage("a", "run_state", "odd")
    assert _sweep(world, s3).cleared == 0


def test_the_next_sweep_goes_on_with_the_rest(world: QueueWorld, s3: S3Client) -> None:
    """Whatever had no time before."""
    for letter in "abc":
        world.put(letter, RunState.ENDED)
    assert _sweep(world, s3, runs=2).cleared + _sweep(world, s3).cleared == 3
    assert _left(s3) == {LOST}


def test_more_runs_than_a_page_has(world: QueueWorld, s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 lists a thousand folders or versions at most, here two."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for letter in "abc":
        world.put(letter, RunState.ENDED)
    assert _sweep(world, s3).cleared == 3
    monkeypatch.delenv("MOTO_S3_DEFAULT_MAX_KEYS")
    assert _left(s3) == {LOST}


def test_staging_that_cannot_be_deleted_delays_no_other(
    world: QueueWorld, s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 answers for each object; the sweep says that it has not deleted all, and the next one tries again."""
    world.put("a", RunState.ENDED)
    world.put("b", RunState.ENDED)
    delete = s3.delete_objects

    def refuses_one(**request: Any) -> Any:  # noqa: ANN401  (as boto3's)
        if run_id("a") in request["Delete"]["Objects"][0]["Key"]:
            return {"Errors": [{"Key": "k", "Code": "AccessDenied"}]}
        return delete(**request)

    monkeypatch.setattr(s3, "delete_objects", refuses_one)
    done = _sweep(world, s3)
    assert (done.cleared, [str(failure) for failure in done.failures]) == (1, ["AccessDenied"])
    assert isinstance(done.failures[0], StagingKeptError)
    monkeypatch.undo()
    assert (_sweep(world, s3).cleared, _left(s3)) == (1, {run_id("c"), LOST})
