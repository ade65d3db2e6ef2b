"""The customer managed key of a user pool: Cognito uses it with the permissions of the caller.

Which operations are refused where the key's policy does not admit the caller is not public: here all on a pool but
DescribeUserPool. The policy of the key decides; where it leaves it to the account, the caller's own policies do.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/data-protection.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cognitoidp.models import cognitoidp_backends
from moto.kms.models import kms_backends

from localcloud.iam.need import Need
from localcloud.iam.patterns import as_list
from localcloud.iam.policies import Question, Verdict, statements_of, verdict
from localcloud.iam.roles import find_role, role_verdict

if TYPE_CHECKING:
    from localcloud.caller import Caller
    from localcloud.iam.operations import Operation
    from localcloud.iam.policies import Statement

_WITHOUT_KEY = frozenset({"DescribeUserPool", "CreateUserPool"})


def refusal(caller: Caller, operation: Operation) -> tuple[Need, Verdict] | None:
    """What of the pool's key the caller may not do; None where nothing of the kind is in the way."""
    if operation.prefix != "cognito-idp" or operation.name in _WITHOUT_KEY:
        return None
    pools = cognitoidp_backends[operation.account_id][operation.region].user_pools
    pool = pools.get(operation.parameters.get("UserPoolId", ""))
    configuration = (pool.extended_config.get("KeyConfiguration") if pool else None) or {}
    if pool is None or configuration.get("KeyType") != "CUSTOMER_MANAGED_KEY":
        return None
    arn = str(configuration.get("KmsKeyArn", ""))
    context = {
        "kms:viaservice": f"cognito-idp.{operation.region}.amazonaws.com",
        "kms:calleraccount": operation.account_id,
        "kms:encryptioncontext:aws:cognito-idp:userpool-arn": pool.arn,
    }
    need = Need("kms:Decrypt", arn, context)
    said = _verdict(caller, need, operation)
    return None if said is Verdict.ALLOWED else (need, said)


def _verdict(caller: Caller, need: Need, operation: Operation) -> Verdict:
    key = kms_backends[operation.account_id][operation.region].keys.get(need.resource.rpartition("/")[2])
    if key is None:
        return Verdict.NOT_ALLOWED
    question = Question(need.action, need.resource, need.context)
    statements = statements_of(key.policy)
    said = verdict([one for one in statements if _names(one, "*", caller.role_arn, caller.arn)], question)
    account = f"arn:{operation.partition}:iam::{operation.account_id}:root"
    leaves_it = verdict([one for one in statements if _names(one, account)], question) is Verdict.ALLOWED
    if said is Verdict.NOT_ALLOWED and leaves_it and (role := find_role(caller.role_arn)):
        return role_verdict(role, question)
    return said


def _names(statement: Statement, *principals: str) -> bool:
    principal = statement.get("Principal")
    named = as_list(principal.get("AWS")) if isinstance(principal, dict) else as_list(principal)
    return any(one in principals for one in named)
