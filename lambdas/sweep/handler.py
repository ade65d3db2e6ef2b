"""Sweeps every five minutes, and at once when an execution dies: whatever is stuck is resumed or finalized.

Guarantees that no run depends on a single event, execution or wake-up. Called with the event of an execution it sweeps
that run only; an operator may ask for the repair of one, for the stop of one that waits for its malware scan, and for
the rest of one that waits for a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.pauses import Pauses
from cognito_drop.aws.pool_parameters import PoolIds, PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.environment import LockScope, SweepVariables
from cognito_drop.contract.event_names import CONTINUE, REPAIR, STOP
from cognito_drop.contract.pool_names import pauses_path
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function
from lambdas.sweep.hold_sweep import HoldSweep
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.sweep.job_census import JobCensus
from lambdas.sweep.lost_runs import LostRuns
from lambdas.sweep.run_continuation import RunContinuation
from lambdas.sweep.run_repair import RunRepair
from lambdas.sweep.run_sweep import RunSweep
from lambdas.sweep.staging_sweep import StagingSweep
from lambdas.sweep.whole_sweep import WholeSweep
from lambdas.use_cases.acceptance import Acceptance
from lambdas.use_cases.damaged_run import DamagedRuns
from lambdas.use_cases.import_gate import GateRules, ImportGate

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class SweepEnv(SweepVariables, FunctionEnv[WholeSweep]):
    """The function's environment."""

    def use_case(self) -> WholeSweep:
        """The sweep of inbox, runs, jobs and staging."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        executions = Executions(clients.step_functions(), self.state_machine_arn)
        queue = ImportQueue(clients.dynamodb(), self.table_name)
        pools, imports = PoolParameters(clients.ssm(), self.pools_path), UserImports(clients.cognito())
        pauses = Pauses(clients.ssm(), pauses_path(self.pools_path))
        scans = ScanResults(clients.dynamodb(), self.table_name)
        notes = SweepNotes(clients.dynamodb(), self.table_name)
        rules = GateRules(pools, pauses, imports, ledger, notes, scans, self.import_job_quota, clock.epoch)
        gate = ImportGate(rules, queue, executions)
        damaged = DamagedRuns(LedgerDamage(clients.dynamodb(), self.table_name), queue, imports, pools, clock.now)
        lost = LostRuns(ledger, executions, self.bucket_name, clock.epoch)
        scopes = (ACCOUNT_SCOPE,) if self.lock_scope is LockScope.ACCOUNT else ()
        acceptance = Acceptance(ledger, executions, scans, pools, clock.now)
        return WholeSweep(
            ledger,
            InboxSweep(self.bucket_name, DropBucket(clients.s3()), ledger, notes, acceptance, clock.epoch),
            HoldSweep(ledger, queue, gate, clock.now),
            RunSweep(ledger, notes, executions, queue, gate, damaged, lost, scopes, clock.epoch),
            JobCensus(PoolIds(pools), imports, ledger, notes, clock.epoch),
            StagingSweep(self.bucket_name, Staging(clients.s3()), ledger),
            clock.epoch,
        )


@lambda_function(SweepEnv)
def lambda_handler(sweep: WholeSweep, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Sweep everything, or the run whose execution has died.

    For the command, look at a run, repair it, stop it while it has no execution, or continue it after its first part.
    """
    if waiting := event.get(CONTINUE):
        return {"continued": RunContinuation(sweep).run(str(waiting["run_id"]))}
    if repair := event.get(REPAIR):
        repairs = RunRepair(sweep)
        return (repairs.run if repair["confirmed"] is True else repairs.look)(str(repair["run_id"])).to_json()
    if stop := event.get(STOP):
        return {"stopped": sweep.inbox.acceptance.stop(str(stop["run_id"]))}
    name = event.get("detail", {}).get("name")
    return sweep.of_run(name) if name else sweep.of_all(lambda: context.get_remaining_time_in_millis() / 1000)
