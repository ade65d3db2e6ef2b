"""What a bucket policy denies: only statements that hold for every principal and without a condition count.

moto 5.2.5 ignores conditions and principals: the common "deny what is not TLS" would deny everything. Requests to
the emulator count as TLS. What a role may do is decided by `localcloud.iam`. It also takes a policy that is no
JSON, which S3 refuses (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; the texts are known from
public reports only).
"""

from __future__ import annotations

import json
from typing import Any, Final

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, S3Backend

_put_bucket_policy: Final = S3Backend.put_bucket_policy


class MalformedPolicyError(S3ClientError):
    """A policy is no JSON object."""

    code = "MalformedPolicy"


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    FakeBucket.get_permission = _get_permission  # type: ignore[method-assign]
    S3Backend.put_bucket_policy = _put_checked  # type: ignore[method-assign]


def _put_checked(self: S3Backend, bucket_name: str, policy: bytes) -> None:
    if not policy.startswith(b"{"):
        raise MalformedPolicyError("Policies must be valid JSON and the first byte must be '{'")
    try:
        json.loads(policy)
    except ValueError:
        raise MalformedPolicyError("This policy contains invalid Json") from None
    _put_bucket_policy(self, bucket_name, policy)


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
