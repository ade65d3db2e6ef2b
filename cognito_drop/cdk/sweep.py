"""When the sweep comes: every five minutes, and at once when an execution dies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cognito_drop.cdk.logged_machine import ended_early
from cognito_drop.cdk.metrics import PERIOD

if TYPE_CHECKING:
    from cognito_drop.cdk.functions import ImportFunction


class SweepSchedule(Construct):
    """The two rules that call the sweep."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        sweep: ImportFunction,
        state_machine: sfn.IStateMachine,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        target = targets.LambdaFunction(
            sweep.function,
            dead_letter_queue=dead_letters,
            # The next sweep runs on schedule: an event that was not delivered by then is obsolete.
            max_event_age=PERIOD,
            retry_attempts=2,
        )
        self.regularly = events.Rule(
            self,
            "Regularly",
            description="Resumes or finalizes stuck runs",
            schedule=events.Schedule.rate(PERIOD),
            targets=[target],
        )
        self.died = events.Rule(
            self,
            "Died",
            description="An execution of a run failed",
            event_pattern=ended_early(state_machine),
            targets=[target],
        )
