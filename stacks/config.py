"""The stack's configuration: CDK context in, one frozen, validated dataclass out.

Every value comes from `cdk.json` or from `-c key=value`; a missing or wrong one raises ConfigError, one plain sentence
that names the key.
"""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.config_error import ConfigError
from stacks.preset_config import read_preset
from stacks.subscription_config import Protocol, SubscriptionConfig, check_subscribers, read_subscriptions

if TYPE_CHECKING:
    import typing
    from collections.abc import Callable, Mapping

    class ContextSource(typing.Protocol):
        """What has CDK context: any construct's node, an environment of cdk.json."""

        def try_get_context(self, key: str, /) -> Any:  # noqa: ANN401  (context is JSON)
            """The value of a key, None when there is none."""


__all__ = ["Config", "ConfigError", "PoolConfig", "TurnScope", "read_json"]

DEFAULT_ALIAS = "default"

_POOL_ID = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]{1,55}")
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_NAME_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")

_PERCENT = r"\d{1,2}(?:\.\d+)?\s*%"
_POOL_CHOICES = {
    "rejected_rows": f"import|refuse|{_PERCENT}",
    "known_users": "warn|refuse",
    "unknown_columns": "refuse|leave_out",
    "password_hash_algorithm": "ARGON2ID|BCRYPT|PBKDF2_SHA256|SCRYPT",
}
_WAIT_SECONDS = range(1, 3601)
_PART_ROWS = range(1, 500_001)
_RETENTION_DAYS = range(1, 3654)
_LEDGER_DAYS = range(1, 3701)
_ALARM_HOURS = range(721)  # a run is ended after thirty days
_JOB_QUOTA = range(1, 1_000_001)
_LEDGER_MARGIN = 30
"""Days by which the ledger outlives the drops: a version that it has forgotten would be taken for a new one."""
_POOLS_EXAMPLE = (
    "give one pool id, or alias=id for each, such as -c pools=staff=us-east-1_AbCdEf123,guests=us-east-1_GhIjKl456"
)


class TurnScope(enum.StrEnum):
    """Within what at most one import job is active."""

    ACCOUNT = "account"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """What can be chosen for a user pool."""

    id: str
    rejected_rows: str = "import"
    """What is done with a file that has rows which Cognito would refuse: `import` the rest, `refuse` the whole file, or
    refuse it above a share such as `5%`."""
    known_users: str = "warn"
    """What is done with a file most of whose users seem to be in the pool already: `warn` and import, or `refuse`."""
    unknown_columns: str = "refuse"
    """What is done with columns that the pool does not know: `refuse` the file, or `leave_out` the columns."""
    part_rows: int = 500_000
    """Most users that are given to one import job; Cognito takes 500,000."""
    password_hash_algorithm: str | None = None
    """The algorithm of the hashes in the column `password_hash`; none where files have no such column."""
    preset: str | Mapping[str, Any] | None = None
    """The system whose exports are dropped, or a mapping of one's own; none where files have the pool's columns."""


@dataclass(frozen=True, slots=True)
class Config:
    """What can be chosen about a deployment. Times are seconds unless the name says days."""

    pools: Mapping[str, PoolConfig]
    """Pool alias → user pool and its settings. The alias is the folder under `inbox/` and `check/`."""
    emails: tuple[str, ...] = ()
    """Who gets all notifications; each address has to be confirmed by its owner."""
    subscriptions: tuple[SubscriptionConfig, ...] = ()
    """Who else gets notifications: addresses, URLs, queues and functions, each of all runs or of some."""
    turn_scope: TurnScope = TurnScope.ACCOUNT
    shortest_wait: int = 10
    """Shortest wait between two looks at a job."""
    longest_wait: int = 600
    """Longest wait between two looks at a job."""
    log_wait: int = 20
    """Wait between two readings of an import job's log that is not complete yet."""
    retention_days: int = 90
    """How long drops, results and logs are kept."""
    ledger_days: int = 400
    """How long the ledger keeps a run after its end: it outlives Cognito's and Step Functions' own records."""
    run_alarm_hours: int = 24
    """How long after its drop a run raises an alarm if it has not ended; 0: never."""
    import_job_quota: int = 1000
    """Import jobs that a pool takes in its life; AWS can raise it."""
    name_prefix: str = "cognito-drop"
    """Name of the stack and start of its resources' names."""

    @classmethod
    def from_context(cls, node: ContextSource) -> Config:
        """Read and validate the context. Raises ConfigError."""
        given = {key: node.try_get_context(key) for key in _READERS}
        if given["pools"] is None:
            raise ConfigError(f"The context key `pools` is missing: {_POOLS_EXAMPLE}")
        return cls(**{key: _READERS[key](value) for key, value in given.items() if value is not None})

    def __post_init__(self) -> None:
        if self.ledger_days < self.retention_days + _LEDGER_MARGIN:
            raise ConfigError(
                f"The context key `ledger_days` is {self.ledger_days}: it must be at least {_LEDGER_MARGIN} more than "
                f"`retention_days`, which is {self.retention_days}."
            )
        if self.longest_wait < self.shortest_wait:
            raise ConfigError(
                f"The context key `longest_wait` is {self.longest_wait}: "
                f"it must not be less than `shortest_wait`, which is {self.shortest_wait}."
            )
        check_subscribers(self.subscribers, self.pools)

    @property
    def subscribers(self) -> tuple[SubscriptionConfig, ...]:
        """Everybody who is told: `emails` is the short form of a subscription to all runs."""
        return (*(SubscriptionConfig(email, Protocol.EMAIL) for email in self.emails), *self.subscriptions)


