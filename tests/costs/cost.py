"""The cost of one run, counted from its execution's history and its import job, and the budgets it has to keep to.

Waits count with the seconds that the functions ask for: how long the machine takes for the rest says nothing of a run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import Ending, World

_ASKED_IN: Final = {
    "Wait": "job",
    "Wait for job": "lock",
    "Wait for log": "part",
    "Wait for other job": "job",
    "Wait to stop": "job",
}
"""Which answer in the state of a run says how long a state waits."""


@dataclass(frozen=True, slots=True)
class RunCost:
    """What a run has cost; times are seconds of cloud time."""

    job_seconds: float
    polls: int
    transitions: int
    invocations: int
    waits_before_start: float
    """Our own waiting between the drop and the start of the job."""
    lateness: float
    """Our own waiting between the end of the job and the notification."""

    @property
    def budget(self) -> dict[str, float]:
        """The most that it may cost, by what."""
        return {
            "polls": 40 if self.job_seconds <= 4.5 * 3600 else float("inf"),
            "transitions": 12 + 3 * self.polls,
            "invocations": 6 + self.polls,
            "waits_before_start": 10,
            "lateness": max(15.0, self.job_seconds / 100),
        }

    @property
    def excesses(self) -> dict[str, tuple[float, float]]:
        """What is over its budget: cost and budget."""
        return {name: (getattr(self, name), most) for name, most in self.budget.items() if getattr(self, name) > most}

    @property
    def reference(self) -> tuple[int, int, int]:
        """Transitions, invocations and seconds of waits of AWS's retired reference workflow with as many polls.

        33 + 4 a poll, 9 + 1 a poll, 180 s + 30 s a poll.
        """
        return 33 + 4 * self.polls, 9 + self.polls, 180 + 30 * self.polls


def cost_of(world: World, ending: Ending) -> RunCost:
    """Count a run of one part that has ended."""
    events = history(world, ending)
    entered = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
    job = ending.jobs[0]
    started, completed = (datetime.fromisoformat(job[name]) for name in ("started_at", "completed_at"))
    before, after = _waits(events, completed)
    return RunCost(
        job_seconds=(completed - started).total_seconds(),
        polls=entered.count("Check import"),
        transitions=len(entered),
        invocations=sum(1 for event in events if _is_invocation(event)),
        waits_before_start=before,
        lateness=after,
    )


def history(world: World, ending: Ending) -> list[dict[str, Any]]:
    """The execution's events."""
    pages = world.cloud.client("stepfunctions").get_paginator("get_execution_history")
    arn = world.execution_arn(ending.watch)
    return [event for page in pages.paginate(executionArn=arn) for event in page["events"]]


def _is_invocation(event: dict[str, Any]) -> bool:
    details: dict[str, str] = event.get("taskScheduledEventDetails", {})
    return event["type"] == "LambdaFunctionScheduled" or details.get("resourceType") == "lambda"


def _waits(events: list[dict[str, Any]], completed: datetime) -> tuple[float, float]:
    """Seconds of waiting before the start of the job, and after its end."""
    before = after = 0.0
    is_started = False
    for name, at, seconds in _asked(events):
        is_started = is_started or name == "Start import"
        before += 0 if is_started else seconds
        after += min(seconds, max(0.0, (at - completed).total_seconds() + seconds))
    assert is_started, "the run did not come to its start"
    return before, after


def _asked(events: list[dict[str, Any]]) -> Iterator[tuple[str, datetime, float]]:
    """Each state with the moment at which it was entered, and the seconds for which it waits."""
    for event in events:
        if details := event.get("stateEnteredEventDetails"):
            place = _ASKED_IN.get(details["name"])
            seconds = float(json.loads(details["input"])[place]["wait_seconds"]) if place else 0.0
            yield details["name"], event["timestamp"], seconds
