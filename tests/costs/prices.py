"""`python -m tests.costs.prices` writes docs/costs.md: templates, what is counted of runs, and a table of prices.

How many resources there are is read off synthesized templates. How many state transitions and calls a run takes is the
budget that `make costs` holds it to, for as many polls as the product's own pacing makes of a job of that length. What
the sweep calls is counted by its own passes. Prices and what is assumed are in prices.toml.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.cdk.settings import ImportSettings, TargetPool
from cognito_drop.contract.metric_names import Metric, Monitoring
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.imports.pacing import PollBounds, Progress, seconds_to_wait
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.pools.active_users import PRICES as TIERS
from cognito_drop.core.pools.active_users import PRICES_AS_OF
from cognito_drop.core.pools.lookup import pages_of
from tests.costs.cost import RunCost
from tests.costs.sweep_size import calls_of_a_sweep
from tools.kept_template import kept_resources
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE: Final = PROJECT / "docs" / "costs.md"
USERS: Final = (1_000, 10_000, 100_000, 500_000)
_TABLE: Final = tomllib.loads((Path(__file__).parent / "prices.toml").read_text())
_ASSUMED: Final[Mapping[str, float]] = _TABLE["assumed"]
_MONTH: Final = 730 * 3600  # seconds, as AWS counts a month
_LONG_POLL: Final = 20  # seconds of an empty request of Lambda to a queue
_KEY_REUSE: Final = 300  # seconds for which SQS keeps a data key by default
_SECONDS_BETWEEN_COPIES: Final = 120  # of the state of the ids
_RUN_COLUMNS: Final = (
    "users in a file", "polls", "transitions", "a run", "with lookups", "with groups", "with IDs",
)  # fmt: skip
_DEFAULTS: Final = ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123")})


@dataclass(slots=True)
class Bill:
    """Quantities by the name of their price."""

    quantities: dict[str, float] = field(default_factory=dict)

    def add(self, price: str, quantity: float) -> None:
        """Add so much of it."""
        self.quantities[price] = self.quantities.get(price, 0) + quantity

    def usd(self, *but: str) -> float:
        """What it all costs, without some prices."""
        return sum(self.line(price) for price in self.quantities if price not in but)

    def line(self, price: str) -> float:
        """What all of one price costs."""
        return float(_TABLE["prices"][price]["usd"]) * self.quantities.get(price, 0)


def idle(resources: Mapping[str, Any], monitoring: Monitoring, pools: int) -> Bill:
    """A month in which nothing is dropped; the template is that of a stack with all monitoring."""
    bill, kinds = Bill(), [each["Type"] for each in resources.values()]
    bill.add("key", kinds.count("AWS::KMS::Key"))
    if monitoring.has_alarms:
        bill.add("alarms", kinds.count("AWS::CloudWatch::Alarm"))
    if monitoring is Monitoring.FULL:
        bill.add("dashboards", kinds.count("AWS::CloudWatch::Dashboard"))
    bill.add("metrics", len(idle_metrics(monitoring, pools)))
    for mapping in _properties(resources, "AWS::Lambda::EventSourceMapping"):
        pollers = 5 if "ScalingConfig" in mapping else 2
        bill.add("queue_requests", pollers * _MONTH / _LONG_POLL)
        bill.add("key_requests", _MONTH / _KEY_REUSE)
    sweeps = _MONTH / 60 / _minutes_between_sweeps(resources)
    for calls in calls_of_a_sweep(0, 0).values():
        bill.add("lists", sweeps * calls["ListObjectVersions"])
        bill.add("reads", sweeps * (calls["Query"] + calls["GetItem"] + calls["BatchGetItem"]))
        bill.add("writes", sweeps * calls["PutItem"])
    bill.add("calls", sweeps)
    bill.add("gb_seconds", sweeps * _ASSUMED["sweep_seconds"] * memory_of(resources, "sweep"))
    bill.add("log_bytes", sweeps * _ASSUMED["sweep_log_bytes"])
    bill.add("traces", sweeps)
    return bill


def idle_metrics(monitoring: Monitoring, pools: int) -> set[Metric]:
    """What the sweep records when there is nothing, of pools into which each one file was imported."""
    measured: dict[Metric, float] = {
        **run_metrics.of_open_runs([], 0),
        **run_metrics.of_actions({}),
        **run_metrics.of_pools([(1, 0)] * pools),
        Metric.DROPS_MISSED: 0,
        Metric.SWEEP_FAILURES: 0,
    }
    return {metric for metric, value in measured.items() if monitoring.records(metric, value)}


def run_of(resources: Mapping[str, Any], users: int) -> Bill:
    """A run of one file with so many users, none of whom is rejected."""
    bill, seconds = Bill(), users / _ASSUMED["users_a_second"]
    cost = RunCost(seconds, polls_of(users), 0, 0, 0, 0)
    calls = cost.budget["invocations"] + 1  # accept_drop
    bill.add("transitions", cost.budget["transitions"])
    bill.add("calls", calls)
    small, large = memory_of(resources, "check_import"), memory_of(resources, "preflight")
    bill.add("gb_seconds", calls * _ASSUMED["call_seconds"] * small + users * _ASSUMED["row_seconds"] * large)
    bill.add("log_bytes", calls * _ASSUMED["call_log_bytes"] + users * _ASSUMED["row_log_bytes"])
    bill.add("traces", calls)
    bill.add("lists", _ASSUMED["objects"])
    bill.add("key_requests", _ASSUMED["objects"])
    bill.add("reads", _ASSUMED["ledger_reads"])
    bill.add("writes", _ASSUMED["ledger_writes"])
    months = _DEFAULTS.retention_days / 30
    bill.add("stored_gb", users * _ASSUMED["row_bytes"] / 1e9 * months)
    return bill


def groups_of(resources: Mapping[str, Any], users: int) -> Bill:
    """What it takes besides to add all users to one group each; not the active users."""
    seconds, bill = users / _DEFAULTS.memberships_per_second, Bill()
    bill.add("gb_seconds", seconds * memory_of(resources, "add_members"))
    calls = 1 + seconds // _timeout_of(resources, "add_members")
    bill.add("calls", calls)
    bill.add("transitions", calls)
    bill.add("traces", calls)
    return bill


def lookups_of(resources: Mapping[str, Any], users: int) -> Bill | None:
    """What it takes besides to look all users up; None where it takes longer than it may."""
    seconds, bill = users / _DEFAULTS.lookups_per_second, Bill()
    if seconds > 600:  # docs/file-format.md: a longer lookup is not made
        return None
    bill.add("gb_seconds", seconds * memory_of(resources, "preflight"))
    return bill


def ids_of(resources: Mapping[str, Any], users: int) -> Bill:
    """What it takes besides to record the ids of all users, who are the only ones of their pool."""
    pages, bill = pages_of(users), Bill()
    seconds = pages / _DEFAULTS.lookups_per_second + users * _ASSUMED["row_seconds"]
    calls = 1 + seconds // _timeout_of(resources, "note_ids")
    bill.add("gb_seconds", seconds * memory_of(resources, "note_ids"))
    bill.add("calls", calls)
    bill.add("transitions", 1 + 3 * calls)
    bill.add("traces", calls)
    bill.add("reads", pages)
    bill.add("writes", pages)
    bill.add("lists", 4 + seconds // _SECONDS_BETWEEN_COPIES)
    return bill


def polls_of(users: int) -> int:
    """How often a job of so many users is polled, by the product's own pacing, at a constant rate."""
    bounds, rate = PollBounds(_DEFAULTS.shortest_wait, _DEFAULTS.longest_wait), _ASSUMED["users_a_second"]
    polls, at, wait, before = 0, 0.0, 0, 0
    while before < users:
        done = min(users, int(at * rate))
        wait = seconds_to_wait(Progress(users, JobCounts(done, 0, 0), before, wait), bounds)
        polls, at, before = polls + 1, at + wait, done
    return polls


