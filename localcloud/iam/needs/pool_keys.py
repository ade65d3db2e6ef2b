"""The customer managed key of a user pool: Cognito uses it with the permissions of the caller.

Which operations are refused where the key's policy does not admit the caller is not public: here all on a pool but
DescribeUserPool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/data-protection.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cognitoidp.models import cognitoidp_backends

from localcloud.iam.need import Need

if TYPE_CHECKING:
    from localcloud.iam.operations import Operation

_WITHOUT_KEY = frozenset({"DescribeUserPool", "CreateUserPool"})


def needs(operation: Operation) -> list[Need]:
    """What the operation needs of the key of its pool, if the pool has one."""
    if operation.prefix != "cognito-idp" or operation.name in _WITHOUT_KEY:
        return []
    pools = cognitoidp_backends[operation.account_id][operation.region].user_pools
    pool = pools.get(operation.parameters.get("UserPoolId", ""))
    configuration = (pool.extended_config.get("KeyConfiguration") if pool else None) or {}
    if pool is None or configuration.get("KeyType") != "CUSTOMER_MANAGED_KEY":
        return []
    context = {
        "kms:viaservice": f"cognito-idp.{operation.region}.amazonaws.com",
        "kms:calleraccount": operation.account_id,
        "kms:encryptioncontext:aws:cognito-idp:userpool-arn": pool.arn,
    }
    return [Need("kms:Decrypt", str(configuration.get("KmsKeyArn", "")), context)]
