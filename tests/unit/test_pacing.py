"""How long the workflow waits: few looks at a long job, and its end noticed soon."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.imports.pacing import PollBounds, Progress, seconds_to_wait, wait_after_refusal

BOUNDS = PollBounds(10, 600)

rows = st.integers(0, 1_000_000)
bounds = st.tuples(st.integers(1, 3600), st.integers(1, 3600)).map(lambda pair: PollBounds(min(pair), max(pair)))


@given(rows, st.builds(JobCounts, rows, rows, rows), rows, st.integers(0, 100_000), bounds)
def test_a_wait_keeps_within_the_bounds(
    total: int, counts: JobCounts, done_before: int, waited: int, bounds: PollBounds
) -> None:
    """Whatever Cognito counts, even backwards or beyond the file, the wait is one that was configured."""
    wait = seconds_to_wait(Progress(total, counts, done_before, waited), bounds)
    assert bounds.shortest <= wait <= bounds.longest


@given(st.integers(0, 10**9), bounds)
def test_a_wait_for_another_job_keeps_within_the_bounds_and_never_gets_shorter(
    refusals: int, bounds: PollBounds
) -> None:
    """However often a job was refused, the wait is one that was configured."""
    wait = wait_after_refusal(refusals, bounds)
    assert bounds.shortest <= wait <= bounds.longest
    assert wait_after_refusal(refusals + 1, bounds) >= wait


def test_the_first_wait_for_another_job_is_the_shortest() -> None:
    """A fresh logs role, or a job about to end, is soon tried again."""
    assert [wait_after_refusal(refusals, BOUNDS) for refusals in (0, 1, 2, 50)] == [10, 15, 22, 600]


def test_waits_grow_while_nothing_moves() -> None:
    """A job that hangs is looked at less and less often."""
    waited, waits = 10, []
    for _ in range(12):
        waited = seconds_to_wait(Progress(1_000, JobCounts(), 0, waited), BOUNDS)
        waits.append(waited)
    assert waits == sorted(waits)
    assert waits[0] == 15
    assert waits[-1] == 600


def test_a_look_without_one_before_is_followed_by_the_shortest_wait() -> None:
    """There is no time in which anything could have moved."""
    assert seconds_to_wait(Progress(2_110, JobCounts(imported=110), 10, 0), BOUNDS) == 10


def test_each_look_halves_the_time_that_is_left() -> None:
    """A hundred rows in ten seconds, two thousand to go: the middle is in a hundred seconds."""
    assert seconds_to_wait(Progress(2_110, JobCounts(imported=110), 10, 10), BOUNDS) == 100


def test_the_first_rows_report_no_rate_yet() -> None:
    """A job that began just before the look is not taken for a slow one."""
    assert seconds_to_wait(Progress(2_001, JobCounts(imported=1), 0, 10), BOUNDS) == 15


def test_a_job_that_has_gone_through_all_rows_is_looked_at_soon() -> None:
    """Only Cognito's last word is missing."""
    assert seconds_to_wait(Progress(100, JobCounts(90, 5, 5), 20, 300), BOUNDS) == 10


def _simulated(total: int, rate: float, bounds: PollBounds, pending: float = 2.3) -> tuple[int, float, float]:
    """The looks at a job of `total` rows, how late its end is noticed, and how long it takes; times in seconds."""
    end = pending + total / rate
    now, polls, wait, before = 0.0, 0, bounds.shortest, 0
    while True:
        now += wait
        polls += 1
        if now >= end:
            return polls, now - end, end
        done = int(max(0.0, now - pending) * rate)
        wait, before = seconds_to_wait(Progress(total, JobCounts(imported=done), before, wait), bounds), done


@pytest.mark.parametrize(
    ("total", "rate", "most_polls"),
    [(500_000, 30, 40), (108_000, 30, 20), (1_800, 30, 6)],
    ids=["4.6 hours", "an hour", "a minute"],
)
def test_a_job_costs_few_polls_and_its_end_is_noticed_soon(total: int, rate: float, most_polls: int) -> None:
    """At most 40 looks for the longest job, and at most 15 seconds or 1 % late."""
    polls, late, end = _simulated(total, rate, BOUNDS)
    assert polls <= most_polls
    assert late <= max(15, end / 100)


@given(st.integers(1, 500_000), st.floats(15, 60), st.floats(0, 9.9))
def test_any_job_at_cognitos_pace_keeps_the_promise(total: int, rate: float, pending: float) -> None:
    """Jobs of up to 4.6 hours, at half to twice the usual rate, that stay Pending for up to ten seconds."""
    assume(total / rate <= 16_700)
    polls, late, end = _simulated(total, rate, BOUNDS, pending)
    assert polls <= 40
    assert late <= max(15, end / 100)
