"""The settings of an import: pools, recipients, waits, and retention.

Guarantees that whatever these classes take, the functions and AWS can read; anything else raises ConfigError, one plain
sentence that names the setting. A user pool of the same app is known by a token only: it is taken as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aws_cdk import Token

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.preset_config import read_preset
from cognito_drop.cdk.role_policies import LONGEST_POOL_ID
from cognito_drop.cdk.subscription_config import EMAIL, Subscription, check_subscribers
from cognito_drop.contract import limits
from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.metric_names import Monitoring
from cognito_drop.contract.pool_names import ALIAS, POOL_ID
from cognito_drop.core.pools.import_window import ImportWindow
from cognito_drop.core.pools.malware_scan import MalwareScan
from cognito_drop.core.pools.pool_settings import PoolChoices, PoolSettingError
from cognito_drop.core.rows.pool_rules import is_custom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_cognito as cognito

_MOST_BYTES = 4_096
"""Of a standard parameter. https://docs.aws.amazon.com/general/latest/gr/ssm.html"""
_WAIT_SECONDS = range(1, 3601)
RANGES: Mapping[str, range] = {
    "shortest_wait": _WAIT_SECONDS,
    "longest_wait": range(60, 3601),  # 25,000 events of an execution are 2,600 polls: 44 hours at 60 seconds
    "log_wait": _WAIT_SECONDS,
    "memberships_per_second": range(1, 81),  # what calls of a tenth of a second make, eight at a time
    "lookups_per_second": range(1, 31),
    "retention_days": range(1, 3654),
    "hash_retention_days": range(1, 3654),
    "ledger_days": range(1, 3701),
    "import_log_days": range(3654),
    "run_alarm_hours": range(721),  # a run is ended after thirty days
    "import_job_quota": range(1, 1_000_001),
}
"""The whole numbers that a setting may be."""
_LEDGER_MARGIN = 30
"""Days that the ledger keeps a run longer than its drop: a version without an item would be accepted again."""


@dataclass(frozen=True, slots=True)
class TargetPool(PoolChoices):
    """A user pool that files are imported into, and its settings."""

    user_pool: cognito.IUserPool | str
    """The user pool: a construct, or the id of one of this account and region."""

    @property
    def id(self) -> str:
        """The user pool's id: a token where the pool is of the same app."""
        return self.user_pool if isinstance(self.user_pool, str) else self.user_pool.user_pool_id

    def to_json(self) -> dict[str, Any]:
        """The pool as the functions read it: only what was chosen, as a parameter has 4 KB."""
        return {"id": self.id, **self.chosen()}

    def parameter_value(self, pool_id: str) -> str:
        """The same as compact JSON, with this id of the pool.

        Systems Manager refuses a value with text in double braces. In compact JSON two opening ones are next to each
        other within a text only, where one of them may be written as an escape.
        Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
        """
        return json.dumps({**self.to_json(), "id": pool_id}, separators=(",", ":")).replace("{{", "{\\u007b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSettings:
    """The settings of an import. Times are in seconds unless the name says days or hours."""

    pools: Mapping[str, TargetPool]
    """Pool alias → user pool and its settings. The alias is the folder under `inbox/` and `check/`: a-z, 0-9 and
    dashes, 40 at most; files of the alias `default` may be directly in the folder."""
    emails: tuple[str, ...] = ()
    """Email addresses that get all notifications; the owner of each has to confirm it."""
    subscriptions: tuple[Subscription, ...] = ()
    """Other recipients of notifications: addresses, URLs, queues, and functions, each for all runs or for some."""
    lock_scope: LockScope = LockScope.ACCOUNT
    """The scope in which one import job runs at a time: Cognito's is the account."""
    shortest_wait: int = 10
    """Shortest time between two polls of a job (1 to 3600)."""
    longest_wait: int = 600
    """Longest time between two polls of a job (60 to 3600): Step Functions allows 25,000 events in an execution: 60
    seconds are enough for 44 hours. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    log_wait: int = 20
    """Wait between two readings of an import job's log that is not complete yet (1 to 3600)."""
    memberships_per_second: int = 10
    """Users added to groups a second, by all runs together (1 to 80): 40 % of the account's quota of 25
    calls, which they share with the applications.
    https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
    lookups_per_second: int = 12
    """Calls a second that look users up, by all runs together (1 to 30): 40 % of the quota of 30 of ListUsers."""
    retention_days: int = 90
    """How long drops, results, and logs are kept (1 to 3653); drops at least 32 days: longer than a run can take."""
    hash_retention_days: int = 7
    """How long files that may hold password hashes are kept: dropped files from the drop, and never shorter than their
    run, `retry.csv` from the report (1 to 3653). Where `retention_days` is shorter, it applies."""
    ledger_days: int = 400
    """How long the ledger keeps a run after its end: it outlives Cognito's and Step Functions' own records, and is at
    least 30 days more than `retention_days`."""
    import_log_days: int = 0
    """How long Cognito's own logs of import jobs are kept, set when a job ends (1 to 3653, or the next longer time that
    CloudWatch Logs has). 0 leaves their log groups unchanged, in which events never expire by default."""
    run_alarm_hours: int = 24
    """How long after its drop a run raises an alarm if it has not ended; 0: never."""
    monitoring: Monitoring = Monitoring.FULL
    """`full`: alarms, dashboard, and all metrics; `alarms`: alarms and the metrics that they read; `none`: neither."""
    import_job_quota: int = limits.IMPORT_JOB_QUOTA
    """Import jobs that a pool can have in its lifetime; AWS can raise the quota."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pools", _checked_pools(self.pools))
        for email in self.emails:
            if not EMAIL.fullmatch(email):
                raise ConfigError(f"`emails` has {email!r}, which is not an email address.")
        for name, allowed in RANGES.items():
            number = getattr(self, name)
            if type(number) is not int or number not in allowed:
                raise ConfigError(
                    f"`{name}` is {number!r}: it must be a whole number from {allowed[0]} to {allowed[-1]}."
                )
        if self.ledger_days < self.retention_days + _LEDGER_MARGIN:
            raise ConfigError(_too_short_a_ledger(self.retention_days, self.ledger_days))
        for alias, pool in self.pools.items():
            if pool.jobs_in_reserve >= self.import_job_quota:
                raise ConfigError(
                    f"`pools` has jobs_in_reserve = {pool.jobs_in_reserve} for {alias}: it must be less than "
                    f"`import_job_quota`, which is {self.import_job_quota}, because all files would be refused."
                )
        if self.longest_wait < self.shortest_wait:
            raise ConfigError(
                f"`longest_wait` is {self.longest_wait}: "
                f"it must not be less than `shortest_wait`, which is {self.shortest_wait}."
            )
        check_subscribers(self.subscribers, self.pools)

    @property
    def scans_malware(self) -> bool:
        """Whether files of some pool wait for their malware scan."""
        return any(pool.malware_scan == MalwareScan.GUARDDUTY for pool in self.pools.values())

    @property
    def undoes(self) -> bool:
        """Whether the imports of some pool can be undone."""
        return any(pool.undo for pool in self.pools.values())

    @property
    def subscribers(self) -> tuple[Subscription, ...]:
        """All subscriptions: `emails` is the short form of one to all runs."""
        return (*(Subscription(email) for email in self.emails), *self.subscriptions)


