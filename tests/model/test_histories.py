"""Random histories with a clock: whatever happens, everything comes to its end, and every invariant holds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cognito_drop.contract.statuses import ExecutionStatus, JobStatus, RunState
from tests.model.clock import BrokenPromiseError, Timed
from tests.model.histories import FIGURES, Histories, explore_histories
from tests.model.moves import Actor
from tests.model.protocol import VARIANTS, Protocol
from tests.model.state import At, Call, Execution, Job, Part, Run

TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=50)
_GENERATED = settings(phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", ["no lock", "free on abort", "accept again", "no sweep"])
def test_histories_see_what_is_left_out(name: str) -> None:
    """Random as they are, they come to where the piece would have been needed; finer ones are for the explorations."""

    class Weakened(Histories):
        protocol = VARIANTS[name].protocol

    with pytest.raises(BrokenPromiseError):
        run_state_machine_as_test(Weakened, settings=settings(_GENERATED, max_examples=2000))


@pytest.mark.nightly
def test_a_thousand_histories_break_no_promise() -> None:
    """Other ones than those of `make test`: `--hypothesis-seed` chooses them."""
    before = FIGURES.histories
    assert explore_histories(1000).histories >= before + 1000


def test_a_file_that_nothing_happens_to_is_over_within_two_hours() -> None:
    """Its job ends at the full hour; the rest takes minutes."""
    timed = Timed(Protocol())
    timed.drop(parts=1)
    timed.finish()
    assert timed.runs[0].state is RunState.ENDED
    assert timed.hours < 2


def test_a_call_lives_on_without_its_caller_until_its_time_is_over() -> None:
    """Its lease stands as long, and a minute longer."""
    timed = Timed(Protocol())
    timed.drop(parts=1)
    while timed.runs[0].newest.call is None or timed.runs[0].newest.call.at is not At.START:
        timed.make(*timed.moves(Actor.EXECUTION, Actor.LOCK, Actor.EVENT)[0])
    place, lost = next((place, move) for place, move in timed.moves(Actor.FAULT) if "for good" in move.label)
    timed.make(place, lost)
    timed.advance(599)
    assert [zombie.at for zombie in timed.runs[0].zombies] == [At.START]
    timed.advance(1)
    assert timed.runs[0].zombies == ()
    assert timed.now < timed.runs[0].lease_until == timed.now + 60


def test_a_history_that_breaks_a_promise_is_noticed() -> None:
    """A job that is active though its run has given back the lock."""
    timed = Timed(Protocol())
    job = Job(JobStatus.PENDING, has_file=True, was_started=True)
    timed.runs = [Run(state=RunState.REPORTED, parts=(Part(recorded=job, started=1),))]
    with pytest.raises(BrokenPromiseError, match="I1"):
        timed.advance(1)


def test_a_run_that_never_ends_is_noticed() -> None:
    """It waits to see the end of a job that was never started."""
    timed = Timed(Protocol())
    stuck = Execution(ExecutionStatus.RUNNING, Call(At.CHECK))
    timed.runs = [Run(state=RunState.IMPORTING, parts=(Part(recorded=Job()),), newest=stuck)]
    timed.holder = 0
    with pytest.raises(BrokenPromiseError, match="I5"):
        timed.finish()
