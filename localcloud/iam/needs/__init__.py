"""Which actions on which resources an operation needs.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localcloud.iam.need import Need
from localcloud.iam.needs import dynamodb, encryption, passed_roles, pool_keys, s3, services
from localcloud.iam.resource_types import is_on_all_only

if TYPE_CHECKING:
    from localcloud.iam.operations import Operation


def needs_of(operation: Operation) -> list[Need]:
    """Everything that must be allowed, in the order in which it is asked.

    An operation that is not known is refused to every role that may not do everything with its service.
    """
    if not operation.name:
        return [Need(f"{operation.prefix}:*")]
    if operation.prefix == "sts" and operation.name == "GetCallerIdentity":
        return []  # allowed to every role, also where it is denied
    match operation.prefix:
        case "s3":
            own = s3.needs(operation)
        case "dynamodb":
            own = dynamodb.needs(operation)
        case _:
            own = services.needs(operation)
    needs = [*own, *passed_roles.needs(operation), *encryption.needs(operation), *pool_keys.needs(operation)]
    return [replace(need, resource="*") if is_on_all_only(need.action) else need for need in needs]
