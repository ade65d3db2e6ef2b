"""Targets of EventBridge rules: SQS, Lambda, Step Functions, SNS, log groups, event buses.

moto 5.2.5 delivers to queues, log groups and buses only, in the caller's thread, without retries or dead letters.
Promised: each delivery is asynchronous, retried by the target's RetryPolicy, and ends in its DeadLetterConfig's queue
with the attributes that AWS writes. Left to others: which rules match (rules.py), what the target reads (inputs.py).

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html, eb-rule-dlq.html
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import logs_backends
from moto.stepfunctions.exceptions import StateMachineDoesNotExist
from moto.stepfunctions.responses import get_backend as get_step_functions
from moto.utilities.arns import parse_arn

from localcloud.cloud import current
from localcloud.delivery import arns, invocations, permissions
from localcloud.delivery.retries import Delivery, Failure, RetryPolicy, UndeliverableError, log_failure
from localcloud.iam.access import AccessDeniedError, check_service_role
from localcloud.iam.need import Need

if TYPE_CHECKING:
    from moto.utilities.arns import Arn

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One event on its way to one target of a rule. `text` is what the target reads; `event` the event as it was."""

    rule_arn: str
    target: dict[str, Any]
    event: dict[str, Any]
    text: str

    def post(self) -> None:
        """Begin to deliver."""
        policy = self.target.get("RetryPolicy") or {}
        Delivery(
            f"The event {self.event['id']} of {self.rule_arn} to {self.target['Arn']}",
            self._deliver,
            RetryPolicy(
                retries=int(policy.get("MaximumRetryAttempts", 185)),
                max_age=float(policy.get("MaximumEventAgeInSeconds", 86400)),
            ),
            self._give_up,
        ).post()

    def _deliver(self) -> None:
        arn = parse_arn(self.target["Arn"])
        permissions.check(self.target["Arn"], "events.amazonaws.com", self.rule_arn)
        match arn.service:
            case "sqs":
                group = (self.target.get("SqsParameters") or {}).get("MessageGroupId")
                arns.send_message(self.target["Arn"], self.text, group_id=group)
            case "lambda":
                invocations.post(arn.account, arn.region, self.target["Arn"], self.text.encode())
            case "states":
                self._start_execution(arn)
            case "sns":
                arns.publish(self.target["Arn"], self.text)
            case "logs":
                self._write_log(arn)
            case "events":
                self._forward(arn)
            case service:
                raise UndeliverableError(f"Targets of {service} are not imitated.")

    def _start_execution(self, arn: Arn) -> None:
        # AWS names the execution by the event's id and a UUID of its own.
        name = f"{self.event['id']}_{uuid.uuid4()}"
        if not self.target.get("RoleArn"):
            raise UndeliverableError("A state machine as a target needs a RoleArn.", "NO_PERMISSIONS")
        self._check_role("states:StartExecution", arn)
        try:
            get_step_functions(arn.account, arn.region).start_execution(self.target["Arn"], name, self.text)
        except StateMachineDoesNotExist as error:
            raise UndeliverableError(f"There is no state machine {self.target['Arn']}.", "NO_RESOURCE") from error

    def _write_log(self, arn: Arn) -> None:
        group = arn.resource_id.removesuffix(":*")
        backend = logs_backends[arn.account][arn.region]
        stream = str(uuid.uuid4())
        try:
            backend.create_log_stream(group, stream)
        except ResourceNotFoundException as error:
            raise UndeliverableError(f"There is no log group {group}.", "NO_RESOURCE") from error
        now = int(current().clock.now() * 1000)
        backend.put_log_events(group, stream, [{"timestamp": now, "message": self.text}])

    def _forward(self, arn: Arn) -> None:
        if self.target.get("RoleArn"):
            self._check_role("events:PutEvents", arn)
        entry = {
            "Source": self.event["source"],
            "DetailType": self.event["detail-type"],
            "Detail": json.dumps(self.event["detail"]),
            "Resources": self.event["resources"],
            "EventBusName": arn.resource_id,
        }
        events_backends[arn.account][arn.region].put_events([entry])

    def _check_role(self, action: str, arn: Arn) -> None:
        """Raise UndeliverableError if EventBridge may not do it to the target with the target's role."""
        try:
            check_service_role(
                self.target["RoleArn"], "events.amazonaws.com", Need(action, self.target["Arn"]), arn.region
            )
        except AccessDeniedError as error:
            raise UndeliverableError(str(error), "NO_PERMISSIONS") from error

    def _give_up(self, failure: Failure) -> None:
        queue = (self.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            log_failure(failure)
            return
        facts = {
            "RULE_ARN": self.rule_arn,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": getattr(failure.error, "code", None) or "SDK_CLIENT_ERROR",
            "ERROR_MESSAGE": str(failure.error) or type(failure.error).__name__,
            "RETRY_ATTEMPTS": str(failure.retries),
        }
        if failure.exhausted:
            facts["EXHAUSTED_RETRY_CONDITION"] = failure.exhausted
        attributes = {name: {"DataType": "String", "StringValue": str(value)} for name, value in facts.items()}
        try:
            permissions.check(queue, "events.amazonaws.com", self.rule_arn)
            arns.send_message(queue, json.dumps(self.event), attributes=attributes)
        except UndeliverableError:
            _LOG.exception("The dead letter of event %s is lost.", self.event["id"])
