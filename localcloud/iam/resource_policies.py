"""Resource-based policies: what the policy of a bucket, queue, topic, or key says of a caller of its own account.

Guarantees AWS's logic within one account: an explicit deny of any policy wins; otherwise it is enough if the role's
policies or the resource's allow. A key's policy must allow, or leave it to the account. Not imitated: callers of other
accounts; a permissions boundary does not limit what a resource's policy allows.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html,
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localcloud.iam.patterns import as_list
from localcloud.iam.policies import Question, Statement, Verdict, statements_of, verdict

if TYPE_CHECKING:
    from localcloud.caller import Caller

WITH_POLICIES: Final = frozenset({"s3", "sqs", "sns", "kms"})
"""Services whose resources have policies that are asked for requests."""
_EVERYBODY: Final = "*"


def statements_on(resource: str, account_id: str) -> list[Statement] | None:
    """The statements of a resource's own policy; None for a resource that has none. A key always has one."""
    if not resource.startswith("arn:"):
        return None
    _, partition, service, region, _, name = resource.split(":", 5)
    document: str | bytes | None = None
    match service:
        case "s3":
            bucket = s3_backends[account_id][partition].buckets.get(name.partition("/")[0])
            document = bucket.policy if bucket else None
        case "sqs":
            queue = sqs_backends[account_id][region].queues.get(name)
            document = queue.policy if queue else None
        case "sns":
            topic = sns_backends[account_id][region].topics.get(resource)
            document = topic.policy if topic else None
        case "kms":
            key = kms_backends[account_id][region].keys.get(name.removeprefix("key/"))
            document = key.policy if key else None
    return list(statements_of(document)) if document else None


def combined(said_by_role: Verdict, caller: Caller, question: Question) -> tuple[Verdict, str]:
    """What the role's policies and the resource's say together, and the kind of policy that decides."""
    resource = str(question.resource)
    statements = statements_on(resource, caller.account_id)
    is_key = resource.split(":")[2:3] == ["kms"]
    if said_by_role is Verdict.DENIED or (statements is None and not is_key):
        return said_by_role, "identity-based"
    account = (caller.account_id, f"arn:{caller.role_arn.split(':')[1]}:iam::{caller.account_id}:root")
    itself = (_EVERYBODY, caller.role_arn, caller.arn)
    directly = verdict(_naming(statements or [], *itself), question)
    as_one_of_the_account = verdict(_naming(statements or [], *itself, *account), question)
    if as_one_of_the_account is Verdict.DENIED:
        return Verdict.DENIED, "resource-based"
    if directly is Verdict.ALLOWED:
        return Verdict.ALLOWED, "resource-based"
    if is_key and as_one_of_the_account is not Verdict.ALLOWED:
        return Verdict.NOT_ALLOWED, "resource-based"
    return said_by_role, "identity-based"


def denies_everybody(question: Question, account_id: str) -> bool:
    """Whether the resource's policy denies it to all principals, and so to one who may do everything."""
    statements = statements_on(str(question.resource), account_id) or []
    return verdict(_naming(statements, _EVERYBODY), question) is Verdict.DENIED


def _naming(statements: list[Statement], *principals: str) -> list[Statement]:
    """The statements whose Principal is one of these."""
    return [statement for statement in statements if any(one in principals for one in _principals(statement))]


def _principals(statement: Statement) -> list[str]:
    principal = statement.get("Principal")
    return as_list(principal.get("AWS")) if isinstance(principal, dict) else as_list(principal)
