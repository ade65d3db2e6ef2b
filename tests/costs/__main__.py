"""`python -m tests.costs`: jobs of a minute, an hour and ten hours; exit code 1 when one is over its budget. Before
them, the calls of a sweep of a large deployment; `--sweep-only` ends there."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.costs.cost import RunCost, cost_of
from tests.costs.sweep_size import calls_of_a_sweep
from tests.scenarios.conftest import deployed_world
from tests.scenarios.world import user

_RATE = 2  # rows a second: ten hours with few users
_VERSIONS, _RUNS = 100_000, 5_000
_JOBS = {"1 minute": 60, "1 hour": 3_600, "4.5 hours": 16_200, "10 hours": 36_000}


def main() -> int:
    """Import, count, print."""
    options = argparse.ArgumentParser(prog="python -m tests.costs", description=__doc__)
    options.add_argument("--most", choices=list(_JOBS), default="10 hours", help="the longest job")
    options.add_argument("--sweep-only", action="store_true", help="only count the calls of a sweep")
    chosen = options.parse_args()
    Console(width=150).print(_sweep_table())
    if chosen.sweep_only:
        return 0
    longest = chosen.most
    wanted = dict(list(_JOBS.items())[: list(_JOBS).index(longest) + 1])
    with deployed_world("--clock-factor", "300", "--import-rate", str(_RATE)) as world:
        costs = {}
        for name, seconds in wanted.items():
            users = (user(f"cost-{seconds}-{number}") for number in range(seconds * _RATE))
            costs[name] = cost_of(world, world.end_of(world.drop(world.csv("crowd", users), f"crowd/{seconds}.csv")))
    Console(width=150).print(_table(costs))
    over = {name: cost.excesses for name, cost in costs.items() if cost.excesses}
    print(f"{len(costs) - len(over)} passed, {len(over)} failed {over or ''}".strip())
    return 1 if over else 0


def _sweep_table() -> Table:
    table = Table(f"sweep of {_VERSIONS:,} versions and {_RUNS:,} open runs", "calls")
    for name, calls in calls_of_a_sweep(_VERSIONS, _RUNS).items():
        table.add_row(name, ", ".join(f"{count:,} {operation}" for operation, count in calls.most_common()))
    return table


def _table(costs: dict[str, RunCost]) -> Table:
    table = Table("job of", "polls", "transitions", "invocations", "waits before start", "waits after the end")
    for name, cost in costs.items():
        budget, (transitions, invocations, waits) = cost.budget, cost.reference
        table.add_row(
            name,
            f"{cost.polls} of {budget['polls']:g}",
            f"{cost.transitions} of {budget['transitions']:g} (reference: {transitions})",
            f"{cost.invocations} of {budget['invocations']:g} (reference: {invocations})",
            f"{cost.waits_before_start:.0f} s of {budget['waits_before_start']:g} s",
            f"{cost.lateness:.0f} s of {budget['lateness']:.0f} s (reference's waits: {waits} s)",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
