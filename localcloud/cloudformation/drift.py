"""Drift: how the resources of a stack differ from its template, as `cdk drift` asks for it.

moto 5.2.5 has none of these operations. Guaranteed: detection changes nothing and is finished when its call answers;
compared are the properties that the template sets and `actual` reads. A resource of another type is not checked.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html,
API_DescribeStackResourceDrifts.html, API_PropertyDifference.html
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from localcloud.cloudformation.actual import READERS, GoneError
from localcloud.cloudformation.resource_type import Provided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Drift = dict[str, Any]
_NOT_CHECKED: Final = {"StackDriftStatus": "NOT_CHECKED"}
_DRIFTED: Final = ("MODIFIED", "DELETED")
_RESULTS: Final = "localcloud_drifts"  # where a stack of moto keeps what was found
_DETECTION: Final = "localcloud_detection"


def install() -> None:
    """Add the operations to moto; idempotent."""
    Stack.drift_information = _NOT_CHECKED  # type: ignore[attr-defined]
    CloudFormationResponse.detect_stack_drift = _detect  # type: ignore[attr-defined]
    CloudFormationResponse.detect_stack_resource_drift = _detect_one  # type: ignore[attr-defined]
    CloudFormationResponse.describe_stack_drift_detection_status = _describe_detection  # type: ignore[attr-defined]
    CloudFormationResponse.describe_stack_resource_drifts = _describe  # type: ignore[attr-defined]


def _detect(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    drifts, now = list(drifts_of(stack)), utcnow()
    drifted = sum(one["StackResourceDriftStatus"] in _DRIFTED for one in drifts)
    status = "DRIFTED" if drifted else "IN_SYNC"
    detection = {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": str(uuid.uuid4()),
        "StackDriftStatus": status,
        "DetectionStatus": "DETECTION_COMPLETE",
        "DriftedStackResourceCount": drifted,
        "Timestamp": now,
    }
    information = {"StackDriftStatus": status, "LastCheckTimestamp": now}
    vars(stack).update({_RESULTS: drifts, _DETECTION: detection, "drift_information": information})
    return ActionResult({"StackDriftDetectionId": detection["StackDriftDetectionId"]})


def _detect_one(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    name = self._get_param("LogicalResourceId")
    found = next((one for one in drifts_of(stack) if one["LogicalResourceId"] == name), None)
    if found is None:
        raise ValidationError(message=f"localcloud does not check {name} of stack {stack.name} for drift.")
    return ActionResult({"StackResourceDrift": found})


def _describe_detection(self: CloudFormationResponse) -> ActionResult:
    detection = self._get_param("StackDriftDetectionId")
    for stack in self.cloudformation_backend.stacks.values():
        known: Drift = vars(stack).get(_DETECTION, {})
        if known.get("StackDriftDetectionId") == detection:
            return ActionResult(known)
    raise ValidationError(message=f"Drift detection {detection} does not exist")


def _describe(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    wanted = self._get_param("StackResourceDriftStatusFilters", [])
    drifts: list[Drift] = vars(stack).get(_RESULTS, [])
    listed = [one for one in drifts if not wanted or one["StackResourceDriftStatus"] in wanted]
    return ActionResult({"StackResourceDrifts": listed})


def drifted(stack: Stack) -> dict[str, Drift]:
    """The resources that were changed by hand, or are gone, by their logical ids."""
    return {one["LogicalResourceId"]: one for one in drifts_of(stack) if one["StackResourceDriftStatus"] in _DRIFTED}


def drifts_of(stack: Stack) -> Iterator[Drift]:
    """How each resource that can be checked is now; those in sync too."""
    resources: Iterable[Any] = stack.stack_resources
    for resource in resources:
        if isinstance(resource, Provided) and resource.row.type in READERS:
            yield {
                "StackId": stack.stack_id,
                "LogicalResourceId": vars(resource)["logical_resource_id"],
                "PhysicalResourceId": resource.physical_resource_id,
                "ResourceType": resource.row.type,
                "Timestamp": utcnow(),
                **_compared(resource),
            }


def _compared(resource: Provided) -> Drift:
    expected = resource.properties
    try:
        read = READERS[resource.row.type](resource.resource(expected, {}))
    except (ClientError, GoneError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] not in resource.row.gone:
            raise
        return {"StackResourceDriftStatus": "DELETED", "ExpectedProperties": json.dumps(expected)}
    actual = {name: read[name] for name in expected if name in read}
    differences = list(_differences("", {name: expected[name] for name in actual}, actual))
    return {
        "StackResourceDriftStatus": "MODIFIED" if differences else "IN_SYNC",
        "ExpectedProperties": json.dumps(expected),
        "ActualProperties": json.dumps(expected | actual),
        "PropertyDifferences": differences,
    }


def _differences(path: str, expected: Any, actual: Any) -> Iterator[Drift]:  # noqa: ANN401  (any JSON)
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in dict.fromkeys((*expected, *actual)):
            yield from _differences(f"{path}/{name}", expected.get(name), actual.get(name))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _differences(f"{path}/{index}", one, other)
    elif _text(expected) != _text(actual):
        kind = "ADD" if expected is None else "REMOVE" if actual is None else "NOT_EQUAL"
        given = {"ExpectedValue": _text(expected), "ActualValue": _text(actual)}
        yield {"PropertyPath": path, "DifferenceType": kind, **given}


def _text(value: Any) -> str:  # noqa: ANN401  (any JSON)
    return value if isinstance(value, str) else json.dumps(value)
