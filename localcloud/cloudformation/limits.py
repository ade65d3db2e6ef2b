"""Templates and outputs that CloudFormation refuses because of their size.

No size of an output that is not exported is documented: the setting `output_limit`.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation.exceptions import ValidationError

from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_RESOURCES: Final = 500
_MOST_OUTPUTS: Final = 200
_MOST_TEMPLATE: Final = 1_048_576
_MOST_EXPORT: Final = 1_024


class OutputTooLongError(Exception):
    """A stack's output has a value that CloudFormation does not take."""


def check_template(template: str, document: Mapping[str, Any]) -> None:
    """Raise moto's ValidationError for a template that is too long or has too much in it."""
    if len(template.encode()) > _MOST_TEMPLATE:
        raise ValidationError(message=f"Template may not exceed {_MOST_TEMPLATE} bytes in size.")
    resources, outputs = len(document.get("Resources") or {}), len(document.get("Outputs") or {})
    if resources > _MOST_RESOURCES:
        raise ValidationError(
            message=f"Template format error: Number of resources, {resources}, "
            f"is greater than maximum allowed, {_MOST_RESOURCES}"
        )
    if outputs > _MOST_OUTPUTS:
        raise ValidationError(
            message=f"Template format error: Outputs count {outputs} is greater than max allowed {_MOST_OUTPUTS}."
        )


def check_output(name: str, value: str, *, is_exported: bool) -> None:
    """Raise OutputTooLongError."""
    size, limit = len(value.encode()), current().settings.output_limit
    if is_exported and size > _MOST_EXPORT:
        raise OutputTooLongError(
            f"Cannot export output {name} with length {size}. Max length of {_MOST_EXPORT} exceeded."
        )
    if size > limit:
        raise OutputTooLongError(f"Output {name} has {size} bytes. Max length of {limit} exceeded.")
