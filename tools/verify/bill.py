"""What a visit makes and costs at most, by AWS's list prices of 2026-09 in us-east-1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill."""

    what: str
    dollars: float


BILL: Final = (
    Item("1 stack with 10 functions, for about an hour: key, alarms, dashboard, by the hour", 0.02),
    Item("About 1,200 import jobs, most of them never started, with 1,500 invented users in 16 user pools: free", 0.0),
    Item("At most 12 users who sign in, as monthly active users of the Plus plan without free tier", 0.24),
    Item("Requests, state transitions, log lines, and objects", 0.10),
)
LIMIT: Final = 1.0
"""Dollars that a visit may cost."""


def total() -> float:
    """Dollars at most."""
    return sum(item.dollars for item in BILL)
