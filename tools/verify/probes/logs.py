"""Where and when the log of an import appears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localcloud.choices import OddPoolLog
from tools.verify.account import good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account

_ODD: Final = "odd name + a@b"
_PLACES: Final = {
    "odd-name---a-b": OddPoolLog.DASHES,
    "odd_name___a_b": OddPoolLog.UNDERSCORES,
}


def odd_pool_log(account: Account) -> Seen:
    """The log group of a pool whose name has characters that a log group's name cannot have."""
    pool = account.pool(_ODD)
    account.log(account.run(pool, account.file(pool, good_rows(1, "odd"))), 1)
    groups = [name.partition(f"{pool}/")[2] for name in account.log_groups(pool)]
    if not groups:
        return Seen({"groups": groups}, {"import_log_odd_pool": OddPoolLog.NOWHERE})
    place = next((kind for end, kind in _PLACES.items() if groups[0].endswith(end)), None)
    return Seen({"groups": groups}, {"import_log_odd_pool": place} if place else {})


def log_delay(account: Account) -> Seen:
    """How long after the end of a job its log is complete."""
    pool = account.pool()
    job = account.run(pool, account.file(pool, good_rows(3, "logged")))
    since = account.slept
    lines = account.log(job, 3)
    seconds = account.slept - since
    return Seen({"seconds": seconds, "lines": lines}, {"import_log_delay": seconds} if len(lines) == 3 else {})  # noqa: PLR2004
