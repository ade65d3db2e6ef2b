"""Custom resources: values as strings, and waiting for the answer of their function.

moto 5.2.5 invokes the function once, at creation, and goes on without its answer. Here the stack waits for it. Not
imitated: updates and deletions of custom resources, of which moto does not notify the function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moto.cloudformation.custom_model import CustomModel

_LONGEST_WAIT = 3600.0  # wall seconds, as the functions run for real; CloudFormation's own default


class NoAnswerError(Exception):
    """A custom resource's function did not report success."""


def as_strings(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with every scalar of its properties as a string, as CloudFormation sends them."""
    return {**resource, "Properties": _as_strings(resource["Properties"])}


def wait_for(resource: CustomModel) -> None:
    """Wait until the function has answered. Raises NoAnswerError."""
    deadline = time.monotonic() + _LONGEST_WAIT
    while not resource.is_created():
        if time.monotonic() > deadline:
            raise NoAnswerError(f"Custom resource {resource.logical_id} did not report success in time.")
        time.sleep(0.05)


def _as_strings(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(value, dict):
        return {name: _as_strings(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_strings(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
