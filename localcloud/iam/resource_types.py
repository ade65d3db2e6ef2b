"""Which actions AWS authorizes on `*` only: those for which the service authorization reference names no resource type.

cfn-lint, which moto depends on, ships the reference. An action that it does not know is judged on the resource that its
operation names.

Sources:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html;
for the exceptions, denials that name a resource: the state machine of a task token
(https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-stepfunctions/README.md), and a log group without a
name.
"""

from __future__ import annotations

import functools
import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

_ON_A_RESOURCE: Final = frozenset(
    {
        "logs:describeloggroups",
        "states:sendtaskfailure",
        "states:sendtaskheartbeat",
        "states:sendtasksuccess",
    }
)


def is_on_all_only(action: str) -> bool:
    """Whether a statement that names a resource says nothing of the action."""
    return has_no_type(action) and action.lower() not in _ON_A_RESOURCE


def has_no_type(action: str) -> bool:
    """Whether the reference names no resource type for the action."""
    return action.lower() in _without_types()


def reference() -> dict[str, Any]:
    """The actions, resource types, and condition keys of each service, all names in lower case."""
    file = distribution("cfn-lint").locate_file("cfnlint/data/AdditionalSpecs/Policies.json")
    services: dict[str, Any] = json.loads(Path(str(file)).read_text())
    return services


@functools.cache
def _without_types() -> frozenset[str]:
    return frozenset(
        f"{service}:{name}"
        for service, members in reference().items()
        for name, action in members["Actions"].items()
        if not action.get("Resources")
    )
