"""Targets of EventBridge rules: queues, functions, state machines, log groups, buses, and API destinations.

moto 5.2.5 delivers in the caller's thread, without retries or dead letters, and knows no functions. Guaranteed: each
delivery is asynchronous, retried by the target's RetryPolicy, and ends in its DeadLetterConfig's queue with the
attributes that AWS writes; a state machine is started by the role that the target names. A target of another service
cannot be delivered to: that is in the dead-letter queue or the log. API destinations are called where moto's setting
`events.invoke_http` says so, without their connection's authorization. Which rules match is decided by `rules`, what a
target gets of the event by `inputs`.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html, eb-rule-dlq.html
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from moto import settings as moto_settings
from moto.events.models import events_backends
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import logs_backends
from moto.stepfunctions.exceptions import StateMachineDoesNotExist
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.utilities.arns import parse_arn

from localcloud.caller import Caller
from localcloud.cloud import current
from localcloud.delivery import arns, inputs, invocations, permissions
from localcloud.delivery.retries import Delivery, Failure, RetryPolicy, UndeliverableError, log_failure
from localcloud.iam import access
from localcloud.iam.need import Need
from localcloud.iam.roles import find_role, trusts

if TYPE_CHECKING:
    from moto.utilities.arns import Arn

_LOG = logging.getLogger(__name__)
_EVENTS = "events.amazonaws.com"
_PATIENCE = 5.0  # seconds that EventBridge waits for the answer of an API destination


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
        text = inputs.text_for(self.target, self.event, self.rule_arn)
        permissions.check(self.target["Arn"], _EVENTS, self.rule_arn)
        match arn.service, arn.resource_type:
            case "sqs", _:
                group = (self.target.get("SqsParameters") or {}).get("MessageGroupId")
                arns.send_message(self.target["Arn"], text, group_id=group)
            case "lambda", _:
                invocations.post(arn.account, arn.region, self.target["Arn"], text.encode())
            case "states", "stateMachine":
                self._start(arn, text)
            case "logs", "log-group":
                _log(arn, text)
            case "events", "event-bus":
                _forward(arn, self.event)
            case "events", "api-destination" if moto_settings.events_invoke_http():
                self._call(arn, text)
            case service, _:
                raise UndeliverableError(f"Targets of {service} are not imitated.")

    def _start(self, arn: Arn, text: str) -> None:
        """Start an execution, as the target's role may; its name begins with the event's id."""
        machine = self.target["Arn"]
        if not self._may("states:StartExecution", arn.region):
            raise UndeliverableError(f"No role lets {_EVENTS} start {machine}.", "NO_PERMISSIONS")
        name = f"{self.event['id']}_{uuid.uuid4()}"
        try:
            stepfunctions_parser_backends[arn.account][arn.region].start_execution(machine, name, text)
        except StateMachineDoesNotExist as error:
            raise UndeliverableError(f"The state machine {machine} does not exist.", "NO_RESOURCE") from error

    def _may(self, action: str, region: str) -> bool:
        """Whether EventBridge may assume the target's role for this rule, and the role may do it to the target.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
        """
        if not current().settings.enforce_iam:
            return True
        role = find_role(self.target["RoleArn"])
        source = {"aws:sourcearn": self.rule_arn, "aws:sourceaccount": parse_arn(self.rule_arn).account}
        if role is None or not trusts(role, _EVENTS, source):
            return False
        try:
            access.check(Caller(role.arn, self.event["id"]), Need(action, self.target["Arn"]), region)
        except access.AccessDeniedError:
            return False
        return True

    def _call(self, arn: Arn, text: str) -> None:
        destination = events_backends[arn.account][arn.region].destinations[arn.resource_id.split("/")[0]]
        given = self.target.get("HttpParameters") or {}
        requests.request(
            destination.http_method,
            destination.invocation_endpoint,
            params=given.get("QueryStringParameters"),
            headers={"Content-Type": "application/json", **given.get("HeaderParameters", {})},
            data=text.encode(),
            timeout=_PATIENCE,
        ).raise_for_status()

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
            permissions.check(queue, _EVENTS, self.rule_arn)
            arns.send_message(queue, json.dumps(self.event), attributes=attributes)
        except UndeliverableError:
            _LOG.exception("The dead letter of event %s is lost.", self.event["id"])


def _log(arn: Arn, text: str) -> None:
    """Write the text into the log group, as a stream of its own."""
    group, stream = arn.resource_id.removesuffix(":*"), str(uuid.uuid4())
    backend = logs_backends[arn.account][arn.region]
    try:
        backend.create_log_stream(group, stream)
    except ResourceNotFoundException as error:
        raise UndeliverableError(f"The log group {group} does not exist.", "NO_RESOURCE") from error
    backend.put_log_events(group, stream, [{"timestamp": int(current().clock.now() * 1000), "message": text}])


def _forward(arn: Arn, event: dict[str, Any]) -> None:
    """Put the event, as it is, on the other bus."""
    bus = events_backends[arn.account][arn.region].event_buses.get(arn.resource_id)
    if bus is None:
        raise UndeliverableError(f"The event bus {arn.resource_id} does not exist.", "NO_RESOURCE")
    for rule in list(bus.rules.values()):
        forwarded: Any = {**event, "ingestion-time": current().clock.now()}
        rule.send_to_targets(forwarded)
