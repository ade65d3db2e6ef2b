"""Why a dropped file is not read: its folder, its pool, or its preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.errors import error_code
from cognito_drop.contract.object_keys import INBOX
from cognito_drop.contract.ways_in import RequireWayIn
from cognito_drop.core.pools.pool_refusal import pool_problem
from cognito_drop.core.rows.check import verifies_nothing
from cognito_drop.core.sign_in.unknown import SignInUnknown
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botocore.exceptions import ClientError

    from cognito_drop.aws.import_jobs import DescribedPool
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.sign_in.first_way import FirstWays


def unfit(pool: DescribedPool, settings: PoolSettings, ways: FirstWays | SignInUnknown) -> Problem | None:
    """Why nothing can be imported into the pool as it is."""
    if not pool.description.get("AutoVerifiedAttributes"):
        return verifies_nothing()
    is_required = settings.require_way_in != RequireWayIn.NO
    return ways.problem if isinstance(ways, SignInUnknown) and is_required else None


def unknown_alias(aliases: Iterable[str]) -> Problem:
    """There is no pool of the folder's name."""
    folders = ", ".join(f"{INBOX}{alias}/" for alias in sorted(aliases))
    return Problem(
        ProblemCode.UNKNOWN_POOL_ALIAS,
        "The folder that the file was dropped into does not belong to a user pool.",
        f"Drop it into one of: {folders}",
    )


def no_pool(pool_id: str) -> Problem:
    """The pool of the folder does not exist."""
    return Problem(
        ProblemCode.POOL_NOT_FOUND,
        f"The user pool {pool_id} does not exist in this account and Region.",
        "Correct the stack's `pools` setting and deploy it.",
    )


def source_gone() -> Problem:
    """The version was deleted."""
    return Problem(ProblemCode.SOURCE_GONE, "The file was deleted before it could be read.", "Drop it again.")


def refused(error: ClientError, pool_id: str) -> Problem:
    """Why Cognito does not let us work with the pool; raises any other error again."""
    message = error.response.get("Error", {}).get("Message", "")
    problem = pool_problem(error_code(error), message, error.operation_name, pool_id)
    if problem is None:
        raise error
    return problem


def no_preset(sentence: str) -> Problem:
    """The pool's preset is none, or its mapping is wrong."""
    return Problem(
        ProblemCode.PRESET_UNUSABLE,
        f"The pool's setting `preset` cannot be used. {sentence}",
        "Correct it in the stack's `pools` setting and deploy it.",
    )
