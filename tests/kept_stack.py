"""The stack for tests, deployed by CloudFormation's API from a template that is kept.

The CDK CLI's own way is that of the demo, the pipeline, and the README.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.deployment import STACK, Deployment, deployment_of
from tools.kept_template import upload_kept
from tools.local_cloud import LocalCloud, local_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OBSERVED = ("--request-rates", "roles")
"""Flags of a cloud whose tests call Cognito many times a second: only what roles call has a rate there."""


@contextmanager
def cloud_of_known_pools(*flags: str) -> Iterator[LocalCloud]:
    """An emulator that derives the ids of pools from what they are made with: contexts are the same every time."""
    with local_cloud(*flags, MOTO_COGNITO_IDP_USER_POOL_ID_STRATEGY="HASH") as cloud:
        yield cloud


def deploy_kept(cloud: LocalCloud, context: Mapping[str, str]) -> Deployment:
    """Deploy the stack for these context values, or bring the deployed one to them."""
    return deployment_of(_deployed(cloud, STACK, upload_kept(cloud, context)))


def deploy_kept_app(cloud: LocalCloud, folder: Path, stack: str) -> dict[str, str]:
    """Deploy the one stack of the app in a folder; the stack's outputs."""
    return _deployed(cloud, stack, upload_kept(cloud, {}, app=folder, stack=stack))


def _deployed(cloud: LocalCloud, stack: str, template_url: str) -> dict[str, str]:
    formation, change = cloud.client("cloudformation"), f"at-{time.monotonic_ns()}"
    exists = any(found["StackName"] == stack for found in formation.describe_stacks()["Stacks"])
    formation.create_change_set(
        StackName=stack,
        ChangeSetName=change,
        ChangeSetType="UPDATE" if exists else "CREATE",
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_IAM"],
    )
    made = formation.describe_change_set(StackName=stack, ChangeSetName=change)
    if made["ExecutionStatus"] == "AVAILABLE":  # otherwise nothing would change
        formation.execute_change_set(StackName=stack, ChangeSetName=change)
    return _outputs(formation, stack)


def _outputs(formation: Any, stack: str) -> dict[str, str]:  # noqa: ANN401  (a boto3 client)
    (found,) = formation.describe_stacks(StackName=stack)["Stacks"]
    assert found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), found
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
