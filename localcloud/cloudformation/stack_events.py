"""Events of a stack's resources, as DescribeStackEvents and the CDK show them.

moto 5.2.5 has events for the stack as a whole only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from moto.cloudformation.models import Event

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack


def add_event(
    stack: Stack, logical_id: str, physical_id: str | None, type_: str, status: str, *, reason: str | None = None
) -> None:
    """Add an event of a resource."""
    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=logical_id,
            physical_resource_id=physical_id or "",
            resource_type=type_,
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
    )


def reason_of(error: Exception) -> str:
    """Why something failed, in one line."""
    if isinstance(error, ClientError):
        return f"{error.response['Error'].get('Message') or error} ({error.response['Error']['Code']})"
    return " ".join(str(error).split()) or type(error).__name__
