"""What the stack's template leaves out, or has besides, so that ministack can take it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.local_cloud import LocalCloud

_UNKNOWN_TYPES = ("AWS::Logs::QueryDefinition",)
_ASKED_ON_ALL = (
    "states:SendTaskSuccess",
    "states:SendTaskFailure",
    "states:SendTaskHeartbeat",
    "ssm:GetParametersByPath",
)
_SELECTED: Final = re.compile(r'"ResultPath":"\$","ResultSelector":\{(?:"\w+\.\$":"\$\$[.\w]+",)+"(\w+)\.\$":"\$"\}')
"""A state that keeps members of the execution's input by the context object, and puts its result beside them."""


def without_unknown_types(template: str) -> str:
    """The template less the types that ministack does not know."""
    changed = json.loads(template)
    kept = {name: it for name, it in changed["Resources"].items() if it["Type"] not in _UNKNOWN_TYPES}
    return json.dumps({**changed, "Resources": kept})


def for_ministack(template: str, cognito: LocalCloud, *, enforced: bool) -> str:
    """The same, with functions that find Cognito and its logs in the other emulator, and without the context object
    in ResultSelector, which ministack does not resolve there.

    With enforcement on also without what denies plain HTTP, and with `*` where ministack asks for it.
    """
    changed = json.loads(without_unknown_types(template))
    elsewhere = {
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": cognito.endpoint,
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": cognito.endpoint,
    }
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Environment"]["Variables"].update(elsewhere)
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            _, parts = resource["Properties"]["DefinitionString"]["Fn::Join"]
            parts[:] = [_SELECTED.sub(r'"ResultPath":"$.\1"', it) if isinstance(it, str) else it for it in parts]
        if enforced:
            _admit(resource.get("Properties", {}))
    return json.dumps(changed)


def _admit(properties: dict[str, Any]) -> None:
    for document in _policies(properties):
        document["Statement"] = [one for one in document["Statement"] if not _denies_plain_http(one)]
        for statement in document["Statement"]:
            actions = statement.get("Action", [])
            if set([actions] if isinstance(actions, str) else actions) & set(_ASKED_ON_ALL):
                statement["Resource"] = "*"


def _policies(properties: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (properties[name] for name in ("PolicyDocument",) if name in properties)
    yield from (policy["PolicyDocument"] for policy in properties.get("Policies", []))


def _denies_plain_http(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {})
    return statement["Effect"] == "Deny" and "aws:SecureTransport" in condition
