"""What can be chosen about an import: the pools, who is told, and how long things take and are kept.

Promises that whatever these classes take, the functions and AWS can read; anything else raises ConfigError, one plain
sentence that names the setting. A user pool of the same app is known by a token only: it is taken as it is.
"""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from aws_cdk import Token

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.preset_config import read_preset
from cognito_drop.cdk.role_policies import LONGEST_POOL_ID
from cognito_drop.cdk.subscription_config import EMAIL, Subscription, check_subscribers
from cognito_drop.contract import limits
from cognito_drop.contract.pool_names import ALIAS, POOL_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_cognito as cognito

_PERCENT = r"\d{1,2}(?:\.\d+)?\s*%"
_POOL_CHOICES = {
    "rejected_rows": f"import|refuse|{_PERCENT}",
    "known_users": "warn|refuse",
    "unknown_columns": "refuse|leave_out",
    "pbkdf2_form": "passlib|base64|any",
    "repeated_aliases": "reject|send",
    "groups": "existing|create|ignore",
    "groups_of_known_users": "leave|add",
}
_HASH_ALGORITHMS = ("ARGON2ID", "BCRYPT", "PBKDF2_SHA256", "SCRYPT")
_RARE_CHOICES = (
    *("look_up_users", "groups", "groups_of_known_users"),
    *("pbkdf2_form", "repeated_aliases"),
)
_NEVER = object()
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
    "ledger_days": range(1, 3701),
    "run_alarm_hours": range(721),  # a run is ended after thirty days
    "import_job_quota": range(1, 1_000_001),
}
"""The whole numbers that a setting may be."""
_LEDGER_MARGIN = 30
"""Days by which the ledger outlives the drops: a version that it has forgotten would be taken for a new one."""


class LockScope(enum.StrEnum):
    """Within what at most one import job is active."""

    ACCOUNT = "account"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class TargetPool:
    """A user pool that files are imported into, and what can be chosen for it."""

    user_pool: cognito.IUserPool | str
    """The user pool: a construct, or the id of one of this account and region."""
    rejected_rows: str = "import"
    """What is done with a file that has rows which Cognito would refuse: `import` the rest, `refuse` the whole file, or
    refuse it above a share such as `5%`."""
    known_users: str = "warn"
    """What is done with a file most of whose users seem to be already in the pool: `warn` and import, or `refuse`."""
    unknown_columns: str = "refuse"
    """What is done with columns that the pool does not know: `refuse` the file, or `leave_out` the columns."""
    part_rows: int = limits.MAX_ROWS
    """Most users that are given to one import job: at most as many as Cognito takes."""
    password_hashes: Sequence[str] | None = None
    """The algorithm of the hashes in the column `password_hash`, as a list of one: the column is sent, whether or not
    the pool's CSV header lists it. With an empty list the column is left out; without one, a file that has it is
    refused."""
    preset: str | Mapping[str, Any] | None = None
    """The system whose exports are dropped, or a mapping of one's own; none where files have the pool's columns."""
    look_up_users: bool = False
    """Whether all users of a file are looked up before a job is spent: those who are in the pool are not sent."""
    groups: str = "existing"
    """What is done with the column `cognito:groups`: users are added to `existing` groups, lacking ones are also
    created (`create`), or the column is left out (`ignore`)."""
    groups_of_known_users: str = "leave"
    """What is done with the groups of users who are already in the pool: `leave` them, or `add` the file's."""
    pbkdf2_form: str = "passlib"
    """How Cognito is given hashes of PBKDF2: `passlib` as in AWS's example, `base64` with `+` for `.`, or `any`."""
    repeated_aliases: str = "reject"
    """What is done with a verified email or phone number that an earlier row has, in a pool where it is an alias:
    `reject` the row, or `send` it."""

    @property
    def id(self) -> str:
        """The user pool's id: a token where the pool is of the same app."""
        return self.user_pool if isinstance(self.user_pool, str) else self.user_pool.user_pool_id

    def to_json(self) -> dict[str, Any]:
        """The pool as the functions read it.

        Rare choices stand in it only where they were made: a parameter has 4 KB.
        """
        chosen = {name: getattr(self, name) for name in POOL_SETTINGS}
        usual = {field.name: field.default for field in fields(self) if field.name in _RARE_CHOICES}
        return {"id": self.id, **{name: value for name, value in chosen.items() if value != usual.get(name, _NEVER)}}


