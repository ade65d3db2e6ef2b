"""The cells are all that can fail in a recorded run, each of it in every way."""

from __future__ import annotations

import random
from typing import Any

from tests.faults.cells import cells_of, pairs_of

KEY = "inbox/a/file.csv"


def _entry(caller: str, correlation: str | None = KEY, **members: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    found = [correlation] if correlation else []
    return {"kind": "invocation", "caller": caller, "is_function": True, "correlation": found, **members}


def _call(caller: str, operation: str, call_id: str | None, **members: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    return _entry(caller, **{"kind": "call", "service": "s3", "operation": operation, "call_id": call_id, **members})


def test_every_call_and_invocation_fails_in_every_way() -> None:
    """Seven ways for a call of a function, three for one of a state machine, six for an invocation."""
    machine = _call("machine", "Put", "c2", is_function=False)
    names = [cell.name for cell in cells_of([_entry("turn"), _call("turn", "Put", "c1"), machine], KEY)]
    assert len(names) == len(set(names)) == 6 + 7 + 3
    assert "turn invocation #1 answer_lost" in names
    assert "turn s3.Put #1 kill_after" in names
    assert "state machine s3.Put #1 throttle" in names
    assert "state machine s3.Put #1 kill_after" not in names


def test_calls_are_counted_and_attempts_are_not() -> None:
    """The second call of a kind is another cell, the second attempt of a call is not; without an id each is a call."""
    entries = [_call("turn", "Put", call_id) for call_id in ("c1", "c1", "c2", None, None)]
    cells = cells_of(entries, KEY)
    assert {cell.faults[0].occurrence for cell in cells} == {1, 2, 3, 4}


def test_what_is_not_of_the_run_is_left_out() -> None:
    """Other runs' acts make no cells; acts of no run make one a kind, planned without the run's key."""
    entries = [_entry("turn", "inbox/b/other.csv"), _entry("sweep", None), _entry("sweep", None), _entry("turn")]
    planned = [cell.faults[0].planned_for(KEY) for cell in cells_of(entries, KEY)]
    assert len(planned) == 12
    assert {(fault["caller"], fault["occurrence"], fault.get("correlation")) for fault in planned} == {
        ("sweep", 1, None),
        ("turn", 1, KEY),
    }


def test_an_invocation_by_a_state_machine_is_one_act() -> None:
    """The state machine's call of a function is not a cell besides the invocation."""
    invoke = _call("machine", "Invoke", "c1", is_function=False, service="lambda")
    assert cells_of([invoke], KEY) == []


def test_pairs_can_be_repeated() -> None:
    """The same seed gives the same pairs, each of two different cells."""
    cells = cells_of([_entry("turn"), _call("turn", "Put", "c1")], KEY)
    one, other = (pairs_of(cells, 20, random.Random(7)) for _ in range(2))  # noqa: S311  (chance that can be repeated)
    assert one == other
    assert all(len(set(pair.faults)) == 2 for pair in one)