def memory_of(resources: Mapping[str, Any], function: str) -> float:
    """The memory of a function in GB."""
    return float(_function(resources, function)["MemorySize"]) / 1024


def _timeout_of(resources: Mapping[str, Any], function: str) -> float:
    return float(_function(resources, function)["Timeout"])


def _function(resources: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  (JSON)
    functions = _properties(resources, "AWS::Lambda::Function")
    return next(each for each in functions if each["Handler"] == f"lambdas.{name}.handler.lambda_handler")


def _properties(resources: Mapping[str, Any], kind: str) -> list[Any]:
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


def _minutes_between_sweeps(resources: Mapping[str, Any]) -> int:
    (rate,) = [
        each["ScheduleExpression"]
        for each in _properties(resources, "AWS::Events::Rule")
        if "ScheduleExpression" in each
    ]
    (minutes,) = re.findall(r"rate\((\d+) minutes\)", rate)
    return int(minutes)


def page() -> str:
    """The page."""
    usual = template_of(1)
    idles = {level: idle(usual, level, 1) for level in Monitoring}
    with_ids = template_of(1, ids=True)
    runs = [[f"{users:,}", *_run_cells(usual, users), _ids_cell(usual, with_ids, users)] for users in USERS]
    tiers = [[f"{users:,}", *(f"{users * price.usd:,.2f}" for price in TIERS.values())] for users in USERS]
    free = [f"{name.capitalize()}: {price.free:,}" for name, price in TIERS.items()]
    head = (Path(__file__).parent / "costs.md").read_text()
    values = {
        "AS_OF": _TABLE["as_of"], "REGION": _TABLE["region"], "TIERS_AS_OF": PRICES_AS_OF,
        "IDLE": _idle_table(idles),
        "RUNS": _markdown(_RUN_COLUMNS, runs),
        "TIERS": _markdown(["users added to groups", *(name.capitalize() for name in TIERS)], tiers),
        "FREE_USERS": ", ".join(free),
        "PRICES": _price_table(),
        "ASSUMED": _markdown(["assumed", "value"], [[f"`{name}`", f"{value:g}"] for name, value in _ASSUMED.items()]),
    }  # fmt: skip
    for name, text in values.items():
        head = head.replace(f"{{{{{name}}}}}", text)
    return head


def template_of(pools: int, **settings: object) -> Any:  # noqa: ANN401  (JSON)
    """The resources of a stack with so many pools of these settings."""
    ids = {f"pool-{number}": {"id": f"us-east-1_AbCdEf{number:03}", **settings} for number in range(pools)}
    return kept_resources({"pools": json.dumps(ids), "monitoring": Monitoring.FULL.value})


def _run_cells(resources: Mapping[str, Any], users: int) -> list[str]:
    run, lookups = run_of(resources, users), lookups_of(resources, users)
    looked_up = f"{run.usd() + lookups.usd():.4f}" if lookups else "not made"
    with_groups = f"{run.usd() + groups_of(resources, users).usd():.4f}"
    transitions = f"{run.quantities['transitions']:.0f}"
    return [str(polls_of(users)), transitions, f"{run.usd():.4f}", looked_up, with_groups]


def _ids_cell(resources: Mapping[str, Any], with_ids: Mapping[str, Any], users: int) -> str:
    return f"{run_of(resources, users).usd() + ids_of(with_ids, users).usd():.4f}"


def _idle_table(idles: Mapping[Monitoring, Bill]) -> str:
    columns = list(idles)
    names = dict.fromkeys(price for bill in idles.values() for price in bill.quantities)
    rows = [
        [_TABLE["prices"][name]["per"].split(" and month")[0], *(f"{idles[key].line(name):.2f}" for key in columns)]
        for name in names
    ]
    rows.append(["**all**", *(f"**{idles[key].usd():.2f}**" for key in columns)])
    return _markdown(["of", *(f"`{level}`" for level in columns)], rows)


def _price_table() -> str:
    rows = []
    for price in _TABLE["prices"].values():
        confirmed = re.sub(r"guide: (\S+)", r"[a guide](\1)", price["confirmed"].replace("AWS", "AWS's page"))
        rows.append(
            [
                f"{price['usd']:.10f}".rstrip("0").rstrip("."),
                price["per"],
                price["free"],
                f"[AWS]({price['source']})",
                confirmed,
            ]
        )
    return _markdown(["USD", "for a", "free in each account", "price list", "confirmed by"], rows)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
