"""Whether a target's own policy lets a service deliver to it.

AWS drops what a queue's, topic's or function's policy does not allow, and moto 5.2.5 delivers it. With the setting
`enforce_delivery_policies` a delivery without permission fails as in AWS. Left to others: the reading of policies
(`localcloud.iam.policies`) and the roles of targets (`targets`). Key policies are not checked.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.utils import get_backend
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from localcloud.cloud import current
from localcloud.delivery.retries import UndeliverableError
from localcloud.iam.policies import Question, Verdict, statements_of, verdict
from localcloud.iam.roles import names_service

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
    concerned = [{"Resource": "*", **statement} for statement in statements if names_service(statement, service)]
    return verdict(concerned, Question(action, resource, context)) is Verdict.ALLOWED


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
    return list(statements_of(policy)) if policy else []
