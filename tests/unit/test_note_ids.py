"""The new ids of imported users: a line for each, whatever ends a call, and none for anybody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_drop.aws.errors import LedgerConflictError, RefusedError, TransientError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.lookup import PAGE
from cognito_drop.core.runs.noted_ids import NotedIds
from cognito_drop.core.runs.run_state import IdsProgress
from lambdas.note_ids.id_notes import WAITS
from tests.unit.ids_world import IdsWorld
from tests.unit.members_world import refusal
from tests.unit.samples import BCRYPT, COLUMNS, HEADER, POOL_ID, SCRYPT, csv_file, pool, row

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.aws.object_writer import ObjectWriter

pytestmark = pytest.mark.usefixtures("aws")

THROTTLED = refusal("TooManyRequestsException", "ListUsers")


class Killed(BaseException):
    """The process ends."""


@pytest.fixture
def world(tmp_path: Path) -> IdsWorld:
    """A pool whose setting asks for ids."""
    return IdsWorld(tmp_path)


def sub(name: str) -> str:
    """The id that Cognito gives to a user."""
    return f"sub-of-{name}"


def test_every_imported_user_has_a_line(tmp_path: Path) -> None:
    """Of every part, by the line of the dropped file; who was not imported, or may not have been, has none."""
    world = IdsWorld(tmp_path, part_rows=2, unknown_columns="leave_out")
    names = ["ana", "skip1", "bad", "fail1", "ben", "eve"]
    lines = [f"{row(name, 'perhaps' if name == 'bad' else 'true')},old-{at}" for at, name in enumerate(names)]
    world.imported("".join(f"{line}\n" for line in (f"{HEADER},old_id", *lines)).encode())
    world.users.names = [*names, "other"]
    assert world.recorded()[-1] == IdsProgress(more=False, recorded=3)
    imported = [(2, "old-0", "ana"), (6, "old-4", "ben"), (7, "old-5", "eve")]
    assert world.rows == [(*each, sub(each[2])) for each in imported]
    assert world.ids == NotedIds(3, 0, "v1")
    summary = world.reported()
    assert "ids.csv" in summary.files
    assert summary.ids_json() == {"complete": True, "recorded": 3, "missing": 0, "cause": None}
    assert world.note() == IdsProgress(more=False, recorded=3), "a later call changes nothing"
    assert len(world.s3.objects[f"results/{world.drop.run_id}/ids.csv"]) == 1


def test_the_rows_of_a_part_without_a_log_are_those_of_the_report(world: IdsWorld) -> None:
    """Where the job has counted each of them as imported, each of them was."""
    world.imported(csv_file(row("ana"), row("ben")))
    world.s3.delete(world.kept_key("part-0001.outcomes"))
    world.users.names = ["ana", "ben"]
    world.recorded()
    world.reported()
    assert [line for line, *_ in world.rows] == [line for line, _, _ in world.table("imported")] == [2, 3]


def test_a_row_whose_outcome_is_not_known_has_no_line(world: IdsWorld) -> None:
    """The user may have been in the pool before."""
    world.imported(csv_file(row("ana"), row("skip1")))
    world.s3.delete(world.kept_key("part-0001.outcomes"))
    world.users.names = ["ana", "skip1"]
    world.recorded()
    assert "ids.csv" not in world.reported().files
    assert [line for line, _, _ in world.table("unknown")] == [2, 3]


def test_lines_are_those_of_the_file_in_lanes_of_parts(tmp_path: Path) -> None:
    """Where each algorithm of password hashes has parts of its own."""
    world = IdsWorld(tmp_path, password_hashes=["BCRYPT", "SCRYPT"])
    world.imports.pools[POOL_ID] = pool(columns=(*COLUMNS, "password_hash"))
    hashes = [BCRYPT, SCRYPT, BCRYPT, SCRYPT]
    names = ["ana", "ben", "skip1", "eve"]
    lines = [f"{row(name)},{text}" for name, text in zip(names, hashes, strict=True)]
    world.imported("".join(f"{line}\n" for line in (f"{HEADER},password_hash", *lines)).encode())
    assert len(world.ledger.checked_file(world.drop.run_id).part_rows) == 2
    world.users.names = names
    world.recorded()
    assert [(line, name) for line, _, name, _ in world.rows] == [(2, "ana"), (3, "ben"), (5, "eve")]


def test_the_old_ids_of_an_export_are_those_of_its_system(tmp_path: Path) -> None:
    """By the preset, or by the mapping that the pool had when the file was checked."""
    users = [
        {"user_id": f"auth0|{name}", "email": f"{name}@example.com", "email_verified": True, "born": name}
        for name in ("ana", "ben")
    ]
    mapping = {"preset": "auth0", "columns": {"name": "born"}}
    world = IdsWorld(tmp_path, preset=mapping)
    world.imported("".join(f"{json.dumps(user)}\n" for user in users).encode())
    world.pools["people"] = replace(world.pools["people"], preset=None)
    world.users.names = names = ["ana@example.com", "ben@example.com"]
    world.recorded()
    assert world.rows == [(1, "auth0|ana", names[0], sub(names[0])), (2, "auth0|ben", names[1], sub(names[1]))]


def test_users_whom_list_users_shows_late_are_looked_for_again(world: IdsWorld) -> None:
    """After growing waits; who is not shown at last is said to be missing, and has a line without a new id."""
    world.imported(csv_file(row("ana"), row("ben"), row("eve")))
    world.users.names, world.users.hidden = ["ana", "ben", "eve"], {"ben": len(WAITS), "eve": 9}
    assert [each.wait_seconds for each in world.recorded()] == [*WAITS, 0]
    assert world.rows == [(2, "", "ana", sub("ana")), (3, "", "ben", sub("ben")), (4, "", "", "")]
    assert world.ids == NotedIds(2, 1, "v1")
    assert world.reported().ids_json() == {"complete": False, "recorded": 2, "missing": 1, "cause": None}


@pytest.mark.parametrize(("stored", "calls"), [("P1013", 1), ("p1013", 2)])
def test_a_pool_that_ignores_case_is_searched_as_the_file_has_a_name_and_in_lower_case(
    world: IdsWorld, stored: str, calls: int
) -> None:
    """The filter may be case-sensitive, and AWS does not say in which spelling such a pool keeps a name."""
    known = pool()
    description = {**known.description, "UsernameConfiguration": {"CaseSensitive": False}}
    world.imports.pools[POOL_ID] = pool(description={**description, "EstimatedNumberOfUsers": 2_000})
    world.imported(csv_file(row("P1013")))
    world.users.names = [stored]
    assert world.recorded() == [IdsProgress(more=False, recorded=1)]
    assert world.users.calls == ['username = "P1013"', 'username = "p1013"'][:calls]
    assert world.rows == [(2, "", stored, sub(stored))]


def test_a_second_spelling_counts_where_listing_takes_fewer_calls(world: IdsWorld) -> None:
    """Two names in capitals may need four searches, so a pool of three pages is listed."""
    known = pool()
    description = {**known.description, "UsernameConfiguration": {"CaseSensitive": False}}
    world.imports.pools[POOL_ID] = pool(description={**description, "EstimatedNumberOfUsers": 3 * PAGE})
    world.imported(csv_file(row("P1013"), row("Mix5001")))
    world.users.names = ["p1013", "Mix5001"]
    world.recorded()
    assert world.users.calls == ["0"]
    assert world.ids == NotedIds(2, 0, "v1")


def test_a_pool_is_listed_where_that_takes_fewer_calls(world: IdsWorld) -> None:
    """The few users who are missing then are searched for."""
    names = [f"u{number}" for number in range(2 * PAGE + 1)]
    world.imported(csv_file(*map(row, names)))
    world.pool_has(len(names))
    world.users.names, world.users.hidden = names, {"u7": 1}
    world.recorded()
    assert world.users.calls == ["0", "60", "120", 'username = "u7"']
    assert world.ids == NotedIds(len(names), 0, "v1")


def test_a_call_ends_in_time_and_the_next_one_goes_on(world: IdsWorld) -> None:
    """With the page, or the user, that it was at: no call is made twice."""
    names = [f"u{number}" for number in range(100)]
    world.imported(csv_file(*map(row, names)))
    world.pool_has(60 * 200)
    world.users.names = names
    made = world.recorded(seconds=63)
    assert [each.recorded for each in made[:2]] == [35, 70]
    assert [each.more for each in made] == [True, True, False]
    assert len(world.users.calls) == len(set(world.users.calls)) == 100


def test_a_cognito_that_takes_no_calls_is_an_error_after_a_while(world: IdsWorld) -> None:
    """The state machine tries again for some hours, and then reports the run without ids."""
    world.imported(csv_file(row("ana")))
    world.users.refuses = [THROTTLED] * 100
    assert world.note(seconds=90) == IdsProgress(more=True)
    world.users.refuses = [THROTTLED] * 100
    with pytest.raises(TransientError, match="ListUsers"):
        world.note(seconds=90)
    world.users.refuses = [refusal("AccessDeniedException", "ListUsers")]
    with pytest.raises(Exception, match="AccessDeniedException"):
        world.note()
    summary = world.reported("DeniedError: ListUsers: AccessDeniedException")
    assert "ids.csv" not in summary.files
    assert summary.ids_json() == {
        "complete": False, "recorded": 0, "missing": 0, "cause": "DeniedError: ListUsers: AccessDeniedException",
    }  # fmt: skip
    assert world.reported().ids == summary.ids, "a later report of another execution says the same"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.lists(st.integers(0, 14), max_size=6), by_pages=st.booleans())
def test_a_call_that_is_killed_anywhere_loses_and_doubles_nothing(
    tmp_path: Path, *, kills: list[int], by_pages: bool
) -> None:
    """Before and after each write, and between the file and its note in the ledger."""
    world = IdsWorld(tmp_path)
    names = [f"u{number}" for number in range(2 * PAGE + 1 if by_pages else 5)]
    world.imported(csv_file(*map(row, names)))
    world.pool_has(len(names) if by_pages else 60 * 50)
    world.users.names, world.users.hidden = names, {"u3": 1}
    for at in kills:
        _kill_at(world, at)
    world.recorded()
    assert [(line, name, new) for line, _, name, new in world.rows] == [
        (line, name, sub(name)) for line, name in enumerate(names, 2)
    ]
    assert world.ids is not None
    key = f"results/{world.drop.run_id}/ids.csv"
    assert world.ids == NotedIds(len(names), 0, world.s3.objects[key][-1].version_id)


def _kill_at(world: IdsWorld, at: int) -> None:
    """One call that ends at its so many-th write or call of ListUsers, before or after it."""
    put, listed, steps = world.s3.put_object, world.users.list_users, iter(range(100))

    def killed(made: object, *args: object, **given: object) -> object:
        step = next(steps)
        if step * 2 == at:
            raise Killed
        answer = made(*args, **given)  # type: ignore[operator]
        if step * 2 + 1 == at:
            raise Killed
        return answer

    world.s3.put_object = lambda **given: killed(put, **given)  # type: ignore[method-assign,assignment]
    world.users.list_users = lambda **given: killed(listed, **given)  # type: ignore[method-assign,assignment]
    try:
        world.note()
    except Killed:
        pass
    finally:
        world.s3.put_object, world.users.list_users = put, listed  # type: ignore[method-assign]


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"x" * 5_000])
def test_a_damaged_state_is_thrown_away(world: IdsWorld, damage: bytes) -> None:
    """The ids are found anew."""
    world.imported(csv_file(row("ana"), row("ben")))
    world.users.names, world.users.hidden = ["ana", "ben"], {"ben": 1}
    assert world.note().more
    world.staging.keep_ids(world.drop, damage)
    with pytest.raises(TransientError, match="damaged"):
        world.note()
    world.recorded()
    assert [name for _, _, name, _ in world.rows] == ["ana", "ben"]


@pytest.mark.parametrize("name", ["rejected.jsonl", "part-0001.csv", "preflight.json", ""])
def test_what_is_lost_on_the_way_gives_nobody_the_id_of_another(world: IdsWorld, name: str) -> None:
    """No ids are recorded then; the report says why."""
    world.imported(csv_file(row("bad", "perhaps"), row("ana"), row("ben")))
    world.s3.delete(world.kept_key(name) if name else world.drop.key)
    with pytest.raises(RefusedError, match=rf"lost or damaged: {name}$|no longer exists$"):
        world.note()
    assert world.ids is None


@pytest.mark.parametrize("lines", [0, 3])
def test_a_part_with_a_row_less_is_not_taken_for_the_one_that_was_imported(world: IdsWorld, lines: int) -> None:
    """Its names would move to other lines; so would those of a part without its header."""
    world.imported(csv_file(row("ana"), row("ben"), row("eve")))
    (part,) = world.s3.objects[world.kept_key("part-0001.csv")]
    part.body = b"".join(part.body.splitlines(keepends=True)[:lines])
    with pytest.raises(RefusedError, match=r"part-0001\.csv"):
        world.note()


def test_names_are_those_of_the_part_that_was_checked(world: IdsWorld) -> None:
    """Whatever was put in its place: a new id would go to another user's line."""
    world.imported(csv_file(row("ana"), row("ben")))
    key = world.kept_key("part-0001.csv")
    later = world.s3.body(key).replace(b"ben", b"eve")
    world.s3.put_object(Bucket="drops", Key=key, Body=later)
    world.users.names = ["ana", "ben", "eve"]
    world.recorded()
    assert world.rows == [(2, "", "ana", sub("ana")), (3, "", "ben", sub("ben"))]


