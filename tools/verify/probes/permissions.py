"""What IAM and the rate limits of Cognito let through."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config

from tools.verify.account import refusal
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account

_SERVICE: Final = "cognito-idp.amazonaws.com"
_DENIED: Final = "AccessDeniedException"
_CALLS: Final = 30
_AT_ONCE: Final = 15


def pass_role(account: Account) -> Seen:
    """Whether a PassRole statement with a condition on iam:PassedToService allows CreateUserImportJob."""
    pool, logs_role = account.pool(), account.logs_role()
    caller = account.client("sts").get_caller_identity()["Arn"]
    partition, owner = caller.split(":")[1], caller.split(":")[4]
    answers = dict[str, str]()
    conditions: dict[str, dict[str, object]] = {
        "none": {},
        "StringEquals": {"Condition": {"StringEquals": {"iam:PassedToService": _SERVICE}}},
        "StringEqualsIfExists": {"Condition": {"StringEqualsIfExists": {"iam:PassedToService": _SERVICE}}},
    }
    for name, condition in conditions.items():
        role = account.role(
            f"pass-{name}",
            {"AWS": f"arn:{partition}:iam::{owner}:root"},
            {"Action": "iam:PassRole", "Resource": logs_role, **condition},
            {"Action": "cognito-idp:*", "Resource": "*"},
        )
        cognito = _client(account, role)
        job = {"UserPoolId": pool, "JobName": "verify", "CloudWatchLogsRoleArn": logs_role}
        error = refusal(lambda cognito=cognito, job=job: cognito.create_user_import_job(**job))  # type: ignore[misc]
        answers[name] = error.code if error else "allowed"
    is_named = answers["StringEquals"] == "allowed"
    is_clear = is_named or answers["StringEquals"] == _DENIED
    return Seen(answers, {"import_passed_to_service": is_named} if is_clear else {})


def rates(account: Account) -> Seen:
    """How many of 30 calls to Describe for one job, 15 at a time, are refused as too many."""
    job, cognito = account.create(account.pool()), _client(account)

    def call(_: int) -> str:
        error = refusal(lambda: cognito.describe_user_import_job(UserPoolId=job["UserPoolId"], JobId=job["JobId"]))
        return error.code if error else "answered"

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return Seen(dict(Counter(threads.map(call, range(_CALLS)))))


def _client(account: Account, role: str | None = None) -> Any:  # noqa: ANN401  (boto3 makes the class at run time)
    """A client of Cognito that repeats no call; with a role's credentials if one is named."""
    keys = dict[str, str]()
    if role:
        given = account.client("sts").assume_role(RoleArn=role, RoleSessionName="verify")["Credentials"]
        keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
    once = Config(retries={"total_max_attempts": 1}, max_pool_connections=_AT_ONCE)
    return account.client("cognito-idp", config=once, **keys)
