"""Whether a target's own policy, and that of the key that encrypts it, let a service deliver to it.

AWS drops what the policy of a queue, topic, function, or key does not allow, and moto 5.2.5 delivers it. By the setting
`enforce_delivery_policies` a delivery without permission fails as in AWS. Left to others: the reading of policies
(`localcloud.iam`), the roles of targets (`targets`), and what is said of a target that does not exist.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.utils import get_backend
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from localcloud.cloud import current
from localcloud.delivery.retries import UndeliverableError
from localcloud.iam.needs import encryption
from localcloud.iam.operations import Operation
from localcloud.iam.policies import Question, Verdict, verdict
from localcloud.iam.resource_policies import statements_on
from localcloud.iam.roles import names_service

if TYPE_CHECKING:
    from moto.utilities.arns import Arn

    from localcloud.iam.policies import Statement

_ACTIONS: Final = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}


def check(target_arn: str, service: str, source_arn: str) -> None:
    """Raise UndeliverableError if a policy does not let the service deliver to the target for that source."""
    arn = parse_arn(target_arn)
    action = _ACTIONS.get(arn.service)
    if action is None or not current().settings.enforce_delivery_policies or not exists(arn, target_arn):
        return
    context = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": parse_arn(source_arn).account,
        "aws:securetransport": "true",
    }
    keys = [(need.action, need.resource) for need in encryption.needs(_delivery(arn, action, target_arn))]
    for needed, resource in ((action, target_arn), *keys):
        statements = _of_function(arn) if arn.service == "lambda" else statements_on(resource, arn.account) or []
        if not allows(statements, service, needed, resource, context):
            raise UndeliverableError(f"The policy of {resource} does not allow {service} {needed}.", "NO_PERMISSIONS")


def allows(statements: list[dict[str, Any]], service: str, action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether some statement allows and none denies; the context's keys are in lower case."""
    concerned = [{"Resource": "*", **statement} for statement in statements if names_service(statement, service)]
    return verdict(concerned, Question(action, resource, context)) is Verdict.ALLOWED


def exists(arn: Arn, target_arn: str) -> bool:
    """Whether there is a target whose policy can be asked."""
    match arn.service:
        case "sqs":
            return arn.resource_id in sqs_backends[arn.account][arn.region].queues
        case "sns":
            return target_arn in sns_backends[arn.account][arn.region].topics
    try:
        get_backend(arn.account, arn.region).get_function(arn.resource_id.split(":")[0])
    except UnknownFunctionException:
        return False
    return True


def _of_function(arn: Arn) -> list[Statement]:
    return list(get_backend(arn.account, arn.region).get_function(arn.resource_id.split(":")[0]).policy.statements)


def _delivery(arn: Arn, action: str, target_arn: str) -> Operation:
    """The call that a service makes to deliver."""
    target = {"TopicArn": target_arn} if arn.service == "sns" else {"QueueUrl": arn.resource_id}
    return Operation(arn.service, action.partition(":")[2], target, arn.account, arn.region)
