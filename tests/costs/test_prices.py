"""What a deployment costs by list prices, and the page that says it."""

from __future__ import annotations

import json

import pytest

from cognito_drop.contract.metric_names import Monitoring
from tests.costs.prices import PAGE, Bill, idle, lookups_of, page, polls_of, run_of
from tools.kept_template import kept_resources

MOST_IDLE = 3.00
"""USD a month for a stack into which nothing is dropped, with its alarms."""


def test_an_idle_stack_with_alarms_keeps_to_its_budget() -> None:
    """The dashboard, which `alarms` leaves out, is another matter."""
    pools = json.dumps({"people": "us-east-1_AbCdEf123"})
    resources = kept_resources({"pools": pools, "monitoring": "alarms"})
    bill = idle(resources, Monitoring.ALARMS, 1)
    assert bill.usd() <= MOST_IDLE, bill
    assert bill.quantities["alarms"] >= 10
    assert bill.quantities["dashboards"] == 0
    assert run_of(resources, 500_000).usd() < 0.25
    assert lookups_of(resources, 100_000) is None, "it would take hours"


def test_a_bill_adds_up() -> None:
    """Quantities of one price are added, and prices can be left out."""
    bill = Bill()
    bill.add("key", 1)
    bill.add("alarms", 4)
    bill.add("alarms", 6)
    assert bill.usd() == pytest.approx(2.0)
    assert bill.usd("alarms") == pytest.approx(1.0)


def test_polls_follow_the_length_of_the_job() -> None:
    """Within the budget of a run."""
    polls = [polls_of(users) for users in (1_000, 10_000, 100_000, 500_000)]
    assert polls == sorted(polls)
    assert polls[-1] <= 50


@pytest.mark.nightly
def test_the_page_is_what_its_command_writes() -> None:
    """`make prices`."""
    assert PAGE.read_text(encoding="utf-8") == page()
