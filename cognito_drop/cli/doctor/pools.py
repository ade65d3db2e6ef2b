"""The pools that the stack serves, and the jobs that are left to them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.import_jobs import BETWEEN_POOLS, PoolNotFoundError, UserImports
from cognito_drop.cli.doctor.finding import Finding, error, warning
from cognito_drop.cli.doctor.pool_key import key_findings_of
from cognito_drop.cli.restore import RESTORE
from cognito_drop.contract.statuses import OPEN_STATES, JobStatus
from cognito_drop.core.pools.pool_refusal import pool_problem
from cognito_drop.core.text.problem import ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool

_NEARLY = 0.8
"""Of the import jobs that a pool takes in its life: where the alarm fires, too."""
_NAMED = 5
_RAISE = (
    "Ask AWS to raise the quota of import jobs per user pool (Service Quotas, Amazon Cognito user pools), and "
    "combine small files: each part of each drop uses a job."
)


def pool_findings(context: Context) -> list[Finding]:
    """What keeps a pool from being imported into."""
    if not context.deployment.pools:
        message = f"The stack {context.deployment.stack} has no pool: its files cannot be imported."
        return [error("no_pools", message, RESTORE, command=context.restore_command)]
    return [finding for pool in pools_in_turn(context) for finding in _of_pool(context, pool)]


def _of_pool(context: Context, pool: ServedPool) -> Iterable[Finding]:
    try:
        described = context.aws.cognito.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    except ClientError as problem:
        if error_code(problem) == "ResourceNotFoundException":
            yield error(
                "pool_gone",
                f"The user pool {pool.id} of the alias {pool.alias} does not exist.",
                "Remove the pool from the context key `pools` and deploy again.",
            )
            return
        yield from _refused(pool, problem)
        return
    yield from key_findings_of(context, pool, described)
    try:
        context.aws.cognito.get_csv_header(UserPoolId=pool.id)
    except ClientError as problem:
        yield from _refused(pool, problem)
    if not described.get("AutoVerifiedAttributes"):
        yield error(
            ProblemCode.POOL_VERIFIES_NOTHING.value,
            f"The pool {pool.alias} auto-verifies neither email nor phone number: Cognito cannot import into this "
            "pool.",
            "Turn on automatic verification of one of them: Cognito console, Sign-up, Attribute verification; or "
            "UpdateUserPool with AutoVerifiedAttributes, which resets every setting that you do not pass.",
        )


def _refused(pool: ServedPool, problem: ClientError) -> Iterable[Finding]:
    """Say why Cognito does not allow imports into a pool, or refuses the operator; other errors are raised again."""
    message = problem.response.get("Error", {}).get("Message", "")
    found = pool_problem(error_code(problem), message, problem.operation_name, pool.id)
    if found is None:
        raise problem
    if found.code is ProblemCode.POOL_KEY_DENIED:
        # The operator is refused here; whether the functions are depends on the key's policy.
        yield warning(
            "pool_key_denied_to_you",
            f"The pool {pool.alias} is encrypted with a customer managed key that you are not allowed to use, so its "
            "other checks were skipped.",
            "Use another profile with --profile, or allow your role in the key's policy to use the key through "
            "Cognito.",
        )
    else:
        yield error(found.code.value, found.sentence, found.hint)


def job_findings(context: Context) -> list[Finding]:
    """How many jobs a pool has left, and which were made and never used."""
    quota = context.deployment.import_job_quota
    alive = {part.job_id for run in context.ledger.runs(OPEN_STATES) for part in run.parts.values()}
    found, is_checked = list[Finding](), False
    for pool in pools_once(context):
        used, orphans = 0, list[str]()
        try:
            for job in UserImports(context.aws.cognito).all(pool.id):
                used += 1
                if job.status is JobStatus.CREATED and job.job_id not in alive:
                    orphans.append(job.job_id)
        except PoolNotFoundError:
            continue  # the pools check reports it
        except ClientError as problem:
            list(_refused(pool, problem))  # raises any error that the pools check does not report
            continue
        is_checked = True
        if used >= quota:
            message = f"The pool {pool.alias} has used all of its {quota:,} import jobs: no more can be created."
            found.append(error("jobs_used_up", message, _RAISE))
        elif used >= round(quota * _NEARLY):
            message = f"The pool {pool.alias} has used {used:,} of its {quota:,} import jobs."
            found.append(warning("jobs_nearly_used_up", message, _RAISE))
        if orphans:
            named = ", ".join(orphans[:_NAMED]) + (", …" if len(orphans) > _NAMED else "")
            found.append(
                warning(
                    "jobs_orphaned",
                    f"The pool {pool.alias} has import jobs that do not belong to a run: {named}.",
                    f"No action is needed: Cognito expires them within two days. Each uses one of the {quota:,} jobs; "
                    "they may have been created manually.",
                )
            )
    return found if is_checked else [unchecked()]


def unchecked() -> Finding:
    """Nothing is known of any pool: a check of the pools has not passed then."""
    return warning("no_pool_checked", "No pool could be checked; the check of the pools says why.", "")


def pools_in_turn(context: Context) -> Iterator[ServedPool]:
    """Each pool once, with a pause after it: what describes one each stays below the rate of the account."""
    for pool in pools_once(context):
        yield pool
        time.sleep(BETWEEN_POOLS)


def pools_once(context: Context) -> list[ServedPool]:
    """Each pool once, whatever aliases lead to it."""
    found: dict[str, ServedPool] = {}
    for pool in context.deployment.pools.values():
        found.setdefault(pool.id, pool)
    return list(found.values())
