"""A sweep of a large deployment makes few calls, and the next one goes on where it has stopped."""

from __future__ import annotations

from math import ceil

from tests.costs.sweep_size import LargeDeployment, calls_of_a_sweep

VERSIONS, RUNS = 10_000, 2_500


def test_a_sweep_calls_once_a_page() -> None:
    """A thousand versions, folders, and executions a page; a hundred states of runs a call."""
    calls = calls_of_a_sweep(VERSIONS, RUNS)
    assert calls["inbox"]["ListObjectVersions"] == VERSIONS / 1000 + 1, "one for check/"
    assert calls["inbox"]["BatchGetItem"] == VERSIONS / 100
    assert calls["runs"]["ListExecutions"] == ceil(RUNS / 1000)
    assert calls["runs"]["GetItem"] == 1, "the place; a run under way costs no call of its own"
    assert calls["runs"]["Query"] < 10
    assert (calls["staging"]["ListObjectVersions"], calls["staging"]["BatchGetItem"]) == (ceil(RUNS / 1000), RUNS / 100)
    assert all(sum(each.values()) < 130 for each in calls.values())


def test_sweeps_without_enough_time_go_on_where_they_stopped() -> None:
    """With time for three pages each: no page is listed twice, and the drop without a run is accepted once."""
    large, sweeps = LargeDeployment(VERSIONS, 0), 1
    while not large.sweep_inbox(3):
        sweeps += 1
        assert sweeps < 20
    assert (sweeps, large.calls["ListObjectVersions"]) == (4, VERSIONS / 1000 + 1)
    assert [drop.version_id for drop in large.accepted] == [f"v{VERSIONS - 1}"]


def test_versions_that_were_gone_through_cost_no_state() -> None:
    """The next sweep lists them, and asks for no run of those that were dropped more than three days before."""
    large = LargeDeployment(VERSIONS, 0)
    large.sweep_inbox(VERSIONS)
    large.notes["inbox"]["seen_until"] += 4 * 86_400
    large.calls.clear()
    large.sweep_inbox(VERSIONS)
    assert large.calls["BatchGetItem"] == 0
