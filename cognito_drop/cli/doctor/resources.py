"""What the stack declares and is gone, or was changed by hand, for every kind of resource.

CloudFormation compares the resources with the template, for all types that it can read; `policies` compares the rest.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.cli.doctor.finding import Finding, error, warning
from cognito_drop.cli.doctor.policies import policy_findings
from cognito_drop.cli.restore import RESTORE

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

    from cognito_drop.cli.base_command import Context

_BETWEEN_POLLS: Final = 3
"""Seconds. A detection takes up to some minutes, by the number of resources."""
_NAMED: Final = 3
_OTHER_CHECKS: Final = {
    "AWS::Events::Rule": "rules",
    "AWS::KMS::Key": "key",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Subscription": "subscriptions",
}
"""The checks that resources of a type have of their own: what is gone is reported there."""


def resource_findings(context: Context) -> list[Finding]:
    """A finding for each resource that is not as it was deployed, with the command that restores it."""
    found, gone = list[Finding](), set[str]()
    status = _detected(context)
    if status["DetectionStatus"] == "DETECTION_FAILED":
        message = f"CloudFormation could not check all resources: {status.get('DetectionStatusReason', 'no reason')}"
        fix = "Allow your role to read the resources of the stack, and run `cognito-drop doctor` again."
        found.append(warning("not_all_checked", message, fix))
    drifted = _drifted(context)
    command = context.restore_command if drifted else ""
    for drift in drifted:
        name, kind = drift["LogicalResourceId"], drift["ResourceType"]
        physical = drift.get("PhysicalResourceId", "")
        if drift["StackResourceDriftStatus"] == "DELETED":
            gone.add(physical)
            message = f"{name} ({kind}) of the stack does not exist: {physical or 'no id'}.{_to_confirm(drift)}"
            one = error("resource_gone", message, RESTORE, command=command, resource=physical)
            found.append(replace(one, check=_OTHER_CHECKS.get(kind, "")))
        else:
            message = f"{name} ({kind}) was changed by hand: {_paths(drift)}."
            changed = tuple({path.split("/")[1] for path in _changed(drift)})
            found.append(
                warning("resource_changed", message, RESTORE, command=command, resource=physical, properties=changed)
            )
    return found + policy_findings(context, gone)


def _detected(context: Context) -> Any:  # noqa: ANN401  (the answer of the API)
    cloudformation = context.aws.cloudformation
    detection = cloudformation.detect_stack_drift(StackName=context.deployment.stack)["StackDriftDetectionId"]
    while True:
        status = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if status["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            return status
        time.sleep(_BETWEEN_POLLS)


def _drifted(context: Context) -> list[StackResourceDriftTypeDef]:
    request: Any = {
        "StackName": context.deployment.stack,
        "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"],
    }
    found: list[StackResourceDriftTypeDef] = []
    while True:  # boto3 has no paginator for it
        page = context.aws.cloudformation.describe_stack_resource_drifts(**request)
        found += page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return found
        request["NextToken"] = page["NextToken"]


def _to_confirm(drift: StackResourceDriftTypeDef) -> str:
    """What has to be done besides: SNS sends nothing to an address whose owner has not confirmed.

    Source: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html, sns-email-notifications.html
    """
    expected = json.loads(drift.get("ExpectedProperties") or "{}")
    if drift["ResourceType"] != "AWS::SNS::Subscription" or "email" not in str(expected.get("Protocol")):
        return ""
    return (
        f" When it is restored, {expected.get('Endpoint')} is sent an email and has to confirm the subscription again."
    )


def _changed(drift: StackResourceDriftTypeDef) -> list[str]:
    """JSON pointers into the properties."""
    return [one["PropertyPath"] for one in drift.get("PropertyDifferences", ())]


def _paths(drift: StackResourceDriftTypeDef) -> str:
    paths = _changed(drift)
    return ", ".join(paths[:_NAMED]) + (", …" if len(paths) > _NAMED else "")