def _pools(value: object) -> dict[str, PoolConfig]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = read_json("pools", value)
    if isinstance(value, str):
        pairs = [_pool_pair(entry.strip()) for entry in value.split(",")]
    elif isinstance(value, dict):
        pairs = [(str(alias), _pool(str(alias), entry)) for alias, entry in value.items()]
    else:
        raise ConfigError(f"The context key `pools` must be a text or an object: {_POOLS_EXAMPLE}")
    if not pairs:
        raise ConfigError(f"The context key `pools` names no pool: {_POOLS_EXAMPLE}")
    for alias, _ in pairs:
        if not _ALIAS.fullmatch(alias):
            raise ConfigError(f"The context key `pools` has the alias {alias!r}: use a-z, 0-9 and dashes, 40 at most.")
    pools = dict(pairs)
    if len(pools) < len(pairs):
        raise ConfigError("The context key `pools` names an alias twice.")
    return pools


def read_json(key: str, text: str) -> object:
    """The value of a context key that is JSON in a text, as `-c` gives it. Raises ConfigError."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigError(f"The context key `{key}` is not good JSON: {error}.") from None


def _pool_pair(entry: str) -> tuple[str, PoolConfig]:
    alias, separator, pool_id = entry.partition("=")
    alias, pool_id = (alias.strip(), pool_id.strip()) if separator else (DEFAULT_ALIAS, entry)
    return alias, _pool(alias, pool_id)


def _pool(alias: str, entry: object) -> PoolConfig:
    """A pool's id, or an object with the id and what is chosen for the pool."""
    given: dict[str, Any] = entry if isinstance(entry, dict) else {"id": entry}
    settings = {name: value for name, value in given.items() if value is not None}
    unknown = sorted(set(settings) - set(PoolConfig.__dataclass_fields__))
    if unknown:
        raise ConfigError(f"The context key `pools` has {unknown[0]!r} for {alias}, which is not a setting of a pool.")
    pool_id = settings.get("id")
    if not isinstance(pool_id, str) or not _POOL_ID.fullmatch(pool_id):
        raise ConfigError(
            f"The context key `pools` has {pool_id!r}, which is not a user pool id such as us-east-1_AbCdEf123."
        )
    rows = settings.get("part_rows", PoolConfig.__dataclass_fields__["part_rows"].default)
    if type(rows) is not int or rows not in _PART_ROWS:
        raise ConfigError(f"The context key `pools` has part_rows = {rows!r} for {alias}: it must be 1 to 500000.")
    for name, allowed in _POOL_CHOICES.items():
        value = settings.get(name)
        if name in settings and not (isinstance(value, str) and re.fullmatch(allowed, value)):
            said = allowed.replace("|", ", ").replace(_PERCENT, "a share such as 5%")
            raise ConfigError(f"The context key `pools` has {name} = {value!r} for {alias}: it must be one of {said}.")
    if "preset" in settings:
        settings["preset"] = read_preset(settings["preset"], alias)
    return PoolConfig(**settings)


def _emails(value: object) -> tuple[str, ...]:
    if not isinstance(value, (str, list)):
        raise ConfigError("The context key `emails` must be a list, or addresses separated by commas.")
    found = value.split(",") if isinstance(value, str) else [str(entry) for entry in value]
    emails = tuple(dict.fromkeys(entry.strip() for entry in found if entry.strip()))
    for email in emails:
        if not _EMAIL.fullmatch(email):
            raise ConfigError(f"The context key `emails` has {email!r}, which is not an email address.")
    return emails


def _subscriptions(value: object) -> tuple[SubscriptionConfig, ...]:
    return read_subscriptions(read_json("subscriptions", value) if isinstance(value, str) else value)


def _turn_scope(value: object) -> TurnScope:
    if value not in [scope.value for scope in TurnScope]:
        raise ConfigError(f"The context key `turn_scope` is {value!r}: it must be `account` or `pool`.")
    return TurnScope(str(value))


def _name_prefix(value: object) -> str:
    if not isinstance(value, str) or not _NAME_PREFIX.fullmatch(value):
        raise ConfigError(
            f"The context key `name_prefix` is {value!r}: start with a letter; letters, digits and dashes, 40 at most."
        )
    return value


def _whole_number(key: str, allowed: range) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value)
        if not text.isascii() or not text.isdigit() or int(text) not in allowed:
            raise ConfigError(
                f"The context key `{key}` is {value!r}: it must be a whole number from {allowed[0]} to {allowed[-1]}."
            )
        return int(text)

    return read


_READERS: Mapping[str, Callable[[object], Any]] = {
    "pools": _pools,
    "emails": _emails,
    "subscriptions": _subscriptions,
    "turn_scope": _turn_scope,
    "shortest_wait": _whole_number("shortest_wait", _WAIT_SECONDS),
    "longest_wait": _whole_number("longest_wait", _WAIT_SECONDS),
    "log_wait": _whole_number("log_wait", _WAIT_SECONDS),
    "retention_days": _whole_number("retention_days", _RETENTION_DAYS),
    "ledger_days": _whole_number("ledger_days", _LEDGER_DAYS),
    "run_alarm_hours": _whole_number("run_alarm_hours", _ALARM_HOURS),
    "import_job_quota": _whole_number("import_job_quota", _JOB_QUOTA),
    "name_prefix": _name_prefix,
}
