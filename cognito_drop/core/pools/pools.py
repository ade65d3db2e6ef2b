"""What code asks of the pools of a deployment, wherever their settings are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.pools.pool_settings import PoolSettings


class Pools(Protocol):
    """What is chosen for the pools of the deployment, as it is now."""

    def get(self, alias: str, /) -> PoolSettings | None:
        """The pool of an alias; None where there is no such alias."""


class NamedPools(Pools, Protocol):
    """The same, and their aliases."""

    def __iter__(self) -> Iterator[str]: ...
