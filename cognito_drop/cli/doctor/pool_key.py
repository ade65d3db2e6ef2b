"""The customer managed key of a user pool: whether its policy lets the stack's functions use it through Cognito.

Cognito uses the key with the permissions of the caller. AWS's sample policy admits all principals of the account
that come through Cognito (`kms:ViaService`); the functions' own policies grant nothing on the key.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/data-protection.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.cli.doctor.policy import is_allowed, statements
from cognito_drop.core.text.problem import ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.doctor.policy import Statement

_ACTIONS = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKeyWithoutPlainText"]


def key_findings_of(context: Context, pool: ServedPool, described: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the key of a pool that has one of its own."""
    configuration = described.get("KeyConfiguration") or {}
    key = configuration.get("KmsKeyArn")
    if configuration.get("KeyType") != "CUSTOMER_MANAGED_KEY" or not key:
        return
    fix = f"Add these statements to the key's policy: {json.dumps(statements_to_add(described['Arn']))}"
    try:
        policy = json.loads(context.aws.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    except ClientError as problem:
        message = f"The policy of the key {key} of the pool {pool.alias} cannot be read ({error_code(problem)})."
        yield warning("pool_key_unread", message, f"Make sure that it allows the functions to use the key. {fix}")
        return
    if not is_allowed([one for one in statements(policy) if _is_for_all(one)], "kms:Decrypt", key):
        yield warning(
            ProblemCode.POOL_KEY_DENIED.value,
            f"The pool {pool.alias} is encrypted with the key {key}, whose policy does not allow the stack's "
            "functions to use it through Cognito.",
            fix,
        )


def statements_to_add(pool_arn: str) -> list[dict[str, Any]]:
    """AWS's own sample for principals that call Cognito, for one pool."""
    _, partition, _, region, *_ = pool_arn.split(":")
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    via = {"StringEquals": {"kms:ViaService": f"cognito-idp.{region}.{suffix}"}}
    of_pool = {"StringLike": {"kms:EncryptionContext:aws:cognito-idp:userpool-arn": pool_arn}}
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Resource": "*"}
    return [
        {"Sid": "DescribeThroughCognito", **everybody, "Action": "kms:DescribeKey", "Condition": via},
        {"Sid": "UseThroughCognito", **everybody, "Action": _ACTIONS, "Condition": {**via, **of_pool}},
    ]


def _is_for_all(statement: Statement) -> bool:
    """Whether it names all principals: the author of a key policy cannot know the names of the stack's roles."""
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and principal.get("AWS") in ("*", ["*"]))
