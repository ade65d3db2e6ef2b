"""Every five minutes, and at once when an execution dies: whatever is stuck is brought on its way or to its end.

Promises that no run depends on a single event, execution or wake-up. Called with the event of an execution it looks at
that run only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.executions import Executions
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.pool_parameters import PoolIds, PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.metric_names import Metric
from cognito_drop.core.metrics import run_metrics
from cognito_drop.core.queue.queue_order import ACCOUNT_SCOPE
from cognito_drop.core.runs.run_record import run_id_of
from lambdas.accept_drop.acceptance import Acceptance
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.metrics import record_metrics
from lambdas.runtime.settings import Settings
from lambdas.sweep.inbox_sweep import InboxSweep
from lambdas.sweep.job_census import JobCensus
from lambdas.sweep.run_sweep import RunSweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class SweepSettings(Settings):
    """The function's environment. Pools' parameters are under `pools_path`; `lock_scope` is `account` or `pool`."""

    table_name: str
    state_machine_arn: str
    bucket_name: str
    pools_path: str
    lock_scope: str


@dataclass(frozen=True, slots=True)
class Sweeps:
    """What is gone through."""

    ledger: RunLedger
    inbox: InboxSweep
    runs: RunSweep
    jobs: JobCensus


@cache
def _sweeps() -> Sweeps:
    settings = SweepSettings.from_env()
    ledger = RunLedger(clients.dynamodb(), settings.table_name)
    executions = Executions(clients.step_functions(), settings.state_machine_arn)
    return Sweeps(
        ledger,
        InboxSweep(settings.bucket_name, DropBucket(clients.s3()), ledger, Acceptance(ledger, executions), clock.epoch),
        RunSweep(
            ledger,
            executions,
            ImportQueue(clients.dynamodb(), settings.table_name),
            (ACCOUNT_SCOPE,) if settings.lock_scope == ACCOUNT_SCOPE else (),
            clock.epoch,
        ),
        JobCensus(
            PoolIds(PoolParameters(clients.ssm(), settings.pools_path)),
            UserImports(clients.cognito()),
            ledger,
            clock.epoch,
        ),
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Sweep everything, or the run whose execution has died."""
    name = event.get("detail", {}).get("name")
    return sweep_run(name, _sweeps()) if name else sweep_all(_sweeps())


def sweep_run(execution: str, sweeps: Sweeps) -> dict[str, Any]:
    """Treat the run of an execution, if that is its newest one."""
    record = sweeps.ledger.find(run_id_of(execution))
    if record is None or record.execution_name != execution:
        logger.info("The execution is not the newest of a run.", execution=execution)
        return {}
    action = sweeps.runs.act_on(record)
    record_metrics(run_metrics.of_actions({action: 1}))
    return {"actions": {action.value: 1}}


def sweep_all(sweeps: Sweeps) -> dict[str, Any]:
    """Go through the inbox, the runs, the turns and the jobs."""
    missed = sweeps.inbox.run()
    seen = sweeps.runs.run()
    # After the runs, whatever was found: for an alarm this is the sign that a sweep has come through.
    open_runs, done = run_metrics.of_open_runs(seen.runs, clock.epoch()), run_metrics.of_actions(seen.actions)
    record_metrics({Metric.DROPS_MISSED: missed, **open_runs, **done})
    record_metrics(run_metrics.of_pools([(pool.used, pool.orphans) for pool in sweeps.jobs.run()]))
    actions = {action.value: count for action, count in seen.actions.items()}
    logger.info("Everything is swept.", missed=missed, runs=dict(seen.by_state), actions=actions)
    return {"missed": missed, "actions": actions}
