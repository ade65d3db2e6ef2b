"""How a drop becomes a run, found by an event or by a sweep: a ledger item, then an execution named by the run's id.

Guarantees that a run of a pool that asks for a malware scan has no execution before the scan has a result, its time is
over, or the run is stopped. Which results let a file be read is judged by preflight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract.execution_names import execution_name
from cognito_drop.contract.statuses import ExecutionStatus
from cognito_drop.core.pools.malware_scan import SCAN_WAIT
from lambdas.runtime.logs import logger
from lambdas.use_cases.pool_choices import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cognito_drop.aws.executions import Executions
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.scan_results import ScanResults
    from cognito_drop.contract.statuses import ScanStatus
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.pools.pools import Pools
    from cognito_drop.core.runs.drop import Drop


class PoolsReadOnce:
    """Pools of which each alias is read once: Systems Manager takes 40 calls a second from an account by default.

    An error is not kept. Source: https://docs.aws.amazon.com/general/latest/gr/ssm.html
    """

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._found: dict[str, PoolSettings | None] = {}

    def get(self, alias: str) -> PoolSettings | None:
        """The pool of an alias; None for a name that is none."""
        if alias not in self._found:
            self._found[alias] = self._pools.get(alias)
        return self._found[alias]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Accepts drops."""

    ledger: RunLedger
    executions: Executions
    scans: ScanResults
    pools: Pools
    now: Callable[[], datetime]

    def accept(self, drop: Drop, *, size: int, dropped_at: str, dropped_by: str) -> None:
        """Make one run of a drop, however often it is called. `dropped_at` is ISO 8601 in UTC.

        A run that has an execution although the ledger does not know it is recorded as lost. That is asked for before
        the item is written: an execution that found a new item would report that the file has no rows.
        """
        has_execution = self._has_execution(drop)
        waits = self._waits_for_scan(drop.alias)
        is_new = self.ledger.accept(
            drop,
            size=size,
            dropped_at=dropped_at,
            dropped_by=dropped_by,
            scan_until=self.now().timestamp() + SCAN_WAIT if waits and not has_execution else None,
            lost_executions=1 if has_execution else 0,
        )
        if is_new and has_execution:
            logger.error("The ledger had lost a run.", run_id=drop.run_id)
            return
        # After the item was written: a result that comes later finds the item, and one that came before is found here.
        if waits and not has_execution and self.scans.find(drop.run_id) is None:
            logger.info("Drop accepted. It waits for its malware scan.", is_new=is_new)
            return
        # Started in any case: the item may be from an earlier delivery that crashed before this line.
        started = self.executions.start(drop)
        if waits:
            self.ledger.end_scan_wait(drop.run_id, self.now().isoformat())
        logger.info("Drop accepted.", is_new=is_new, started=started)

    def scanned(self, drop: Drop, status: ScanStatus, at: str) -> None:
        """Record the result of a drop's malware scan, and start the run if it waits for that. `at` is ISO 8601 in UTC.

        The result may come before the drop is accepted, more than once, or for a file that waits for none.
        """
        self.scans.record(drop.run_id, status, at)
        record = self.ledger.find(drop.run_id)
        if record is None or record.scan_until is None:
            logger.info("Malware scan recorded.", status=status)
            return
        # Started first: after a crash between the two, the event comes again and finds the run waiting.
        started = self.executions.start(drop)
        self.ledger.end_scan_wait(drop.run_id, self.now().isoformat())
        logger.info("Malware scan recorded. The run waited for it.", status=status, started=started)

    def stop(self, run_id: str) -> bool:
        """Stop a run that waits for its malware scan: its execution reports it. False for one that does not wait."""
        record = self.ledger.find(run_id)
        if record is None or not self.ledger.end_scan_wait(run_id, self.now().isoformat(), is_stopped=True):
            return False
        # Recorded first: the execution must not read the file. After a crash between the two, the sweep starts it.
        started = self.executions.start(record.drop, record.executions)
        logger.warning("The run was stopped while it waited for its malware scan.", run_id=run_id, started=started)
        return True

    def _has_execution(self, drop: Drop) -> bool:
        return self.executions.status(execution_name(drop.run_id, 1)) is not ExecutionStatus.MISSING

    def _waits_for_scan(self, alias: str) -> bool:
        """Not if that cannot be read: preflight reports it."""
        settings = settings_of(self.pools, alias)
        return settings is not None and settings.waits_for_scan
