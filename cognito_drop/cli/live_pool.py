"""The rules of a user pool as AWS says them now, and what the stack has chosen for the pool."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied
from cognito_drop.aws.import_jobs import PoolNotFoundError, UserImports
from cognito_drop.aws.pool_sign_in import PoolSignIn, SignInUnknownError
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.cli.aws_errors import command_error
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.pool_source import PoolSource
from cognito_drop.contract.pool_names import ALIAS, POOL_ID
from cognito_drop.core.presets import MappingError, preset_of
from cognito_drop.core.rows import Options
from cognito_drop.core.sign_in.first_way import FirstWays
from cognito_drop.core.sign_in.unknown import SignInUnknown

if TYPE_CHECKING:
    from cognito_drop.aws.user_groups import PoolGroups
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.core.presets import Preset


def ask_pool(context: Context, given: str | None) -> PoolSource:
    """Ask the live pool of this id, or the pool of the stack with this alias. Raises CommandError."""
    if given is not None and POOL_ID.fullmatch(given):
        user_pool, header = _described(context, given)
        ways = first_ways(context, given, user_pool)
        return PoolSource(
            f"The user pool {given}", user_pool, header, Options(ways=_known(ways)), live_pool=given, ways=ways
        )
    return served_pool(context, _served(context, given))


def pool_id_of(context: Context, given: str | None) -> str:
    """The id of a live pool: this one, or that of the pool of the stack with this alias. Raises CommandError."""
    return given if given is not None and POOL_ID.fullmatch(given) else _served(context, given).id


def _served(context: Context, given: str | None) -> ServedPool:
    if given is not None and not ALIAS.fullmatch(given):
        raise CommandError(
            ErrorCode.UNKNOWN_POOL,
            f"{given!r} is neither an alias nor a user pool ID such as us-east-1_AbCdEf123.",
        )
    return context.deployment.pool(given)


def _listed(context: Context, pool: ServedPool) -> PoolGroups | None:
    """The pool's groups; None where files name none, or where only a warning needs them and the listing is denied."""
    rule = pool.settings.group_rule
    try:
        return UserGroups(context.aws.cognito).listed(pool.id) if rule.allow else None
    except ClientError as error:
        if rule.needs_list or not is_denied(error):
            raise
        return None


def served_pool(context: Context, pool: ServedPool) -> PoolSource:
    """Ask a pool that the stack serves. Raises CommandError."""
    user_pool, header = _described(context, pool.id)
    settings = pool.settings
    listed = _listed(context, pool)
    privileged = listed.privileged if listed else frozenset[str]()
    ways = first_ways(context, pool.id, user_pool)
    return PoolSource(
        f"The user pool {pool.id}",
        user_pool,
        header,
        replace(settings.options_beside(pool.alias, privileged), ways=_known(ways)),
        settings.hashes,
        settings.look_up_users,
        pool.id,
        settings,
        chosen_preset(pool),
        ways,
        listed.names if listed else None,
    )


def first_ways(context: Context, pool_id: str, user_pool: dict[str, Any]) -> FirstWays | SignInUnknown:
    """How users of a live pool sign in for the first time."""
    try:
        return FirstWays(PoolSignIn(context.aws.cognito).facts(pool_id, user_pool))
    except SignInUnknownError as error:
        return SignInUnknown(str(error))


def _known(ways: FirstWays | SignInUnknown) -> FirstWays | None:
    return ways if isinstance(ways, FirstWays) else None


def chosen_preset(pool: ServedPool) -> Preset | None:
    """What the pool's settings say that its files are. Raises CommandError."""
    chosen = pool.settings.preset
    try:
        return preset_of(chosen) if chosen else None
    except MappingError as error:
        raise CommandError(
            ErrorCode.STACK_UNUSABLE,
            f"The setting `preset` of the pool {pool.alias} cannot be used. {error}",
            "This command may be older than the stack.",
        ) from None


def _described(context: Context, pool_id: str) -> tuple[dict[str, Any], list[str]]:
    try:
        with context.messages.working(f"Asking the pool {pool_id}"):
            pool = UserImports(context.aws.cognito).pool(pool_id)
    except PoolNotFoundError as error:
        raise pool_unreadable(context, pool_id, error) from None
    return dict(pool.description), list(pool.columns)


def pool_unreadable(context: Context, pool_id: str, error: Exception) -> CommandError:
    """The error of a pool that AWS does not find."""
    return CommandError(
        ErrorCode.POOL_UNREADABLE,
        f"The user pool {pool_id} cannot be read: {command_error(error).message}",
        f"The Region was {context.aws.region}: choose another Region with --region, or set AWS_REGION.",
    )
