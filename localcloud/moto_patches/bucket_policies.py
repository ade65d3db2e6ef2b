"""What a bucket policy denies: only statements that hold for every principal and without a condition count.

moto 5.2.5 ignores conditions and principals: the common "deny what is not TLS" would deny everything. Requests to
the embedded AWS count as TLS. What a role may do is decided by `localcloud.iam`.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    FakeBucket.get_permission = _get_permission  # type: ignore[method-assign]


def _get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(self.policy)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    general = [statement for statement in statements if _concerns_everyone(statement)]
    return IAMPolicy(json.dumps({**document, "Statement": general})).is_action_permitted(action, resource)


def _concerns_everyone(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    everyone = principal in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return everyone and not statement.get("Condition")