def _too_short_a_ledger(retention_days: int, ledger_days: int) -> str:
    """The sentence on two settings, which begins with the one that was chosen."""
    if ledger_days == ImportSettings.__dataclass_fields__["ledger_days"].default:
        most = ledger_days - _LEDGER_MARGIN
        return (
            f"`retention_days` is {retention_days}: above {most}, set `ledger_days` to at least {_LEDGER_MARGIN} more."
        )
    return (
        f"`ledger_days` is {ledger_days}: it must be at least {_LEDGER_MARGIN} more than "
        f"`retention_days`, which is {retention_days}."
    )


def shared_pools(pools: Mapping[str, TargetPool]) -> list[list[str]]:
    """The aliases of each user pool that has several."""
    aliases: dict[str, list[str]] = {}
    for alias, pool in pools.items():
        aliases.setdefault(pool.id, []).append(alias)
    return [each for each in aliases.values() if len(each) > 1]


def check_region(pools: Mapping[str, TargetPool], region: str | None) -> None:
    """Raise ConfigError for a pool of another region than the stack's. None is a region that is not known yet."""
    for alias, pool in pools.items():
        if region is None or Token.is_unresolved(pool.id) or pool.id.startswith(f"{region}_"):
            continue
        raise ConfigError(
            f"`pools` has {pool.id} for {alias}, and the stack is in {region}: deploy the stack in the Region of the "
            "pool. Import jobs do not run in the replica of a multi-Region user pool."
        )


def _checked_pools(pools: Mapping[str, TargetPool]) -> dict[str, TargetPool]:
    """The pools, with their presets read."""
    if not pools:
        raise ConfigError("`pools` names no pool.")
    return {alias: _checked_pool(alias, pool) for alias, pool in pools.items()}


def _checked_pool(alias: str, pool: TargetPool) -> TargetPool:
    if not ALIAS.fullmatch(alias):
        raise ConfigError(f"`pools` has the alias {alias!r}: use at most 40 characters of a-z, 0-9, and dashes.")
    if isinstance(pool.user_pool, str) and not (Token.is_unresolved(pool.id) or POOL_ID.fullmatch(pool.id)):
        raise ConfigError(f"`pools` has {pool.id!r}, which is not a user pool id such as us-east-1_AbCdEf123.")
    try:
        pool.check()
    except PoolSettingError as error:
        raise ConfigError(
            f"`pools` has {error.name} = {error.value!r} for {alias}: it must be {error.wanted}."
        ) from None
    if pool.import_window and not ImportWindow.parse(pool.import_window).has_zone:
        raise ConfigError(
            f"`pools` has import_window = {pool.import_window!r} for {alias}: its time zone is not in the IANA time "
            "zone database of this machine."
        )
    read = pool if pool.preset is None else replace(pool, preset=read_preset(pool.preset, alias))
    columns = read.preset.get("columns", {}) if isinstance(read.preset, dict) else {}
    closed = sorted(name for name in columns if is_custom(name) and name not in pool.allowed_attributes)
    if closed:
        raise ConfigError(
            f"`pools` has a mapping for {alias} that sets {closed[0]}: files may set it only if the pool's setting "
            f'`attributes` allows it, such as {{"allow": ["{closed[0]}"]}}.'
        )
    size = len(read.parameter_value("x" * LONGEST_POOL_ID))
    if size > _MOST_BYTES:
        raise ConfigError(
            f"`pools` has settings of {size:,} bytes for {alias}, including its mapping: "
            f"the limit is {_MOST_BYTES:,} bytes."
        )
    return read