POOL_SETTINGS = tuple(field.name for field in fields(TargetPool) if field.name != "user_pool")
"""What can be chosen for a pool, besides which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSettings:
    """What can be chosen about an import. Times are seconds unless the name says days or hours."""

    pools: Mapping[str, TargetPool]
    """Pool alias → user pool and its settings. The alias is the folder under `inbox/` and `check/`: a-z, 0-9 and
    dashes, 40 at most; files of the alias `default` may lie directly in the folder."""
    emails: tuple[str, ...] = ()
    """Who gets all notifications; each address has to be confirmed by its owner."""
    subscriptions: tuple[Subscription, ...] = ()
    """Who else gets notifications: addresses, URLs, queues and functions, each of all runs or of some."""
    lock_scope: LockScope = LockScope.ACCOUNT
    """Within what Cognito allows one active import job."""
    shortest_wait: int = 10
    """Shortest wait between two looks at a job (1 to 3600)."""
    longest_wait: int = 600
    """Longest wait between two looks at a job (60 to 3600): Step Functions takes 25,000 events of an execution, so that
    60 seconds are enough for 44 hours. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    log_wait: int = 20
    """Wait between two readings of an import job's log that is not complete yet (1 to 3600)."""
    memberships_per_second: int = 10
    """Users that are added to groups in a second, by all runs together (1 to 80): 40 % of the account's quota of 25
    calls, which they share with the applications.
    https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""
    lookups_per_second: int = 12
    """Calls in a second that look users up, by all runs together (1 to 30): 40 % of the quota of 30 of ListUsers."""
    retention_days: int = 90
    """How long drops, results and logs are kept (1 to 3653)."""
    ledger_days: int = 400
    """How long the ledger keeps a run after its end: it outlives Cognito's and Step Functions' own records, and is at
    least 30 days more than `retention_days`."""
    run_alarm_hours: int = 24
    """How long after its drop a run raises an alarm if it has not ended; 0: never."""
    import_job_quota: int = limits.IMPORT_JOB_QUOTA
    """Import jobs that a pool takes in its life; AWS can raise it."""

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
            raise ConfigError(
                f"`ledger_days` is {self.ledger_days}: it must be at least {_LEDGER_MARGIN} more than "
                f"`retention_days`, which is {self.retention_days}."
            )
        if self.longest_wait < self.shortest_wait:
            raise ConfigError(
                f"`longest_wait` is {self.longest_wait}: "
                f"it must not be less than `shortest_wait`, which is {self.shortest_wait}."
            )
        check_subscribers(self.subscribers, self.pools)

    @property
    def subscribers(self) -> tuple[Subscription, ...]:
        """Everybody who is told: `emails` is the short form of a subscription to all runs."""
        return (*(Subscription(email) for email in self.emails), *self.subscriptions)


def check_region(pools: Mapping[str, TargetPool], region: str | None) -> None:
    """Raise ConfigError for a pool of another region than the stack's. None is a region that is not known yet."""
    for alias, pool in pools.items():
        if region is None or Token.is_unresolved(pool.id) or pool.id.startswith(f"{region}_"):
            continue
        raise ConfigError(
            f"`pools` has {pool.id} for {alias}, and the stack is in {region}: deploy the stack into the "
            "region of the pool. Import jobs do not run in the replica of a multi-Region user pool."
        )


def _checked_pools(pools: Mapping[str, TargetPool]) -> dict[str, TargetPool]:
    """The pools, with their presets read."""
    if not pools:
        raise ConfigError("`pools` names no pool.")
    return {alias: _checked_pool(alias, pool) for alias, pool in pools.items()}


def _checked_pool(alias: str, pool: TargetPool) -> TargetPool:
    if not ALIAS.fullmatch(alias):
        raise ConfigError(f"`pools` has the alias {alias!r}: use a-z, 0-9 and dashes, 40 at most.")
    if isinstance(pool.user_pool, str) and not (Token.is_unresolved(pool.id) or POOL_ID.fullmatch(pool.id)):
        raise ConfigError(f"`pools` has {pool.id!r}, which is not a user pool id such as us-east-1_AbCdEf123.")
    if type(pool.part_rows) is not int or not 1 <= pool.part_rows <= limits.MAX_ROWS:
        raise ConfigError(f"`pools` has part_rows = {pool.part_rows!r} for {alias}: it must be 1 to {limits.MAX_ROWS}.")
    if type(pool.look_up_users) is not bool:
        raise ConfigError(f"`pools` has look_up_users = {pool.look_up_users!r} for {alias}: it must be true or false.")
    for name, allowed in _POOL_CHOICES.items():
        value = getattr(pool, name)
        if not (isinstance(value, str) and re.fullmatch(allowed, value)):
            said = allowed.replace("|", ", ").replace(_PERCENT, "a share such as 5%")
            raise ConfigError(f"`pools` has {name} = {value!r} for {alias}: it must be one of {said}.")
    _check_hashes(alias, pool.password_hashes)
    read = pool if pool.preset is None else replace(pool, preset=read_preset(pool.preset, alias))
    size = len(json.dumps({**read.to_json(), "id": "x" * LONGEST_POOL_ID}, separators=(",", ":")))
    if size > _MOST_BYTES:
        raise ConfigError(
            f"`pools` has settings of {size:,} bytes for {alias}, its mapping included: {_MOST_BYTES:,} are the most."
        )
    return read


def _check_hashes(alias: str, algorithms: object) -> None:
    if algorithms is None:
        return
    start, known = f"`pools` has password_hashes = {algorithms!r} for {alias}: it must be", ", ".join(_HASH_ALGORITHMS)
    if not isinstance(algorithms, (list, tuple)) or not all(one in _HASH_ALGORITHMS for one in algorithms):
        raise ConfigError(f'{start} a list of one of {known}, such as ["BCRYPT"], or an empty list.')
    if len(algorithms) > 1:
        raise ConfigError(f"{start} a list of one algorithm, as an import job takes one.")
