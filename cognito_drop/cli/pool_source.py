"""Where the rules of a user pool come from: the pool itself, or a file with what was asked of it before."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.rows import HashPolicy, Options, PoolRules
from cognito_drop.core.rows.password_hash import REFUSES_HASHES

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.presets import Preset
    from cognito_drop.core.sign_in.first_way import FirstWays
    from cognito_drop.core.sign_in.unknown import SignInUnknown


@dataclass(frozen=True, slots=True)
class PoolSource:
    """DescribeUserPool's `UserPool` and GetCSVHeader's `CSVHeader`, and what the stack has chosen for the pool."""

    origin: str
    """Where they come from, to begin a sentence with."""
    user_pool: dict[str, Any]
    csv_header: list[str]
    options: Options = field(default_factory=Options)
    hashes: HashPolicy = REFUSES_HASHES
    looks_up_users: bool = False
    """Whether all users of a file are looked up before an import."""
    live_pool: str = ""
    """The id of the pool, where it was asked itself."""
    settings: PoolSettings | None = None
    """Of a pool that a stack serves."""
    preset: Preset | None = None
    """What the pool's files are read as; None for CSV files in its own columns."""
    ways: FirstWays | SignInUnknown | None = None
    """How users of the pool sign in for the first time; None if no pool was asked."""
    group_names: set[str] | None = None
    """The pool's groups; None if they were not listed."""

    @property
    def users(self) -> int:
        """About how many users the pool has."""
        return int(self.user_pool.get("EstimatedNumberOfUsers") or 0)

    def rules(self) -> PoolRules:
        """What the pool asks of its users. Raises CommandError."""
        try:
            return PoolRules.of(self.user_pool, self.csv_header, self.hashes)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CommandError(
                ErrorCode.POOL_UNREADABLE, f"{self.origin} does not describe a user pool: {error}"
            ) from None


def read_pool_file(path: Path) -> PoolSource:
    """Read a file with `{"UserPool": …, "CSVHeader": […]}`. Raises CommandError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        user_pool, header = dict(data["UserPool"]), _names(data["CSVHeader"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(
            ErrorCode.POOL_UNREADABLE,
            f"{path} is not a pool file ({type(error).__name__}): "
            "it needs UserPool, from describe-user-pool, and CSVHeader, from get-csv-header.",
        ) from None
    return PoolSource(str(path), user_pool, header)


def _names(header: object) -> list[str]:
    if not isinstance(header, list) or not all(isinstance(name, str) for name in header):
        raise TypeError("CSVHeader is not a list of names")
    return header
