"""What a deployment costs by list prices, and the page that says it."""

from __future__ import annotations

import pytest

from cognito_drop.contract.metric_names import Monitoring
from tests.costs.prices import PAGE, Bill, idle, lookups_of, page, polls_of, run_of, template_of

MOST_IDLE = 3.00
"""USD a month for a stack into which nothing is dropped, with its alarms."""


def test_an_idle_stack_with_alarms_keeps_to_its_budget() -> None:
    """The dashboard, which `alarms` leaves out, is another matter."""
    resources = template_of(1)
    bill = idle(resources, Monitoring.ALARMS, 1)
    assert bill.usd() <= MOST_IDLE, bill
    assert bill.quantities["alarms"] >= 10
    assert "dashboards" not in bill.quantities
    assert idle(resources, Monitoring.FULL, 1).quantities["dashboards"] == 1
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
def test_a_hundred_pools_cost_what_one_costs() -> None:
    """One sweep serves all of them, and no metric is of one pool."""
    for monitoring in Monitoring:
        assert idle(template_of(100), monitoring, 100) == idle(template_of(1), monitoring, 1)


@pytest.mark.nightly
def test_the_page_is_what_its_command_writes() -> None:
    """`make prices`."""
    assert PAGE.read_text(encoding="utf-8") == page()
