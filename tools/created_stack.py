"""The stack from a template that is kept, created by CloudFormation's API as any client would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tools.deployment import STACK, Deployment, DeploymentError, deployment_of
from tools.kept_template import upload_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.local_cloud import LocalCloud

_PATIENCE = 1800  # seconds; guards against hanging only
_SECOND = 1.0


def create_stack(cloud: LocalCloud, context: Mapping[str, str], change: Callable[[str], str] = str) -> Deployment:
    """Create it for these context values, with a change of its template. Raises DeploymentError."""
    formation, stack = cloud.client("cloudformation"), dict[str, Any]()
    formation.create_stack(
        StackName=STACK, TemplateURL=upload_kept(cloud, context, change), Capabilities=["CAPABILITY_IAM"]
    )

    def is_done() -> bool:
        (found,) = formation.describe_stacks(StackName=STACK)["Stacks"]
        stack.update(found)
        return not found["StackStatus"].endswith("_IN_PROGRESS")

    until("the stack is created", is_done)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in events]
        raise DeploymentError("\n".join([stack["StackStatus"], *reasons]))
    return deployment_of({output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


def until(what: str, found: Callable[[], bool]) -> None:
    """Wait for what must come. Raises TimeoutError when it does not."""
    deadline = time.monotonic() + _PATIENCE
    while not found():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {_PATIENCE} seconds in vain: {what}.")
        time.sleep(_SECOND)
