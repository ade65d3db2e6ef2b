"""Targets of EventBridge rules: queues and functions.

moto 5.2.5 delivers to queues, log groups and buses only, in the caller's thread, without retries or dead letters.
Guaranteed: each delivery is asynchronous, retried by the target's RetryPolicy, and ends in its DeadLetterConfig's queue
with the attributes that AWS writes. A target of another service, and one that reads a part of the event or a template
filled from it, cannot be delivered to: that is in the dead-letter queue or the log. Which rules match is decided by
`rules`.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html, eb-rule-dlq.html
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from moto.utilities.arns import parse_arn

from localcloud.delivery import arns, invocations, permissions
from localcloud.delivery.retries import Delivery, Failure, RetryPolicy, UndeliverableError, log_failure

_LOG = logging.getLogger(__name__)
_NOT_IMITATED = ("InputPath", "InputTransformer")


@dataclass(frozen=True, slots=True)
class RuleDelivery:
    """One event on its way to one target of a rule."""

    rule_arn: str
    target: dict[str, Any]
    event: dict[str, Any]

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
        for member in _NOT_IMITATED:
            if self.target.get(member):
                raise UndeliverableError(f"{member} of a target is not imitated.")
        text = str(self.target["Input"]) if "Input" in self.target else json.dumps(self.event)
        permissions.check(self.target["Arn"], "events.amazonaws.com", self.rule_arn)
        match arn.service:
            case "sqs":
                group = (self.target.get("SqsParameters") or {}).get("MessageGroupId")
                arns.send_message(self.target["Arn"], text, group_id=group)
            case "lambda":
                invocations.post(arn.account, arn.region, self.target["Arn"], text.encode())
            case service:
                raise UndeliverableError(f"Targets of {service} are not imitated.")

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
