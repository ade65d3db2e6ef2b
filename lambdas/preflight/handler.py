"""Reads a drop once, by version, and says whether Cognito can import it into its pool.

Promises that an unusable drop costs no import job and gets a plain reason. It changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lambdas.adapters.cognito import PoolNotFoundError, UserImports
from lambdas.adapters.drops import DropBucket, SourceGoneError
from lambdas.core.file_check import check_file, check_size
from lambdas.core.problem import Problem, ProblemCode
from lambdas.core.run_state import CheckedFile, drop_in
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambdas.core.drop import Drop

_BLOCK = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class PreflightSettings(Settings):
    """The function's environment. `pools` maps aliases to user pool ids."""

    pools: dict[str, str]


@dataclass(frozen=True, slots=True)
class Collaborators:
    """What preflight needs."""

    imports: UserImports
    drops: DropBucket
    pools: Mapping[str, str]


@cache
def _collaborators() -> Collaborators:
    settings = PreflightSettings.from_env()
    return Collaborators(UserImports(clients.cognito()), DropBucket(clients.s3()), settings.pools)


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with `$.file` of the run's state."""
    drop = drop_in(event)
    logger.append_keys(run_id=drop.run_id)
    checked = check_drop(drop, _collaborators())
    code = checked.problem.code if checked.problem else None
    logger.info("The drop is checked.", pool=checked.pool_id, rows=checked.rows, problem=code)
    return checked.to_json()


def check_drop(drop: Drop, collaborators: Collaborators) -> CheckedFile:
    """Check the pool, then the file against it."""
    pool_id = collaborators.pools.get(drop.alias)
    if pool_id is None:
        return CheckedFile(problem=_unknown_alias(collaborators.pools))
    try:
        pool = collaborators.imports.pool(pool_id)
    except PoolNotFoundError:
        sentence = f"The user pool {pool_id} does not exist in this account and region."
        hint = "Correct the stack's `pools` setting and deploy it."
        return CheckedFile(pool_id, problem=Problem(ProblemCode.POOL_NOT_FOUND, sentence, hint))
    if not pool.auto_verified:
        return CheckedFile(pool_id, problem=_verifies_nothing(pool_id))
    try:
        source = collaborators.drops.open(drop)
    except SourceGoneError:
        sentence = "The file was deleted before it could be read."
        return CheckedFile(pool_id, problem=Problem(ProblemCode.SOURCE_GONE, sentence, "Drop it again."))
    problem = check_size(source.size)
    if problem:
        return CheckedFile(pool_id, problem=problem)
    found = check_file(source.body.iter_chunks(_BLOCK), pool.columns)
    return CheckedFile(pool_id, found.rows, found.problem)


def _unknown_alias(pools: Mapping[str, str]) -> Problem:
    folders = ", ".join(f"inbox/{alias}/" for alias in sorted(pools))
    return Problem(
        ProblemCode.UNKNOWN_POOL_ALIAS,
        "The folder that the file was dropped into belongs to no user pool.",
        f"Drop it into one of: {folders}",
    )


def _verifies_nothing(pool_id: str) -> Problem:
    return Problem(
        ProblemCode.POOL_VERIFIES_NOTHING,
        f"The user pool {pool_id} has no auto-verified attribute, and Cognito imports only into pools that have one.",
        "Turn on the verification of email or phone number in the pool's sign-up settings, then drop the file again.",
    )
