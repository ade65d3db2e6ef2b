"""What a pool lets the author of a file decide beyond the users themselves, as sentences for synth and `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.core.pools.pool_settings import Mappings

if TYPE_CHECKING:
    from cognito_drop.core.pools.pool_settings import PoolChoices


def open_to_files(pool: PoolChoices) -> list[str]:
    """What files may do; empty where the pool has opened nothing."""
    found: list[str] = []
    if pool.group_rule.allow:
        missing = ", and create missing ones" if pool.group_rule.create else ""
        found.append(f"Files may put users into the groups {', '.join(pool.group_rule.allow)}{missing}.")
    if pool.allowed_attributes:
        found.append(f"Files may set {', '.join(sorted(pool.allowed_attributes))}.")
    if pool.password_hashes:
        found.append(f"Files may set passwords, as {' or '.join(pool.password_hashes)} hashes.")
    if pool.presets:
        found.append(f"Files may choose a preset by their folder: {', '.join(pool.presets)}.")
    if pool.mappings == Mappings.FROM_DROPS:
        found.append("Files may be dropped with a mapping of their own.")
    return found