def test_a_run_that_has_imported_nobody_has_no_file(world: IdsWorld) -> None:
    """And is complete."""
    world.imported(csv_file(row("skip1")))
    world.recorded()
    summary = world.reported()
    assert "ids.csv" not in summary.files
    assert (world.ids, world.users.calls) == (NotedIds(0, 0, ""), [])


@pytest.mark.parametrize("state", [RunState.IMPORTING, RunState.REPORTED])
def test_ids_are_noted_between_import_and_report_only(world: IdsWorld, state: RunState) -> None:
    """A late call of an execution that was given up changes nothing."""
    world.imported(csv_file(row("ana")))
    world.ledger.put(world.drop.run_id, state=state)
    assert world.note() == IdsProgress(more=False)
    assert world.users.calls == []


def test_of_two_calls_at_once_one_notes_the_ids(world: IdsWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger names one version of the file, which stays."""
    world.imported(csv_file(row("ana")))
    world.users.names = ["ana"]

    def taken(*_: object) -> None:
        raise LedgerConflictError

    with monkeypatch.context() as patched:
        patched.setattr(world.ledger, "record_ids", taken)
        with pytest.raises(TransientError):
            world.note()
    world.recorded()
    assert world.ids == NotedIds(1, 0, "v2")


def test_a_call_that_is_late_puts_nothing_in_the_place_of_recorded_ids(
    world: IdsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has found fewer users; its file would be the newest version."""
    world.imported(csv_file(row("ana"), row("ben")))
    world.users.names = ["ana"]
    for _ in WAITS:
        assert world.note().more
    write = world.drops.writer

    def late(*given: Any) -> ObjectWriter:  # noqa: ANN401  (of writer)
        monkeypatch.undo()
        world.staging.keep_ids(world.drop, b"")
        world.users.names = ["ana", "ben"]
        assert not world.recorded()[-1].more
        return write(*given)

    monkeypatch.setattr(world.drops, "writer", late)
    with pytest.raises(TransientError):
        world.note()
    assert world.ids == NotedIds(2, 0, "v1")
    assert [name for _, _, name, _ in world.rows] == ["ana", "ben"]
    (recorded,) = world.s3.objects[f"results/{world.drop.run_id}/ids.csv"]
    assert recorded.version_id == "v1", "the version that an undo reads is the newest one, and does not expire"


def test_a_call_whose_answer_from_the_ledger_was_lost_deletes_nothing(
    world: IdsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK has asked again, and found the version recorded that is this call's own."""
    world.imported(csv_file(row("ana")))
    world.users.names = ["ana"]
    record = world.ledger.record_ids

    def twice(run_id: str, ids: NotedIds) -> None:
        record(run_id, ids)
        record(run_id, ids)

    monkeypatch.setattr(world.ledger, "record_ids", twice)
    with pytest.raises(TransientError):
        world.note()
    assert world.note() == IdsProgress(more=False, recorded=1)
    assert [name for _, _, name, _ in world.rows] == ["ana"]


def test_a_pool_without_the_setting_has_no_ids(tmp_path: Path) -> None:
    """Nothing is asked, kept, or said."""
    world = IdsWorld(tmp_path, ids=False)
    world.imported(csv_file(row("ana")))
    assert world.note() == IdsProgress(more=False)
    assert world.reported().to_json()["ids"] is None


def test_a_report_without_a_cause_says_that_the_run_ended_before(world: IdsWorld) -> None:
    """As after a deployment that has taken the setting away."""
    world.imported(csv_file(row("ana")))
    ids = world.reported().ids_json()
    assert ids is not None
    assert (ids["complete"], ids["cause"]) == (False, "the run ended before")
