"""Whether a target's own policy lets a service deliver to it.

AWS drops what a queue's, topic's or function's policy does not allow, and moto 5.2.5 delivers it. With the setting
`enforce_delivery_policies` a delivery without permission fails as in AWS. Left to others: key policies and the roles
of state machine targets, which are not checked.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.awslambda.utils import get_backend
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from localcloud.cloud import current
from localcloud.delivery.retries import UndeliverableError

if TYPE_CHECKING:
    from moto.utilities.arns import Arn

_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}


def check(target_arn: str, service: str, source_arn: str) -> None:
    """Raise UndeliverableError if the target's policy does not let the service deliver for that source."""
    arn = parse_arn(target_arn)
    action = _ACTIONS.get(arn.service)
    if action is None or not current().settings.enforce_delivery_policies:
        return
    context = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": parse_arn(source_arn).account,
        "aws:securetransport": "true",
    }
    if not allows(_statements(arn), service, action, target_arn, context):
        raise UndeliverableError(f"The policy of {target_arn} does not allow {service} {action}.", "NO_PERMISSIONS")


def allows(statements: list[dict[str, Any]], service: str, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether some statement allows and none denies; the context's keys are in lower case."""
    effects = {
        statement["Effect"]
        for statement in statements
        if _concerns(statement, service, action, resource) and _holds(statement.get("Condition", {}), context)
    }
    return effects == {"Allow"}


def _statements(arn: Arn) -> list[dict[str, Any]]:
    policy: str | None = None
    match arn.service:
        case "sqs":
            queue = sqs_backends[arn.account][arn.region].queues.get(arn.resource_id)
            policy = queue.policy if queue else None
        case "sns":
            topics = sns_backends[arn.account][arn.region].topics
            policy = next((topic.policy for topic in topics.values() if topic.name == arn.resource_id), None)
        case _:
            name = arn.resource_id.split(":")[0]
            return list(get_backend(arn.account, arn.region).get_function(name).policy.statements)
    statements = json.loads(policy)["Statement"] if policy else []
    return statements if isinstance(statements, list) else [statements]


def _concerns(statement: dict[str, Any], service: str, action: str, resource: str) -> bool:
    principal = statement.get("Principal")
    everybody = principal in ("*", {"AWS": "*"})
    named = isinstance(principal, dict) and service in _several(principal.get("Service"))
    return (
        (everybody or named)
        and any(fnmatchcase(action.lower(), str(one).lower()) for one in _several(statement.get("Action")))
        and any(fnmatchcase(resource, str(one)) for one in _several(statement.get("Resource", "*")))
    )


def _holds(condition: dict[str, dict[str, Any]], context: dict[str, str]) -> bool:
    for operator, tests in condition.items():
        for key, expected in tests.items():
            value = context.get(key.lower())
            negated = "Not" in operator
            if value is None or any(_equal(operator, str(one), value) for one in _several(expected)) is negated:
                return False
    return True


def _equal(operator: str, expected: str, value: str) -> bool:
    if operator.startswith("Arn") or operator.endswith("Like"):
        return fnmatchcase(value, expected)
    return value.lower() == expected.lower() if operator == "Bool" else value == expected


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
