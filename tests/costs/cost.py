"""The cost of one run, counted from its execution's history and its import job, and the budgets it has to keep to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.scenarios.world import Ending, World


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
    """From the end of the job to the notification."""

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
    shown = datetime.fromisoformat(world.run_item(ending.watch)["notified_at"]["S"])
    return RunCost(
        job_seconds=(completed - started).total_seconds(),
        polls=entered.count("Check import"),
        transitions=len(entered),
        invocations=sum(1 for event in events if _is_invocation(event)),
        waits_before_start=_waits(events, until="Start import"),
        lateness=(shown - completed).total_seconds(),
    )


def history(world: World, ending: Ending) -> list[dict[str, Any]]:
    """The execution's events."""
    pages = world.cloud.client("stepfunctions").get_paginator("get_execution_history")
    arn = world.execution_arn(ending.watch)
    return [event for page in pages.paginate(executionArn=arn) for event in page["events"]]


def _is_invocation(event: dict[str, Any]) -> bool:
    details: dict[str, str] = event.get("taskScheduledEventDetails", {})
    return event["type"] == "LambdaFunctionScheduled" or details.get("resourceType") == "lambda"


def _waits(events: list[dict[str, Any]], until: str) -> float:
    """Seconds spent in Wait states before a state is entered for the first time."""
    waited, since = 0.0, None
    for event in events:
        if event.get("stateEnteredEventDetails", {}).get("name") == until:
            return waited
        if event["type"] == "WaitStateEntered":
            since = event["timestamp"]
        elif event["type"] == "WaitStateExited" and since is not None:
            waited += (event["timestamp"] - since).total_seconds()
    raise AssertionError(f"The run did not come to {until}.")
