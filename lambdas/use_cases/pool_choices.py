"""What is chosen for pools, by alias: what is wrong with the parameter of one pool holds up no run of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.pool_parameters import UNREADABLE
from lambdas.runtime.logs import log_failure

if TYPE_CHECKING:
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.pools.pools import NamedPools, Pools


def settings_of(pools: Pools, alias: str) -> PoolSettings | None:
    """What is chosen for a pool now; None for an alias that is none any more, and where that cannot be read."""
    try:
        return pools.get(alias)
    except UNREADABLE as error:
        log_failure("The settings of a pool could not be read.", error, alias=alias)
        return None


def may_have(pools: NamedPools, pool_id: str) -> bool:
    """Whether a pool of the deployment has this id, or may have it, as the settings of one cannot be read."""
    try:
        return any(found.pool_id == pool_id for alias in pools if (found := pools.get(alias)))
    except UNREADABLE as error:
        log_failure("The settings of the pools could not be read.", error, pool=pool_id)
        return True
