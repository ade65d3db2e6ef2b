"""iam:PassRole: who hands a role to a service must be allowed to.

The condition key `iam:PassedToService` is in a request only where the service supplies it. The service authorization
reference names none for Amazon Cognito's CreateUserImportJob: the setting `import_passed_to_service` supplies it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localcloud.cloud import current
from localcloud.iam.need import Need

if TYPE_CHECKING:
    from localcloud.iam.operations import Operation

_COGNITO: Final = "cognito-idp.amazonaws.com"

# Operation → the parameter with the role and the service that will use it.
_PASSING: Final = {
    ("cloudformation", "CreateChangeSet"): ("RoleARN", "cloudformation.amazonaws.com"),
    ("cloudformation", "CreateStack"): ("RoleARN", "cloudformation.amazonaws.com"),
    ("cloudformation", "DeleteStack"): ("RoleARN", "cloudformation.amazonaws.com"),
    ("cloudformation", "UpdateStack"): ("RoleARN", "cloudformation.amazonaws.com"),
    ("cognito-idp", "CreateUserImportJob"): ("CloudWatchLogsRoleArn", _COGNITO),
    ("events", "PutRule"): ("RoleArn", "events.amazonaws.com"),
    ("lambda", "CreateFunction"): ("Role", "lambda.amazonaws.com"),
    ("lambda", "UpdateFunctionConfiguration"): ("Role", "lambda.amazonaws.com"),
    ("states", "CreateStateMachine"): ("roleArn", "states.amazonaws.com"),
    ("states", "UpdateStateMachine"): ("roleArn", "states.amazonaws.com"),
}


def needs(operation: Operation) -> list[Need]:
    """A need for each role that the operation passes."""
    if (operation.prefix, operation.name) == ("events", "PutTargets"):
        targets: list[dict[str, Any]] = operation.parameters.get("Targets") or []
        roles = [target["RoleArn"] for target in targets if target.get("RoleArn")]
        return [_need(role, "events.amazonaws.com") for role in dict.fromkeys(roles)]
    parameter, service = _PASSING.get((operation.prefix, operation.name), ("", ""))
    role = operation.parameters.get(parameter)
    return [_need(role, service)] if role else []


def _need(role: str, service: str) -> Need:
    is_named = service != _COGNITO or current().settings.import_passed_to_service
    return Need("iam:PassRole", role, {"iam:passedtoservice": service} if is_named else {})
